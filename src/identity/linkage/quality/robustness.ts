import type { Plan } from '../../../engine/index.ts'
import { climb, type LinkStep, type Rung } from '../ladder.ts'
import type { Pairs } from '../pairs.ts'
import { compareLinks } from './compare.ts'

/** Links that one combination of criteria gives when it stands alone, beside those that were chosen. */
export interface Combination {
  readonly criteria: readonly string[]
  readonly links: number
  /** Of them those that the chosen links confirm, and those that they contradict on either side. */
  readonly agree: number
  readonly contradicted: number
}

/**
 * Every combination of the ladder's criteria, each alone: who is the only match of whom. What many combinations give is
 * robust; one that contradicts the chosen links tells which criterion errs. At least a day is asked for.
 */
export function combinations(): readonly { readonly criteria: readonly string[]; readonly rung: Rung }[] {
  const all: { criteria: string[]; rung: Rung }[] = []
  for (const dates of [2, 1])
    for (const place of [true, false])
      for (const commune of [true, false])
        for (const month of [true, false])
          for (const sex of [true, false]) {
            // Pairs without the place have sex and month in common, and one of the two is never let go with the other.
            if ((!place && !(month && sex)) || !(month || sex)) continue
            const criteria = [
              dates === 2 ? 'TwoDays' : 'Day',
              ...(place ? ['Place'] : []),
              ...(commune ? ['Commune'] : []),
              ...(month ? ['Month'] : []),
              ...(sex ? ['Sex'] : []),
            ]
            all.push({
              criteria,
              rung: { step: criteria.join(' '), dates, placed: place ? dates : 0, commune, month, sex },
            })
          }
  return all
}

export async function robustness(
  plan: Plan,
  pairs: Pairs,
  chosen: LinkStep,
): Promise<readonly Combination[]> {
  const rows: Combination[] = []
  for (const { criteria, rung } of combinations()) {
    rows.push({ criteria, ...(await compareLinks(plan, climb(pairs, rung, [], '_alone'), chosen)) })
  }
  return rows
}
