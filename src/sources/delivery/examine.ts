import { duckdb, type Engine } from '../../engine/index.ts'
import type { Column, SourceTable } from '../model.ts'
import { deliveredRows, quoteColumn, ROW } from './accepted-rows.ts'
import type { AcceptedColumn, AcceptedFile, Reading, Warning } from './model.ts'
import { filled, lostZeros, readFilled, restoresZeros } from './read-values.ts'

/** What one pass over a file's rows tells. */
export interface Examined {
  readonly rows: number
  /** Rows that hold a value that cannot be read, or lack a key. */
  readonly badRows: number
  /** Columns that set rows aside. */
  readonly badColumns: readonly { column: string; unreadable: number; missing: number }[]
  readonly warnings: readonly Warning[]
  /** Sums of the table's amount in cents. */
  readonly euros: { readonly received: bigint; readonly setAside: bigint } | undefined
  /** The columns, with `as is` where the pass has shown that reading changes nothing. */
  readonly columns: readonly AcceptedColumn[]
}

/** One column of the file: where it comes from, and its pieces as columns of the query `typed`. */
interface Part {
  readonly index: number
  readonly one: AcceptedColumn
  readonly spec: Column
  readonly source: string
  readonly delivered: string
  readonly filled: string
  readonly value: string
  /** The type is already right: nothing can fail to be read. */
  readonly readable: boolean
}

/** Columns of `columns` that are in the file, with the names that their pieces have in the query. */
function partsOf(definition: SourceTable, columns: readonly AcceptedColumn[]): Part[] {
  return columns.flatMap((one, index) => {
    const spec = definition.columns[one.column]
    if (!spec || one.found === undefined) return []
    const asIs = one.reading === 'as is'
    return [
      {
        index,
        one,
        spec,
        source: `d.${quoteColumn(one.found)}`,
        delivered: asIs ? `t.v${index}` : `t.d${index}`,
        filled: asIs ? `t.v${index}` : `t.f${index}`,
        value: `t.v${index}`,
        readable: asIs,
      },
    ]
  })
}

/** SQL: per delivered column its filled text (f) and typed value (v), with the row's number. */
function typed(
  parts: readonly Part[],
  file: Pick<AcceptedFile, 'reads' | 'path' | 'format' | 'csv'>,
): string {
  const inner: string[] = []
  const outer: string[] = [`u.${ROW}`]
  for (const { index, source, one, spec } of parts) {
    if (one.reading === 'as is') {
      inner.push(`${source} as v${index}`)
      outer.push(`u.v${index}`)
    } else {
      inner.push(`${source} as d${index}`, `${filled(source, one.reading)} as f${index}`)
      outer.push(`u.d${index}`, `u.f${index}`, `${readFilled(`u.f${index}`, one.reading, spec)} as v${index}`)
    }
  }
  return `select ${outer.join(', ')} from (select ${[...inner, `d.${ROW}`].join(', ')} from (${deliveredRows(file)}) as d) as u`
}

const unreadable = (part: Part): string => `(${part.filled} is not null and ${part.value} is null)`
const missing = (part: Part): string => `(${part.filled} is null)`

/** What sets a row aside: a value that cannot be read as its type, or a key that is not there. */
const spoils = (part: Part): string[] => [
  ...(part.readable ? [] : [unreadable(part)]),
  ...(part.spec.key ? [missing(part)] : []),
]

/**
 * Examines all rows of a file in one pass.
 * @param columns as matched; readings other than `as is` are tried
 */
export async function examine(
  engine: Engine,
  definition: SourceTable,
  file: Pick<AcceptedFile, 'reads' | 'path' | 'format' | 'csv' | 'columns'>,
  types: ReadonlyMap<string, string>,
): Promise<Examined> {
  const parts = partsOf(definition, file.columns)
  const bad = parts.flatMap(spoils)
  const select: string[] = ['count(*) as n']
  const badRow = bad.length === 0 ? 'false' : bad.join(' or ')
  select.push(`count(*) filter (where ${badRow}) as bad`)
  parts.forEach((part, index) => select.push(...measures(part, index, types)))
  const amount = amountOf(definition, parts)
  if (amount) select.push(`sum(${amount}) as euros`, `sum(${amount}) filter (where ${badRow}) as euros_bad`)
  const [row = {}] = await engine.rows<Record<string, unknown>>(
    `select ${select.join(', ')} from (${typed(parts, file)}) as t`,
  )
  const number = (name: string): number => Number(row[name] ?? 0)
  const rows = number('n')
  const warnings = parts.flatMap((part, index) => warningsOf(part, index, rows, row))
  return {
    rows,
    badRows: number('bad'),
    badColumns: parts
      .map((part, index) => ({
        column: part.one.column,
        unreadable: number(`u${index}`),
        missing: part.spec.key ? rows - number(`c${index}`) : 0,
      }))
      .filter((one) => one.unreadable > 0 || one.missing > 0),
    warnings: rows === 0 ? [{ kind: 'no-row', count: 1 }] : warnings,
    euros: amount ? { received: cents(row.euros), setAside: cents(row.euros_bad) } : undefined,
    columns: file.columns.map((one) => {
      const index = parts.findIndex((part) => part.one === one)
      const unchanged = index >= 0 && row[`o${index}`] !== undefined && number(`o${index}`) === 0
      return unchanged ? { ...one, reading: 'as is' as Reading } : one
    }),
  }
}

/** SQL: what is counted of one column. c filled, u unreadable, l too long, x outside the list, o changed by reading, z zeros, r rounded. */
function measures(part: Part, index: number, types: ReadonlyMap<string, string>): string[] {
  const { spec, value, one } = part
  const as: string[] = [`count(${part.filled}) as c${index}`]
  const counted = (condition: string, name: string) =>
    as.push(`count(*) filter (where ${condition}) as ${name}${index}`)
  const example = (condition: string, name: string) =>
    as.push(`min(${value}) filter (where ${condition}) as e${name}${index}`)
  if (!part.readable) counted(unreadable(part), 'u')
  if (spec.type === 'varchar') {
    as.push(`min(${value}) as lo${index}`, `max(${value}) as hi${index}`)
    if (spec.length) {
      counted(`length(${value}) > ${spec.length}`, 'l')
      example(`length(${value}) > ${spec.length}`, 'l')
    }
    if (spec.values) {
      const outside = `${value} not in (${spec.values.map(duckdb.quoteValue).join(', ')})`
      counted(outside, 'x')
      example(outside, 'x')
    }
    if (one.reading === 'text') {
      counted(
        `${part.delivered} is not null and trim(cast(${part.delivered} as varchar)) <> '' and ${part.filled} is null`,
        'm',
      )
      if (restoresZeros(spec)) counted(`regexp_matches(${part.filled}, '${lostZeros(spec)}')`, 'z')
      if (types.get(one.column) === 'VARCHAR') counted(`${part.delivered} is distinct from ${value}`, 'o')
    }
  } else {
    as.push(`min(${value}) as lo${index}`, `max(${value}) as hi${index}`)
    if (one.reading === 'decimal')
      counted(
        `${value} is not null and try_cast(replace(${part.filled}, ',', '.') as decimal(38,10)) <> cast(${value} as decimal(38,10))`,
        'r',
      )
  }
  return as
}

function warningsOf(part: Part, index: number, rows: number, row: Record<string, unknown>): Warning[] {
  const column = part.one.column
  const kinds = [
    ['l', 'too-long'],
    ['x', 'outside-list'],
    ['m', 'read-as-missing'],
    ['z', 'zeros-restored'],
    ['r', 'rounded'],
  ] as const
  const warnings: Warning[] = kinds.flatMap(([letter, kind]) => {
    const count = Number(row[`${letter}${index}`] ?? 0)
    const example = row[`e${letter}${index}`]
    return count === 0
      ? []
      : [{ kind, column, count, ...(example == null ? {} : { example: String(example) }) }]
  })
  if (Number(row[`c${index}`]) === 0 && rows > 0) warnings.push({ kind: 'empty-column', column, count: rows })
  else if (
    rows > 1 &&
    Number(row[`c${index}`]) === rows &&
    String(row[`lo${index}`]) === String(row[`hi${index}`])
  )
    warnings.push({ kind: 'one-value', column, count: rows, example: String(row[`lo${index}`]) })
  return warnings
}

/** SQL: the table's amount of one row; a part that is missing or cannot be read counts nothing. */
function amountOf(definition: SourceTable, parts: readonly Part[]): string | undefined {
  const columns = (definition.amount ?? []).flatMap((column) =>
    parts.filter((part) => part.one.column === column),
  )
  if (columns.length === 0) return undefined
  return columns.map((part) => `coalesce(${part.value}, 0)`).join(' + ')
}

/** Decimal text with two digits as cents. */
export const cents = (decimal: unknown): bigint =>
  decimal === null || decimal === undefined ? 0n : BigInt(String(decimal).replace('.', ''))

/** SQL: one line per reason, in row order: "row", "column", "value", "reason". */
export function reasonsQuery(
  definition: SourceTable,
  file: Pick<AcceptedFile, 'reads' | 'path' | 'format' | 'csv' | 'columns'>,
  columns: ReadonlySet<string>,
): string {
  const parts = partsOf(definition, file.columns)
  const each = parts.flatMap((part, index) => {
    if (!columns.has(part.one.column)) return []
    const line = (condition: string, value: string, reason: string) =>
      `select t.${ROW} as "row", ${duckdb.quoteValue(part.one.column)} as "column", ${value} as "value", ${reason} as "reason", ${index} as place from typed as t where ${condition}`
    return [
      ...(part.readable
        ? []
        : [line(unreadable(part), `cast(${part.delivered} as varchar)`, duckdb.quoteValue(cannotBe(part)))]),
      ...(part.spec.key
        ? [line(missing(part), 'null', `'is missing: the row cannot be told from others without it'`)]
        : []),
    ]
  })
  return `with typed as materialized (${typed(parts, file)}) select "row", "column", "value", "reason" from (${each.join(' union all ')}) as reasons order by "row", place`
}

const cannotBe = (part: Part): string => {
  switch (part.spec.type) {
    case 'date':
      return 'is not a date'
    case 'integer':
    case 'bigint':
      return part.spec.part ? `is not a ${part.spec.part}` : 'is not a whole number'
    case 'varchar':
      return 'is a code that a spreadsheet has rounded'
    default:
      return `is not an amount that fits ${part.spec.type}`
  }
}
