import { connectedComponents } from './components.ts'
import type { Apart } from './decisions.ts'
import type { Clusters, Edges } from './model.ts'

export interface AverageLinkage {
  /** Weight of a pair that was not scored: it agreed on no blocking rule, or fell under the threshold of scoring. */
  readonly unscored: number
  /** Two clusters become one while the mean weight of the pairs between them is above this. */
  readonly stop: number
}

/**
 * Average linkage on match weights: the two clusters whose records agree best on average become one, again and again,
 * until no two agree above `stop`. A single strong pair between two persons does not join all that is around them, as it
 * does in connected components. Ties go to the smallest record numbers.
 * @param edges pairs that were scored, each once, also some below `stop`
 * @param sizes of those that stand for several records
 * @param apart who never becomes one
 */
export function averageLinkage(
  records: number,
  edges: Edges,
  { unscored, stop }: AverageLinkage,
  sizes: ReadonlyMap<number, number> = new Map(),
  apart?: Apart,
): Clusters {
  // Clusters never reach beyond what pairs above the stop connect.
  const components = connectedComponents(records, edges, stop)
  const sums = neighbourSums(edges, components)
  const size = new Map(sizes)
  const clusters = Int32Array.from({ length: records }, (_, at) => at)
  const members = new Map<number, number[]>()
  const of = (cluster: number): number[] => members.get(cluster) ?? [cluster]
  const sizeOf = (cluster: number): number => size.get(cluster) ?? 1
  const mean = (a: number, b: number): number => {
    if (apart?.has(a, b)) return -Infinity
    const pairs = sizeOf(a) * sizeOf(b)
    const between = sums.get(a)?.get(b)
    return between === undefined ? unscored : (between.sum + (pairs - between.pairs) * unscored) / pairs
  }
  const queue = new Queue()
  for (const [a, others] of sums)
    for (const b of others.keys()) if (a < b) queue.push(mean(a, b), a, b, sizeOf(a), sizeOf(b))
  for (let best = queue.pop(); best !== undefined && best.weight > stop; best = queue.pop()) {
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
    size.set(a, sizeOf(a) + sizeOf(b))
    size.delete(b)
    apart?.join(a, b)
    const ours = sums.get(a) as Map<number, Between>
    for (const [other, between] of sums.get(b) ?? []) {
      const theirs = sums.get(other) as Map<number, Between>
      theirs.delete(b)
      if (other === a) continue
      const known = ours.get(other)
      const both = known ? { sum: known.sum + between.sum, pairs: known.pairs + between.pairs } : between
      ours.set(other, both)
      theirs.set(a, both)
    }
    sums.delete(b)
    for (const other of ours.keys()) {
      const [low, high] = other < a ? [other, a] : [a, other]
      queue.push(mean(a, other), low, high, sizeOf(low), sizeOf(high))
    }
  }
  return clusters
}

interface Between {
  readonly sum: number
  readonly pairs: number
}

/** Scored pairs of each record with the others of its component. */
function neighbourSums(edges: Edges, components: Clusters): Map<number, Map<number, Between>> {
  const sums = new Map<number, Map<number, Between>>()
  const add = (a: number, b: number, sum: number): void => {
    let own = sums.get(a)
    if (!own) sums.set(a, (own = new Map()))
    const known = own.get(b)
    own.set(b, known ? { sum: known.sum + sum, pairs: known.pairs + 1 } : { sum, pairs: 1 })
  }
  for (let i = 0; i < edges.weight.length; i++) {
    const [a, b] = [edges.left[i] as number, edges.right[i] as number]
    if (components[a] !== components[b]) continue
    add(a, b, edges.weight[i] as number)
    add(b, a, edges.weight[i] as number)
  }
  return sums
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
