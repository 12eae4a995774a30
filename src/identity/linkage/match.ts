import { join } from 'node:path'
import type { Plan, Step } from '../../engine/index.ts'
import { climb, type LinkStep, type Rung, RUNGS } from './ladder.ts'
import { contradictedLinks, finalLinks, indirectLinks, nirLinks } from './links.ts'
import { pairsOf } from './pairs.ts'
import { sides } from './sides.ts'

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

/** Where the matcher wrote what it found, in its working folder. */
export interface Matched {
  readonly rungs: readonly RungOutcome[]
  readonly links: string
  readonly contradicted: string
  readonly indirect: string
  readonly nir: string
  readonly patients: string
  readonly pairs: string
  readonly activities: string
}

/**
 * Climbs the ladder and adds the NIR. Each step is written to `work`, so that the next reads what was found and
 * nothing is computed twice.
 */
export async function match(
  plan: Plan,
  work: string,
  today: string,
  onStep: (done: number, total: number) => void = () => undefined,
): Promise<Matched> {
  const both = sides(today)
  const total = 13 + RUNGS.length
  let done = 0
  const write = async (what: Step): Promise<{ path: string; rows: number }> => {
    const path = join(work, `${what.name}.parquet`)
    const { rows } = await plan.write(what, path)
    onStep(++done, total)
    return { path, rows }
  }
  await write(both.opposed)
  const patients = await write(both.patients)
  const activities = await write(both.activities)
  await write(both.persons)
  await write(both.contacts)
  await write(both.communes)
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
  const indirect = indirectLinks(climbed)
  const nir = nirLinks(both)
  const found = { patients: both.patients, indirect, nir }
  return {
    rungs,
    indirect: (await write(indirect)).path,
    nir: (await write(nir)).path,
    links: (await write(finalLinks(found))).path,
    contradicted: (await write(contradictedLinks(found))).path,
    patients: patients.path,
    pairs: written.path,
    activities: activities.path,
  }
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
