import { type AskedOfLetters, askedOfLetters, lettersInTwo, unlikeLetters } from '../comparisons/letters.ts'
import { type Comparison, type Frequency, levelsOf, type SurelyUnlike } from '../comparisons/model.ts'
import { rarityOf } from './frequency.ts'
import type { RecordNumbers, Rows } from '../pairs/record-numbers.ts'
import { priorOdds, type Trained, weightsOf } from './weights.ts'

/** A bound is compared with a little room: rarities are held with seven figures. */
const ROOM = 1e-4
/** No value is so rare that it adds more. */
const RAREST = 40

/**
 * The most that a pair can weigh, from which values are the same and how rare they are: what is told by likeness is given
 * the best that it can be.
 */
export interface Bound {
  /** What every pair has: the prior, and the best of comparisons that no value alone tells. */
  readonly always: number
  /** Those that differ most between the same and different come first. */
  readonly parts: readonly BoundPart[]
  /** What a pair has to reach. */
  readonly least: number
}

export interface BoundPart {
  /** The column that holds the number of the value, 0 where it is missing. */
  readonly column: number
  /** Of a pair with the same value. */
  readonly same: number
  /** What the same value adds to it by being rare. */
  readonly rarity?: { readonly column: number; readonly frequency: Frequency; readonly log2u: number }
  /** At most, of a pair with different ones. Where one is missing it is 0. */
  readonly different: number
  /** Of a pair with different ones that are surely unlike. */
  readonly unlike?: Unlike
}

export interface Unlike {
  readonly weight: number
  readonly asked: AskedOfLetters
  /** Columns of the letters in two numbers. */
  readonly letters: readonly [number, number]
  /** Columns of the left and of the right that must differ. */
  readonly differ: readonly (readonly [number, number])[]
  readonly known: readonly number[]
}

export function boundOf(
  comparisons: readonly Comparison[],
  trained: Trained,
  numbers: RecordNumbers,
  threshold: number,
): Bound {
  const weights = weightsOf(trained)
  let always = priorOdds(trained)
  const parts: (BoundPart & { readonly spread: number })[] = []
  comparisons.forEach((one, at) => {
    const [best = 0, ...others] = weights[at] as readonly number[]
    const levels = levelsOf(one)
    const most = others.map((weight, level) => weight + mostOf(levels[level + 1]?.frequency))
    const different = Math.max(...(one.unknownLate ? [0] : []), ...most)
    if (one.by === undefined || one.levels.length === 0) always += Math.max(0, best, different)
    else {
      const frequency = levels[0]?.frequency
      const rare = frequency && numbers.columns.get(rarityOf(frequency.feature))
      const log2u = Math.log2(frequency?.exactU ?? (trained.u[at]?.[0] as number))
      parts.push({
        column: numbers.columns.get(one.by) as number,
        same: best,
        ...(frequency === undefined || rare === undefined
          ? {}
          : { rarity: { column: rare, frequency, log2u } }),
        different,
        ...(one.surelyNone ? { unlike: unlikeOf(one.surelyNone, weights[at] as number[], numbers) } : {}),
        spread: best - different,
      })
    }
  })
  return {
    always,
    parts: parts.sort((a, b) => b.spread - a.spread),
    least: threshold - ROOM,
  }
}

function unlikeOf(of: SurelyUnlike, weights: readonly number[], { columns }: RecordNumbers): Unlike {
  const column = (name: string): number => columns.get(name) as number
  const [first, rest] = lettersInTwo(of.letters)
  return {
    weight: weights.at(-1) as number,
    asked: askedOfLetters(of),
    letters: [column(first), column(rest)],
    differ: (of.differ ?? []).map(([a, b]) => [column(a), column(b)]),
    known: (of.known ?? []).map(column),
  }
}

/** The most that the rarity of a value adds to a weight. */
export const mostOf = (frequency: Frequency | undefined): number => RAREST * Math.abs(frequency?.weight ?? 0)

/**
 * At most, of a pair whose values have the same number: as `correction` has it, with the most that the other record can
 * change. Not less than of different values, some of which have the same number.
 * @param row where the row of the record on the left begins
 */
export function sameOf({ same, rarity, different }: BoundPart, { fractions }: Rows, row: number): number {
  if (rarity === undefined) return Math.max(same, different)
  const { column, frequency, log2u } = rarity
  const known = fractions[row + column] as number
  if (frequency.same && known >= 0) return Math.max(same + frequency.weight * (log2u + known), different)
  const rarest = Math.min(
    known >= 0 ? known : RAREST,
    frequency.least > 0 ? -Math.log2(frequency.least) : RAREST,
  )
  const added = Math.max(0, frequency.weight * (log2u + (frequency.weight > 0 ? rarest : 0)))
  return Math.max(same + added, different)
}

/** Can this pair weigh enough? The rows of the two begin at so many places. */
export function canReach({ always, parts, least }: Bound, rows: Rows, left: number, right: number): boolean {
  let most = always
  for (const part of parts) {
    const l = rows.whole[left + part.column] as number
    const r = rows.whole[right + part.column] as number
    if (l === 0 || r === 0) continue
    if (l === r) most += sameOf(part, rows, left)
    else
      most +=
        part.unlike && isUnlike(part.unlike, rows.whole, left, right) ? part.unlike.weight : part.different
  }
  return most >= least
}

export function isUnlike(
  { asked, letters: [first, rest], differ, known }: Unlike,
  whole: Int32Array,
  left: number,
  right: number,
): boolean {
  for (const column of known) if (whole[left + column] === 0 || whole[right + column] === 0) return false
  for (const [l, r] of differ) if (whole[left + l] !== 0 && whole[left + l] === whole[right + r]) return false
  return unlikeLetters(
    asked,
    whole[left + first] as number,
    whole[left + rest] as number,
    whole[right + first] as number,
    whole[right + rest] as number,
  )
}
