import { byComponent } from './components.ts'
import { componentsOf } from './decisions.ts'
import { meanBetween } from './mean-weight.ts'
import { type Merge, MergeQueue } from './merge-queue.ts'
import { alone, type Apart, type Clusters, type Constraints, type Edges } from './model.ts'
import { type Neighbours, neighboursOf, Weights } from './neighbours.ts'

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
  const roots = decided?.roots ?? alone(records)
  // Clusters never reach beyond what pairs above the stop connect, so that each component is a work of its own.
  const components = componentsOf(records, edges, stop, decided)
  const neighbours = neighboursOf(edges, components)
  const clusters = roots.slice()
  /** Records of the clusters that have several. */
  const members = membersOf(roots, decided)
  const sizes = new Int32Array(records).fill(1)
  for (const [root, { length }] of members) sizes[root] = length
  const weights = new Weights(neighbours, unscored)
  const mean = meanBetween(weights, (cluster) => members.get(cluster) ?? [cluster], share)

  const queue = new MergeQueue()
  const offer = (one: number, other: number): void => {
    if (apart?.has(one, other)) return
    const [a, b] = one < other ? [one, other] : [other, one]
    const weight = mean(a, b)
    if (weight > stop) queue.push(weight, { a, b, sizeA: sizes[a] as number, sizeB: sizes[b] as number })
  }

  /** By cluster, how much more its pairs with one cluster weigh than if they had not been scored; 0 but while they are summed. */
  const excess = new Float64Array(records)
  /** Clusters that records of one were scored with, but those that cannot reach the stop at the very best. */
  const around = (cluster: number): number[] => {
    const size = sizes[cluster] as number
    const met: number[] = []
    const meet = (record: number): void => {
      const end = neighbours.from[record + 1] as number
      for (let at = neighbours.from[record] as number; at < end; at++) {
        const other = clusters[neighbours.other[at] as number] as number
        if (other === cluster) continue
        if (excess[other] === 0) met.push(other)
        const more = (neighbours.weight[at] as number) - unscored
        excess[other] = (excess[other] as number) + Math.max(more, Number.MIN_VALUE)
      }
    }
    const own = members.get(cluster)
    if (own) own.forEach(meet)
    else meet(cluster)
    return met.filter((other) => {
      const atBest = unscored + (excess[other] as number) / comparedPairs(size, sizes[other] as number, share)
      excess[other] = 0
      return atBest > stop - ROUNDING
    })
  }

  const merge: Merge = { a: 0, b: 0, sizeA: 0, sizeB: 0 }
  for (const component of byComponent(components)) {
    if (!apart && !decided && allAgree(neighbours, component, stop)) {
      for (const record of component) clusters[record] = component[0] as number
      continue
    }
    weights.hold(component)
    for (const record of component)
      if (clusters[record] === record)
        for (const other of around(record)) if (record < other) offer(record, other)
    while (queue.pop(merge)) {
      const { a, b, sizeA, sizeB } = merge
      // One of them has changed since.
      if (clusters[a] !== a || clusters[b] !== b || sizeA !== sizes[a] || sizeB !== sizes[b]) continue
      const joined = members.get(a) ?? [a]
      for (const record of members.get(b) ?? [b]) {
        clusters[record] = a
        joined.push(record)
      }
      members.set(a, joined)
      sizes[a] = joined.length
      members.delete(b)
      apart?.join(a, b)
      for (const other of around(a)) offer(a, other)
    }
  }
  return clusters
}

/** Where all pairs weigh more than the stop, so does every mean, and all become one in whatever order. */
function allAgree({ from, weight }: Neighbours, component: Int32Array, stop: number): boolean {
  return component.every((record) => {
    const [start, end] = [from[record] as number, from[record + 1] as number]
    if (end - start < component.length - 1) return false
    for (let at = start; at < end; at++) if ((weight[at] as number) <= stop) return false
    return true
  })
}

/** A sum that is taken in another order may differ by this much. */
const ROUNDING = 1e-6

/** Each record of the smaller cluster with so many of the larger. */
const comparedPairs = (a: number, b: number, share: number): number =>
  Math.min(a, b) * Math.ceil(share * Math.max(a, b))

/** Records of each cluster that begins with several. */
function membersOf(roots: Clusters, decided?: Constraints): Map<number, number[]> {
  const members = new Map([...(decided?.sizes.keys() ?? [])].map((root) => [root, [] as number[]]))
  if (members.size > 0) roots.forEach((root, record) => members.get(root)?.push(record))
  return members
}
