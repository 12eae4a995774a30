import { sharedCopy, sharedIntegers } from '../threads/shared.ts'
import { type Across, isWithin } from './across.ts'

/** Records that have something in common. */
export interface Groups {
  /** Records (0, 1, …), those of a group one after the other, each group in their order. */
  readonly order: Int32Array
  /** Where in it each group begins, and at last where the last one ends. */
  readonly starts: Int32Array
}

/** Of each record what its group is told by. */
export interface Keys {
  /** 31 bits at most; 0 is of no group. */
  readonly first: Int32Array
  readonly rest: Int32Array
}

export const haveSameKey = ({ first, rest }: Keys, left: number, right: number): boolean =>
  first[left] !== 0 && first[left] === first[right] && rest[left] === rest[right]

/** Bits that are told apart in one pass. */
const DIGIT = 11
const DIGITS = 1 << DIGIT

export function groupsOf({ first, rest }: Keys): Groups {
  let order = new Int32Array(first.length)
  let keys = new Int32Array(first.length)
  let n = 0
  for (let record = 0; record < first.length; record++) {
    if (first[record] === 0) continue
    order[n] = record
    keys[n++] = first[record] as number
  }
  for (let shift = 0; shift < 31; shift += DIGIT) [order, keys] = sorted(order, keys, n, shift)
  return splitByRest(order.subarray(0, n), keys, rest)
}

/** Groups of several records with one key, of keys that are the same but for the rest first put in its order. */
function splitByRest(order: Int32Array, keys: Int32Array, rest: Int32Array): Groups {
  // In a loop on its own many reads from all over the memory are under way at once.
  const rests = new Int32Array(order.length)
  for (let at = 0; at < order.length; at++) rests[at] = rest[order[at] as number] as number
  const kept = new Int32Array(order.length)
  const starts = new Int32Array(order.length + 1)
  let n = 0
  let groups = 0
  const keep = (begin: number, end: number): void => {
    // A group of one makes no pair.
    if (end - begin < 2) return
    for (let at = begin; at < end; at++) kept[n++] = order[at] as number
    starts[++groups] = n
  }
  for (let begin = 0, end = 1; begin < order.length; begin = end++) {
    let isOne = true
    for (; end < order.length && keys[end] === keys[begin]; end++)
      if (rests[end] !== rests[begin]) isOne = false
    if (isOne) {
      keep(begin, end)
      continue
    }
    const some = order.subarray(begin, end)
    some.sort((a, b) => (rest[a] as number) - (rest[b] as number) || a - b)
    let first = 0
    for (let at = 1; at <= some.length; at++) {
      if (at < some.length && rest[some[at] as number] === rest[some[first] as number]) continue
      keep(begin + first, begin + at)
      first = at
    }
  }
  return { order: sharedCopy(kept.subarray(0, n)), starts: sharedCopy(starts.subarray(0, groups + 1)) }
}

/** One pass of a radix sort, which leaves what is equal in its order. */
function sorted(
  order: Int32Array,
  keys: Int32Array,
  n: number,
  shift: number,
): [Int32Array<ArrayBuffer>, Int32Array<ArrayBuffer>] {
  const next = new Int32Array(DIGITS + 1)
  for (let at = 0; at < n; at++) {
    const digit = ((keys[at] as number) >>> shift) & (DIGITS - 1)
    next[digit + 1] = (next[digit + 1] as number) + 1
  }
  for (let digit = 0; digit < DIGITS; digit++)
    next[digit + 1] = (next[digit + 1] as number) + (next[digit] as number)
  const [orderTo, keysTo] = [new Int32Array(keys.length), new Int32Array(keys.length)]
  for (let at = 0; at < n; at++) {
    const key = keys[at] as number
    const digit = (key >>> shift) & (DIGITS - 1)
    const to = next[digit] as number
    next[digit] = to + 1
    orderTo[to] = order[at] as number
    keysTo[to] = key
  }
  return [orderTo, keysTo]
}

/** All records as one group. */
export const oneGroup = (records: number): Groups => ({
  order: sharedCopy(Int32Array.from({ length: records }, (_, at) => at)),
  starts: Int32Array.of(0, records),
})

/**
 * For each place in the order: where the records begin that it makes a pair with; they are all that follow in the group.
 * @param begins of each table its first record
 */
export function partnersFrom(
  { order, starts }: Groups,
  begins: readonly number[],
  across: Across,
): Int32Array {
  const within = begins.map((_, source) => isWithin(across, source))
  const from = sharedIntegers(order.length)
  for (let g = 0; g + 1 < starts.length; g++) {
    const end = starts[g + 1] as number
    let source = begins.length - 1
    // Where the records begin that are of a later table.
    let others = end
    for (let at = end - 1; at >= (starts[g] as number); at--) {
      const record = order[at] as number
      while (record < (begins[source] as number)) {
        source--
        others = at + 1
      }
      from[at] = within[source] ? at + 1 : others
    }
  }
  return from
}

/** Parts of the places whose pairs are about so many each: where each begins, and at last where the last one ends. */
export function partsOfPairs({ starts }: Groups, from: Int32Array, pairs: number): readonly number[] {
  const parts = [0]
  let held = 0
  for (let g = 0; g + 1 < starts.length; g++) {
    const end = starts[g + 1] as number
    for (let at = starts[g] as number; at < end; at++) {
      const more = end - (from[at] as number)
      if (held > 0 && held + more > pairs) {
        parts.push(at)
        held = 0
      }
      held += more
    }
  }
  return [...parts, from.length]
}

/** How many pairs the groups make. */
export function pairsIn({ starts }: Groups, from: Int32Array): number {
  let pairs = 0
  for (let g = 0; g + 1 < starts.length; g++) {
    const end = starts[g + 1] as number
    for (let at = starts[g] as number; at < end; at++) pairs += end - (from[at] as number)
  }
  return pairs
}
