import type { DuckDb } from '../../engine/index.ts'
import { cluster, type Limits } from '../cluster/cluster.ts'
import type { Clusters } from '../cluster/model.ts'
import type { Comparison } from '../comparisons/model.ts'
import type { LinkageModel } from '../model.ts'
import type { Across } from '../pairs/across.ts'
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
  comparisons: readonly Comparison[],
  trained: Trained,
  {
    model,
    across,
    records,
    limits,
  }: {
    readonly model: LinkageModel
    readonly across: Across
    readonly records: number
    readonly limits: Limits
  },
  clusters: Clusters,
): Promise<Clusters | undefined> {
  const { method, complete = true } = model.clusters ?? {}
  // One partner each needs no third.
  if (model.blocking === 'all' || method === 'one-to-one' || !complete) return undefined
  const threshold = model.threshold ?? 0
  const missed = await completePairs(engine, comparisons, trained, { clusters, across, threshold })
  return missed > 0 ? clusterScored(engine, model, records, limits) : undefined
}
