import type { DuckDb } from '../../engine/index.ts'
import { LEAST_KEPT } from '../cluster/cluster.ts'
import { type Clusters, shared } from '../cluster/model.ts'
import { ordered } from '../pairs/across.ts'
import { RECORDS } from '../records/prepare.ts'
import { boundOf } from './bound.ts'
import { type Candidates, nearOf } from './candidates.ts'
import { type Batch, SCORED, scoreNear } from './edges.ts'
import type { Trained } from './weights.ts'

/** The rule that a pair is under which no rule found, but its clusters. */
export const COMPLETED = -1
/** Clusters that together make more pairs than this touch by a frequent value, and not by a person. */
const MOST_PAIRS = 2500

/**
 * Scores the pairs that blocking missed inside clusters, and between clusters that a pair above the threshold joins. They
 * are told of each other by what each agrees on with a third; without them a mean over their clusters is over guesses.
 * @returns how many pairs were looked at
 */
export async function completePairs(
  engine: DuckDb,
  trained: Trained,
  { comparisons, numbers, across }: Candidates,
  { clusters, threshold }: { readonly clusters: Clusters; readonly threshold: number },
): Promise<number> {
  await engine.loadIntegers('together', shared(clusters))
  // Whoever is in no cluster of several is one alone, under a number that no cluster has.
  // Most clusters have all their pairs: those are counted, and not looked for one by one. Step by step: in one statement
  // the database may put all clusters beside all others before it asks which of them met.
  const steps = {
    cluster_of: `select r.rid, coalesce(t.cluster, -r.rid) as cluster from ${RECORDS} as r left join together as t on t.rid = r.rid`,
    sizes: 'select cluster, count(*) as n from cluster_of group by cluster',
    counted: `select a, b, sum(pairs) as pairs, max(weight) as weight from (
        select least(l.cluster, r.cluster) as a, greatest(l.cluster, r.cluster) as b, 1 as pairs, s.weight from ${SCORED} as s
        join cluster_of as l on l.rid = s.rid_l join cluster_of as r on r.rid = s.rid_r
        union all select cluster, cluster, 0, null from sizes where n > 1
      ) as met group by a, b having a = b or max(weight) > ${threshold}`,
    of_left: 'select c.*, s.n from counted as c join sizes as s on s.cluster = a',
    lacking: `select a, b from of_left as c join sizes as s on s.cluster = b
      where c.n * s.n <= ${MOST_PAIRS} and pairs < case when a = b then c.n * (c.n - 1) // 2 else c.n * s.n end`,
    on_left: 'select l.rid, b from lacking join cluster_of as l on l.cluster = a',
    touching: `select distinct least(l.rid, r.rid) as rid_l, greatest(l.rid, r.rid) as rid_r
      from on_left as l join cluster_of as r on r.cluster = b and r.rid <> l.rid`,
  }
  for (const [table, query] of Object.entries(steps))
    await engine.run(`create or replace temp table ${table} as ${query}`)
  await engine.run(`create or replace table missed as select t.* from touching as t
    anti join ${SCORED} as s on s.rid_l = t.rid_l and s.rid_r = t.rid_r`)
  const [row] = await engine.rows<{ n: bigint }>('select count(*) as n from missed')
  const query = `select l.rid, r.rid from missed as p
    join ${RECORDS} as l on l.rid = p.rid_l join ${RECORDS} as r on r.rid = p.rid_r and ${ordered(across)}`
  const near = nearOf(engine, boundOf(comparisons, trained, numbers, LEAST_KEPT), numbers.rows, query)
  async function* ofClusters(): AsyncGenerator<Batch> {
    for await (const pairs of near) yield { ...pairs, rule: COMPLETED }
  }
  await scoreNear(engine, comparisons, trained, ofClusters())
  await engine.run(
    ['together', 'missed', ...Object.keys(steps)].map((table) => `drop table ${table}`).join('; '),
  )
  return Number(row?.n ?? 0)
}
