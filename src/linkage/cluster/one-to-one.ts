import { alone, type Clusters, type Edges } from './model.ts'

/**
 * Each record has at most one partner: the best for both, and better than the second best of either by a margin. What is
 * left is looked at again until nobody finds anybody. Of equals nobody is taken.
 * @param partnered who has a partner already
 */
export function oneToOne(
  records: number,
  edges: Edges,
  threshold: number,
  margin = 0,
  partnered: Iterable<number> = [],
): Clusters {
  const clusters = alone(records)
  const taken = new Uint8Array(records)
  for (const one of partnered) taken[one] = 1
  const order = Array.from(edges.weight.keys()).filter((i) => (edges.weight[i] as number) >= threshold)
  for (;;) {
    const best = new Float64Array(records).fill(-Infinity)
    const second = new Float64Array(records).fill(-Infinity)
    const partner = new Int32Array(records).fill(-1)
    for (const i of order) {
      const [a, b, weight] = [edges.left[i] as number, edges.right[i] as number, edges.weight[i] as number]
      if (taken[a] || taken[b]) continue
      for (const [one, other] of [
        [a, b],
        [b, a],
      ] as const) {
        if (weight > (best[one] as number)) {
          second[one] = best[one] as number
          best[one] = weight
          partner[one] = other
        } else if (weight > (second[one] as number)) second[one] = weight
      }
    }
    let found = 0
    for (let a = 0; a < records; a++) {
      const b = partner[a] as number
      if (b <= a || partner[b] !== a) continue
      const rival = Math.max(second[a] as number, second[b] as number)
      if ((best[a] as number) - rival < margin || best[a] === rival) continue
      clusters[b] = a
      taken[a] = 1
      taken[b] = 1
      found++
    }
    if (found === 0) return clusters
  }
}
