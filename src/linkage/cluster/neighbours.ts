import type { Clusters, Edges } from './model.ts'

/**
 * Which records each was scored with, and how much the pair weighs: those of record `r` stand from `from[r]` to
 * `from[r + 1]`, smallest number first. Lists in a row, because tens of millions of pairs are too many for objects.
 */
export interface Neighbours {
  readonly from: Float64Array
  readonly other: Int32Array
  readonly weight: Float64Array
}

/** The pairs inside components, each from both of its records. */
export function neighboursOf({ left, right, weight }: Edges, components: Clusters): Neighbours {
  const records = components.length
  const from = new Float64Array(records + 1)
  const isInside = (i: number): boolean => components[left[i] as number] === components[right[i] as number]
  const count = (record: number): void => {
    from[record + 1] = (from[record + 1] as number) + 1
  }
  for (let i = 0; i < weight.length; i++)
    if (isInside(i)) {
      count(left[i] as number)
      count(right[i] as number)
    }
  for (let record = 0; record < records; record++)
    from[record + 1] = (from[record + 1] as number) + (from[record] as number)
  const n = from[records] as number
  const found = { from, other: new Int32Array(n), weight: new Float64Array(n) }
  const next = from.slice(0, records)
  const add = (record: number, other: number, i: number): void => {
    const at = next[record] as number
    next[record] = at + 1
    found.other[at] = other
    found.weight[at] = weight[i] as number
  }
  for (let i = 0; i < weight.length; i++)
    if (isInside(i)) {
      add(left[i] as number, right[i] as number, i)
      add(right[i] as number, left[i] as number, i)
    }
  for (let record = 0; record < records; record++)
    sortRow(found, from[record] as number, from[record + 1] as number)
  return found
}

/** Pairs that come in the order of their records leave every row sorted. */
function sortRow({ other, weight }: Neighbours, start: number, end: number): void {
  let at = start + 1
  while (at < end && (other[at - 1] as number) < (other[at] as number)) at++
  if (at >= end) return
  const row = Array.from({ length: end - start }, (_, i) => ({
    other: other[start + i] as number,
    weight: weight[start + i] as number,
  })).sort((a, b) => a.other - b.other)
  for (const [i, one] of row.entries()) {
    other[start + i] = one.other
    weight[start + i] = one.weight
  }
}

/** @param otherwise the weight of a pair that was not scored */
export function weightOf(
  { from, other, weight }: Neighbours,
  a: number,
  b: number,
  otherwise: number,
): number {
  let low = from[a] as number
  let high = from[a + 1] as number
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const found = other[middle] as number
    if (found === b) return weight[middle] as number
    if (found < b) low = middle + 1
    else high = middle
  }
  return otherwise
}
