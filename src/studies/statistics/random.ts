import { createHash } from 'node:crypto'

/** A stream of pseudo-random numbers in [0, 1). */
export type Random = () => number

/**
 * A reproducible stream from a text: sfc32 (Chris Doty-Humphrey, PractRand) seeded with SHA-256, so that two
 * purposes never share a stream.
 */
export function randomFrom(seed: string): Random {
  const hash = createHash('sha256').update(seed).digest()
  let a = hash.readInt32LE(0)
  let b = hash.readInt32LE(4)
  let c = hash.readInt32LE(8)
  let counter = 1
  return () => {
    const t = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + t
    return (t >>> 0) / 4294967296
  }
}

/** A standard normal deviate (polar method without its second value, so that a stream has no state of its own). */
export function normal(random: Random): number {
  for (;;) {
    const u = 2 * random() - 1
    const v = 2 * random() - 1
    const s = u * u + v * v
    if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s)
  }
}
