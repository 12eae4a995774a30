import type { Apart } from './apart.ts'
import { connectedComponents } from './components.ts'
import { between, type Constraints } from './decisions.ts'
import { alone, type Clusters, type Edges } from './model.ts'

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
  // Clusters never reach beyond what pairs above the stop connect.
  const linked = connectedComponents(records, decided ? between(edges, decided) : edges, stop)
  const weights = weightsOf(edges, decided ? roots.map((root) => linked[root] as number) : linked)
  const clusters = roots.slice()
  const members = membersOf(roots, decided)
  const neighbours = neighboursOf(weights, roots)
  const of = (cluster: number): number[] => members.get(cluster) ?? [cluster]
  const sizeOf = (cluster: number): number => members.get(cluster)?.length ?? 1
  /** Mean over records of one cluster of their means with the best of the other. */
  const towards = (from: readonly number[], to: readonly number[]): number => {
    const compared = Math.ceil(share * to.length)
    let sum = 0
    for (const record of from) {
      const known = weights.get(record)
      const all = to.map((other) => known?.get(other) ?? unscored)
      if (compared < all.length) all.sort((x, y) => y - x)
      for (let at = 0; at < compared; at++) sum += (all[at] as number) / compared
    }
    return sum / from.length
  }
  const mean = (a: number, b: number): number => {
    const [ours, theirs] = [of(a), of(b)]
    if (ours.length < theirs.length) return towards(ours, theirs)
    if (ours.length > theirs.length) return towards(theirs, ours)
    return ours.length === 1 ? towards(ours, theirs) : (towards(ours, theirs) + towards(theirs, ours)) / 2
  }
  const queue = new Queue()
  const offer = (a: number, b: number): void => {
    if (apart?.has(a, b)) return
    const [low, high] = a < b ? [a, b] : [b, a]
    const weight = mean(low, high)
    if (weight > stop) queue.push(weight, low, high, sizeOf(low), sizeOf(high))
  }
  for (const [a, others] of neighbours) for (const b of others) if (a < b) offer(a, b)
  for (let best = queue.pop(); best !== undefined; best = queue.pop()) {
    const { a, b } = best
    // One of them has changed since.
    if (clusters[a] !== a || clusters[b] !== b || best.sizeA !== sizeOf(a) || best.sizeB !== sizeOf(b))
      continue
    const joined = of(a)
    for (const record of of(b)) {
      clusters[record] = a
      joined.push(record)
    }
    members.set(a, joined)
    members.delete(b)
    apart?.join(a, b)
    const ours = neighbours.get(a) as Set<number>
    for (const other of neighbours.get(b) ?? []) {
      const theirs = neighbours.get(other) as Set<number>
      theirs.delete(b)
      if (other === a) continue
      ours.add(other)
      theirs.add(a)
    }
    neighbours.delete(b)
    for (const other of ours) offer(a, other)
  }
  return clusters
}

/** Records of each cluster that begins with several. */
function membersOf(roots: Clusters, decided?: Constraints): Map<number, number[]> {
  const members = new Map([...(decided?.sizes.keys() ?? [])].map((root) => [root, [] as number[]]))
  if (members.size > 0) roots.forEach((root, record) => members.get(root)?.push(record))
  return members
}

/** Clusters that records of a cluster were scored with. */
function neighboursOf(
  weights: ReadonlyMap<number, ReadonlyMap<number, number>>,
  roots: Clusters,
): Map<number, Set<number>> {
  const neighbours = new Map<number, Set<number>>()
  for (const [record, others] of weights) {
    const root = roots[record] as number
    let own = neighbours.get(root)
    if (!own) neighbours.set(root, (own = new Set()))
    for (const other of others.keys()) if (roots[other] !== root) own.add(roots[other] as number)
  }
  return neighbours
}

/** Weights of each record with the others of its component that it was scored with. */
function weightsOf(edges: Edges, components: Clusters): Map<number, Map<number, number>> {
  const weights = new Map<number, Map<number, number>>()
  const add = (a: number, b: number, weight: number): void => {
    let own = weights.get(a)
    if (!own) weights.set(a, (own = new Map()))
    own.set(b, weight)
  }
  for (let i = 0; i < edges.weight.length; i++) {
    const [a, b] = [edges.left[i] as number, edges.right[i] as number]
    if (components[a] !== components[b]) continue
    add(a, b, edges.weight[i] as number)
    add(b, a, edges.weight[i] as number)
  }
  return weights
}

interface Candidate {
  readonly weight: number
  readonly a: number
  readonly b: number
  readonly sizeA: number
  readonly sizeB: number
}

/** Best first; of equals that with the smallest numbers. */
class Queue {
  readonly #heap: Candidate[] = []

  push(weight: number, a: number, b: number, sizeA: number, sizeB: number): void {
    const heap = this.#heap
    let at = heap.push({ weight, a, b, sizeA, sizeB }) - 1
    while (at > 0) {
      const up = (at - 1) >> 1
      if (!before(heap[at] as Candidate, heap[up] as Candidate)) break
      swap(heap, at, up)
      at = up
    }
  }

  pop(): Candidate | undefined {
    const heap = this.#heap
    const best = heap[0]
    const last = heap.pop()
    if (best === undefined || last === undefined || heap.length === 0) return best
    heap[0] = last
    for (let at = 0; ; ) {
      let first = at
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < heap.length && before(heap[child] as Candidate, heap[first] as Candidate)) first = child
      if (first === at) return best
      swap(heap, at, first)
      at = first
    }
  }
}

function before(x: Candidate, y: Candidate): boolean {
  if (x.weight !== y.weight) return x.weight > y.weight
  return x.a !== y.a ? x.a < y.a : x.b < y.b
}

function swap(heap: Candidate[], i: number, j: number): void {
  const kept = heap[i] as Candidate
  heap[i] = heap[j] as Candidate
  heap[j] = kept
}
