import type { Figures } from '../../spaces/index.ts'

/** A value with its 95 % interval. */
export interface Interval {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** An interval out of the figures of a cell, null unless all three numbers are there. */
export function intervalOf(figures: Figures | undefined, name: string): Interval | null {
  const value = figures?.[name]
  const low = figures?.[`${name}Low`]
  const high = figures?.[`${name}High`]
  return typeof value === 'number' && typeof low === 'number' && typeof high === 'number'
    ? { value, low, high }
    : null
}

export type Direction = 'more' | 'less' | 'unclear' | 'unknown'

/**
 * What may be said of a ratio: more or less only when the interval excludes 1, else that no difference can be
 * seen. The title of a figure says nothing that its interval does not.
 */
export function directionOf(ratio: Interval | null): Direction {
  if (!ratio) return 'unknown'
  return ratio.low > 1 ? 'more' : ratio.high < 1 ? 'less' : 'unclear'
}

/** How many of several comparisons stand out, and how many chance alone would give at 5 %. */
export function standingOut(ratios: readonly (Interval | null)[]): {
  told: number
  out: number
  expected: number
} {
  const told = ratios.filter((ratio) => ratio !== null)
  const out = told.filter((ratio) => directionOf(ratio) === 'more' || directionOf(ratio) === 'less').length
  return { told: told.length, out, expected: told.length * 0.05 }
}

/** Two intervals that do not meet: then the larger may be called larger. */
export const apart = (a: Interval, b: Interval): boolean => a.low > b.high || b.low > a.high
