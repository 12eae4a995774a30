import type { Step } from '../../engine/index.ts'
import { climb, type LinkStep, RUNGS } from './ladder.ts'
import { contradictedLinks, finalLinks, indirectLinks, nirLinks } from './links.ts'
import { residenceInPieces } from './open-lake.ts'
import { pairsOf } from './pairs.ts'
import { logarithms } from './evidence/chance.ts'
import { BEFORE_LEARNING, chosenOf } from './evidence/score.ts'
import { evidenceSteps, scoreSteps } from './evidence/weigh.ts'
import { comparedOf } from './quality/compare.ts'
import {
  careAfterDeathOf,
  careOfOneSexOf,
  careOfOtherSexOf,
  countCareOf,
  duplicatesOf,
  lastCareOf,
  nearByChanceOf,
} from './quality/judge-steps.ts'
import { type Sides, sides } from './sides.ts'

/** Links as they would be chosen before anything is learnt. */
const BEFORE_CHOOSING = [{ threshold: 0, margin: 1 }]

/** Steps of the probabilistic stage, and those by which it is judged. What is learnt stands here as it is before. */
function weighing(both: Sides): readonly Step[] {
  const steps = evidenceSteps(both)
  const scores = scoreSteps(steps, BEFORE_LEARNING)
  const { registry, decoyed, chances, ...rest } = steps
  const links = chosenOf(scores.best, steps.strata, BEFORE_CHOOSING)
  const care = careOfOneSexOf(steps.encounters)
  const near = nearByChanceOf(decoyed.candidates)
  return [
    ...Object.values({ ...rest, ...chances, ...scores }),
    ...[registry, decoyed].flatMap(({ asked, candidates, found, evidence }) => [
      asked.events,
      candidates,
      found,
      evidence,
    ]),
    decoyed.asked.patients,
    links,
    logarithms,
    duplicatesOf(scores.scored, links, steps.strata, BEFORE_CHOOSING),
    careAfterDeathOf(links, scores.best, both, steps.encounters),
    near,
    lastCareOf(near, steps.encounters),
    care,
    careOfOtherSexOf(links, scores.best, both, care),
    countCareOf(near, care),
    comparedOf(links, nirLinks(both)),
  ] as Step[]
}

/** The steps of the linkage by name, every rung climbed: what `chainon explain` shows without running anything. */
export function linkageSteps(today: string): Readonly<Record<string, Step>> {
  const both = sides(today)
  const pairs = pairsOf(both, false)
  const climbed: LinkStep[] = []
  for (const rung of RUNGS) climbed.push(climb(pairs, rung, climbed))
  const found = { patients: both.patients, indirect: indirectLinks(climbed), nir: nirLinks(both) }
  return {
    ...(both as unknown as Record<string, Step>),
    residence_in_pieces: residenceInPieces,
    ...Object.fromEntries(weighing(both).map((one) => [one.name, one])),
    pairs,
    decoy_pairs: pairsOf(both, true),
    ...Object.fromEntries(climbed.map((links) => [links.name, links])),
    indirect: found.indirect,
    nir: found.nir,
    links: finalLinks(found),
    contradicted: contradictedLinks(found),
  }
}
