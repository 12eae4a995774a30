import { join } from 'node:path'
import type { Plan, Step } from '../../engine/index.ts'
import { climbLadder, RUNG_STEPS } from './climb-ladder.ts'
import { weigh, type Weighed, WEIGHED_STEPS } from './evidence/weigh.ts'
import { BAND_NAMES } from './evidence/score.ts'
import { RUNGS } from './ladder.ts'
import { contradictedLinks, finalLinks, nirLinks } from './links.ts'
import type { Compared, Matched, Method } from './matched.ts'
import { compareLinks } from './quality/compare.ts'
import { judge } from './quality/judge.ts'
import { robustness } from './quality/robustness.ts'
import { sides } from './sides.ts'

export interface MatchOptions {
  readonly method: Method
  /** The other method too, for the report alone. */
  readonly compare: boolean
  readonly mostFalse?: number | undefined
  readonly today: string
  readonly onStep?: (done: number, total: number) => void
}

const otherMethod = (method: Method): Method => (method === 'ladder' ? 'probabilistic' : 'ladder')

/**
 * Links indirectly and adds the NIR. Each step is written to `work`, so that the next reads what was found and
 * nothing is computed twice.
 */
export async function match(plan: Plan, work: string, options: MatchOptions): Promise<Matched> {
  const { method, compare, mostFalse, today, onStep = () => undefined } = options
  const both = sides(today)
  const climbs = compare || method === 'ladder'
  const weighs = compare || method === 'probabilistic'
  const total = 7 + (climbs ? 2 + RUNG_STEPS : 0) + (weighs ? WEIGHED_STEPS : 0)
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
  if (climbs) for (const one of [both.communes, both.contacts]) await write(one)
  const ladder = climbs ? await climbLadder(plan, both, write) : undefined
  const weighed = weighs ? await weigh(plan, both, patients.rows, write, mostFalse) : undefined
  const [mine, other] = method === 'ladder' ? [ladder, weighed] : [weighed, ladder]
  if (!mine) throw new Error('the method that decides is the one that was run')
  const indirect = mine.links
  const judged = method === 'probabilistic' && weighed ? await judge(plan, both, weighed) : []
  const compared: Compared = {
    falseMatches: judged,
    combinations: ladder && compare ? await robustness(plan, ladder.pairs, indirect) : [],
    ...(other && compare
      ? { other: { method: otherMethod(method), ...(await compareLinks(plan, other.links, indirect)) } }
      : {}),
  }
  const nir = nirLinks(both)
  const found = { patients: both.patients, indirect, nir }
  return {
    method,
    steps: method === 'ladder' ? RUNGS.map((rung) => rung.step) : BAND_NAMES,
    rungs: ladder?.rungs ?? [],
    ...(weighed ? { weighed } : {}),
    compared,
    indirect: join(work, `${indirect.name}.parquet`),
    nir: (await write(nir)).path,
    links: (await write(finalLinks(found))).path,
    contradicted: (await write(contradictedLinks(found))).path,
    patients: patients.path,
    candidates: mine === ladder ? ladder.path : (weighed as Weighed).candidates,
    activities: activities.path,
  }
}
