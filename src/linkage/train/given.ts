import { type Comparison, levelsOf } from '../comparisons/model.ts'
import type { Trained } from '../score/weights.ts'

/** Which levels the user, or an imported model, gave. */
export const isGiven = (comparisons: readonly Comparison[], which: 'm' | 'u'): boolean[][] =>
  comparisons.map((one) => levelsOf(one).map((level) => level[which] !== undefined))

/** What was learnt, with what was given in its place; the other levels share what is left of 1 as they did before. */
export const withGiven = (
  comparisons: readonly Comparison[],
  learnt: Trained['m'],
  which: 'm' | 'u',
): Trained['m'] =>
  learnt.map((values, at) => {
    const given = levelsOf(comparisons[at] as Comparison).map((level) => level[which])
    if (given.every((one) => one === undefined)) return values
    const kept = given.reduce<number>((sum, one) => sum + (one ?? 0), 0)
    const free = values.reduce((sum, value, level) => sum + (given[level] === undefined ? value : 0), 0)
    const scale = free > 0 ? Math.max(0, 1 - kept) / free : 0
    return values.map((value, level) => given[level] ?? value * scale)
  })
