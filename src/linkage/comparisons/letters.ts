import type { Feature } from './model.ts'
import { left, right } from './words.ts'

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
  const kinds = `list_distinct(string_split(v, ''))`
  const mask = `list_aggregate(list_transform(${kinds}, lambda c: 1::bigint << (${place('c')})), 'bit_or')`
  const length = `least(length(v), 255)`
  return {
    name: plain.name.replace(/ \(plain\)$/, ' (letters)'),
    type: 'bigint',
    of: plain.name,
    sql: `${mask} + (${length} << 40) + (least(length(v) - len(${kinds}), 127) << 48) + ((${place(`substr(v, 1, 1)`)})::bigint << 56)`,
  }
}

const KINDS = 2n ** 37n - 1n

/** Are two texts surely less alike than this? */
export function surelyLess(letters: string, least: number): string {
  const [l, r] = [left(letters), right(letters)]
  const length = (of: string): string => `((${of} >> 40) & 255)`
  const common = `(bit_count(${l} & ${r} & ${KINDS}) + least((${l} >> 48) & 127, (${r} >> 48) & 127))`
  // c / length + c / length that Jaro's likeness asks for, with the most that Winkler can add and without, in millionths.
  const asked = (jaro: number): string => String(Math.floor((3 * jaro - 1 - 1e-9) * 1e6))
  const enough = `case when (${l} >> 56) = (${r} >> 56) then ${asked((least - 0.4) / 0.6)} else ${asked(least)} end`
  return `${common} * (${length(l)} + ${length(r)}) * 1000000 < ${enough} * ${length(l)} * ${length(r)}`
}
