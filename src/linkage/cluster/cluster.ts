import type { LinkageModel } from '../model.ts'
import { averageLinkage } from './average-linkage.ts'
import { bestLinks } from './best-link.ts'
import { connectedComponents } from './components.ts'
import { Apart, between, type Constraints } from './decisions.ts'
import type { Clusters, Edges } from './model.ts'
import { oneToOne } from './one-to-one.ts'

/** Pairs that weigh less are not kept; to a cluster they are pairs that were not scored. */
export const LEAST_KEPT = -8

/**
 * Who is who, as the model says clusters are made.
 * @param decided what readers decided: their matches are one from the beginning, and what they told apart stays apart
 */
export function cluster(model: LinkageModel, records: number, edges: Edges, decided?: Constraints): Clusters {
  if (!decided) return clusterBy(model, records, edges)
  const ofRoots = clusterBy(model, records, between(edges, decided), decided)
  return decided.roots.map((root) => ofRoots[root] as number)
}

function clusterBy(model: LinkageModel, records: number, edges: Edges, decided?: Constraints): Clusters {
  const threshold = model.threshold ?? 0
  const { method = 'average-linkage', unscored = LEAST_KEPT, margin } = model.clusters ?? {}
  const apart = decided && new Apart(decided.apart)
  switch (method) {
    case 'average-linkage':
      return averageLinkage(records, edges, { unscored, stop: threshold }, decided?.sizes, apart)
    case 'connected':
      return connectedComponents(records, edges, threshold, apart)
    case 'best-link':
      return bestLinks(records, edges, threshold, apart)
    case 'one-to-one':
      return oneToOne(records, edges, threshold, margin, decided?.sizes.keys())
  }
}
