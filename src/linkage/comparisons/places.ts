import type { Feature } from './model.ts'
import { left, right, VALUE } from './words.ts'

/*
 * A lower bound of the edits between two texts of one length, told from two numbers. An edit leaves one character of each
 * text without its like, or puts two beside each other the wrong way round; all others have theirs at most as far away as
 * other edits could have moved them. So there are no fewer edits than characters without their like nearby. To count
 * edits takes a hundred times as long (dates of birth that have nothing in common, say, of which there are most).
 */

/** Characters that are looked at, and bits of each: a number from 1, which a few characters share. */
const CHARACTERS = 12
const BITS = 5

/** The first twelve characters of a plain text, the first in the lowest bits; 0 beyond its end. */
export const placesOf = (plain: Feature): Feature => {
  const at = (place: number): string => {
    const c = `substr(${VALUE}, ${place + 1}, 1)`
    const kind = `case when ${c} >= 'a' then ascii(${c}) - 87 when ${c} >= '0' then ascii(${c}) - 48 else 36 end`
    return `case when ${c} = '' then 0 else ((${kind}) % 31 + 1)::bigint << ${BITS * place} end`
  }
  return {
    name: plain.name.replace(/ \(plain\)$/, ' (places)'),
    type: 'bigint',
    of: plain.name,
    sql: Array.from({ length: CHARACTERS }, (_, place) => `(${at(place)})`).join(' + '),
  }
}

/** The same bits of the first so many characters. */
const each = (bits: number, characters = CHARACTERS): bigint =>
  Array.from({ length: characters }, (_, place) => BigInt(bits) << BigInt(BITS * place)).reduce(
    (a, b) => a + b,
    0n,
  )
const HIGHEST = 1 << (BITS - 1)
const LOW = each(HIGHEST - 1)

/**
 * Are two texts of one length surely further apart than so many edits?
 * @param transpositions whether two neighbours the wrong way round are one edit
 */
export function surelyFurther(plain: string, places: string, most: number, transpositions: boolean): string {
  const moved = movedBy(most, transpositions)
  // What has its like beyond the characters that are looked at is not counted.
  const counted = each(HIGHEST, Math.max(0, CHARACTERS - moved))
  const [l, r] = [left(places), right(places)]
  const alone = (one: string, other: string): string =>
    Array.from({ length: 2 * moved + 1 }, (_, at) => differing(one, shifted(other, at - moved))).join(' & ')
  const without = (one: string, other: string): string => `bit_count(${alone(one, other)} & ${counted})`
  return `strlen(${left(plain)}) = strlen(${right(plain)}) and (${without(l, r)} > ${most} or ${without(r, l)} > ${most})`
}

/**
 * How far edits move a character away from its like, in texts of one length: half of them take characters out, which others
 * put in. A transposition moves by one, of which two edits leave room for no more; of three and more all are taken to
 * move alike.
 */
const movedBy = (edits: number, transpositions: boolean): number =>
  !transpositions ? Math.floor(edits / 2) : edits <= 2 ? Math.min(1, edits) : edits

/** The characters one place nearer to the end, or further from it. */
const shifted = (places: string, by: number): string => {
  if (by === 0) return places
  const bits = BITS * Math.abs(by)
  return by < 0
    ? `(${places} >> ${bits})`
    : `((${places} & ${(1n << BigInt(BITS * CHARACTERS - bits)) - 1n}) << ${bits})`
}

/** The highest bit of each character that is not the same, beside others. */
const differing = (one: string, other: string): string => {
  const x = `xor(${one}, ${other})`
  return `(((${x} & ${LOW}) + ${LOW}) | ${x})`
}
