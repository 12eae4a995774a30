import { sharedCopy } from '../threads/shared.ts'
import type { Threads } from '../threads/threads.ts'
import { type Components, inOrder } from './components.ts'
import { componentsOf } from './decisions.ts'
import { meanBetween } from './mean-weight.ts'
import { type Merge, MergeQueue } from './merge-queue.ts'
import { ComponentWeights, type Inside, insideOf } from './component-weights.ts'
import { alone, type Apart, type Clusters, type Constraints, type Edges, sizesOf } from './model.ts'

export interface AverageLinkage {
  /** Weight of a pair that was not scored: it agreed on no blocking rule, or fell under the threshold of scoring. */
  readonly unscored: number
  /** Two clusters become one while the mean weight of the pairs between them is above this. */
  readonly stop: number
  /**
   * Share of the other cluster's records that each record is compared with: those it agrees with best. Of 1 it is the plain
   * mean. What two records lack, or have wrong, speaks against no third that has it.
   */
  readonly best: number
}

/**
 * Average linkage on match weights: the two clusters whose records agree best on average become one, again and again,
 * until no two agree above `stop`. A single strong pair between two persons does not join all that is around them, as it
 * does in connected components. Each record of the smaller cluster is compared with the part of the larger that it agrees
 * with best. Ties go to the smallest record numbers.
 * @param edges pairs that were scored, each once, also some below `stop`
 * @param apart clusters that never become one
 * @param decided what readers decided: their matches are one from the beginning
 */
export function averageLinkage(
  records: number,
  edges: Edges,
  options: AverageLinkage,
  apart?: Apart,
  decided?: Constraints,
): Clusters {
  const work = workOf(records, edges, options, decided)
  linkComponents(work, [0, work.components.starts.length - 1], apart, decided)
  return work.clusters
}

/** The same where nothing stands apart: each component is a work of its own, whichever thread does it. */
export async function averageLinkageIn(
  threads: Threads,
  records: number,
  edges: Edges,
  options: AverageLinkage,
): Promise<Clusters> {
  const work = workOf(records, edges, options)
  await threads.link(work, [0, work.components.starts.length - 1])
  return work.clusters
}

/** What is read of all components, and written of each. */
export interface LinkageWork {
  readonly components: Components
  readonly inside: Inside
  readonly options: AverageLinkage
  /** Of each record its cluster: itself until its component is done. */
  readonly clusters: Clusters
}

// Clusters never reach beyond what pairs above the stop connect.
function workOf(records: number, edges: Edges, options: AverageLinkage, decided?: Constraints): LinkageWork {
  const components = componentsOf(records, edges, options.stop, decided)
  return {
    components: inOrder(components),
    inside: insideOf(edges, components, decided ? Infinity : options.stop),
    options,
    clusters: sharedCopy(alone(records)),
  }
}

/** Makes the clusters of some components, from one on and before another. */
export function linkComponents(
  { components: { order, starts }, inside, options, clusters }: LinkageWork,
  [begin, end]: readonly [number, number],
  apart?: Apart,
  decided?: Constraints,
): void {
  const weights = new ComponentWeights(inside, options.unscored)
  for (let at = begin; at < end; at++) {
    const component = order.subarray(starts[at] as number, starts[at + 1] as number)
    if (!apart && !decided && weights.allAbove(component, options.stop)) {
      // Where all pairs weigh more than the stop, so does every mean, and all become one in whatever order.
      for (const record of component) clusters[record] = component[0] as number
      continue
    }
    weights.hold(component)
    const merged = merge(component, weights, options, apart, decided)
    for (let place = 0; place < component.length; place++)
      clusters[component[place] as number] = component[merged[place] as number] as number
  }
}

/** The clusters of one component, whose records are numbered 0, 1, …. */
function merge(
  component: Int32Array,
  weights: ComponentWeights,
  { unscored, stop, best: share }: AverageLinkage,
  apart?: Apart,
  decided?: Constraints,
): Clusters {
  const clusters = decided ? rootsIn(component, decided) : alone(component.length)
  const members = membersOf(clusters)
  const sizes = sizesOf(clusters)
  const mean = meanBetween(weights, (cluster) => members[cluster] as readonly number[], share)

  const queue = new MergeQueue()
  const offer = (one: number, other: number): void => {
    const [a, b] = one < other ? [one, other] : [other, one]
    if (apart?.has(component[a] as number, component[b] as number)) return
    const weight = mean(a, b)
    if (weight > stop) queue.push(weight, { a, b, sizeA: sizes[a] as number, sizeB: sizes[b] as number })
  }

  /** By cluster, how much more its pairs with one cluster weigh than if they had not been scored; 0 but while they are summed. */
  const excess = new Float64Array(component.length)
  /** Clusters that records of one were scored with, but those that cannot reach the stop at the very best. */
  const around = (cluster: number): number[] => {
    const met: number[] = []
    const meet = (record: number, weight: number): void => {
      const other = clusters[record] as number
      if (other === cluster) return
      if (excess[other] === 0) met.push(other)
      excess[other] = (excess[other] as number) + Math.max(weight - unscored, Number.MIN_VALUE)
    }
    const own = members[cluster] as readonly number[]
    for (const record of own) weights.around(record, meet)
    return met.filter((other) => {
      const atBest =
        unscored + (excess[other] as number) / comparedPairs(own.length, sizes[other] as number, share)
      excess[other] = 0
      return atBest > stop - ROUNDING
    })
  }

  for (const [record, cluster] of clusters.entries())
    if (record === cluster) for (const other of around(record)) if (record < other) offer(record, other)
  const next: Merge = { a: 0, b: 0, sizeA: 0, sizeB: 0 }
  while (queue.pop(next)) {
    const { a, b, sizeA, sizeB } = next
    // One of them has changed since.
    if (clusters[a] !== a || clusters[b] !== b || sizeA !== sizes[a] || sizeB !== sizes[b]) continue
    const grown = members[a] as number[]
    for (const record of members[b] as readonly number[]) {
      clusters[record] = a
      grown.push(record)
    }
    sizes[a] = grown.length
    members[b] = []
    apart?.join(component[a] as number, component[b] as number)
    for (const other of around(a)) offer(a, other)
  }
  return clusters
}

/** A sum that is taken in another order may differ by this much. */
const ROUNDING = 1e-6

/** Each record of the smaller cluster with so many of the larger. */
const comparedPairs = (a: number, b: number, share: number): number =>
  Math.min(a, b) * Math.ceil(share * Math.max(a, b))

/** The records of each cluster, under its number. */
function membersOf(clusters: Clusters): number[][] {
  const members = Array.from(clusters, (): number[] => [])
  clusters.forEach((cluster, record) => members[cluster]?.push(record))
  return members
}

/** Of each record of a component the place of the one that decided matches begin it with. */
function rootsIn(component: Int32Array, { roots }: Constraints): Clusters {
  const places = new Map(Array.from(component, (record, place) => [record, place]))
  return component.map((record) => places.get(roots[record] as number) as number)
}
