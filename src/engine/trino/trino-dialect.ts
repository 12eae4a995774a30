import { ChainonError } from '../../base/index.ts'
import type { Dialect } from '../dialect.ts'
import type { Operation } from '../operations.ts'
import type { Value } from '../sql.ts'

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

const OPERATIONS: Record<Operation, (args: readonly string[]) => string> = {
  addDays: ([date, n]) => `date_add('day', ${n}, ${date})`,
  addMonths: ([date, n]) => `date_add('month', ${n}, ${date})`,
  daysBetween: ([from, to]) => `date_diff('day', ${from}, ${to})`,
  monthsBetween: ([from, to]) =>
    `date_diff('month', date_trunc('month', ${from}), date_trunc('month', ${to}))`,
  makeDate: ([y, m, d]) =>
    `try_cast(lpad(cast(${y} as varchar), 4, '0') || '-' || lpad(cast(${m} as varchar), 2, '0') || '-' || lpad(cast(${d} as varchar), 2, '0') as date)`,
  toText: ([x]) => `cast(${x} as varchar)`,
  tryCast: ([x, type]) => `try_cast(${x} as ${type})`,
  padLeft: ([text, length, fill]) =>
    `case when length(${text}) >= ${length} then ${text} else lpad(${text}, ${length}, ${fill}) end`,
  matches: ([text, pattern]) => `regexp_like(${text}, ${pattern})`,
  listAgg: ([text, separator, order]) =>
    `array_join(array_agg(${text} order by ${order}) filter (where ${text} is not null), ${separator})`,
  listDistinct: ([text, separator]) =>
    `array_join(array_sort(array_agg(distinct ${text}) filter (where ${text} is not null)), ${separator})`,
  // approx_percentile is not exact: the values themselves, in order.
  quantile([x, p]) {
    const values = `array_sort(array_agg(cast(${x} as double)) filter (where ${x} is not null))`
    const place = `((cardinality(${values}) - 1) * cast(${p} as double))`
    const at = (which: 'floor' | 'ceil') => `element_at(${values}, cast(${which}(${place}) as integer) + 1)`
    return `(${at('floor')} + (${at('ceil')} - ${at('floor')}) * (${place} - floor(${place})))`
  },
  integerDivide: ([a, b]) => `(${a} / ${b})`,
  sequence: ([from, to, alias]) => `unnest(sequence(${from}, ${to})) as ${alias}(n)`,
  anyValue: ([x]) => `min(${x})`,
  // Its greatest and least give null when one of the values is.
  largest: (xs) => `array_max(filter(array[${xs.join(', ')}], x -> x is not null))`,
  smallest: (xs) => `array_min(filter(array[${xs.join(', ')}], x -> x is not null))`,
}

/** Trino 476. */
export const trino: Dialect = {
  name: 'trino',
  writesInOrder: false,
  quoteName: (identifier) => (RESERVED.has(identifier.toLowerCase()) ? `"${identifier}"` : identifier),
  quoteValue(value: Value) {
    if (value === null) return 'null'
    if (typeof value === 'string') return quoted(value)
    if (typeof value === 'number' && !Number.isFinite(value))
      throw new ChainonError('engine/bad-value', `${value} has no SQL form`)
    return String(value)
  },
  operation: (operation, args) => OPERATIONS[operation](args),
  typeName: (type) => (type === 'varchar[]' ? 'array(varchar)' : type),
}

const RESERVED = new Set(
  'alter and as auto between by case cast constraint create cross cube current_catalog current_date current_path current_role current_schema current_time current_timestamp current_user deallocate delete describe distinct drop else end escape except exists extract false for from full group grouping having in inner insert intersect into is join json_array json_exists json_object json_query json_table json_value left like listagg localtime localtimestamp natural normalize not null on or order outer prepare recursive right rollup select skip table then trim true uescape union unnest using values when where with'.split(
    ' ',
  ),
)
