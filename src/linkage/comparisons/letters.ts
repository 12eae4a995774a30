import type { Feature, SurelyUnlike } from './model.ts'
import { left, missing, quoted, right, VALUE } from './words.ts'

/*
 * An upper bound of the Jaro-Winkler likeness of two plain texts, told from two numbers. Jaro's is
 * (c / length + c / length + (c - t) / c) / 3 with c characters in common: c is at most the kinds of character that both have
 * and the repeats that both could match, and t at least 0. Winkler adds at most 0.4 of what is missing, and only where
 * the first characters are the same.
 */

/** Bits 0 to 36: which characters; from 40: length; from 48: repeats; from 56: the first character. */
export const lettersOf = (plain: Feature): Feature => {
  const place = (c: string): string =>
    `case when ${c} >= 'a' then ascii(${c}) - 97 when ${c} >= '0' then ascii(${c}) - 22 else 36 end`
  const kinds = `list_distinct(string_split(${VALUE}, ''))`
  const mask = `list_aggregate(list_transform(${kinds}, lambda c: 1::bigint << (${place('c')})), 'bit_or')`
  const length = `least(length(${VALUE}), 255)`
  return {
    name: plain.name.replace(/ \(plain\)$/, ' (letters)'),
    type: 'bigint',
    of: plain.name,
    sql: `${mask} + (${length} << 40) + (least(length(${VALUE}) - len(${kinds}), 127) << 48) + ((${place(`substr(${VALUE}, 1, 1)`)})::bigint << 56)`,
  }
}

const KINDS = 2n ** 37n - 1n
/** Bits of the space and of what is neither a letter nor a figure. */
const OTHER = 2n ** 36n

export function surelyUnlike({ letters, least, words, differ = [], known = [] }: SurelyUnlike): string {
  const [l, r] = [left(letters), right(letters)]
  return [
    ...known.map((code) => `not (${missing(code)})`),
    ...(words
      ? [`((${l} >> 40) & 255) > 1 and ((${r} >> 40) & 255) > 1 and ((${l} | ${r}) & ${OTHER}) = 0`]
      : []),
    ...differ.map(([a, b]) => `(${left(a)} = ${right(b)}) is not true`),
    surelyLess(l, r, least),
  ].join(' and ')
}

function surelyLess(l: string, r: string, least: number): string {
  const length = (of: string): string => `((${of} >> 40) & 255)`
  const common = `(bit_count(${l} & ${r} & ${KINDS}) + least((${l} >> 48) & 127, (${r} >> 48) & 127))`
  const { withFirst, without } = asked(least)
  const enough = `case when (${l} >> 56) = (${r} >> 56) then ${withFirst} else ${without} end`
  return `${common} * (${length(l)} + ${length(r)}) * 1000000 < ${enough} * ${length(l)} * ${length(r)}`
}

/** c / length + c / length that Jaro's likeness asks for, with the most that Winkler can add and without, in millionths. */
function asked(least: number): { readonly withFirst: number; readonly without: number } {
  const of = (jaro: number): number => Math.floor((3 * jaro - 1 - 1e-9) * 1e6)
  return { withFirst: of((least - 0.4) / 0.6), without: of(least) }
}

/**
 * Letters as two whole numbers of 32 bits: which of the first 32 characters, less 2^31; and the five others, from bit 5
 * the length, from 13 the repeats, from 21 the first character.
 */
export const lettersInTwo = (letters: string): readonly [string, string] => [
  `cast((${quoted(letters)} & 4294967295) - 2147483648 as integer)`,
  `cast(((${quoted(letters)} >> 32) & 31) + ((${quoted(letters)} >> 40) << 5) as integer)`,
]

/** What `unlikeLetters` asks. */
export interface AskedOfLetters {
  readonly words: boolean
  readonly withFirst: number
  readonly without: number
}

export const askedOfLetters = ({ least, words }: SurelyUnlike): AskedOfLetters => ({
  words: words === true,
  ...asked(least),
})

/** What `surelyUnlike` says of letters alone, for letters in two numbers. */
export function unlikeLetters(
  { words, withFirst, without }: AskedOfLetters,
  firstL: number,
  restL: number,
  firstR: number,
  restR: number,
): boolean {
  const lengthL = (restL >> 5) & 255
  const lengthR = (restR >> 5) & 255
  if (words && (lengthL < 2 || lengthR < 2 || ((restL | restR) & 16) !== 0)) return false
  const common =
    bits((firstL ^ SIGN) & (firstR ^ SIGN)) +
    bits(restL & restR & 31) +
    Math.min((restL >> 13) & 127, (restR >> 13) & 127)
  const enough = restL >> 21 === restR >> 21 ? withFirst : without
  return common * (lengthL + lengthR) * 1_000_000 < enough * lengthL * lengthR
}

const SIGN = 1 << 31

/** How many bits are set in a whole number of 32 bits. */
function bits(of: number): number {
  const pairs = of - ((of >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
