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
} from './quality/judge-steps.ts'
import { type Sides, sides } from './sides.ts'

/** Steps of the probabilistic stage. What is learnt when it runs stands here as it is before. */
function weighing(both: Sides): Readonly<Record<string, Step>> {
  const steps = evidenceSteps(both)
  const scored = scoreSteps(steps, BEFORE_LEARNING)
  const { registry, decoyed, chances, ...rest } = steps
  const named = [
    ...Object.values({ ...rest, ...chances, ...scored }),
    ...[registry, decoyed].flatMap(({ asked, candidates, found, evidence }) => [
      asked.events,
      candidates,
      found,
      evidence,
    ]),
    decoyed.asked.patients,
    chosenOf(scored.best, { threshold: 0, margin: 1 }),
    logarithms,
  ] as Step[]
  return Object.fromEntries(named.map((one) => [one.name, one]))
}

/** Steps by which the linkage is judged without the truth, before anything is learnt. */
function judging(both: Sides): readonly Step[] {
  const steps = evidenceSteps(both)
  const { scored, best } = scoreSteps(steps, BEFORE_LEARNING)
  const choice = { threshold: 0, margin: 1 }
  const links = chosenOf(best, choice)
  const care = careOfOneSexOf(both)
  return [
    duplicatesOf(scored, links, choice),
    careAfterDeathOf(links, best, both, steps.encounters),
    lastCareOf(steps.encounters),
    care,
    careOfOtherSexOf(links, best, both, care),
    countCareOf(care),
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
    ...weighing(both),
    ...Object.fromEntries(judging(both).map((one) => [one.name, one])),
    pairs,
    decoy_pairs: pairsOf(both, true),
    ...Object.fromEntries(climbed.map((links) => [links.name, links])),
    indirect: found.indirect,
    nir: found.nir,
    links: finalLinks(found),
    contradicted: contradictedLinks(found),
  }
}
