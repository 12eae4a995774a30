import { ChainonError } from '../../base/index.ts'
import type { Dialect } from '../dialect.ts'
import type { Operation } from '../operations.ts'
import type { Value } from '../sql.ts'

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

const OPERATIONS: Record<Operation, (args: readonly string[]) => string> = {
  addDays: ([date, n]) => `cast(${date} + to_days(cast(${n} as integer)) as date)`,
  addMonths: ([date, n]) => `cast(${date} + to_months(cast(${n} as integer)) as date)`,
  daysBetween: ([from, to]) => `date_diff('day', ${from}, ${to})`,
  monthsBetween: ([from, to]) => `date_diff('month', ${from}, ${to})`,
  makeDate: ([y, m, d]) =>
    `try_cast(lpad(cast(${y} as varchar), 4, '0') || '-' || lpad(cast(${m} as varchar), 2, '0') || '-' || lpad(cast(${d} as varchar), 2, '0') as date)`,
  toText: ([x]) => `cast(${x} as varchar)`,
  tryCast: ([x, type]) => `try_cast(${x} as ${type})`,
  padLeft: ([text, length, fill]) =>
    `case when length(${text}) >= ${length} then ${text} else lpad(${text}, ${length}, ${fill}) end`,
  matches: ([text, pattern]) => `regexp_matches(${text}, ${pattern})`,
  listAgg: ([text, separator, order]) => `string_agg(${text}, ${separator} order by ${order})`,
  listDistinct: ([text, separator]) => `string_agg(distinct ${text}, ${separator} order by ${text})`,
  quantile: ([x, p]) => `quantile_cont(cast(${x} as double), ${p})`,
  integerDivide: ([a, b]) => `(${a} // ${b})`,
  sequence: ([from, to, alias]) => `unnest(range(${from}, ${to} + 1)) as ${alias}(n)`,
  anyValue: ([x]) => `min(${x})`,
  largest: (xs) => `greatest(${xs.join(', ')})`,
  smallest: (xs) => `least(${xs.join(', ')})`,
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
