import { type Comparison, levelsOf } from '../comparisons/model.ts'
import {
  bothSides,
  cheapLevels,
  lateIsNull,
  needsMeasure,
  patternsOf,
  raritiesOf,
  surelyNone,
} from '../pairs/patterns.ts'
import { double } from '../comparisons/words.ts'
import { RECORDS } from '../records/prepare.ts'
import { mostOf } from './bound.ts'
import { correction } from './frequency.ts'
import { priorOdds, type Trained, weightSql, weightsOf } from './weights.ts'

/** A bound is compared with a little room: sums in another order differ in their last bits. */
const ROOM = 1e-6

/** The pairs that may weigh enough: `rid_l`, `rid_r`. */
export const NEAR = 'near'

/**
 * A query of the near pairs that reach a weight: `rid_l`, `rid_r`, `weight`, levels `g0`, `g1`, ….
 *
 * What is cheap is told of every pair first, and read from numbers alone: nulls, equality, parts of dates. A pair whose
 * weight cannot reach the threshold even with the best that is left goes no further. The costly likenesses are told one
 * at a time, that with the most to lose first, and the bound is drawn again after each. Exact, because each bound holds
 * for the pair. Levels are told of the pairs that remain, and the weight is summed from them in the order of the
 * comparisons. It runs `asWritten`.
 * @param except conditions over `l` and `r`: pairs of which one is true are left out
 */
export function scoring(
  comparisons: readonly Comparison[],
  trained: Trained,
  threshold: number,
  except: readonly string[] = [],
): string {
  const weights = weightsOf(trained)
  const parts = comparisons.map((one, at) => partOf(one, weights[at] as number[], trained.u[at] as number[]))
  const weighed = parts.map(({ most }, at) =>
    most === undefined ? `w${at}` : `coalesce(w${at}, ${double(most)})`,
  )
  const told = `${[double(priorOdds(trained)), ...weighed].join(' + ')} >= ${double(threshold - ROOM)}`
  const costly = parts
    .map((part, at) => ({ ...part, at }))
    .filter(({ most }) => most !== undefined)
    .sort((a, b) => b.spread - a.spread || a.at - b.at)
  const cheap = parts.map((part, at) => `${part.cheap} as w${at}`).join(', ')
  const left = except.map((one) => `not coalesce(${one}, false)`)
  let query = `select * from (select *, ${cheap} from (
    select n.*, ${bothSides(comparisons)} from ${NEAR} as n
    join ${RECORDS} as l on l.rid = n.rid_l join ${RECORDS} as r on r.rid = n.rid_r
    ${left.length > 0 ? `where ${left.join(' and ')}` : ''}) as sides) as cheap where ${told}`
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
  return `select rid_l, rid_r, weight, ${levels} from (
    select *, ${double(priorOdds(trained))} + ${total.join(' + ')} as weight from (
      ${patternsOf(comparisons, query, kept)}) as patterns) as weighed where weight >= ${threshold}`
}

interface Part {
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
  const unlike = surelyNone(comparison)
  const none = unlike ? `when ${unlike} then ${weight(last)}` : ''
  const costly = needsMeasure(comparison)
  const rest = weights.slice(cheap)
  const most = Math.max(
    ...(comparison.unknownLate ? [0] : []),
    ...rest.map((one, at) => one + mostOf(levels[cheap + at]?.frequency)),
  )
  return {
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
