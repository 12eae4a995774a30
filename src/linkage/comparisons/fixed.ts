import { ChainonError } from '../../base/index.ts'
import type { LinkageModel } from '../model.ts'
import { type Comparison, type Level, levelsOf } from './model.ts'

type Fixed = NonNullable<NonNullable<LinkageModel['training']>['fixed']>

/**
 * The comparisons with what the user knows of their levels: training leaves it, and shares out among the others what is
 * left of 1.
 * @throws linkage/bad-model for a comparison or a level that is not there, or values that are more than 1 together
 */
export function withFixed(comparisons: readonly Comparison[], fixed: Fixed): readonly Comparison[] {
  for (const name of Object.keys(fixed))
    if (!comparisons.some((one) => one.name === name))
      throw new ChainonError('linkage/bad-model', `training.fixed names ${name}, which is no comparison`, {
        advice: `They are: ${comparisons.map((one) => one.name).join(', ')}.`,
      })
  return comparisons.map((one) => {
    const known = fixed[one.name]
    if (!known) return one
    mustBeLevels(one, known)
    const of = <T extends Omit<Level, 'when'>>(level: T): T => {
      const { m, u } = known.find((each) => each.level === level.label) ?? {}
      return { ...level, ...(m === undefined ? {} : { m }), ...(u === undefined ? {} : { u }) }
    }
    return { ...one, levels: one.levels.map(of), otherwise: of(one.otherwise) }
  })
}

function mustBeLevels(comparison: Comparison, known: Fixed[string]): void {
  const labels = levelsOf(comparison).map(({ label }) => label)
  for (const { level } of known)
    if (!labels.includes(level))
      throw new ChainonError('linkage/bad-model', `${comparison.name} has no level “${level}” to fix`, {
        advice: `Its levels are: ${labels.join('; ')}.`,
      })
  for (const which of ['m', 'u'] as const)
    if (known.reduce((sum, level) => sum + (level[which] ?? 0), 0) > 1 + 1e-9)
      throw new ChainonError(
        'linkage/bad-model',
        `the fixed ${which} of ${comparison.name} are more than 1 together`,
      )
}
