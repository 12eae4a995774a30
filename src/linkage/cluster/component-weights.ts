import { sharedIntegers } from '../threads/shared.ts'
import type { Clusters, Edges } from './model.ts'

/**
 * Pairs inside components, those of one standing together: of the component of record `r` from `from[r]` to `from[r + 1]`. Two
 * records and the weight of a pair stand side by side, four whole numbers in all, so that a pair is one place in the memory.
 */
export interface Inside {
  readonly from: Int32Array
  readonly pairs: Int32Array
  /** The same memory: of each pair the second fraction is its weight. */
  readonly weights: Float64Array
}

const PAIR = 4
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
  const pairs = sharedIntegers(PAIR * (from[records] as number))
  const weights = new Float64Array(pairs.buffer)
  const next = from.slice(0, records)
  for (let i = 0; i < weight.length; i++) {
    const component = of[i] as number
    if (component === NONE) continue
    const at = next[component] as number
    next[component] = at + 1
    pairs[PAIR * at] = left[i] as number
    pairs[PAIR * at + 1] = right[i] as number
    weights[(PAIR / 2) * at + 1] = weight[i] as number
  }
  return { from, pairs, weights }
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
    for (let at = begin; at < end; at++) if (this.#weightOf(at) <= weight) return false
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
    const { pairs } = this.#inside
    const side = component.length
    const [square, places] = [this.#square, this.#place]
    square.fill(Number.NaN, 0, side * side)
    for (let at = begin; at < end; at++) {
      const l = places[pairs[PAIR * at] as number] as number
      const r = places[pairs[PAIR * at + 1] as number] as number
      const weight = this.#weightOf(at)
      square[l * side + r] = weight
      square[r * side + l] = weight
    }
    this.#side = side
  }

  #weightOf(pair: number): number {
    return this.#inside.weights[(PAIR / 2) * pair + 1] as number
  }

  #range(component: Int32Array): readonly [number, number] {
    const name = component[0] as number
    return [this.#inside.from[name] as number, this.#inside.from[name + 1] as number]
  }

  #holdRows(records: number, begin: number, end: number): void {
    const { pairs } = this.#inside
    const rows = Array.from({ length: records }, (): { other: number; weight: number }[] => [])
    for (let at = begin; at < end; at++) {
      const [l = 0, r = 0] = [0, 1].map((side) => this.#place[pairs[PAIR * at + side] as number] as number)
      const weight = this.#weightOf(at)
      rows[l]?.push({ other: r, weight })
      rows[r]?.push({ other: l, weight })
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
