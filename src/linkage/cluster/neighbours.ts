import type { Clusters, Edges } from './model.ts'

/**
 * Which records each was scored with, and how much the pair weighs: those of record `r` stand from `from[r]` to
 * `from[r + 1]`. Lists in a row, because tens of millions of pairs are too many for objects.
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
  return found
}

/** Puts what stands from start to end in the order of the records. */
function sortRow({ other, weight }: Neighbours, start: number, end: number): void {
  const row = Array.from({ length: end - start }, (_, i) => ({
    other: other[start + i] as number,
    weight: weight[start + i] as number,
  })).sort((a, b) => a.other - b.other)
  for (const [i, one] of row.entries()) {
    other[start + i] = one.other
    weight[start + i] = one.weight
  }
}

/** Components of so many records have all their weights side by side. */
const MOST_SIDE_BY_SIDE = 128

/** The weights of the pairs of one component after the other. */
export class Weights {
  readonly #neighbours: Neighbours
  readonly #unscored: number
  /** Of each record its place in the component that is held. */
  readonly #place: Int32Array
  readonly #square = new Float64Array(MOST_SIDE_BY_SIDE * MOST_SIDE_BY_SIDE)
  /** Records of that component, or 0 where it is too large to stand side by side. */
  #side = 0

  /** @param unscored the weight of a pair that was not scored */
  constructor(neighbours: Neighbours, unscored: number) {
    this.#neighbours = neighbours
    this.#unscored = unscored
    this.#place = new Int32Array(neighbours.from.length - 1)
  }

  hold(component: Int32Array): void {
    const side = component.length
    this.#side = side > MOST_SIDE_BY_SIDE ? 0 : side
    const { from, other, weight } = this.#neighbours
    if (this.#side === 0) {
      for (const record of component)
        sortRow(this.#neighbours, from[record] as number, from[record + 1] as number)
      return
    }
    component.forEach((record, place) => {
      this.#place[record] = place
    })
    this.#square.fill(this.#unscored, 0, side * side)
    for (const [place, record] of component.entries())
      for (let at = from[record] as number; at < (from[record + 1] as number); at++)
        this.#square[place * side + (this.#place[other[at] as number] as number)] = weight[at] as number
  }

  /** Of two records of the component that is held. */
  of(a: number, b: number): number {
    return this.#side > 0
      ? (this.#square[(this.#place[a] as number) * this.#side + (this.#place[b] as number)] as number)
      : this.#search(a, b)
  }

  /** Rows of a large component are sorted. */
  #search(a: number, b: number): number {
    const { from, other, weight } = this.#neighbours
    let low = from[a] as number
    let high = from[a + 1] as number
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      const found = other[middle] as number
      if (found === b) return weight[middle] as number
      if (found < b) low = middle + 1
      else high = middle
    }
    return this.#unscored
  }
}
