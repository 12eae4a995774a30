import { duckdb, type DuckDb } from '../../engine/index.ts'
import type { Column, SourceTable } from '../model.ts'
import { deliveredRows, quoteColumn, ROW } from './accepted-rows.ts'
import type { AcceptedColumn, AcceptedFile, Warning } from './model.ts'
import { filled, lostZeros, readFilled, restoresZeros } from './read-values.ts'
import { fromStatistics } from './statistics.ts'

/** What reading all of a file tells. */
export interface Examined {
  readonly rows: number
  /** Rows that hold a value that cannot be read, or lack a key. */
  readonly badRows: number
  /** Columns that set rows aside. */
  readonly badColumns: readonly string[]
  readonly warnings: readonly Warning[]
  /** Sums of the table's amount in cents. */
  readonly euros: { readonly received: bigint; readonly setAside: bigint }
  /** The columns, with `as is` where it was shown that reading changes nothing. */
  readonly columns: readonly AcceptedColumn[]
}

/** A file as far as it is known before it is examined. */
export type Readable = Pick<AcceptedFile, 'reads' | 'path' | 'format' | 'csv' | 'columns'>

/** One column of a file: where it comes from, and its pieces as columns of `typed`: delivered, filled, value. */
interface Part {
  readonly index: number
  readonly one: AcceptedColumn
  readonly spec: Column
  readonly source: string
  readonly delivered: string
  readonly filled: string
  readonly value: string
}

type Counts = Readonly<Record<string, unknown>>

/**
 * Reads all of a file and counts. Of a Parquet file, numbers and dates that need no reading are told by its
 * statistics, and text columns hold few distinct values, which are looked at instead of the rows; a column found
 * clean is not read again. The rest is one pass over the rows.
 */
export async function examine(
  engine: DuckDb,
  definition: SourceTable,
  file: Readable,
  types: ReadonlyMap<string, string>,
): Promise<Examined> {
  const counts = new Map<AcceptedColumn, Counts>()
  const columns: AcceptedColumn[] = []
  const told = await ofStatistics(engine, definition, file, types)
  for (const [index, one] of file.columns.entries()) {
    const spec = definition.columns[one.column]
    const byValue = file.format === 'parquet' && one.reading === 'text' && types.get(one.column) === 'VARCHAR'
    const found =
      told.get(one) ?? (spec && byValue ? await ofDistinct(engine, file, part(index, one, spec)) : undefined)
    const clean =
      found &&
      Number(found['unreadable'] ?? 0) +
        Number(found['changed'] ?? 0) +
        Number(spec?.key ? found['empty'] : 0) ===
        0
    const kept = clean && one.reading === 'text' ? { ...one, reading: 'as is' as const } : one
    columns.push(kept)
    if (clean) counts.set(kept, found)
  }
  const parts = partsOf(definition, columns)
  const looked = parts.filter((each) => !counts.has(each.one))
  const rows = await ofRows(engine, definition, file, looked, parts)
  looked.forEach((each, index) => counts.set(each.one, prefixed(rows, `p${index}_`)))
  const n = Number(rows['n'])
  const of = (each: Part, name: string): number => Number(counts.get(each.one)?.[name] ?? 0)
  return {
    rows: n,
    badRows: Number(rows['bad']),
    badColumns: parts
      .filter((each) => of(each, 'unreadable') > 0 || (each.spec.key && of(each, 'empty') > 0))
      .map((each) => each.one.column),
    warnings:
      n === 0
        ? [{ kind: 'no-row', count: 1 }]
        : parts.flatMap((each) => warningsOf(each, n, counts.get(each.one) ?? {})),
    euros: { received: cents(rows['euros']), setAside: cents(rows['euros_bad']) },
    columns,
  }
}

function part(index: number, one: AcceptedColumn, spec: Column): Part {
  const asIs = one.reading === 'as is'
  return {
    index,
    one,
    spec,
    source: `d.${quoteColumn(one.found ?? '')}`,
    delivered: asIs ? `t.v${index}` : `t.d${index}`,
    filled: asIs ? `t.v${index}` : `t.f${index}`,
    value: `t.v${index}`,
  }
}

const partsOf = (definition: SourceTable, columns: readonly AcceptedColumn[]): Part[] =>
  columns.flatMap((one, index) => {
    const spec = definition.columns[one.column]
    return spec && one.found !== undefined ? [part(index, one, spec)] : []
  })

/** SQL: per column its delivered value (d), filled text (f) and typed value (v), over `from`, which is called d. */
function typed(parts: readonly Part[], from: string, carried: string): string {
  const inner: string[] = [`d.${carried}`]
  const outer: string[] = [`u.${carried}`]
  for (const { index, source, one, spec } of parts) {
    if (one.reading === 'as is') {
      inner.push(`${source} as v${index}`)
      outer.push(`u.v${index}`)
    } else {
      inner.push(`${source} as d${index}`, `${filled(source, one.reading)} as f${index}`)
      outer.push(`u.d${index}`, `u.f${index}`, `${readFilled(`u.f${index}`, one.reading, spec)} as v${index}`)
    }
  }
  return `select ${outer.join(', ')} from (select ${inner.join(', ')} from (${from}) as d) as u`
}

/** What the statistics of a Parquet file say of the columns whose values need no reading. */
async function ofStatistics(
  engine: DuckDb,
  definition: SourceTable,
  file: Readable,
  types: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<AcceptedColumn, Counts>> {
  const asked =
    file.format !== 'parquet'
      ? []
      : partsOf(definition, file.columns).filter(
          ({ one, spec }) => (one.reading === 'as is' || one.reading === 'cast') && spec.type !== 'varchar',
        )
  const said = await fromStatistics(
    engine,
    file.reads,
    asked.map(({ one, spec }) => ({
      found: one.found ?? '',
      type: types.get(one.column) ?? '',
      wanted: spec.type,
    })),
  )
  return new Map(
    asked.flatMap(({ one }) => {
      const counts = said.get(one.found ?? '')
      return counts ? [[one, counts] as const] : []
    }),
  )
}

async function ofDistinct(engine: DuckDb, file: Readable, each: Part): Promise<Counts> {
  const column = quoteColumn(each.one.found ?? '')
  const from = `select ${column}, count(*) as n from (${deliveredRows(file)}) as r group by ${column}`
  const tally = (condition: string) => `coalesce(sum(t.n) filter (where ${condition}), 0)`
  const [row = {}] = await engine.rows<Record<string, unknown>>(
    `select ${measures(each, tally)
      .map(([name, x]) => `${x} as ${name}`)
      .join(', ')} from (${typed([each], from, 'n')}) as t`,
  )
  return row
}

async function ofRows(
  engine: DuckDb,
  definition: SourceTable,
  file: Readable,
  looked: readonly Part[],
  all: readonly Part[],
): Promise<Counts> {
  const spoiled = looked.flatMap(spoils)
  const badRow = spoiled.length === 0 ? 'false' : spoiled.join(' or ')
  const select = ['count(*) as n', `count(*) filter (where ${badRow}) as bad`]
  const tally = (condition: string) => `count(*) filter (where ${condition})`
  looked.forEach((each, index) => {
    for (const [name, x] of measures(each, tally)) select.push(`${x} as p${index}_${name}`)
  })
  const amounts = all.filter((each) => definition.amount?.includes(each.one.column))
  if (amounts.length > 0) {
    const amount = amounts.map((each) => `coalesce(${each.value}, 0)`).join(' + ')
    select.push(`sum(${amount}) as euros`, `sum(${amount}) filter (where ${badRow}) as euros_bad`)
  }
  const [row = {}] = await engine.rows<Record<string, unknown>>(
    `select ${select.join(', ')} from (${typed([...new Set([...looked, ...amounts])], deliveredRows(file), ROW)}) as t`,
  )
  return row
}

const prefixed = (row: Counts, prefix: string): Counts =>
  Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
    ),
  )

const readable = (each: Part): boolean => each.one.reading === 'as is'
const unreadable = (each: Part): string => `(${each.filled} is not null and ${each.value} is null)`
const missing = (each: Part): string => `(${each.filled} is null)`

/** What sets a row aside: a value that cannot be read as its type, or a key that is not there. */
const spoils = (each: Part): string[] => [
  ...(readable(each) ? [] : [unreadable(each)]),
  ...(each.spec.key ? [missing(each)] : []),
]

/** What is counted of a column, as names and SQL. `tally` counts rows under a condition. */
function measures(each: Part, tally: (condition: string) => string): [string, string][] {
  const { spec, value, one, delivered } = each
  const list: [string, string][] = [
    ['empty', tally(missing(each))],
    ['lowest', `min(${value})`],
    ['highest', `max(${value})`],
  ]
  const withExample = (name: string, condition: string) =>
    list.push([name, tally(condition)], [`${name}_example`, `min(${value}) filter (where ${condition})`])
  if (!readable(each)) list.push(['unreadable', tally(unreadable(each))])
  if (spec.type === 'varchar') {
    if (spec.length) withExample('long', `length(${value}) > ${spec.length}`)
    if (spec.values)
      withExample('outside', `${value} not in (${spec.values.map(duckdb.quoteValue).join(', ')})`)
  }
  if (one.reading === 'text') {
    list.push(['changed', tally(`${delivered} is distinct from ${value}`)])
    withExample('nothing', `${each.filled} is null and trim(cast(${delivered} as varchar)) <> ''`)
    if (restoresZeros(spec)) withExample('zeros', `regexp_matches(${each.filled}, '${lostZeros(spec)}')`)
  }
  if (one.reading === 'decimal' || (one.reading === 'number' && spec.type.startsWith('decimal')))
    withExample(
      'rounded',
      `try_cast(replace(cast(${each.filled} as varchar), ',', '.') as decimal(38,10)) <> cast(${value} as decimal(38,10))`,
    )
  return list
}

const KINDS = {
  long: 'too-long',
  outside: 'outside-list',
  nothing: 'read-as-missing',
  zeros: 'zeros-restored',
  rounded: 'rounded',
} as const satisfies Record<string, Warning['kind']>

function warningsOf(each: Part, rows: number, counts: Counts): Warning[] {
  const column = each.one.column
  // What names a person is counted and never shown.
  const secret = each.spec.identity || each.spec.pseudonym
  const warnings: Warning[] = Object.entries(KINDS).flatMap(([name, kind]) => {
    const count = Number(counts[name] ?? 0)
    const example = counts[`${name}_example`]
    const shown = example == null || secret ? {} : { example: String(example) }
    return count === 0 ? [] : [{ kind, column, count, ...shown }]
  })
  const empty = Number(counts['empty'])
  const lowest = String(counts['lowest'])
  if (empty === rows) warnings.push({ kind: 'empty-column', column, count: rows })
  else if (rows > 1 && empty === 0 && lowest === String(counts['highest']))
    warnings.push({
      kind: 'one-value',
      column,
      count: rows,
      ...(secret ? {} : { example: lowest }),
    })
  return warnings
}

/** Decimal text with two digits as cents. */
export const cents = (decimal: unknown): bigint =>
  decimal === null || decimal === undefined ? 0n : BigInt(String(decimal).replace('.', ''))

/** SQL: one line per reason, in row order: "row", "column", "value", "reason". */
export function reasonsQuery(definition: SourceTable, file: Readable, columns: readonly string[]): string {
  const parts = partsOf(definition, file.columns).filter((each) => columns.includes(each.one.column))
  const each = parts.flatMap((of) => {
    const line = (condition: string, value: string, reason: string) =>
      `select t.${ROW} as "row", ${duckdb.quoteValue(of.one.column)} as "column", ${value} as "value", ${duckdb.quoteValue(reason)} as "reason", ${of.index} as place from typed as t where ${condition}`
    return [
      ...(readable(of) ? [] : [line(unreadable(of), `cast(${of.delivered} as varchar)`, cannotBe(of.spec))]),
      ...(of.spec.key ? [line(missing(of), 'null', 'is missing, and is part of the key')] : []),
    ]
  })
  return `with typed as materialized (${typed(parts, deliveredRows(file), ROW)}) select "row", "column", "value", "reason" from (${each.join(' union all ')}) as reasons order by "row", place`
}

function cannotBe(spec: Column): string {
  if (spec.type === 'date') return 'is not a date'
  if (spec.part) return `is not a ${spec.part}`
  if (spec.type === 'integer' || spec.type === 'bigint') return 'is not a whole number'
  return spec.type === 'varchar'
    ? 'is a code that a spreadsheet has rounded'
    : `is not an amount that fits ${spec.type}`
}
