import type { LinkageModel } from '../model.ts'
import { apartOf, type UniqueTables } from './apart.ts'
import type { Threads } from '../threads/threads.ts'
import { averageLinkage, averageLinkageIn } from './average-linkage.ts'
import { bestLinks } from './best-link.ts'
import { connectedComponents } from './components.ts'
import { between, componentsOf } from './decisions.ts'
import { type Apart, type Clusters, type Constraints, type Edges, someOf } from './model.ts'
import { oneToOne } from './one-to-one.ts'

/** Pairs that weigh less are not kept; to a cluster they are pairs that were not scored. */
export const LEAST_KEPT = -8

/** Of a cluster, as much as a record is compared with: a third of its records may lack what the others have. */
const BEST = 2 / 3

/** What limits clusters beside the weights of pairs. */
export interface Limits {
  readonly tables?: UniqueTables | undefined
  /** What readers decided: their matches are one from the beginning, and what they told apart stays apart. */
  readonly decided?: Constraints | undefined
}

/**
 * Who is who, as the model says clusters are made.
 * @param threads that make clusters, where there are many pairs
 */
export async function cluster(
  model: LinkageModel,
  records: number,
  edges: Edges,
  { tables, decided }: Limits = {},
  threads?: Threads,
): Promise<Clusters> {
  const threshold = model.threshold ?? 0
  const { method = 'average-linkage', unscored = LEAST_KEPT, best = BEST, margin } = model.clusters ?? {}
  const apart = apartOf(tables, decided)
  if (method === 'average-linkage') {
    const options = { unscored, stop: threshold, best }
    return !apart && threads?.areWorth(edges.weight.length)
      ? averageLinkageIn(threads, records, edges, options)
      : averageLinkage(records, edges, options, apart, decided)
  }
  if (!decided) return clusterBy(method, records, edges, { threshold, margin }, apart)
  // What readers joined has one partner already, and is one record to the others.
  const joined = decided.sizes.keys()
  const rooted = between(edges, decided, apart)
  const ofRoots = clusterBy(method, records, rooted, { threshold, margin }, apart, joined)
  return decided.roots.map((root) => ofRoots[root] as number)
}

/**
 * Who is who when pairs have come to those that were clustered: only what pairs above the threshold connect with a record of
 * a new one is clustered again.
 * @param changed records of new pairs
 */
export async function clusterAgain(
  model: LinkageModel,
  earlier: Clusters,
  edges: Edges,
  changed: Iterable<number>,
  limits: Limits = {},
  threads?: Threads,
): Promise<Clusters> {
  const components = componentsOf(earlier.length, edges, model.threshold ?? 0, limits.decided)
  const isChanged = new Set<number>()
  for (const record of changed) isChanged.add(components[record] as number)
  const some = someOf(edges, (i) => isChanged.has(components[edges.left[i] as number] as number))
  const again = await cluster(model, earlier.length, some, limits, threads)
  return earlier.map((known, at) => (isChanged.has(components[at] as number) ? (again[at] as number) : known))
}

function clusterBy(
  method: 'connected' | 'best-link' | 'one-to-one',
  records: number,
  edges: Edges,
  { threshold, margin }: { readonly threshold: number; readonly margin: number | undefined },
  apart: Apart | undefined,
  joined?: Iterable<number>,
): Clusters {
  switch (method) {
    case 'connected':
      return connectedComponents(records, edges, threshold, apart)
    case 'best-link':
      return bestLinks(records, edges, threshold, apart)
    case 'one-to-one':
      return oneToOne(records, edges, threshold, margin, joined)
  }
}
