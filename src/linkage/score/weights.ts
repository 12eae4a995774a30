import { type Comparison, levelsOf } from '../comparisons/model.ts'
import { double } from '../comparisons/words.ts'
import { probabilityToOdds, type Parameters } from '../train/em.ts'
import { correction } from './frequency.ts'

/** What a trained model says: parameters in the order of comparisons and levels, and the prior. */
export interface Trained extends Parameters {
  /** Probability that two records drawn by chance match. */
  readonly prior: number
  /** Of each comparison how many pairs its m, and its u, were counted from; none where they were given. */
  readonly pairs?: { readonly m: readonly number[]; readonly u: readonly number[] }
}

/** No probability is smaller: its logarithm is a number. */
const LEAST = 1e-300

/** log2(m/u) of each level of each comparison. */
export const weightsOf = ({ m, u }: Parameters): readonly (readonly number[])[] =>
  m.map((levels, at) =>
    levels.map((one, level) => Math.log2(Math.max(one, LEAST) / Math.max(u[at]?.[level] as number, LEAST))),
  )

export const priorOdds = ({ prior }: Trained): number => probabilityToOdds(prior)

/** SQL of the weight that a comparison gives a pair, from its level in column `level`. */
export function weightSql(
  comparison: Comparison,
  level: string,
  weights: readonly number[],
  u: readonly number[],
): string {
  const branches = levelsOf(comparison).map(({ frequency }, at) => {
    const base = double(weights[at] as number)
    return `when ${at} then ${frequency ? `${base} + ${correction(frequency, u[at] as number)}` : base}`
  })
  return `case ${level} ${branches.join(' ')} else 0e0 end`
}
