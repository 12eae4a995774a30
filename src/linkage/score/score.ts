import { type Comparison, levelsOf } from '../comparisons/model.ts'
import { double } from '../comparisons/words.ts'
import { bothSides, cheapLevels, needsMeasure, patternsOf, raritiesOf } from '../pairs/patterns.ts'
import { RECORDS } from '../records/prepare.ts'
import { mostOf } from './bound.ts'
import { priorOdds, type Trained, weightSql, weightsOf } from './weights.ts'

/** The pairs that may weigh enough: `rid_l`, `rid_r`, `rule`. */
export const NEAR = 'near'

/** A bound is compared with a little room: sums in another order differ in their last bits. */
const ROOM = 1e-6

/**
 * A query of the near pairs that reach a weight: `rid_l`, `rid_r`, `weight`, levels `g0`, `g1`, …, `rule`. What is cheap is told
 * of every pair; one that cannot reach the threshold even with the best that is left goes no further, and no likeness is
 * measured for it. The weight is summed from the levels in the order of the comparisons. It runs `asWritten`.
 * @param near the table of the near pairs
 * @param except conditions over `l` and `r`: pairs of which one is true are left out
 */
export function scoring(
  comparisons: readonly Comparison[],
  trained: Trained,
  threshold: number,
  except: readonly string[] = [],
  near = NEAR,
): string {
  const weights = weightsOf(trained)
  const left = except.map((one) => `not coalesce(${one}, false)`)
  const sides = `select n.*, ${bothSides(comparisons)} from ${near} as n
    join ${RECORDS} as l on l.rid = n.rid_l join ${RECORDS} as r on r.rid = n.rid_r
    ${left.length > 0 ? `where ${left.join(' and ')}` : ''}`
  const weighed = (level: 'c' | 'g'): readonly string[] =>
    comparisons.map(
      (one, at) => `(${weightSql(one, `${level}${at}`, weights[at] as number[], trained.u[at] as number[])})`,
    )
  const total = (parts: readonly string[]): string => [double(priorOdds(trained)), ...parts].join(' + ')
  const atMost = weighed('c').map((cheap, at) => {
    const one = comparisons[at] as Comparison
    return needsMeasure(one)
      ? `case when c${at} is null then ${double(mostMeasured(one, weights[at] as number[]))} else ${cheap} end`
      : cheap
  })
  const kept = ['rid_l', 'rid_r', 'rule', ...new Set(comparisons.flatMap(raritiesOf))].join(', ')
  const levels = comparisons.map((_, at) => `cast(g${at} as tinyint) as g${at}`).join(', ')
  return `select rid_l, rid_r, weight, ${levels}, cast(rule as smallint) as rule from (
    select *, ${total(weighed('g'))} as weight from (
      ${patternsOf(comparisons, sides, kept, `${total(atMost)} >= ${double(threshold - ROOM)}`)}) as patterns) as weighed where weight >= ${threshold}`
}

/** The most that a comparison can weigh when it takes its measure to tell. */
function mostMeasured(comparison: Comparison, weights: readonly number[]): number {
  const cheap = cheapLevels(comparison)
  const levels = levelsOf(comparison)
  return Math.max(
    ...(comparison.unknownLate ? [0] : []),
    ...weights.slice(cheap).map((weight, at) => weight + mostOf(levels[cheap + at]?.frequency)),
  )
}
