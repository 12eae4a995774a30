import type { DuckDb } from '../../engine/index.ts'
import { cluster, clusterAgain, LEAST_KEPT, type Limits } from '../cluster/cluster.ts'
import type { Clusters } from '../cluster/model.ts'
import type { LinkageModel } from '../model.ts'
import type { Candidates } from './candidates.ts'
import { COMPLETED, completePairs } from './complete.ts'
import { edgesOf, SCORED } from './edges.ts'
import type { Trained } from './weights.ts'

/** Clusters of the pairs that have been scored. */
export async function clusterScored(
  engine: DuckDb,
  model: LinkageModel,
  records: number,
  limits: Limits,
): Promise<Clusters> {
  return cluster(model, records, await edgesOf(engine, leastOf(model)), limits)
}

/** Only average linkage asks what speaks against a link. */
function leastOf({ clusters, threshold = 0 }: LinkageModel): number {
  return (clusters?.method ?? 'average-linkage') === 'average-linkage' ? LEAST_KEPT : threshold
}

/**
 * Scores the pairs that blocking missed between records that clusters bring together, and makes the clusters again.
 * @returns undefined where none was missed
 */
export async function completed(
  engine: DuckDb,
  model: LinkageModel,
  trained: Trained,
  candidates: Candidates,
  { clusters, limits }: { readonly clusters: Clusters; readonly limits: Limits },
): Promise<Clusters | undefined> {
  const { method, complete = true } = model.clusters ?? {}
  // One partner each needs no third.
  if (model.blocking === 'all' || method === 'one-to-one' || !complete) return undefined
  const threshold = model.threshold ?? 0
  const missed = await completePairs(engine, trained, candidates, { clusters, threshold })
  if (missed === 0) return undefined
  const changed = new Set<number>()
  for await (const rids of engine.streamNumbers(
    `select rid_l - 1, rid_r - 1 from ${SCORED} where rule = ${COMPLETED}`,
  ))
    for (const side of rids) for (const record of side as Int32Array) changed.add(record)
  return clusterAgain(model, clusters, await edgesOf(engine, leastOf(model)), changed, limits)
}
