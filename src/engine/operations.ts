import { type Interpolates, type Sql, sql } from './sql.ts'

/**
 * What DuckDB and Trino write differently, as named operations. A step that needs one of these calls it here;
 * everything else in a step is text that both engines read alike.
 */
export type Operation =
  | 'addDays'
  | 'addMonths'
  | 'daysBetween'
  | 'monthsBetween'
  | 'makeDate'
  | 'toText'
  | 'tryCast'
  | 'padLeft'
  | 'matches'
  | 'listAgg'
  | 'listDistinct'
  | 'quantile'
  | 'integerDivide'
  | 'sequence'
  | 'anyValue'
  | 'largest'
  | 'smallest'

const call = (operation: Operation, ...args: Sql[]): Sql => ({
  parts: [{ is: 'operation', operation, args }],
})
const fragment = (x: Sql | string | number): Sql => (typeof x === 'object' ? x : sql`${x}`)

/** `date + n` days. */
export const addDays = (date: Sql, n: Sql | number): Sql => call('addDays', date, fragment(n))
/** `date + n` months; the end of a short month is kept (31 January + 1 month is the last day of February). */
export const addMonths = (date: Sql, n: Sql | number): Sql => call('addMonths', date, fragment(n))
/** Days from `from` to `to`, negative when `to` is earlier. */
export const daysBetween = (from: Sql, to: Sql): Sql => call('daysBetween', from, to)
/** Month boundaries crossed from `from` to `to`: 31 January to 1 February is 1. */
export const monthsBetween = (from: Sql, to: Sql): Sql => call('monthsBetween', from, to)
/** A date from its year, month and day as integers; null where there is no such day. */
export const makeDate = (year: Sql, month: Sql, dayOfMonth: Sql): Sql =>
  call('makeDate', year, month, dayOfMonth)
/** Any value as text. */
export const toText = (x: Sql): Sql => call('toText', x)
/** `x` as `type` (a SQL type name), null where it cannot be read so. */
export const tryCast = (x: Sql, type: string): Sql =>
  call('tryCast', x, { parts: [{ is: 'text', text: type }] })
/** `text` filled on its left with `fill` up to `length` characters; a longer text is kept whole. */
export const padLeft = (text: Sql, length: number, fill: string): Sql =>
  call('padLeft', text, sql`${length}`, sql`${fill}`)
/** Does `text` hold a match of the regular expression (RE2 syntax)? */
export const matches = (text: Sql, pattern: string): Sql => call('matches', text, sql`${pattern}`)
/** Texts of a group in a row, separated, in the order of `order`. */
export const listAgg = (text: Sql, separator: string, order: Sql): Sql =>
  call('listAgg', text, sql`${separator}`, order)
/** Distinct texts of a group in their own order, separated. */
export const listDistinct = (text: Sql, separator: string): Sql =>
  call('listDistinct', text, sql`${separator}`)
/** Exact quantile with linear interpolation, as a double. */
export const quantile = (x: Sql, p: number): Sql => call('quantile', x, sql`${p}`)
/** Whole part of `a / b` for integers, truncated towards zero. */
export const integerDivide = (a: Sql, b: Sql | number): Sql => call('integerDivide', a, fragment(b))
/** A table expression `alias(n)` of the whole numbers from `from` to `to`, for FROM or CROSS JOIN. */
export const sequence = (from: Sql | number, to: Sql | number, alias: string): Sql =>
  call('sequence', fragment(from), fragment(to), { parts: [{ is: 'name', name: alias }] })
/** The largest of some values of one row; null is passed over, and is the answer when all are null. */
export const largest = (...xs: readonly (Sql | Interpolates)[]): Sql =>
  call('largest', ...xs.map((x) => sql`${x}`))
/** The smallest of some values of one row; null is passed over, and is the answer when all are null. */
export const smallest = (...xs: readonly (Sql | Interpolates)[]): Sql =>
  call('smallest', ...xs.map((x) => sql`${x}`))
/** The smallest value of a group that holds one value: a deterministic `any_value`. */
export const anyValue = (x: Sql): Sql => call('anyValue', x)
