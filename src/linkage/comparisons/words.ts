import { duckdb } from '../../engine/index.ts'

/** DuckDB's text of things that several comparisons need. */

export const quoted = (column: string): string => `"${column.replaceAll('"', '""')}"`
export const literal = (text: string): string => duckdb.quoteValue(text)
export const left = (feature: string): string => quoted(`${feature}_l`)
export const right = (feature: string): string => quoted(`${feature}_r`)

/** What a feature reads that is told of another: the value of that one. No column of a source is called so. */
export const VALUE = '"chainon value"'

/** A text without case, accents, punctuation and double spaces; empty is null. */
export const plainText = (column: string): string =>
  `nullif(trim(regexp_replace(strip_accents(lower(cast(${quoted(column)} as varchar))), '[^a-z0-9]+', ' ', 'g')), '')`

/** The column that holds a number for a text: equal texts have equal numbers, and numbers are compared faster. */
export const codeOf = (feature: string): string => `${feature} (code)`

export const equal = (feature: string): string => `${left(feature)} = ${right(feature)}`
export const missing = (feature: string): string => `${left(feature)} is null or ${right(feature)} is null`

/** A double: without an exponent DuckDB reads a decimal, whose sums are far slower. */
export const double = (x: number): string => x.toExponential()

/** Which of these columns some texts of SQL name. */
export function namedIn(texts: readonly string[], columns: readonly string[]): readonly string[] {
  const words = new Set(texts.flatMap((text) => text.match(/"[^"]+"|[\p{L}_][\p{L}\p{N}_]*/gu) ?? []))
  return columns.filter((column) => words.has(column) || words.has(quoted(column)))
}
