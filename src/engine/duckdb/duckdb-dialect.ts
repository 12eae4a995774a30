import { ChainonError } from '../../base/index.ts'
import type { Dialect } from '../dialect.ts'
import type { Operation } from '../operations.ts'
import { dateOf, WHOLE } from '../shared-text.ts'
import type { Value } from '../sql.ts'

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

const OPERATIONS: Record<Operation, (args: readonly string[]) => string> = {
  addDays: ([date, n]) => `cast(${date} + to_days(cast(${n} as integer)) as date)`,
  daysBetween: ([from, to]) => `date_diff('day', ${from}, ${to})`,
  makeDate: dateOf,
  wholeNumber: ([text]) =>
    `case when regexp_matches(${text}, ${WHOLE}) then try_cast(${text} as integer) end`,
  rounded: ([x]) => `cast(round(${x}) as integer)`,
  integerDivide: ([a, b]) => `(${a} // ${b})`,
  largest: (values) => `greatest(${values.join(', ')})`,
  smallest: (values) => `least(${values.join(', ')})`,
  // string_agg takes no order by a constant.
  listDistinct: ([text, separator]) =>
    `array_to_string(list_sort(list(distinct ${text}) filter (where ${text} is not null)), ${separator})`,
}

/** DuckDB 1.5. */
export const duckdb: Dialect = {
  name: 'duckdb',
  writesInOrder: true,
  // Every word of the SNDS, OMOP and our own is safe bare; quoting all of them would make plans unreadable.
  quoteName: (identifier) => (RESERVED.has(identifier.toLowerCase()) ? `"${identifier}"` : identifier),
  quoteValue(value: Value) {
    if (value === null) return 'null'
    if (typeof value === 'string') return quoted(value)
    if (typeof value === 'number' && !Number.isFinite(value))
      throw new ChainonError('engine/bad-value', `${value} has no SQL form`)
    return String(value)
  },
  operation: (operation, args) => OPERATIONS[operation](args),
  typeName: (type) => type.toUpperCase(),
}

/** A table expression over Parquet files. */
export const readParquet = (files: readonly string[]): string =>
  `read_parquet([${files.map(quoted).join(', ')}])`

const RESERVED = new Set(
  'all analyse analyze and any array as asc both case cast check collate column constraint create cross default desc distinct do else end except false fetch for foreign from full glob group having in inner intersect into is isnull join lateral leading left like limit natural not notnull null offset on only or order outer primary references returning right select show similar some summarize table then to trailing true union unique using when where window with'.split(
    ' ',
  ),
)
