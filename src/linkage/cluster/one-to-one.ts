import { alone, type Clusters, type Edges, someOf } from './model.ts'

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
  const best = new Float64Array(records)
  const second = new Float64Array(records)
  const partner = new Int32Array(records)
  const offer = (one: number, other: number, weight: number): void => {
    if (weight > (best[one] as number)) {
      second[one] = best[one] as number
      best[one] = weight
      partner[one] = other
    } else if (weight > (second[one] as number)) second[one] = weight
  }
  let open = someOf(edges, (i) => (edges.weight[i] as number) >= threshold)
  for (;;) {
    open = someOf(open, (i) => taken[open.left[i] as number] === 0 && taken[open.right[i] as number] === 0)
    best.fill(-Infinity)
    second.fill(-Infinity)
    partner.fill(-1)
    for (let i = 0; i < open.weight.length; i++) {
      const [a, b, weight] = [open.left[i] as number, open.right[i] as number, open.weight[i] as number]
      offer(a, b, weight)
      offer(b, a, weight)
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
