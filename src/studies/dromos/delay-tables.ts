import type { CurveStep, Dimension, Figures, SurvivalTable } from '../../spaces/index.ts'
import type { Estimate } from '../statistics/cost-per-year.ts'
import { medianRatio } from '../statistics/delay-ratio.ts'
import {
  curveQuantile,
  kaplanMeier,
  type KaplanMeierPoint,
  type Observed,
} from '../statistics/kaplan-meier.ts'
import { type Cell, cellsOf, FINE, LINKED } from './cells.ts'
import { comparison, enough, finite, named } from './cost-tables.ts'
import { type DimensionName, type Patient, WITHOUT_CODE } from './model.ts'

const KNOWN = { delay: 'known' } as const

/** Years at which the curves are told: finer where most diagnoses fall. The last one is beyond any life. */
export const timeGrid = [0.5, 1, 1.5, 2, 3, 4, 5, 7, 10, 15, 20, 30, 120] as const

export const delayCrossings: readonly (readonly DimensionName[])[] = [
  [],
  ['disease'],
  ['quintile'],
  ['region'],
  ['centre'],
  ['label'],
  ['sex'],
  ['block', 'quintile'],
  ['block', 'region'],
  ['block', 'site'],
]

/** Curves from first signs to diagnosis, one table per crossing. Patients without a code are in the pooled curves. */
export function delayTables(
  people: readonly Patient[],
  dimensions: Record<string, Dimension>,
  seed: string,
): SurvivalTable[] {
  const known = people.filter((one) => one.delay !== null)
  const linked = known.filter((one) => one.at.linked === 'yes')
  const everybody = { base: KNOWN, people: known, scaled: withinDiseases(known) }
  const linkedOnly = { base: { ...KNOWN, ...LINKED }, people: linked, scaled: withinDiseases(linked) }
  return delayCrossings.map((by) => {
    const who = by.some((name) => FINE.includes(name)) ? linkedOnly : everybody
    return {
      kind: 'survival',
      name: `delay${by.map((name) => `_by_${name}`).join('')}`,
      curves: cellsOf(who.people, dimensions, by, who.base).map((cell) => {
        const points = kaplanMeier(cell.people.map((one) => one.delay as Observed))
        const name = by.length === 1 ? (by[0] as DimensionName) : null
        return {
          at: cell.at,
          n: cell.people.length,
          steps: stepsOf(points, cell.people.length),
          figures: {
            ...medianFigures(points),
            ...(name ? contrastFigures(cell, name, who.people, who.scaled, seed) : {}),
          },
        }
      }),
    }
  })
}

/** The curve on the common grid. An event at time zero falls in the first interval. */
export function stepsOf(points: readonly KaplanMeierPoint[], n: number): CurveStep[] {
  let after = 0
  let atRisk = n
  let next = 0
  let last = { survival: 1, low: 1, high: 1 }
  return timeGrid.map((until) => {
    let events = 0
    let censored = 0
    for (let point = points[next]; point && point.time <= until; point = points[++next]) {
      events += point.events
      censored += point.censored
      // After the last person's event Greenwood says nothing: the interval before is kept, down to zero.
      last = Number.isNaN(point.low) ? { survival: point.survival, low: 0, high: last.high } : point
    }
    const step = {
      after,
      until,
      atRisk,
      events,
      censored,
      survival: rounded(last.survival),
      low: rounded(last.low),
      high: rounded(last.high),
    }
    after = until
    atRisk -= events + censored
    return step
  })
}

const rounded = (x: number): number => Number(x.toFixed(10))

function medianFigures(points: readonly KaplanMeierPoint[]): Figures {
  const median = curveQuantile(points, 0.5)
  return {
    median: finite(median.at),
    medianLow: finite(median.low),
    medianHigh: finite(median.high),
    p25: finite(curveQuantile(points, 0.25).at),
    p75: finite(curveQuantile(points, 0.75).at),
  }
}

interface Scaled extends Observed {
  readonly patient: Patient
}

/** Delays divided by the median of the same disease, so that groups with other diseases can be compared. */
export function withinDiseases(people: readonly Patient[]): Scaled[] {
  const byDisease = new Map<string, Patient[]>()
  for (const one of people) {
    if (one.at.disease === WITHOUT_CODE) continue
    const own = byDisease.get(one.at.disease)
    if (own) own.push(one)
    else byDisease.set(one.at.disease, [one])
  }
  return [...byDisease.values()].flatMap((own) => {
    const median = curveQuantile(kaplanMeier(own.map((one) => one.delay as Observed)), 0.5).at
    if (median === null || median <= 0) return []
    return own.map((patient) => {
      const { time, event } = patient.delay as Observed
      return { time: time / median, event, patient }
    })
  })
}

/**
 * Two groups of all patients: ratio of their medians. Patients without a code are in it, for to leave them out
 * would leave out those who wait longest. A region or centre has diseases of its own: it is compared with what is
 * usual for them, among patients with a code.
 */
function contrastFigures(
  cell: Cell,
  name: DimensionName,
  known: readonly Patient[],
  scaled: readonly Scaled[],
  seed: string,
): Figures {
  const side = comparison(cell.at, name)
  if (!side) return {}
  if (name === 'region' || name === 'centre') {
    const own = scaled.filter((one) => side(one.patient) === true)
    return named('ratio', own.length >= 11 ? usual(own) : null)
  }
  const compared = known.flatMap((patient) => {
    const exposed = side(patient)
    return exposed === null ? [] : [{ exposed, ...(patient.delay as Observed) }]
  })
  if (!enough(compared)) return named('ratio', null)
  const [exposed, others] = [compared.filter((one) => one.exposed), compared.filter((one) => !one.exposed)]
  return named('ratio', medianRatio(exposed, others, `${seed}|${name}`))
}

/** Median of scaled delays: 1 is what is usual for the same diseases. */
function usual(scaled: readonly Observed[]): Estimate | null {
  const median = curveQuantile(kaplanMeier(scaled), 0.5)
  if (median.at === null) return null
  return { value: median.at, low: median.low ?? Number.NaN, high: median.high ?? Number.NaN }
}
