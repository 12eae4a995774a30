import { type Comparison, levelsOf } from '../comparisons/model.ts'
import {
  bothSides,
  cheapLevels,
  lateIsNull,
  needsMeasure,
  patternsOf,
  raritiesOf,
  sidesOf,
} from '../pairs/patterns.ts'
import { double, equal, left, right } from '../comparisons/words.ts'
import { RECORDS } from '../records/prepare.ts'
import { correction } from './frequency.ts'
import { priorOdds, type Trained, weightSql, weightsOf } from './weights.ts'

/** A bound is compared with a little room: sums in another order differ in their last bits. */
const ROOM = 1e-6

/** The pairs that are left when what is cheap has been told. */
export const NEAR = 'near'

/** Two statements, one after the other. */
export interface Scoring {
  readonly near: string
  /** A query of `rid_l`, `rid_r`, `weight`, levels `g0`, `g1`, …. */
  readonly scored: string
}

/**
 * The pairs of a FROM that reach a weight.
 *
 * What is cheap is told of every pair first, and read from numbers alone: nulls, equality, parts of dates. A pair whose
 * weight cannot reach the threshold even with the best that is left goes no further. Those that remain are joined with
 * their texts; the costly likenesses are told one at a time, that with the most to lose first, and the bound is drawn
 * again after each. Exact, because each bound holds for the pair. Levels are told of the pairs that remain, and the
 * weight is summed from them in the order of the comparisons. It runs `asWritten`.
 */
export function scoring(
  comparisons: readonly Comparison[],
  trained: Trained,
  from: string,
  threshold: number,
): Scoring {
  const weights = weightsOf(trained)
  const parts = comparisons.map((one, at) => partOf(one, weights[at] as number[], trained.u[at] as number[]))
  const reached = (bounds: readonly string[]): string =>
    `${[double(priorOdds(trained)), ...bounds].join(' + ')} >= ${double(threshold - ROOM)}`
  // What is asked first is a comparison of numbers; most pairs end there.
  const [roughly, closely] = ['roughly', 'closely'].map((how) =>
    reached(parts.map((part) => part.atMost[how as keyof Part['atMost']])),
  ) as [string, string]
  const atMost = roughly === closely ? roughly : `${roughly} and ${closely}`
  const near = `create or replace temp table ${NEAR} as select rid_l, rid_r from (
    select l.rid as rid_l, r.rid as rid_r, ${sidesOf([roughly, closely])} ${from}) as sides where ${atMost}`

  const told = reached(
    parts.map(({ most }, at) => (most === undefined ? `w${at}` : `coalesce(w${at}, ${double(most)})`)),
  )
  const costly = parts
    .map((part, at) => ({ ...part, at }))
    .filter(({ most }) => most !== undefined)
    .sort((a, b) => b.spread - a.spread || a.at - b.at)
  const cheap = parts.map((part, at) => `${part.cheap} as w${at}`).join(', ')
  let query = `select * from (select *, ${cheap} from (
    select n.*, ${bothSides(comparisons)} from ${NEAR} as n
    join ${RECORDS} as l on l.rid = n.rid_l join ${RECORDS} as r on r.rid = n.rid_r) as sides) as cheap where ${told}`
  for (const { at, measured } of costly) {
    const measure = comparisons[at]?.measure ?? 'null'
    query = `select * from (
      select * exclude (w${at}, m), case when w${at} is null then ${measured('m')} else w${at} end as w${at} from (
        select *, case when w${at} is null then ${measure} end as m from (${query}) as before_${at}) as with_${at}
    ) as after_${at} where ${told}`
  }
  const total = comparisons.map(
    (one, at) => `(${weightSql(one, `g${at}`, weights[at] as number[], trained.u[at] as number[])})`,
  )
  const kept = ['rid_l', 'rid_r', ...new Set(comparisons.flatMap(raritiesOf))].join(', ')
  const levels = comparisons.map((_, at) => `cast(g${at} as tinyint) as g${at}`).join(', ')
  const scored = `select rid_l, rid_r, weight, ${levels} from (
    select *, ${double(priorOdds(trained))} + ${total.join(' + ')} as weight from (
      ${patternsOf(comparisons, query, kept)}) as patterns) as weighed where weight >= ${threshold}`
  return { near, scored }
}

interface Part {
  /** The most that its weight can be, from numbers alone: by equality, and by what is surely unlike. */
  readonly atMost: { readonly roughly: string; readonly closely: string }
  /** Its weight as far as it can be told without the measure; null where it cannot. */
  readonly cheap: string
  /** Its weight where that is null, given the measure. */
  readonly measured: (measure: string) => string
  /** The most that it can then be; undefined where it always can be told. */
  readonly most: number | undefined
  /** How much the measure can tell. */
  readonly spread: number
}

function partOf(comparison: Comparison, weights: readonly number[], u: readonly number[]): Part {
  const levels = levelsOf(comparison)
  const weight = (at: number): string => {
    const frequency = levels[at]?.frequency
    const base = double(weights[at] as number)
    return frequency ? `${base} + ${correction(frequency, u[at] as number)}` : base
  }
  const cheap = cheapLevels(comparison)
  const last = comparison.levels.length
  const branches = comparison.levels
    .slice(0, cheap)
    .map(({ when }, at) => `when ${when as string} then ${weight(at)}`)
    .join(' ')
  const none = comparison.surelyNone ? `when ${comparison.surelyNone} then ${weight(last)}` : ''
  const costly = needsMeasure(comparison)
  const rest = weights.slice(cheap)
  const most = Math.max(
    ...(comparison.unknownLate ? [0] : []),
    ...rest.map((one, at) => one + mostRarity(comparison, cheap + at)),
  )
  return {
    atMost: atMostOf(comparison, weights, weight),
    cheap: `case when ${comparison.unknown} then 0e0 ${lateIsNull(comparison)} ${branches} ${none} else ${costly ? 'null' : weight(last)} end`,
    measured: (measure) => {
      const told = comparison.levels
        .slice(cheap)
        .map(
          ({ when }, at) =>
            `when ${typeof when === 'string' ? when : when(measure)} then ${weight(cheap + at)}`,
        )
        .join(' ')
      const late = comparison.unknownLate
      return `case ${late ? `when ${late.when} then 0e0` : ''} ${told} else ${weight(last)} end`
    },
    most: costly ? most : undefined,
    spread: Math.max(...rest) - Math.min(...rest),
  }
}

function atMostOf(
  comparison: Comparison,
  weights: readonly number[],
  weight: (level: number) => string,
): Part['atMost'] {
  const { by, levels, surelyNone, unknownLate } = comparison
  const last = weights.length - 1
  const others = weights.slice(1).map((one, at) => one + mostRarity(comparison, at + 1))
  const most = Math.max(...(unknownLate ? [0] : []), ...others)
  if (by === undefined || levels.length === 0) {
    const always = double(Math.max(0, weights[0] ?? 0, most))
    return { roughly: always, closely: always }
  }
  // Branches are cheaper than casts of truth to numbers; where one side is missing none of them holds.
  const bound = (unlike = ''): string =>
    `case when ${equal(by)} then ${weight(0)} ${unlike} when ${left(by)} <> ${right(by)} then ${double(most)} else 0e0 end`
  const roughly = bound()
  if (surelyNone === undefined) return { roughly, closely: roughly }
  const none = [...(unknownLate ? [`(${unknownLate.perhaps}) is not true`] : []), surelyNone].join(' and ')
  return { roughly, closely: bound(`when ${none} then ${double(weights[last] as number)}`) }
}

/** No value is so rare that it adds more. */
const mostRarity = (comparison: Comparison, level: number): number => {
  const frequency = levelsOf(comparison)[level]?.frequency
  return frequency ? 40 * Math.abs(frequency.weight) : 0
}
