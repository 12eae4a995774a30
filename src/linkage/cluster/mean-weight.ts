import type { ComponentWeights } from './component-weights.ts'

/** How well two clusters agree: the smaller one's records with the best of the larger, both ways where neither is smaller. */
export function meanBetween(
  weights: ComponentWeights,
  of: (cluster: number) => readonly number[],
  share: number,
): (a: number, b: number) => number {
  let best = new Float64Array(64)
  const towards = (from: readonly number[], to: readonly number[]): number => {
    const compared = Math.ceil(share * to.length)
    if (best.length < to.length) best = new Float64Array(2 * to.length)
    let sum = 0
    for (const record of from) {
      to.forEach((other, at) => {
        best[at] = weights.of(record, other)
      })
      if (compared < to.length) heaviestFirst(best, to.length)
      for (let at = 0; at < compared; at++) sum += (best[at] as number) / compared
    }
    return sum / from.length
  }
  return (a, b) => {
    const [ours, theirs] = [of(a), of(b)]
    if (ours.length === 1 && theirs.length === 1) return weights.of(a, b)
    if (ours.length < theirs.length) return towards(ours, theirs)
    if (ours.length > theirs.length) return towards(theirs, ours)
    return (towards(ours, theirs) + towards(theirs, ours)) / 2
  }
}

/** A database of people has few clusters that are large, and millions that are not. */
const SMALL = 50

function heaviestFirst(list: Float64Array, length: number): void {
  if (length > SMALL) {
    list.subarray(0, length).sort().reverse()
    return
  }
  for (let n = 1; n < length; n++) {
    const weight = list[n] as number
    let at = n
    for (; at > 0 && (list[at - 1] as number) < weight; at--) list[at] = list[at - 1] as number
    list[at] = weight
  }
}
