import type { DuckDb } from '../engine/index.ts'
import {
  AT_REFERENCE_CENTRE,
  COMPETENCE_RATIO,
  DELAY_RATIO,
  DELAY_SPREAD,
  diseaseCourses,
} from './diseases.ts'
import type { Effect } from './model.ts'

/** One part of a mixture: a lognormal whose median is `factor` times the common one. */
interface Part {
  readonly share: number
  readonly factor: number
}

/** What is planted in the delay from first signs to diagnosis. */
export async function delayEffects(engine: DuckDb): Promise<Effect[]> {
  const quintiles = await engine.rows<{ quintile: number; share: number }>(
    'select quintile, sum(upto - since)::double as share from commune group by quintile order by quintile',
  )
  const parts: Part[] = quintiles.flatMap(({ quintile, share }) => [
    { share: share * AT_REFERENCE_CENTRE, factor: DELAY_RATIO ** ((quintile - 1) / 4) },
    {
      share: share * (1 - AT_REFERENCE_CENTRE),
      factor: COMPETENCE_RATIO * DELAY_RATIO ** ((quintile - 1) / 4),
    },
  ])
  const of = (population: string, unit: string, formula: string): Effect['estimand'] => ({
    population,
    payer: 'none',
    unit,
    formula,
  })
  const everyone = 'all patients of the registry'
  const ratio = (who: string): Effect['estimand'] =>
    of(
      everyone,
      'ratio of medians',
      `median time from first signs to diagnosis ${who}; the whole distribution is scaled by this ratio, and the mix of diseases is the same`,
    )
  return [
    {
      id: 'delay/quintile-5-against-1',
      estimand: ratio(
        'of the most deprived fifth (residence on 1 January of the last year) over that of the least deprived',
      ),
      parameter: DELAY_RATIO,
      by: { quintile: '5', against: '1' },
    },
    {
      id: 'delay/ccmr-against-crmr',
      estimand: ratio(
        'of patients of competence centres (CCMR) over that of patients of reference centres (CRMR)',
      ),
      parameter: COMPETENCE_RATIO,
      by: { label: 'CCMR', against: 'CRMR' },
    },
    {
      id: 'delay/women-against-men',
      estimand: ratio('of women over that of men'),
      parameter: 1,
      null: true,
      by: { sex: '2', against: '1' },
    },
    {
      id: 'delay/centres-of-one-label',
      estimand: of(
        'patients of two centres with the same network and the same label',
        'ratio of medians',
        'median time from first signs to diagnosis in one centre over that in the other, at equal disease and deprivation',
      ),
      parameter: 1,
      null: true,
    },
    ...diseaseCourses.flatMap(({ men, women, delay }) => {
      const median = mixtureMedian(
        parts.map(({ share, factor }) => ({ share, factor: factor * delay })),
        DELAY_SPREAD,
      )
      return [...new Set([men, women])].map((orpha) => ({
        id: `delay/ORPHA:${orpha}`,
        estimand: of(
          `patients of the registry with ORPHA:${orpha}`,
          'years',
          'median time from first signs to diagnosis, over deprivation and labels of centres as they are in the country',
        ),
        parameter: Math.round(median * 1e4) / 1e4,
        by: { orpha },
      }))
    }),
  ]
}

/** The median of a mixture of lognormals of one spread, by bisection. */
export function mixtureMedian(parts: readonly Part[], spread: number): number {
  const total = parts.reduce((sum, { share }) => sum + share, 0)
  const below = (x: number): number =>
    parts.reduce((sum, { share, factor }) => sum + share * normalBelow(Math.log(x / factor) / spread), 0) /
    total
  let low = Math.min(...parts.map(({ factor }) => factor))
  let high = Math.max(...parts.map(({ factor }) => factor))
  for (let i = 0; i < 60; i += 1) {
    const middle = (low + high) / 2
    if (below(middle) < 0.5) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** Standard normal distribution function (Abramowitz and Stegun 26.2.17, error below 7.5e-8). */
function normalBelow(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z))
  const poly =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * poly
  return z < 0 ? tail : 1 - tail
}
