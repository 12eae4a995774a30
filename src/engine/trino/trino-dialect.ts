import { ChainonError } from '../../base/index.ts'
import type { Dialect } from '../dialect.ts'
import type { Operation } from '../operations.ts'
import { dateOf, WHOLE } from '../shared-text.ts'
import type { Value } from '../sql.ts'

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

const known = (values: readonly string[]): string => `filter(array[${values.join(', ')}], x -> x is not null)`

const OPERATIONS: Record<Operation, (args: readonly string[]) => string> = {
  addDays: ([date, n]) => `date_add('day', ${n}, ${date})`,
  daysBetween: ([from, to]) => `date_diff('day', ${from}, ${to})`,
  makeDate: dateOf,
  wholeNumber: ([text]) => `case when regexp_like(${text}, ${WHOLE}) then try_cast(${text} as integer) end`,
  rounded: ([x]) => `cast(round(${x}) as integer)`,
  integerDivide: ([a, b]) => `(${a} / ${b})`,
  // greatest and least are null as soon as one value is.
  largest: (values) => `array_max(${known(values)})`,
  smallest: (values) => `array_min(${known(values)})`,
  listDistinct: ([text, separator]) =>
    `array_join(array_sort(array_agg(distinct ${text}) filter (where ${text} is not null)), ${separator})`,
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
