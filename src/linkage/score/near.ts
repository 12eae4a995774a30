import { type Groups, haveSameKey, type Keys } from '../pairs/groups.ts'
import { type Rows, rowsOf } from '../pairs/record-numbers.ts'
import { type Bound, type BoundPart, canReach, sameOf } from './bound.ts'

/** Pairs of records (1, 2, …) that may weigh enough. */
export interface NearPairs {
  readonly left: Int32Array
  readonly right: Int32Array
}

export interface Search {
  readonly rows: Rows
  readonly groups: Groups
  /** Where the partners of each place begin. */
  readonly from: Int32Array
  /** Keys of earlier rules: pairs that agree on one have been looked at. */
  readonly earlier: readonly Keys[]
  /** May a record be on the left (1), on the right (2)? Without it every one may. */
  readonly sides?: Int32Array | undefined
}

/**
 * The pairs of groups that can weigh enough, some at a time. Most pairs of a rule end here, after two or three
 * comparisons of numbers.
 * @param part places of the order whose pairs are looked at, from and to
 */
export function* nearPairs(
  search: Search,
  bound: Bound,
  [begin, end]: readonly [number, number],
): Generator<NearPairs> {
  const { starts } = search.groups
  const found = new Found()
  const inGroup = new GroupSearch(search, bound, found)
  let group = groupAt(starts, begin)
  for (let place = begin; place < end; group++) {
    const stop = Math.min(end, starts[group + 1] as number)
    while (place < stop) {
      place = inGroup.search(group, place, stop)
      if (found.isFull) yield notOf(search.earlier, found.taken())
    }
  }
  if (found.count > 0) yield notOf(search.earlier, found.taken())
}

/** The pairs that agree on none of these keys: asked of many at once, because each answer stands somewhere else. */
function notOf(keys: readonly Keys[], { left, right }: NearPairs): NearPairs {
  let n = left.length
  for (const key of keys) {
    const all = n
    n = 0
    for (let at = 0; at < all; at++) {
      const [l, r] = [left[at] as number, right[at] as number]
      if (haveSameKey(key, l - 1, r - 1)) continue
      left[n] = l
      right[n++] = r
    }
  }
  return { left: left.subarray(0, n), right: right.subarray(0, n) }
}

/** So many are held at once. */
const HELD = 4_000_000

/** Near pairs as they are found. */
export class Found {
  count = 0
  #left = new Int32Array(1 << 16)
  #right = new Int32Array(1 << 16)

  get isFull(): boolean {
    return this.count >= HELD
  }

  add(left: number, right: number): void {
    if (this.count === this.#left.length) {
      const [a, b] = [this.#left, this.#right]
      this.#left = new Int32Array(2 * this.count)
      this.#right = new Int32Array(2 * this.count)
      this.#left.set(a)
      this.#right.set(b)
    }
    this.#left[this.count] = left
    this.#right[this.count++] = right
  }

  /** All of them; it is empty then. */
  taken(): NearPairs {
    const pairs = { left: this.#left.slice(0, this.count), right: this.#right.slice(0, this.count) }
    this.count = 0
    return pairs
  }
}

/** Places whose records are held at once, where no group is larger. */
const BLOCK = 2048

/** The search within a group, which is done for millions of them: what it needs is made once. */
class GroupSearch {
  readonly #search: Search
  readonly #bound: Bound
  readonly #found: Found
  /** The rows of the records of some places. */
  #held: Rows
  #begin = 0
  #end = 0
  // What the record on the left says, of each comparison that it has a value for, that which tells most first.
  readonly #column: Int32Array
  readonly #value: Int32Array
  readonly #same: Float64Array
  readonly #different: Float64Array
  /** The most that the comparisons from one on can add. */
  readonly #rest: Float64Array

  constructor(search: Search, bound: Bound, found: Found) {
    this.#search = search
    this.#bound = bound
    this.#found = found
    this.#held = rowsOf(0, search.rows.width)
    const n = bound.parts.length
    this.#column = new Int32Array(n)
    this.#value = new Int32Array(n)
    this.#same = new Float64Array(n)
    this.#different = new Float64Array(n)
    this.#rest = new Float64Array(n + 1)
  }

  /** Searches place after place until there is enough of it. Returns the place that comes next. */
  search(group: number, begin: number, end: number): number {
    const { groups, from, sides } = this.#search
    const { order, starts } = groups
    const { always, least } = this.#bound
    const found = this.#found
    const [column, value, same, different, rest] = [
      this.#column,
      this.#value,
      this.#same,
      this.#different,
      this.#rest,
    ]
    const { width } = this.#search.rows
    const last = starts[group + 1] as number
    if (begin < this.#begin || last > this.#end) this.#hold(begin, last)
    const held = this.#held.whole
    const offset = this.#begin
    for (let place = begin; place < end; place++) {
      if (found.isFull) return place
      const first = from[place] as number
      if (first >= last) continue
      const left = order[place] as number
      if (sides && ((sides[left] as number) & 1) === 0) continue
      const told = this.#tell((place - offset) * width)
      if (always + (rest[0] as number) < least) continue
      for (let other = first, row = (first - offset) * width; other < last; other++, row += width) {
        let most = always
        let at = 0
        for (; at < told; at++) {
          const theirs = held[row + (column[at] as number)] as number
          if (theirs === value[at]) most += same[at] as number
          else if (theirs !== 0) most += different[at] as number
          if (most + (rest[at + 1] as number) < least) break
        }
        if (at === told && canReach(this.#bound, this.#held, (place - offset) * width, row))
          this.#add(left, order[other] as number)
      }
    }
    return end
  }

  /**
   * Copies what stands all over the memory, column by column: so many reads are under way at once, and the later columns
   * find their rows where the first has brought them.
   */
  #hold(begin: number, least: number): void {
    const { groups, rows } = this.#search
    const { width, whole } = rows
    const end = Math.min(groups.order.length, Math.max(least, begin + BLOCK))
    if (this.#held.whole.length < (end - begin) * width) this.#held = rowsOf(end - begin, width)
    const held = this.#held.whole
    for (let column = 0; column < width; column++)
      for (let place = begin, to = column; place < end; place++, to += width)
        held[to] = whole[(groups.order[place] as number) * width + column] as number
    this.#begin = begin
    this.#end = end
  }

  /** Puts down what a record says. Returns of how many comparisons. */
  #tell(row: number): number {
    const { parts } = this.#bound
    const [same, different, rest] = [this.#same, this.#different, this.#rest]
    let told = 0
    for (let part = 0; part < parts.length; part++) {
      const of = parts[part] as BoundPart
      const own = this.#held.whole[row + of.column] as number
      if (own === 0) continue
      this.#column[told] = of.column
      this.#value[told] = own
      same[told] = sameOf(of, this.#held, row)
      different[told++] = of.different
    }
    rest[told] = 0
    for (let at = told - 1; at >= 0; at--)
      rest[at] = (rest[at + 1] as number) + Math.max(0, same[at] as number, different[at] as number)
    return told
  }

  #add(left: number, right: number): void {
    const { sides } = this.#search
    if (sides && ((sides[right] as number) & 2) === 0) return
    this.#found.add(left + 1, right + 1)
  }
}

/** Which group a place is in. */
function groupAt(starts: Int32Array, place: number): number {
  let [low, high] = [0, starts.length - 1]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((starts[middle] as number) <= place) low = middle
    else high = middle
  }
  return low
}
