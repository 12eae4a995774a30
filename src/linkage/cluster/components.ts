import type { Apart } from './apart.ts'
import { alone, type Clusters, type Edges } from './model.ts'

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
