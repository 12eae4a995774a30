import { wilsonInterval } from '../../base/index.ts'
import type { DuckDb } from '../../engine/index.ts'
import { LEAST_KEPT } from '../cluster/cluster.ts'
import { sizesOf, someNumbered } from '../cluster/model.ts'
import { levelsOf } from '../comparisons/model.ts'
import type { Linked } from '../link-records.ts'
import type { LinkageModel } from '../model.ts'
import { nameOf } from '../pairs/blocking.ts'
import type { Source } from '../records/receive.ts'
import { measureReaders, type Readers } from '../review/measured.ts'
import type { Stratum } from '../review/strata.ts'
import { COMPLETED } from '../score/complete.ts'
import { JUDGED } from '../score/edges.ts'
import { boundOf, canReach } from '../score/bound.ts'
import { weightsOf } from '../score/weights.ts'

/** What a linkage shows of itself: counts and weights, never a value of a record. */
export interface Measures {
  readonly type: LinkageModel['type']
  readonly sources: readonly { readonly name: string; readonly records: number }[]
  readonly records: number
  readonly threshold: number
  /** Pairs that were kept, and those of them in one cluster. */
  readonly pairs: number
  readonly links: number
  readonly weights: readonly Bin[]
  readonly thresholds: readonly Expected[]
  readonly rules: readonly {
    readonly rule: string | null
    readonly pairs: number
    readonly links: number
  }[]
  readonly comparisons: readonly { readonly name: string; readonly levels: readonly WeighedLevel[] }[]
  readonly patterns: readonly PatternCount[]
  readonly sizes: readonly { readonly size: number; readonly clusters: number }[]
  readonly bridges: readonly Bridge[]
  /** Records that could reach the threshold with no other, not even with one that is the same. */
  readonly unlinkable: number
  readonly valuePairs: Linked['valuePairs']
  /** Where pairs were read by persons. */
  readonly readers: Readers | undefined
  /** By stratum of weight how many pairs were drawn to be read; none where nothing was drawn yet. */
  readonly toRead?: readonly (Stratum & { readonly drawn: number })[]
  readonly sessions: readonly { readonly rule: string; readonly pairs: number; readonly matches: number }[]
}

/** Pairs whose match weight is in [from, from + 1). */
export interface Bin {
  readonly from: number
  readonly pairs: number
  readonly links: number
}

/** What the probabilities of the pairs say of a threshold. */
export interface Expected {
  readonly threshold: number
  readonly pairs: number
  readonly precision: number
  /** Of the matches among the pairs that were looked at. */
  readonly recall: number
}

export interface WeighedLevel {
  readonly label: string
  readonly m: number
  readonly u: number
  readonly weight: number
  /** log2 of the bounds of m over the opposite bounds of u. */
  readonly low: number | null
  readonly high: number | null
}

export interface PatternCount {
  /** Label of the level of each comparison; null where nothing is known. */
  readonly levels: readonly (string | null)[]
  /** What each adds to the weight; term frequencies differ from pair to pair and are not in it. */
  readonly adds: readonly number[]
  readonly pairs: number
  readonly weight: number
  readonly links: number
}

/** A cluster that would fall apart first. */
export interface Bridge {
  readonly cluster: number
  readonly records: number
  readonly weakest: number
  readonly mean: number
}

const SHOWN = 12

/** @param engine the scored pairs are judged by their clusters */
export async function measure(
  engine: DuckDb,
  sources: readonly Source[],
  model: LinkageModel,
  linked: Linked,
): Promise<Measures> {
  const threshold = model.threshold ?? 0
  const weights = (
    await engine.rows<{ bin: number; pairs: bigint; links: bigint }>(
      `select cast(floor(weight) as integer) as bin, count(*) as pairs, count(*) filter (where together) as links
       from ${JUDGED} group by bin order by bin`,
    )
  ).map(({ bin, pairs, links }) => ({ from: bin, pairs: Number(pairs), links: Number(links) }))
  const measures: Measures = {
    type: model.type,
    sources: sources.map(({ name }, at) => ({ name, records: linked.prepared.bySource[at] ?? 0 })),
    records: linked.prepared.records,
    threshold,
    pairs: weights.reduce((sum, { pairs }) => sum + pairs, 0),
    links: weights.reduce((sum, { links }) => sum + links, 0),
    weights,
    thresholds: await expected(engine),
    rules: await byRule(engine, model),
    comparisons: weighed(linked),
    patterns: await patterns(engine, linked),
    ...(await clusters(engine, linked)),
    unlinkable: unlinkable(linked, threshold),
    valuePairs: linked.valuePairs,
    readers: await measureReaders(engine, linked, threshold),
    sessions: linked.sessions.map(({ rule, pairs, prior }) => ({ rule, pairs, matches: prior })),
  }
  return measures
}

/** A sum that no order of rows changes in its last bits. */
const summed = (x: string): string => `cast(sum(cast(${x} as decimal(18, 12))) as double)`

/** From the probability of each pair: those above a threshold that match, and those below that do. */
async function expected(engine: DuckDb): Promise<Expected[]> {
  const rows = await engine.rows<{ bin: number; pairs: bigint; matches: number }>(
    `select cast(greatest(${LEAST_KEPT}, least(40, floor(weight * 2) / 2)) as double) as bin, count(*) as pairs,
       ${summed('1 / (1 + pow(2, -weight))')} as matches from ${JUDGED} group by bin order by bin desc`,
  )
  const all = rows.reduce((sum, { matches }) => sum + matches, 0)
  let [pairs, matches] = [0, 0]
  return rows
    .map((row) => {
      pairs += Number(row.pairs)
      matches += row.matches
      return { threshold: row.bin, pairs, precision: matches / pairs, recall: matches / all }
    })
    .reverse()
}

async function byRule(engine: DuckDb, model: LinkageModel): Promise<Measures['rules']> {
  const rules = model.blocking === 'all' ? [] : model.blocking
  const rows = await engine.rows<{ rule: number; pairs: bigint; links: bigint }>(
    `select rule, count(*) as pairs, count(*) filter (where together) as links from ${JUDGED} group by rule`,
  )
  const of = (at: number) => rows.find(({ rule }) => rule === at)
  const counted = (at: number, rule: string | null) => ({
    rule,
    pairs: Number(of(at)?.pairs ?? 0),
    links: Number(of(at)?.links ?? 0),
  })
  return [
    ...rules.map((rule, at) => counted(at, nameOf(rule))),
    ...(of(COMPLETED) ? [counted(COMPLETED, null)] : []),
  ]
}

function weighed({ comparisons, trained }: Linked): Measures['comparisons'] {
  const weights = weightsOf(trained)
  return comparisons.map(({ name, ...one }, at) => ({
    name,
    levels: levelsOf({ name, ...one }).map(({ label }, level) => {
      const [m, u] = [trained.m[at]?.[level] as number, trained.u[at]?.[level] as number]
      const bound = (of: 'm' | 'u', share: number): [number, number] | undefined =>
        trained.pairs && wilsonInterval(share, trained.pairs[of][at] as number)
      const [ms, us] = [bound('m', m), bound('u', u)]
      return {
        label,
        m,
        u,
        weight: weights[at]?.[level] as number,
        low: ms && us ? Math.log2(Math.max(ms[0], 1e-12) / us[1]) : null,
        high: ms && us ? Math.log2(ms[1] / Math.max(us[0], 1e-12)) : null,
      }
    }),
  }))
}

async function patterns(engine: DuckDb, { comparisons, trained }: Linked): Promise<PatternCount[]> {
  const levels = comparisons.map((_, at) => `g${at}`)
  const rows = await engine.rows<Record<string, number | bigint>>(
    `select ${levels.join(', ')}, count(*) as pairs, ${summed('weight')} / count(*) as weight, count(*) filter (where together) as links
     from ${JUDGED} group by ${levels.join(', ')} order by pairs desc, ${levels.join(', ')} limit ${SHOWN}`,
  )
  const weights = weightsOf(trained)
  return rows.map((row) => {
    const told = levels.map((level) => Number(row[level]))
    return {
      levels: told.map((level, at) =>
        level < 0 ? null : (levelsOf(comparisons[at] as Linked['comparisons'][number])[level]?.label ?? null),
      ),
      adds: told.map((level, at) => (level < 0 ? 0 : (weights[at]?.[level] as number))),
      pairs: Number(row['pairs']),
      weight: Number(row['weight']),
      links: Number(row['links']),
    }
  })
}

async function clusters(
  engine: DuckDb,
  { clusters: of }: Linked,
): Promise<Pick<Measures, 'sizes' | 'bridges'>> {
  const sizeOf = sizesOf(of)
  const counts = new Map<number, number>()
  for (const size of sizeOf) if (size > 0) counts.set(size, (counts.get(size) ?? 0) + 1)
  // A cluster of two has no pair but one.
  const inSeveral = someNumbered(of, (cluster) => (sizeOf[cluster] as number) > 2)
  await engine.loadIntegers('in_several', inSeveral)
  const bridges = await engine.rows<{ cluster: number; weakest: number; mean: number }>(
    `select l.cluster, min(j.weight) as weakest, ${summed('j.weight')} / count(*) as mean from ${JUDGED} as j
     join in_several as l on l.rid = j.rid_l where j.together
     group by l.cluster order by weakest, l.cluster limit ${SHOWN}`,
  )
  await engine.run('drop table in_several')
  return {
    sizes: [...counts].sort(([a], [b]) => a - b).map(([size, n]) => ({ size, clusters: n })),
    bridges: bridges.map((row) => ({ ...row, records: sizeOf[row.cluster - 1] as number })),
  }
}

/** Each record beside itself: what does not reach the threshold by all that could be known of it. */
function unlinkable({ comparisons, trained, numbers }: Linked, threshold: number): number {
  const bound = boundOf(comparisons, trained, numbers, threshold)
  let found = 0
  const { rows } = numbers
  for (let row = 0; row < rows.whole.length; row += rows.width) if (!canReach(bound, rows, row, row)) found++
  return found
}
