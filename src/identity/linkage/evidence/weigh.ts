import type { Plan, Step } from '../../../engine/index.ts'
import type { LinkStep } from '../ladder.ts'
import type { Sides } from '../sides.ts'
import { type Asked, type Candidates, candidatesOf } from './candidates.ts'
import { BIT, chancesOf } from './chance.ts'
import { type Choice, choose, type Height, MOST_DAYS } from './choose.ts'
import { coverage } from './coverage.ts'
import { candidatePersonsOf, type Encounters, encountersOf, kindsOf } from './encounters.ts'
import { diagnosedOf, type Diseases, patientCodesOf, sharesOfCodesOf } from './diseases.ts'
import { countStrataOf, decoyEventsOf, decoysOf, eventsOf, type Strata, strataOf } from './events.ts'
import { evidenceOf, type Found, foundOf, metAgainOf, metOnceOf } from './evidence.ts'
import { askedDaysOf, meetingsOf } from './meetings.ts'
import { learn, type Learnt, type Population } from './learn.ts'
import { daysAndFoundOf, patternsOf, readPattern } from './patterns.ts'
import { bestOf, bestOfDecoysOf, chosenOf, heightsOf, scoredOf, type Weights, weightsOf } from './score.ts'

/** What the probabilistic stage found, and from what it decided. */
export interface Weighed {
  readonly links: LinkStep
  readonly linked: number
  readonly encounters: Encounters
  /** How many decoys were made, and who chance brought near to them. */
  readonly decoys: number
  readonly nearDecoys: Candidates
  readonly strata: Strata
  readonly learnt: Learnt
  readonly population: Population
  readonly choice: Choice
  readonly best: ReturnType<typeof bestOf>
  readonly bestOfDecoys: ReturnType<typeof bestOf>
  readonly scored: ReturnType<typeof scoredOf>
  readonly candidates: string
}

/** Steps whose text hangs on nothing that is learnt. */
export function evidenceSteps(both: Sides) {
  const { patients } = both
  const events = eventsOf(both)
  const decoys = decoysOf(both)
  const decoyEvents = decoyEventsOf(events, decoys)
  const chances = chancesOf(both)
  const askedDays = askedDaysOf(patients, events, decoys, decoyEvents)
  const meetings = meetingsOf(both, askedDays)
  const asked: Asked = { patients, events, suffix: '' }
  const askedDecoys: Asked = { patients: decoys, events: decoyEvents, suffix: '_of_decoys' }
  const candidates = candidatesOf(both, meetings, chances, asked)
  const ofDecoys = candidatesOf(both, meetings, chances, askedDecoys)
  const persons = candidatePersonsOf(both, candidates, ofDecoys)
  const { stays, encounters } = encountersOf(both, persons)
  const strata = strataOf(patients, events, '')
  const strataOfDecoys = strataOf(decoys, decoyEvents, '_of_decoys')
  const foundOfDecoys = foundOf(ofDecoys, askedDecoys, encounters)
  const codes = patientCodesOf(both)
  const diagnosed = diagnosedOf(stays, codes)
  const shares = sharesOfCodesOf(codes, ofDecoys, foundOfDecoys, stays, diagnosed)
  const diseases: Diseases = { codes, stays, diagnosed, shares }
  const gather = (of: Asked, from: Candidates, found: Found) => ({
    asked: of,
    candidates: from,
    found,
    evidence: evidenceOf(from, of, found, persons, chances, diseases),
  })
  const registry = gather(asked, candidates, foundOf(candidates, asked, encounters))
  const decoyed = gather(askedDecoys, ofDecoys, foundOfDecoys)
  return {
    stays,
    encounters,
    codes,
    diagnosed,
    shares,
    coverage,
    chances,
    askedDays,
    meetings,
    persons,
    strata,
    strataOfDecoys,
    countStrata: countStrataOf(strata, strataOfDecoys),
    registry,
    decoyed,
    metAgain: metAgainOf(decoyed.evidence, decoyed.asked, decoyed.found, persons, chances),
    patterns: patternsOf(registry.evidence),
    metOnce: metOnceOf(decoyed.evidence),
    kinds: kindsOf(encounters, events),
    daysAndFound: daysAndFoundOf(registry.evidence, decoyed.evidence),
  }
}

export type EvidenceSteps = ReturnType<typeof evidenceSteps>

/** Steps whose text holds the weights, the threshold and the margin. */
export function scoreSteps({ registry, decoyed, strata, strataOfDecoys }: EvidenceSteps, weights: Weights) {
  const scored = scoredOf(registry.evidence, weights, '')
  const scoredDecoys = scoredOf(decoyed.evidence, weights, '_of_decoys')
  const best = bestOf(scored)
  const bestOfDecoys = bestOfDecoysOf(scoredDecoys, scored)
  return {
    scored,
    scoredDecoys,
    best,
    bestOfDecoys,
    heights: heightsOf(best, bestOfDecoys, strata, strataOfDecoys),
  }
}

/** Writes one step and says how many rows it has. */
export type Write = (what: Step) => Promise<{ path: string; rows: number }>

/** Steps that are written, for whoever tells how far it is. */
export const WEIGHED_STEPS = 31

/**
 * Weighs every candidate by what the two sources say of both, and links those that are mutually best, above a threshold and
 * better than the next by a margin. Weights, threshold and margin are learnt from the data; nobody sets them.
 * @param mostFalse share of false links that may be expected; one in 400 without it
 */
export async function weigh(
  plan: Plan,
  both: Sides,
  patients: number,
  write: Write,
  mostFalse?: number,
): Promise<Weighed> {
  const steps = evidenceSteps(both)
  const { encounters, chances, registry, decoyed, strata } = steps
  for (const one of [coverage, ...Object.values(chances), registry.asked.events]) await write(one)
  const decoys = await write(decoyed.asked.patients)
  for (const one of [decoyed.asked.events, strata, steps.strataOfDecoys, steps.askedDays, steps.meetings])
    await write(one)
  const candidates = await write(registry.candidates)
  await write(decoyed.candidates)
  for (const one of [steps.persons, steps.stays, encounters, steps.codes, steps.diagnosed]) await write(one)
  for (const one of [registry.found, decoyed.found, steps.shares]) await write(one)
  for (const one of [registry.evidence, decoyed.evidence]) await write(one)
  const population = await populationOf(plan, steps, patients)
  const patterns = await plan.rows<Record<string, number | bigint>>(steps.patterns)
  const learnt = learn(patterns.map(readPattern), population)
  const { scored, scoredDecoys, best, bestOfDecoys, heights } = scoreSteps(
    steps,
    weightsOf(learnt, population, await plan.rows(steps.daysAndFound)),
  )
  for (const one of [scored, scoredDecoys, best, bestOfDecoys]) await write(one)
  const counted = await plan.rows<Record<keyof Height, number | bigint>>(heights)
  const sizes = await plan.rows<Record<'stratum' | 'patients' | 'decoys', number | bigint>>(steps.countStrata)
  const choice = choose(
    counted.map(({ stratum, weight, margin, links, decoys: ofDecoys }) => ({
      stratum: Number(stratum),
      weight: Number(weight),
      margin: Number(margin),
      links: Number(links),
      decoys: Number(ofDecoys),
    })),
    Array.from({ length: MOST_DAYS + 1 }, (_, stratum) => {
      const size = sizes.find((one) => Number(one.stratum) === stratum)
      const inIt = Number(size?.patients ?? 0)
      return {
        patients: inIt,
        decoys: Number(size?.decoys ?? 0),
        absent: 1 - (learnt.matchesByDays[stratum] ?? 0) / Math.max(1, inIt),
      }
    }),
    mostFalse,
  )
  const links = chosenOf(best, strata, choice.bars)
  const { rows: linked } = await write(links)
  return {
    links,
    linked,
    encounters,
    decoys: decoys.rows,
    nearDecoys: decoyed.candidates,
    strata,
    learnt,
    population,
    choice,
    best,
    bestOfDecoys,
    scored,
    candidates: candidates.path,
  }
}

async function populationOf(plan: Plan, steps: EvidenceSteps, patients: number): Promise<Population> {
  const [people] = await plan.rows<Record<'persons' | 'dead' | 'men' | 'women', bigint>>(
    steps.chances.population,
  )
  const [covered] = await plan.rows<{ since: string | null; upto: string | null }>(steps.coverage)
  const kinds = await plan.rows<{ encounters: bigint; events: bigint }>(steps.kinds)
  const persons = Number(people?.persons ?? 1)
  const days = covered?.since
    ? (Date.parse(covered.upto as string) - Date.parse(covered.since)) / 86_400_000 + 1
    : 1
  const total = (of: 'encounters' | 'events'): number => kinds.reduce((sum, one) => sum + Number(one[of]), 0)
  const [ofEncounters, ofEvents] = [Math.max(1, total('encounters')), Math.max(1, total('events'))]
  const men = Number(people?.men ?? 0)
  return {
    persons,
    patients,
    men: Math.min(0.99, Math.max(0.01, men / Math.max(1, men + Number(people?.women ?? 0)))),
    dead: Math.max(Number(people?.dead ?? 0), 0.5) / persons,
    deadOnADay: Math.max(Number(people?.dead ?? 0), 0.5) / persons / days,
    sameKind: Math.min(
      0.99,
      Math.max(
        0.01,
        kinds.reduce(
          (sum, one) => sum + (Number(one.encounters) / ofEncounters) * (Number(one.events) / ofEvents),
          0,
        ),
      ),
    ),
    again: await againBits(plan, steps),
  }
}

/**
 * Bits by which chance is likelier to meet a person again whom it met once than to meet them at all: who goes to a hospital
 * goes there often. Told by decoys, with one expected meeting put before, so that few decoys say little.
 */
async function againBits(plan: Plan, { metAgain, metOnce }: EvidenceSteps): Promise<number> {
  const rows = await plan.rows<{ chance: number; found: boolean; n: bigint }>(metAgain)
  const [once] = await plan.rows<{ n: bigint }>(metOnce)
  const met = rows.filter(({ found }) => found).reduce((sum, { n }) => sum + Number(n), 0)
  const again = met - Number(once?.n ?? 0)
  // The first meeting is why we look: its own chance is taken out.
  const expected = rows.reduce(
    (sum, { chance, found, n }) =>
      sum + Number(n) * 2 ** (-chance / BIT) * (found ? again / Math.max(1, met) : 1),
    0,
  )
  return Math.max(0, Math.log2((again + 1) / (expected + 1)))
}
