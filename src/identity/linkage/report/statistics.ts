import { wilsonInterval } from '../../../base/index.ts'
import type { Share } from './model.ts'
import { solve } from './solve.ts'

/** A share of `n` with its 95 % interval. */
export function wilson(successes: number, n: number): Share {
  if (n === 0) return { value: null, low: null, high: null }
  const value = successes / n
  const [low, high] = wilsonInterval(value, n)
  return { value, low, high }
}

/**
 * Standardised difference of a variable with several values between two groups (Yang and Dalton, 2012): the
 * distance of their shares in units of their common spread; 0.1 is what is usually called small. Values that
 * fewer than `least` persons of either group have are taken together, so that it tells nothing of them.
 */
export function standardisedDifference(
  counts: readonly (readonly [linked: number, unlinked: number])[],
  least: number,
): number | null {
  const large = counts.filter(([a, b]) => Math.min(a, b) >= least)
  const small = counts.filter(([a, b]) => Math.min(a, b) < least)
  const rest: [number, number] = [0, 0]
  for (const [a, b] of small) {
    rest[0] += a
    rest[1] += b
  }
  const groups = Math.min(...rest) >= least ? [...large, rest] : large
  const n1 = groups.reduce((sum, [a]) => sum + a, 0)
  const n0 = groups.reduce((sum, [, b]) => sum + b, 0)
  if (groups.length < 2 || n1 === 0 || n0 === 0) return null
  // The last value follows from the others.
  const shares = groups.slice(1).map(([a, b]) => [a / n1, b / n0] as const)
  const difference = shares.map(([p, q]) => p - q)
  const spread = shares.map(([p, q], k) =>
    shares.map(([r, s], l) => (k === l ? p * (1 - p) + q * (1 - q) : -(p * r) - q * s) / 2),
  )
  const weights = solve(spread, difference)
  return Math.sqrt(
    Math.max(
      0,
      weights.reduce((sum, weight, k) => sum + weight * (difference[k] as number), 0),
    ),
  )
}
