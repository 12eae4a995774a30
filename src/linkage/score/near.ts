import { type Groups, haveSameKey, type Keys } from '../pairs/groups.ts'
import { rowsOf } from '../pairs/record-numbers.ts'
import { isUnlike } from './bound.ts'
import { AT_ONCE, differing, FIELDS, isDifferent, isFieldMissing, isMissing, type Sieve } from './sieve.ts'

/** Pairs of records (1, 2, …) that may weigh enough. */
export interface NearPairs {
  readonly left: Int32Array
  readonly right: Int32Array
}

export interface Search {
  readonly sieve: Sieve
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
 * @yields undefined now and then between them, where whoever waits for this process may go on
 */
export function* nearPairs(
  search: Search,
  [begin, end]: readonly [number, number],
): Generator<NearPairs | undefined> {
  const { starts } = search.groups
  const found = new Found(search.sieve.rows.count)
  let group = groupAt(starts, begin)
  const inGroup = new GroupSearch(search, found)
  let breath = inGroup.looked
  for (let place = begin; place < end; group++) {
    const stop = Math.min(end, starts[group + 1] as number)
    while (place < stop) {
      place = inGroup.search(group, place, stop)
      if (found.isFull) yield notOf(search.earlier, found.taken())
      else if (inGroup.looked - breath > BREATH) {
        breath = inGroup.looked
        yield undefined
      }
    }
  }
  if (found.count > 0) yield notOf(search.earlier, found.taken())
}

/** Places and pairs that are looked at in a tenth of a second. */
const BREATH = 1_000_000

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
export const mostHeld = (records: number): number => Math.max(4_000_000, 3 * records)

/** Near pairs as they are found. */
export class Found {
  count = 0
  readonly #most: number
  #left = new Int32Array(1 << 16)
  #right = new Int32Array(1 << 16)

  /** @param records among which pairs are looked for */
  constructor(records: number) {
    this.#most = mostHeld(records)
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
const BLOCK = 512
/** Answers of `differing`. */
const ANSWERS = 1 << FIELDS

/** The search within a group, which is done for millions of them: what it needs is made once. */
class GroupSearch {
  readonly #search: Search
  readonly #found: Found
  /** Short rows of some places, in their order. */
  #held = rowsOf(0, 1)
  /** Of these those that may be near to one. */
  #near = new Int32Array(0)
  #begin = 0
  #end = 0
  /** Places and pairs that have been looked at. */
  looked = 0
  /** Of the record on the left: what each comparison adds where the values are the same and where they differ. */
  readonly #adds: Float64Array
  /** Of each number of its values what all eight answers of `differing` add. */
  readonly #table: Float64Array

  constructor(search: Search, found: Found) {
    this.#search = search
    this.#found = found
    this.#adds = new Float64Array(2 * FIELDS * search.sieve.numbers)
    this.#table = new Float64Array(ANSWERS * search.sieve.numbers)
  }

  /** Searches place after place until there is enough of it. Returns the place that comes next. */
  search(group: number, begin: number, end: number): number {
    const { groups, from, sides, sieve } = this.#search
    const { order, starts } = groups
    const { bound, numbers, short } = sieve
    const { always, least } = bound
    const { width } = short
    const last = starts[group + 1] as number
    if (begin < this.#begin || last > this.#end) this.#hold(group)
    const { whole } = this.#held
    this.looked += end - begin
    const [found, table, near, start] = [this.#found, this.#table, this.#near, this.#begin]
    for (let place = begin; place < end; place++) {
      if (found.isFull) return place
      const first = from[place] as number
      if (first >= last) continue
      if (sides && ((sides[order[place] as number] as number) & 1) === 0) continue
      const own = (place - start) * width
      if (this.#tell(own) < least) continue
      this.looked += last - first
      const n = sifted(whole, width, numbers, table, least - always, own, first - start, last - start, near)
      for (let at = 0; at < n; at++) {
        const other = near[at] as number
        if (this.#most(own, other * width) >= least) this.#add(place, start + other)
      }
    }
    return end
  }

  /**
   * Copies rows that stand all over the memory. Their first columns come first, in a loop that has many reads under way at
   * once and brings the others near: to wait for one row after the other takes four times as long.
   */
  #hold(group: number): void {
    const { sieve, groups } = this.#search
    const { order, starts } = groups
    const { whole, width } = sieve.short
    const begin = starts[group] as number
    let end = begin
    for (let g = group; g + 1 < starts.length && end - begin < BLOCK; g++) end = starts[g + 1] as number
    if (this.#held.count < end - begin) {
      this.#held = rowsOf(end - begin, width)
      this.#near = new Int32Array(end - begin)
    }
    const held = this.#held.whole
    const used = sieve.same + sieve.bound.parts.length
    for (let place = begin, to = 0; place < end; place++, to += width)
      held[to] = whole[(order[place] as number) * width] as number
    for (let place = begin, to = 0; place < end; place++, to += width) {
      const row = (order[place] as number) * width
      for (let at = 1; at < used; at++) held[to + at] = whole[row + at] as number
    }
    this.#begin = begin
    this.#end = end
  }

  /** The most that a pair of two short rows can weigh. */
  #most(own: number, theirs: number): number {
    const { bound, numbers, unlike } = this.#search.sieve
    const { whole } = this.#held
    let most = bound.always
    for (let at = 0; at < numbers; at++) {
      const other = whole[theirs + at] as number
      const answer = differing(whole[own + at] as number, other)
      if (!isMissing(other)) most += this.#table[ANSWERS * at + answer] as number
      else
        for (let field = 0; field < FIELDS; field++)
          if (!isFieldMissing(other, field))
            most += this.#adds[2 * (FIELDS * at + field) + isDifferent(answer, field)] as number
    }
    if (most < bound.least) return most
    for (const one of unlike) {
      const [l, r] = [whole[own + one.at] as number, whole[theirs + one.at] as number]
      if (
        !isFieldMissing(l | r, one.field) &&
        isDifferent(differing(l, r), one.field) === 1 &&
        isUnlike(one.unlike, whole, own, theirs)
      )
        most -= one.less
    }
    return most
  }

  /** Puts down what the record says whose short row begins there. Returns the most that a pair of it can weigh. */
  #tell(row: number): number {
    const { bound, numbers, same, different } = this.#search.sieve
    const { whole, fractions } = this.#held
    const adds = this.#adds
    let most = bound.always
    for (let number = 0, at = 0; number < numbers; number++) {
      for (let field = 0; field < FIELDS; field++, at++) {
        if (at === different.length) break
        const asSame = fractions[row + same + at] as number
        const asDifferent = isFieldMissing(whole[row + number] as number, field)
          ? 0
          : (different[at] as number)
        adds[2 * at] = asSame
        adds[2 * at + 1] = asDifferent
        most += Math.max(0, asSame, asDifferent)
      }
      this.#fill(number)
    }
    return most
  }

  #fill(at: number): void {
    const [adds, table] = [this.#adds, this.#table]
    const from = 2 * FIELDS * at
    for (let last = 0; last < 4; last++) {
      const two = (adds[from + 2 + (last >>> 1)] as number) + (adds[from + 4 + (last & 1)] as number)
      table[ANSWERS * at + last] = (adds[from] as number) + two
      table[ANSWERS * at + 4 + last] = (adds[from + 1] as number) + two
    }
  }

  #add(place: number, other: number): void {
    const { sides, groups } = this.#search
    const [left, right] = [groups.order[place] as number, groups.order[other] as number]
    if (sides && ((sides[right] as number) & 2) === 0) return
    this.#found.add(left + 1, right + 1)
  }
}

/**
 * Puts down which of the rows from one on, and before another, may be near to a row, and returns how many: those of which
 * the table says enough, and those that lack values, of which it says too little. A loop on its own, for it is where
 * most pairs end.
 */
function sifted(
  whole: Int32Array,
  width: number,
  numbers: number,
  table: Float64Array,
  least: number,
  own: number,
  begin: number,
  end: number,
  near: Int32Array,
): number {
  let n = 0
  for (let other = begin, row = begin * width; other < end; other++, row += width) {
    let most = 0
    let all = 0
    for (let at = 0; at < numbers; at += AT_ONCE) {
      const one = whole[row + at] as number
      const next = whole[row + at + 1] as number
      all |= one | next
      most +=
        (table[ANSWERS * at + differing(whole[own + at] as number, one)] as number) +
        (table[ANSWERS * at + ANSWERS + differing(whole[own + at + 1] as number, next)] as number)
    }
    near[n] = other
    if (most >= least || isMissing(all)) n++
  }
  return n
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
