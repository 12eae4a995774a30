import { type Groups, haveSameKey, type Keys } from '../pairs/groups.ts'
import type { Rows } from '../pairs/record-numbers.ts'
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
  const found = new Found(search.rows.count)
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

/** So many pairs are held at once, and of many records as many as make it worth while to look all of them up. */
const HELD = 4_000_000
const HELD_BY_RECORD = 3

/** Near pairs as they are found. */
export class Found {
  count = 0
  readonly #most: number
  #left = new Int32Array(1 << 16)
  #right = new Int32Array(1 << 16)

  /** @param records among which pairs are looked for */
  constructor(records: number) {
    this.#most = Math.max(HELD, HELD_BY_RECORD * records)
  }

  get isFull(): boolean {
    return this.count >= this.#most
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

/** Comparisons are told four at a time. */
const AT_ONCE = 4
/** What two values may be to each other: the same, different, or one of them missing. */
const STATES = 3

/** The search within a group, which is done for millions of them: what it needs is made once. */
class GroupSearch {
  readonly #search: Search
  readonly #bound: Bound
  readonly #found: Found
  /** Of the records of some places the values that are compared, and nothing else. */
  #compared = new Int32Array(0)
  /** Where those records are. */
  #places = new Int32Array(BLOCK)
  #begin = 0
  #end = 0
  /** Comparisons, and as many more that tell nothing as make the last four full. */
  readonly #width: number
  /** Of each comparison the value of the record on the left, and what each state adds. */
  readonly #value: Int32Array
  readonly #adds: Float64Array

  constructor(search: Search, bound: Bound, found: Found) {
    this.#search = search
    this.#bound = bound
    this.#found = found
    this.#width = AT_ONCE * Math.ceil(bound.parts.length / AT_ONCE)
    this.#value = new Int32Array(this.#width)
    this.#adds = new Float64Array(STATES * this.#width)
  }

  /** Searches place after place until there is enough of it. Returns the place that comes next. */
  search(group: number, begin: number, end: number): number {
    const { groups, rows, from, sides } = this.#search
    const { order, starts } = groups
    const { always, least } = this.#bound
    const last = starts[group + 1] as number
    if (begin < this.#begin || last > this.#end) this.#hold(group, begin)
    const [found, value, adds, compared] = [this.#found, this.#value, this.#adds, this.#compared]
    const width = this.#width
    const offset = this.#begin
    for (let place = begin; place < end; place++) {
      if (found.isFull) return place
      const first = from[place] as number
      if (first >= last) continue
      const left = order[place] as number
      if (sides && ((sides[left] as number) & 1) === 0) continue
      if (this.#tell(left) < least) continue
      for (let other = first, row = (first - offset) * width; other < last; other++, row += width) {
        // Without a branch on any value: which way it goes could not be foreseen, and would cost more than all the rest.
        let most = always
        for (let at = 0; at < width; at += AT_ONCE)
          most +=
            (adds[STATES * at + stateOf(value[at] as number, compared[row + at] as number)] as number) +
            (adds[
              STATES * (at + 1) + stateOf(value[at + 1] as number, compared[row + at + 1] as number)
            ] as number) +
            (adds[
              STATES * (at + 2) + stateOf(value[at + 2] as number, compared[row + at + 2] as number)
            ] as number) +
            (adds[
              STATES * (at + 3) + stateOf(value[at + 3] as number, compared[row + at + 3] as number)
            ] as number)
        if (most < least) continue
        const right = order[other] as number
        if (canReach(this.#bound, rows, left * rows.width, right * rows.width)) this.#add(left, right)
      }
    }
    return end
  }

  /**
   * Copies what stands all over the memory, of records that may be partners of one from `begin` on, column by column: so many
   * reads are under way at once, and the later columns find their rows where the first has brought them.
   */
  #hold(group: number, begin: number): void {
    const { groups, from, rows } = this.#search
    const { order, starts } = groups
    const { whole, width } = rows
    let n = 0
    let end = begin
    for (let g = group; g + 1 < starts.length && (g === group || end - begin < BLOCK); g++) {
      const first = from[end] as number
      end = starts[g + 1] as number
      if (this.#places.length < n + end - first) {
        const more = new Int32Array(2 * (n + end - first))
        more.set(this.#places)
        this.#places = more
      }
      for (let place = first; place < end; place++) this.#places[n++] = place
    }
    if (this.#compared.length < (end - begin) * this.#width)
      this.#compared = new Int32Array((end - begin) * this.#width)
    const [places, compared, wide] = [this.#places, this.#compared, this.#width]
    this.#bound.parts.forEach(({ column }, at) => {
      for (let i = 0; i < n; i++) {
        const place = places[i] as number
        compared[(place - begin) * wide + at] = whole[(order[place] as number) * width + column] as number
      }
    })
    this.#begin = begin
    this.#end = end
  }

  /** Puts down what a record says. Returns the most that a pair of it can weigh. */
  #tell(record: number): number {
    const { always, parts } = this.#bound
    const { rows } = this.#search
    const row = record * rows.width
    let most = always
    for (let at = 0; at < parts.length; at++) {
      const part = parts[at] as BoundPart
      const value = rows.whole[row + part.column] as number
      this.#value[at] = value
      const same = value === 0 ? 0 : sameOf(part, rows, row)
      const different = value === 0 ? 0 : part.different
      this.#adds[STATES * at] = same
      this.#adds[STATES * at + 1] = different
      most += Math.max(0, same, different)
    }
    return most
  }

  #add(left: number, right: number): void {
    const { sides } = this.#search
    if (sides && ((sides[right] as number) & 2) === 0) return
    this.#found.add(left + 1, right + 1)
  }
}

/**
 * 0 where two values are the same, 1 where they are different, 2 where theirs is missing (0), by arithmetic alone. Where the
 * own is missing the states are all one.
 */
function stateOf(own: number, theirs: number): number {
  const difference = own ^ theirs
  return ((difference | -difference) >>> 31) + ((theirs - 1) >>> 31)
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
