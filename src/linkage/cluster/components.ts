import { sharedIntegers } from '../threads/shared.ts'
import { alone, type Apart, type Clusters, type Edges, sizesOf } from './model.ts'

/**
 * Everybody that a chain of pairs of at least this weight leads to: one wrong pair joins two persons.
 * @param apart who stays apart: the pairs that weigh most are then joined first
 */
export function connectedComponents(
  records: number,
  edges: Edges,
  threshold: number,
  apart?: Apart,
): Clusters {
  const parent = alone(records)
  const root = (of: number): number => {
    let at = of
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] as number] as number
      at = parent[at] as number
    }
    return at
  }
  const join = (i: number): void => {
    if ((edges.weight[i] as number) < threshold) return
    const a = root(edges.left[i] as number)
    const b = root(edges.right[i] as number)
    if (a === b || apart?.has(a, b)) return
    parent[Math.max(a, b)] = Math.min(a, b)
    apart?.join(Math.min(a, b), Math.max(a, b))
  }
  if (apart) for (const i of heaviestFirst(edges)) join(i)
  else for (let i = 0; i < edges.weight.length; i++) join(i)
  return parent.map((_, at) => root(at))
}

/** Of equals that with the smallest numbers. */
const heaviestFirst = ({ left, right, weight }: Edges): readonly number[] =>
  Array.from(weight.keys()).sort(
    (i, j) =>
      (weight[j] as number) - (weight[i] as number) ||
      (left[i] as number) - (left[j] as number) ||
      (right[i] as number) - (right[j] as number),
  )

/** Components of several records, in the order of their smallest. */
export interface Components {
  /** Records, those of a component one after the other, smallest first. */
  readonly order: Int32Array
  /** Where in it each component begins, and at last where the last one ends. */
  readonly starts: Int32Array
}

export function inOrder(components: Clusters): Components {
  const size = sizesOf(components)
  const next = new Int32Array(components.length)
  const starts = sharedIntegers(size.reduce((several, n) => (n > 1 ? several + 1 : several), 1))
  let last = 0
  let several = 0
  for (const [component, n] of size.entries()) {
    next[component] = last
    if (n > 1) starts[++several] = last += n
  }
  const order = sharedIntegers(last)
  for (const [record, component] of components.entries()) {
    if ((size[component] as number) < 2) continue
    const at = next[component] as number
    order[at] = record
    next[component] = at + 1
  }
  return { order, starts }
}
