import { hkdfSync, randomBytes } from 'node:crypto'

/**
 * Bytes for a key or a random id. With a seed (a hub marked synthetic) they follow from seed and purpose, so
 * that a demonstration can be repeated to the byte; without one they are the system's.
 *
 * @param purpose a name that is used once: the same seed and purpose give the same bytes
 */
export function bytesFor(seed: string | undefined, purpose: string, length = 32): Buffer {
  if (seed === undefined) return randomBytes(length)
  return Buffer.from(hkdfSync('sha256', seed, 'chainon', purpose, length))
}

/**
 * Numbers in [0, 1) that are the same each time, for a drawing that is repeated and keeps no secret (mulberry32).
 *
 * @param seed a 32-bit whole number
 */
export function repeatedChance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** RFC 4648 base32 without padding. */
export function base32(bytes: Uint8Array): string {
  let text = ''
  let held = 0
  let bits = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5) {
      text += ALPHABET[(held >>> (bits - 5)) & 31]
      bits -= 5
    }
    held &= (1 << bits) - 1
  }
  if (bits > 0) text += ALPHABET[(held << (5 - bits)) & 31]
  return text
}
