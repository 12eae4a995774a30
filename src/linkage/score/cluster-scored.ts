import type { DuckDb } from '../../engine/index.ts'
import { cluster, clusterAgain, LEAST_KEPT, type Limits } from '../cluster/cluster.ts'
import { type Clusters, type Edges, joined } from '../cluster/model.ts'
import type { LinkageModel } from '../model.ts'
import type { Threads } from '../threads/threads.ts'
import type { Candidates } from './candidates.ts'
import { COMPLETED, completePairs } from './complete.ts'
import { edgesOf, SCORED } from './edges.ts'
import type { Trained } from './weights.ts'

/** Clusters, and the pairs that they are of. */
export interface Clustered {
  readonly clusters: Clusters
  readonly edges: Edges
}

/** Clusters of the pairs that have been scored. */
export async function clusterScored(
  engine: DuckDb,
  model: LinkageModel,
  records: number,
  limits: Limits,
  threads?: Threads,
): Promise<Clustered> {
  const edges = await edgesOf(engine, leastOf(model))
  return { clusters: await cluster(model, records, edges, limits, threads), edges }
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
  { clusters, edges, limits }: Clustered & { readonly limits: Limits },
): Promise<Clusters | undefined> {
  const { method, complete = true } = model.clusters ?? {}
  // One partner each needs no third.
  if (model.blocking === 'all' || method === 'one-to-one' || !complete) return undefined
  const threshold = model.threshold ?? 0
  const missed = await completePairs(engine, trained, candidates, { clusters, threshold })
  if (missed === 0) return undefined
  const more = await edgesOf(engine, leastOf(model), `${SCORED} where rule = ${COMPLETED}`)
  const changed = new Set([...more.left, ...more.right])
  return clusterAgain(model, clusters, joined(edges, more), changed, limits, candidates.threads)
}
