import { ChainonError } from '../../base/index.ts'
import type { DuckDb } from '../../engine/index.ts'
import type { Comparison } from '../comparisons/model.ts'
import { quoted } from '../comparisons/words.ts'
import type { MadeColumns } from '../model.ts'
import { type Dictionary, dictionariesOf, dictionarySql, joinSql, keySql } from './dictionaries.ts'
import { receive, SOURCE, type Source } from './receive.ts'

/**
 * One row for each record: `rid` in the order of source and id, `source` (0, 1, …), `id`, a column for each feature,
 * code and rarity, keys `k0`, `k1`, …
 */
export const RECORDS = 'records'

export interface Prepared {
  readonly records: number
  readonly bySource: readonly number[]
  readonly columns: readonly string[]
}

export interface Wanted {
  readonly id: string
  readonly comparisons: readonly Comparison[]
  /** For each blocking rule that is a list: expressions over columns in plain small letters. */
  readonly keys: readonly (readonly string[])[]
  /** Columns kept as they stand, for conditions in SQL. */
  readonly raw: readonly string[]
  /** Columns that are made of those of a file. */
  readonly made?: MadeColumns | undefined
}

/**
 * Reads the sources and makes what comparisons and blocking rules need.
 * @throws linkage/no-column, linkage/double-id, linkage/bad-file
 */
export async function prepare(engine: DuckDb, sources: readonly Source[], wanted: Wanted): Promise<Prepared> {
  const { id, comparisons, keys, raw } = wanted
  const { table, columns, bySource } = await receive(engine, sources, wanted.made, (all) => {
    const told = dictionariesOf(all, comparisons, keys).flatMap((one) => one.columns)
    const needed = new Set([id, ...raw, ...told])
    return all.filter((column) => needed.has(column))
  })
  const known = new Set(columns)
  for (const column of [id, ...comparisons.flatMap((one) => one.columns), ...raw])
    if (!known.has(column)) throw noColumn(column, columns)
  const dictionaries = dictionariesOf(columns, comparisons, keys)
  const told = new Set(dictionaries.flatMap(({ kept }) => kept))
  // The id stands in `records` as it is, where it is called so.
  const asTheyStand = raw.filter((column) => !told.has(column) && !(column === id && /^id$/i.test(column)))
  mustBeFree([...asTheyStand, ...told])
  // Only what the order is told by is put in order: records are wide.
  await engine.run(`create or replace table numbered as select rowid as place,
    cast(row_number() over by_id as integer) as rid, rank() over by_id as first
    from ${table} window by_id as (order by ${quoted(SOURCE)}, ${quoted(id)})`)
  await noDoubleIds(engine, sources, table, id)
  for (const one of dictionaries) await engine.run(dictionarySql(one, table, countOf(sources)))
  await engine.run(recordsSql(table, { id, keys, raw: asTheyStand }, dictionaries))
  const dropped = [...dictionaries.map((one) => one.table), 'numbered', table]
  await engine.run(dropped.map((one) => `drop table ${one}`).join('; '))
  return { records: bySource.reduce((x, y) => x + y, 0), bySource, columns }
}

const noColumn = (column: string, columns: readonly string[]): ChainonError =>
  new ChainonError('linkage/no-column', `no source has a column ${column}`, {
    advice: `They have: ${columns.join(', ')}.`,
  })

/** What `records` has of its own. DuckDB tells no capitals from small letters. */
const OWN = /^(?:rid|source|id|k\d+)$/i

/** Columns that SQL names stand in `records` as they are called. */
function mustBeFree(columns: readonly string[]): void {
  const taken = columns.find((column) => OWN.test(column))
  if (taken !== undefined)
    throw new ChainonError(
      'linkage/bad-model',
      `SQL names the column ${taken}, and records have one of their own`,
      {
        advice: `Call it otherwise under columns of the model: {"columns": {"TABLE": {"its ${taken}": "\\"${taken}\\""}}}.`,
      },
    )
}

/** Records with the same id have the same rank in `numbered`. */
async function noDoubleIds(
  engine: DuckDb,
  sources: readonly Source[],
  table: string,
  id: string,
): Promise<void> {
  const [found] = await engine.rows<{ bad: boolean }>(
    `select exists (from numbered where rid <> first) or exists (from ${table} where ${quoted(id)} is null) as bad`,
  )
  if (!found?.bad) return
  const [double] = await engine.rows<{ source: number; id: string | null; n: bigint }>(
    `select ${quoted(SOURCE)} as source, ${quoted(id)} as id, count(*) as n from ${table}
     group by 1, 2 having count(*) > 1 or ${quoted(id)} is null order by 1, 2 limit 1`,
  )
  if (!double) return
  const where = sources[double.source]?.path
  throw new ChainonError(
    'linkage/double-id',
    double.id === null
      ? `${where} has records without ${id}`
      : `${where} has ${double.n} records with ${id} ${double.id}`,
    { advice: 'Every record needs an id of its own: name another column as `id`, or number the records.' },
  )
}

/** Of records with a value those that count: where some were added later, they are of those that were there. */
function countOf(sources: readonly Source[]): string {
  const earlier = sources.flatMap(({ added }, at) => (added ? [] : [at]))
  return earlier.length === sources.length
    ? 'count(*)'
    : `count(*) filter (where ${quoted(SOURCE)} in (${earlier.join(', ')}))`
}

/** All records: what their values have in common stands in the dictionaries. */
function recordsSql(
  table: string,
  { id, keys, raw }: Pick<Wanted, 'id' | 'keys' | 'raw'>,
  dictionaries: readonly Dictionary[],
): string {
  const made = [
    'n.rid',
    `t.${quoted(SOURCE)} as source`,
    `cast(t.${quoted(id)} as varchar) as id`,
    ...raw.map((column) => `t.${quoted(column)}`),
    ...dictionaries.flatMap((one) => one.kept.map((name) => `${one.table}.${quoted(name)}`)),
    ...keys.map((parts, at) => `${keySql(parts, dictionaries)} as k${at}`),
  ]
  return `create or replace table ${RECORDS} as select ${made.join(',\n  ')}
    from ${table} as t join numbered as n on n.place = t.rowid ${dictionaries.map(joinSql).join('\n    ')}`
}
