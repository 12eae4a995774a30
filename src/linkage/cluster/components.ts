import { alone, type Clusters, type Edges } from './model.ts'

/** Everybody that a chain of pairs of at least this weight leads to: one wrong pair joins two persons. */
export function connectedComponents(records: number, edges: Edges, threshold: number): Clusters {
  const parent = alone(records)
  const root = (of: number): number => {
    let at = of
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] as number] as number
      at = parent[at] as number
    }
    return at
  }
  for (let i = 0; i < edges.weight.length; i++) {
    if ((edges.weight[i] as number) < threshold) continue
    const a = root(edges.left[i] as number)
    const b = root(edges.right[i] as number)
    if (a !== b) parent[Math.max(a, b)] = Math.min(a, b)
  }
  return parent.map((_, at) => root(at))
}
