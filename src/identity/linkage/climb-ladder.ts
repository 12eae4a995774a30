import type { Plan, Step } from '../../engine/index.ts'
import { climb, type LinkStep, type Rung, RUNGS } from './ladder.ts'
import { indirectLinks } from './links.ts'
import { type Pairs, pairsOf } from './pairs.ts'
import type { Sides } from './sides.ts'

/**
 * What chance may do, as shares of links: of one rung, and of all that are climbed so far with it. The last rungs link
 * a hundred patients or fewer, where two decoys more or less say little of the rung: so it is the sum that is held,
 * well inside one wrong link in two hundred, and a rung alone is refused only when it is mostly chance.
 */
const CHANCE = { rung: 0.15, all: 0.003 }

/** What one rung did. `decoys` is how many patients who do not exist it would have linked. */
export interface RungOutcome {
  readonly step: string
  readonly links: number
  readonly decoys: number
  readonly climbed: boolean
}

/** Steps that are written, for whoever tells how far it is. */
export const RUNG_STEPS = 3 + RUNGS.length

/** Climbs the ladder rung by rung, each judged by what decoys would have been linked on it. */
export async function climbLadder(
  plan: Plan,
  both: Sides,
  write: (what: Step) => Promise<{ path: string; rows: number }>,
): Promise<{ rungs: readonly RungOutcome[]; links: LinkStep; pairs: Pairs; path: string }> {
  const pairs = pairsOf(both, false)
  const decoys = pairsOf(both, true)
  const written = await write(pairs)
  await write(decoys)
  const climbed: LinkStep[] = []
  const rungs: RungOutcome[] = []
  for (const rung of RUNGS) {
    const outcome = await tryRung(
      plan,
      rung,
      climb(pairs, rung, climbed),
      climb(decoys, rung, climbed, 'decoys'),
      rungs.filter((one) => one.climbed),
      write,
    )
    rungs.push(outcome.said)
    if (outcome.said.climbed) climbed.push(outcome.links)
  }
  const links = indirectLinks(climbed)
  await write(links)
  return { rungs, links, pairs, path: written.path }
}

async function tryRung(
  plan: Plan,
  rung: Rung,
  links: LinkStep,
  decoys: LinkStep,
  below: readonly RungOutcome[],
  write: (what: Step) => Promise<{ rows: number }>,
): Promise<{ said: RungOutcome; links: LinkStep }> {
  const { rows } = await write(links)
  const chance = rows === 0 ? 0 : (await plan.rows(decoys)).length
  return {
    said: {
      step: rung.step,
      links: rows,
      decoys: chance,
      climbed: mayClimb({ links: rows, decoys: chance }, below),
    },
    links,
  }
}

/** @param below the rungs that were climbed before */
export function mayClimb(
  rung: Pick<RungOutcome, 'links' | 'decoys'>,
  below: readonly Pick<RungOutcome, 'links' | 'decoys'>[],
): boolean {
  const sum = (of: 'links' | 'decoys'): number => below.reduce((total, one) => total + one[of], rung[of])
  // One decoy says nothing: in a small country it would be more than the share.
  return rung.decoys <= CHANCE.rung * rung.links && sum('decoys') <= Math.max(1, CHANCE.all * sum('links'))
}
