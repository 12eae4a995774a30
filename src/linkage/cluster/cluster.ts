import type { LinkageModel } from '../model.ts'
import type { Apart } from './apart.ts'
import { averageLinkage } from './average-linkage.ts'
import { bestLinks } from './best-link.ts'
import { connectedComponents } from './components.ts'
import type { Clusters, Edges } from './model.ts'
import { oneToOne } from './one-to-one.ts'

/** Pairs that weigh less are not kept; to a cluster they are pairs that were not scored. */
export const LEAST_KEPT = -8

/** Of a cluster, as much as a record is compared with: a third of its records may lack what the others have. */
const BEST = 2 / 3

/** Who is who, as the model says clusters are made. */
export function cluster(model: LinkageModel, records: number, edges: Edges, apart?: Apart): Clusters {
  const threshold = model.threshold ?? 0
  const { method = 'average-linkage', unscored = LEAST_KEPT, best = BEST, margin } = model.clusters ?? {}
  switch (method) {
    case 'average-linkage':
      return averageLinkage(records, edges, { unscored, stop: threshold, best }, apart)
    case 'connected':
      return connectedComponents(records, edges, threshold, apart)
    case 'best-link':
      return bestLinks(records, edges, threshold, apart)
    case 'one-to-one':
      return oneToOne(records, edges, threshold, margin)
  }
}
