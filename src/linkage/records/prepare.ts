import { ChainonError } from '../../base/index.ts'
import type { DuckDb } from '../../engine/index.ts'
import { type Comparison, type Feature, levelsOf } from '../comparisons/model.ts'
import { plainOf } from '../comparisons/text.ts'
import { codeOf, namedIn, quoted } from '../comparisons/words.ts'
import type { MadeColumns } from '../model.ts'
import { bothSides } from '../pairs/patterns.ts'
import { rarityOf } from '../score/frequency.ts'
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

/**
 * Reads the sources and makes what comparisons and blocking rules need.
 * @throws linkage/no-column, linkage/double-id, linkage/bad-file
 */
export async function prepare(
  engine: DuckDb,
  sources: readonly Source[],
  wanted: {
    readonly id: string
    readonly comparisons: readonly Comparison[]
    /** For each blocking rule that is a list: expressions over columns in plain small letters. */
    readonly keys: readonly (readonly string[])[]
    /** Columns kept as they stand, for conditions in SQL. */
    readonly raw: readonly string[]
    /** Columns that are made of those of a file. */
    readonly made?: MadeColumns | undefined
  },
): Promise<Prepared> {
  const { table, columns, bySource } = await receive(engine, sources, wanted.made)
  if (!columns.includes(wanted.id)) throw noColumn(wanted.id, columns)
  const known = new Set(columns)
  for (const column of [...wanted.comparisons.flatMap((one) => one.columns), ...wanted.raw])
    if (!known.has(column)) throw noColumn(column, columns)
  await noDoubleIds(engine, sources, table, wanted.id)
  const features = distinctFeatures([
    ...wanted.comparisons.flatMap((one) => one.features),
    ...wanted.raw.map((column): Feature => ({ name: column, type: 'varchar', sql: quoted(column) })),
  ])
  // Only what the order is told by is put in order: records are wide.
  await engine.run(`create or replace table numbered as select rowid as place,
    cast(row_number() over (order by ${quoted(SOURCE)}, ${quoted(wanted.id)}) as integer) as rid from ${table}`)
  // Blocking rules read their columns in plain letters; these are told once, as comparisons have them.
  const inKeys = namedIn(wanted.keys.flat(), columns)
  const named = new Set(features.map(({ name }) => name))
  const onlyInKeys = inKeys.map(plainOf).filter(({ name }) => !named.has(name))
  const made = [
    'n.rid',
    `${quoted(SOURCE)} as source`,
    `cast(${quoted(wanted.id)} as varchar) as id`,
    ...[...features.filter(({ of }) => of === undefined), ...onlyInKeys].map(
      ({ name, sql }) => `${sql} as ${quoted(name)}`,
    ),
  ]
  await engine.run(
    `create or replace table made as select ${made.join(',\n  ')} from ${table} as t join numbered as n on n.place = t.rowid`,
  )
  const read = bothSides(wanted.comparisons)
  const texts = features.map(({ name }) => name).filter((name) => read.includes(quoted(`${codeOf(name)}_l`)))
  await withKeysAndRarities(engine, {
    keys: wanted.keys,
    inKeys,
    left: onlyInKeys.map(({ name }) => name),
    ofValues: features.filter(({ of }) => of !== undefined),
    texts,
    counted: countedFeatures(wanted.comparisons),
    share: shareOf(sources),
  })
  await engine.run(`drop table made; drop table numbered; drop table ${table}`)
  return { records: bySource.reduce((x, y) => x + y, 0), bySource, columns }
}

const noColumn = (column: string, columns: readonly string[]): ChainonError =>
  new ChainonError('linkage/no-column', `no source has a column ${column}`, {
    advice: `They have: ${columns.join(', ')}.`,
  })

async function noDoubleIds(
  engine: DuckDb,
  sources: readonly Source[],
  table: string,
  id: string,
): Promise<void> {
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

function distinctFeatures(all: readonly Feature[]): readonly Feature[] {
  const byName = new Map<string, Feature>()
  for (const one of all) {
    const other = byName.get(one.name)
    if (other && other.sql !== one.sql)
      throw new ChainonError('linkage/bad-model', `${one.name} is made in two ways: give one a label`)
    byName.set(one.name, one)
  }
  return [...byName.values()]
}

const countedFeatures = (comparisons: readonly Comparison[]): readonly string[] => [
  ...new Set(
    comparisons.flatMap((one) =>
      levelsOf(one).flatMap(({ frequency }) => (frequency ? [frequency.feature] : [])),
    ),
  ),
]

/** Where records were added later, only those count that were there; a value that none of them has is as one that one has. */
function shareOf(sources: readonly Source[]): string {
  const earlier = sources.flatMap(({ added }, at) => (added ? [] : [at]))
  if (earlier.length === sources.length) return 'count(*) / sum(count(*)) over ()'
  const n = `count(*) filter (where source in (${earlier.join(', ')}))`
  return `greatest(${n}, 1) / greatest(sum(${n}) over (), 1)`
}

/**
 * A key for each blocking rule: one number for all that it asks to be equal, null where something of it is missing. And
 * how rare each value is that has a part in a weight: -log2 of its share of all values.
 */
async function withKeysAndRarities(
  engine: DuckDb,
  {
    keys,
    inKeys,
    left,
    ofValues,
    texts,
    counted,
    share,
  }: {
    readonly keys: readonly (readonly string[])[]
    /** Columns that keys read. */
    readonly inKeys: readonly string[]
    /** What was made for keys alone. */
    readonly left: readonly string[]
    /** Features that are told of values. */
    readonly ofValues: readonly Feature[]
    readonly texts: readonly string[]
    readonly counted: readonly string[]
    /** SQL of the share of all values that a value has. */
    readonly share: string
  },
): Promise<void> {
  const plain = inKeys.map((column) => `${quoted(plainOf(column).name)} as ${quoted(column)}`)
  const made = keys.map((parts, at) => {
    const there = parts.map((part) => `nullif(cast(${part} as varchar), '') is not null`)
    return `case when ${there.join(' and ')} then hash(${parts.join(', ')}) end as k${at}`
  })
  if (keys.length > 0)
    await engine.run(`create or replace table keyed as
      select rid, ${made.join(', ')} from (select ${['rid', ...plain].join(', ')} from made) as p`)
  const code = (of: string, feature: string): string =>
    `case when ${of}${quoted(feature)} is not null then hash(${of}${quoted(feature)}) end`
  const isOfValue = new Set(ofValues.map(({ name }) => name))
  // For each value that records have, once: how rare it is, and what is told of it.
  const valued = [...new Set([...counted, ...ofValues.map(({ of }) => of as string)])]
  const values = valued.map((feature, at) => {
    const told = ofValues.filter(({ of }) => of === feature)
    const codes = told.filter(({ name }) => texts.includes(name))
    return {
      join: `left join (
        select *${codes.map(({ name }) => `, ${code('', name)} as ${quoted(codeOf(name))}`).join('')} from (
          select hash(v) as code, rarity${told.map(({ name, sql }) => `, ${sql} as ${quoted(name)}`).join('')} from (
            select ${quoted(feature)} as v, -log2(${share}) as rarity
            from made where ${quoted(feature)} is not null group by v) as counted) as told
      ) as f${at} on f${at}.code = ${code('m.', feature)}`,
      columns: [
        ...(counted.includes(feature) ? [`f${at}.rarity as ${quoted(rarityOf(feature))}`] : []),
        ...told.map(({ name }) => `f${at}.${quoted(name)}`),
        ...codes.map(({ name }) => `f${at}.${quoted(codeOf(name))}`),
      ],
    }
  })
  const selected = [
    left.length === 0 ? 'm.*' : `m.* exclude (${left.map(quoted).join(', ')})`,
    ...texts
      .filter((text) => !isOfValue.has(text))
      .map((text) => `${code('m.', text)} as ${quoted(codeOf(text))}`),
    ...values.flatMap(({ columns }) => columns),
    ...keys.map((_, at) => `k.k${at}`),
  ]
  await engine.run(
    `create or replace table ${RECORDS} as select ${selected.join(', ')} from made as m
     ${keys.length === 0 ? '' : 'join keyed as k on k.rid = m.rid'} ${values.map(({ join }) => join).join(' ')}`,
  )
  await engine.run('drop table if exists keyed')
}
