import { byComponent } from './components.ts'
import { componentsOf } from './decisions.ts'
import { meanBetween } from './mean-weight.ts'
import { type Merge, MergeQueue } from './merge-queue.ts'
import { ComponentWeights, insideOf } from './component-weights.ts'
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
  { unscored, stop, best: share }: AverageLinkage,
  apart?: Apart,
  decided?: Constraints,
): Clusters {
  // Clusters never reach beyond what pairs above the stop connect, so that each component is a work of its own.
  const components = componentsOf(records, edges, stop, decided)
  const weights = new ComponentWeights(insideOf(edges, components), unscored)
  const clusters = alone(records)
  for (const component of byComponent(components)) {
    if (!apart && !decided && weights.allAbove(component, stop)) {
      // Where all pairs weigh more than the stop, so does every mean, and all become one in whatever order.
      for (const record of component) clusters[record] = component[0] as number
      continue
    }
    weights.hold(component)
    const merged = merge(component, weights, { unscored, stop, best: share }, apart, decided)
    for (let at = 0; at < component.length; at++)
      clusters[component[at] as number] = component[merged[at] as number] as number
  }
  return clusters
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
