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

/** The records of each component that has several, smallest first. */
export function* byComponent(components: Clusters): Generator<Int32Array> {
  const size = sizesOf(components)
  const end = new Int32Array(components.length)
  let last = 0
  for (const [component, n] of size.entries()) end[component] = last += n
  const next = end.map((at, component) => at - (size[component] as number))
  const records = new Int32Array(components.length)
  components.forEach((component, record) => {
    const at = next[component] as number
    records[at] = record
    next[component] = at + 1
  })
  for (const [component, n] of size.entries())
    if (n > 1) yield records.subarray((end[component] as number) - n, end[component] as number)
}
