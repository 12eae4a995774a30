import type { DuckDb } from '../../engine/index.ts'
import { type Clusters, shared } from '../cluster/model.ts'
import type { Comparison } from '../comparisons/model.ts'
import { literal, left, quoted, right } from '../comparisons/words.ts'
import { RECORDS } from '../records/prepare.ts'

/** Two values that are one: a nickname, two names of a place, an old word and a new one. */
export interface ValuePair {
  readonly a: string
  readonly b: string
  /** In how many clusters both stand. */
  readonly clusters: number
}

/** By the name of the comparison. */
export type ValuePairs = Record<string, ValuePair[]>

/**
 * Fewer clusters teach nothing: a pair is believed without any one of them, and it is written in the model, where what
 * stands for fewer than eleven persons could tell of one.
 */
const LEAST_CLUSTERS = 11
/**
 * So many times more often than in clusters drawn by chance. What changes in a life (a town) meets at most as often as by
 * chance; of one value with another name each meets the other as often as itself.
 */
const LEAST_LIFT = 5
/** Of each comparison: a level that lists more is slow. */
const MOST = 200

/** Values that differ within clusters again and again, and elsewhere do not meet. */
export async function learnValuePairs(
  engine: DuckDb,
  comparisons: readonly Comparison[],
  clusters: Clusters,
): Promise<ValuePairs> {
  await engine.loadIntegers('clustered', shared(clusters))
  const found: ValuePairs = {}
  for (const { name, value } of comparisons) {
    if (value === undefined) continue
    const of = quoted(value)
    const rows = await engine.rows<{ a: string; b: string; clusters: bigint }>(`
      with shares as (
        select ${of} as v, count(*) / sum(count(*)) over () as share from ${RECORDS} where ${of} is not null group by ${of}
      ), held as (
        select c.cluster, r.${of} as v, count(*) as n from ${RECORDS} as r join clustered as c on c.rid = r.rid
        where r.${of} is not null group by c.cluster, r.${of}
      ), inside as (select sum(n * (n - 1)) / 2 as pairs from (select cluster, sum(n) as n from held group by cluster) as s
      ), met as (
        select l.v as a, r.v as b, count(*) as clusters, sum(l.n * r.n) as pairs from held as l
        join held as r on r.cluster = l.cluster and l.v < r.v group by l.v, r.v having count(*) >= ${LEAST_CLUSTERS}
      )
      select m.a, m.b, m.clusters from met as m cross join inside as i
      join shares as x on x.v = m.a join shares as y on y.v = m.b
      where m.pairs >= ${LEAST_LIFT} * i.pairs * 2 * x.share * y.share
      order by m.clusters desc, m.a, m.b limit ${MOST}`)
    if (rows.length > 0) found[name] = rows.map((row) => ({ ...row, clusters: Number(row.clusters) }))
  }
  await engine.run('drop table clustered')
  return found
}

/** The comparisons, each with a level after the first for the pairs of values that are one. */
export function withValuePairs(comparisons: readonly Comparison[], pairs: ValuePairs): readonly Comparison[] {
  return comparisons.map((one) => {
    const learnt = pairs[one.name] ?? []
    const [first, ...others] = one.levels
    if (learnt.length === 0 || one.value === undefined || !first) return one
    const both = learnt.flatMap(({ a, b }) => [`${a}|${b}`, `${b}|${a}`]).map(literal)
    const met = `${left(one.value)} || '|' || ${right(one.value)} in (${both.join(', ')})`
    const { surelyNone: _, ...known } = one
    return {
      ...known,
      // Told late: it reads texts, and few pairs have it.
      levels: [first, { label: LEARNT, when: () => met }, ...others],
      ...(one.measure === undefined ? { measure: 'null' } : {}),
    }
  })
}

export const LEARNT = 'values that are one'
