import { sharedFractions, sharedIntegers } from '../threads/shared.ts'
import type { Clusters, Edges } from './model.ts'

/** Pairs inside components, those of one standing together: of the component of record `r` from `from[r]` to `from[r + 1]`. */
export interface Inside extends Edges {
  readonly from: Int32Array
}

const NONE = -1

/**
 * Lists in a row, because tens of millions of pairs are too many for objects.
 * @param surely pairs from this weight on are inside
 */
export function insideOf({ left, right, weight }: Edges, components: Clusters, surely = Infinity): Inside {
  const records = components.length
  const from = sharedIntegers(records + 1)
  // Of each pair its component, which is looked up once: it stands anywhere.
  const of = new Int32Array(weight.length)
  for (let i = 0; i < weight.length; i++) {
    const component = components[left[i] as number] as number
    const isInside =
      (weight[i] as number) >= surely || component === (components[right[i] as number] as number)
    of[i] = isInside ? component : NONE
    if (isInside) from[component + 1] = (from[component + 1] as number) + 1
  }
  for (let record = 0; record < records; record++)
    from[record + 1] = (from[record + 1] as number) + (from[record] as number)
  const n = from[records] as number
  const inside = { from, left: sharedIntegers(n), right: sharedIntegers(n), weight: sharedFractions(n) }
  const next = from.slice(0, records)
  for (let i = 0; i < weight.length; i++) {
    const component = of[i] as number
    if (component === NONE) continue
    const at = next[component] as number
    next[component] = at + 1
    inside.left[at] = left[i] as number
    inside.right[at] = right[i] as number
    inside.weight[at] = weight[i] as number
  }
  return inside
}

/** Components of so many records have all their weights side by side. */
const MOST_SIDE_BY_SIDE = 128

/** What clusters of one component are told by: its records are numbered 0, 1, … in their order. */
export class ComponentWeights {
  readonly #inside: Inside
  readonly #unscored: number
  /** Of each record its number in the component that is held. */
  readonly #place: Int32Array
  /** NaN where a pair was not scored. */
  readonly #square = new Float64Array(MOST_SIDE_BY_SIDE * MOST_SIDE_BY_SIDE)
  /** Records of that component, or 0 where it is too large to stand side by side. */
  #side = 0
  /** Of a large one, with whom each record was scored, in their order: those of `r` from `from[r]` to `from[r + 1]`. */
  #from = new Int32Array(1)
  #other = new Int32Array(0)
  #weight = new Float64Array(0)

  /** @param unscored the weight of a pair that was not scored */
  constructor(inside: Inside, unscored: number) {
    this.#inside = inside
    this.#unscored = unscored
    this.#place = new Int32Array(inside.from.length - 1)
  }

  /** Do all pairs of the component weigh more than this? Each is there once. */
  allAbove(component: Int32Array, weight: number): boolean {
    const [begin, end] = this.#range(component)
    if (end - begin < (component.length * (component.length - 1)) / 2) return false
    for (let at = begin; at < end; at++) if ((this.#inside.weight[at] as number) <= weight) return false
    return true
  }

  /** @param component its records in their order, the first of which names it */
  hold(component: Int32Array): void {
    for (let place = 0; place < component.length; place++) this.#place[component[place] as number] = place
    const [begin, end] = this.#range(component)
    if (component.length > MOST_SIDE_BY_SIDE) {
      this.#side = 0
      this.#holdRows(component.length, begin, end)
      return
    }
    const { left, right, weight } = this.#inside
    const side = component.length
    const [square, places] = [this.#square, this.#place]
    square.fill(Number.NaN, 0, side * side)
    for (let at = begin; at < end; at++) {
      const [l, r] = [places[left[at] as number] as number, places[right[at] as number] as number]
      square[l * side + r] = weight[at] as number
      square[r * side + l] = weight[at] as number
    }
    this.#side = side
  }

  #range(component: Int32Array): readonly [number, number] {
    const name = component[0] as number
    return [this.#inside.from[name] as number, this.#inside.from[name + 1] as number]
  }

  #holdRows(records: number, begin: number, end: number): void {
    const { left, right, weight } = this.#inside
    const rows = Array.from({ length: records }, (): { other: number; weight: number }[] => [])
    for (let at = begin; at < end; at++) {
      const [l, r] = [left[at], right[at]].map((record) => this.#place[record as number] as number)
      rows[l as number]?.push({ other: r as number, weight: weight[at] as number })
      rows[r as number]?.push({ other: l as number, weight: weight[at] as number })
    }
    for (const row of rows) row.sort((a, b) => a.other - b.other)
    this.#from = new Int32Array(records + 1)
    for (const [record, row] of rows.entries())
      this.#from[record + 1] = (this.#from[record] as number) + row.length
    const all = rows.flat()
    this.#other = Int32Array.from(all, (one) => one.other)
    this.#weight = Float64Array.from(all, (one) => one.weight)
  }

  /** Of two records of the component that is held. */
  of(a: number, b: number): number {
    const weight = this.#side > 0 ? (this.#square[a * this.#side + b] as number) : this.#search(a, b)
    return Number.isNaN(weight) ? this.#unscored : weight
  }

  #search(a: number, b: number): number {
    let low = this.#from[a] as number
    let high = this.#from[a + 1] as number
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      const found = this.#other[middle] as number
      if (found === b) return this.#weight[middle] as number
      if (found < b) low = middle + 1
      else high = middle
    }
    return Number.NaN
  }

  /** Visits all whom a record of the component that is held was scored with. */
  around(record: number, visit: (other: number, weight: number) => void): void {
    if (this.#side > 0) {
      for (let other = 0, at = record * this.#side; other < this.#side; other++, at++) {
        const weight = this.#square[at] as number
        if (!Number.isNaN(weight)) visit(other, weight)
      }
      return
    }
    for (let at = this.#from[record] as number; at < (this.#from[record + 1] as number); at++)
      visit(this.#other[at] as number, this.#weight[at] as number)
  }
}
