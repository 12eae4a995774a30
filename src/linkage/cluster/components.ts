import type { Apart } from './apart.ts'
import { alone, type Clusters, type Edges } from './model.ts'

/**
 * Everybody that a chain of pairs of at least this weight leads to: one wrong pair joins two persons.
 * @param apart records that are never in one cluster: the pairs that weigh most are then joined first
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
  const tables = apart?.slice()
  for (const i of apart ? heaviestFirst(edges) : edges.weight.keys()) {
    if ((edges.weight[i] as number) < threshold) continue
    const a = root(edges.left[i] as number)
    const b = root(edges.right[i] as number)
    if (a === b) continue
    if (tables) {
      if ((tables[a] as number) & (tables[b] as number)) continue
      tables[Math.min(a, b)] = (tables[a] as number) | (tables[b] as number)
    }
    parent[Math.max(a, b)] = Math.min(a, b)
  }
  return parent.map((_, at) => root(at))
}

/** Of equals that with the smallest records. */
const heaviestFirst = ({ left, right, weight }: Edges): number[] =>
  Array.from(weight.keys()).sort(
    (i, j) =>
      (weight[j] as number) - (weight[i] as number) ||
      (left[i] as number) - (left[j] as number) ||
      (right[i] as number) - (right[j] as number),
  )
