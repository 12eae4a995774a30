import type { DuckDb } from '../../engine/index.ts'
import { cluster, type Limits } from '../cluster/cluster.ts'
import type { Clusters } from '../cluster/model.ts'
import type { LinkageModel } from '../model.ts'
import type { Candidates } from './candidates.ts'
import { completePairs } from './complete.ts'
import { edgesOf } from './edges.ts'
import type { Trained } from './weights.ts'

/** Clusters of the pairs that have been scored. */
export async function clusterScored(
  engine: DuckDb,
  model: LinkageModel,
  records: number,
  limits: Limits,
): Promise<Clusters> {
  // Only average linkage asks what speaks against a link.
  const method = model.clusters?.method ?? 'average-linkage'
  const least = method === 'average-linkage' ? undefined : (model.threshold ?? 0)
  return cluster(model, records, await edgesOf(engine, least), limits)
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
  return missed > 0 ? clusterScored(engine, model, candidates.numbers.records, limits) : undefined
}
