import { connectedComponents } from './components.ts'
import type { Apart, Clusters, Edges } from './model.ts'

/**
 * Each record with its best partner, and with whom that leads to: a record in the middle does not draw all others. Of equals
 * it is the pair with the smallest numbers.
 */
export function bestLinks(records: number, edges: Edges, threshold: number, apart?: Apart): Clusters {
  const best = new Int32Array(records).fill(-1)
  for (let i = 0; i < edges.weight.length; i++)
    for (const record of [edges.left[i] as number, edges.right[i] as number]) {
      const known = best[record] as number
      if (known === -1 || isBefore(edges, i, known)) best[record] = i
    }
  const chosen = [...new Set(best)].filter((i) => i !== -1)
  return connectedComponents(
    records,
    {
      left: Int32Array.from(chosen, (i) => edges.left[i] as number),
      right: Int32Array.from(chosen, (i) => edges.right[i] as number),
      weight: Float64Array.from(chosen, (i) => edges.weight[i] as number),
    },
    threshold,
    apart,
  )
}

function isBefore({ left, right, weight }: Edges, i: number, other: number): boolean {
  if (weight[i] !== weight[other]) return (weight[i] as number) > (weight[other] as number)
  return left[i] === left[other]
    ? (right[i] as number) < (right[other] as number)
    : (left[i] as number) < (left[other] as number)
}
