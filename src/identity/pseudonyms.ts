import { createHmac } from 'node:crypto'
import { base32 } from '../base/index.ts'

/*
 * Every pseudonym of the house is an HMAC-SHA-256 under a key that one role holds, never a bare hash: a NIR can
 * be enumerated. The kind of thing stands in the text that is hashed, so that an IDMR and a NIR that happen to
 * share digits never meet.
 */

const hmac = (key: Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/**
 * What a producer makes of an identifier before anybody else sees it (level 1): 17 characters, the length of
 * the pseudonyms of the SNDS.
 *
 * @param text `nir|…`, `psa|…` or `idmr|…`, as made by the functions below
 */
export function producerPseudonym(producerKey: Uint8Array, text: string): string {
  return base32(hmac(producerKey, text)).slice(0, 17)
}

/** Text of a person's own NIR: its first thirteen characters; the two of the check key carry nothing. */
export const nirText = (nir: string): string => `nir|${nir.slice(0, 13)}`

/** Text of BEN_NIR_PSA: the insured person's NIR, the beneficiary's birth date and sex (SNDS, two-step FOIN). */
export const psaText = (insuredNir: string, birthYyyymmdd: string, sex: string): string =>
  `psa|${insuredNir.slice(0, 13)}|${birthYyyymmdd}|${sex}`

export const idmrText = (idmr: string): string => `idmr|${idmr}`

/** The id of a person in the lake: 128 bits in base32 of a level-1 pseudonym under the matcher's key. */
export function hubId(matcherKey: Uint8Array, level1: string): string {
  return base32(hmac(matcherKey, level1).subarray(0, 16))
}

/**
 * The id of a person, provider, place or centre in one project space: a positive 53-bit integer. Collisions are
 * for the caller to check: it holds all ids of the table.
 */
export function projectPseudonym(spaceSecret: Uint8Array, table: string, id: string | bigint): bigint {
  const digest = hmac(spaceSecret, `${table}|${id}`)
  return digest.readBigUInt64BE(0) >> 11n || 1n
}
