import type { Step } from '../../engine/index.ts'
import { climb, type LinkStep, RUNGS } from './ladder.ts'
import { contradictedLinks, finalLinks, indirectLinks, nirLinks } from './links.ts'
import { residenceInPieces } from './open-lake.ts'
import { pairsOf } from './pairs.ts'
import { sides } from './sides.ts'

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
    pairs,
    decoy_pairs: pairsOf(both, true),
    ...Object.fromEntries(climbed.map((links) => [links.name, links])),
    indirect: found.indirect,
    nir: found.nir,
    links: finalLinks(found),
    contradicted: contradictedLinks(found),
  }
}
