import type { Compared, Matched, Method } from '../matched.ts'
import { BY_NIR } from '../links.ts'
import { byNir, type FalseMatches } from '../quality/estimate.ts'
import type { At, LinkageCounts, LinkageDimension, LinkageSubmission } from './model.ts'
import {
  type Characteristic,
  CHARACTERISTICS,
  NOT_FOUND,
  OPPOSED,
  type Patient,
  type Places,
  readPatients,
} from './patients.ts'
import { standardisedDifference, wilson } from './statistics.ts'
import { linkageWeights, type LinkageWeights } from './unlinked.ts'

/** Below this many persons a value is not looked at alone in a figure that is shown elsewhere. */
const LEAST = 11
const LINKED = 'linked'
const NOT_LINKED = 'not linked'
/** Those who may be linked, found or not. */
const ELIGIBLE = [LINKED, NOT_LINKED]

export interface Quality {
  readonly patients: number
  readonly opposed: number
  readonly linked: number
  readonly indirect: number
  readonly contradicted: number
  readonly byNir: number
  /** How many links of the indirect stage are false, as each method sees it; not checked for disclosure. */
  readonly falseMatches: readonly FalseMatches[]
}

/**
 * The linkage's report on itself: who was included, how each was linked or why not, by year, age, sex,
 * département and disease, how linked and unlinked differ, and how right the indirect stage is where the NIR
 * tells. Counts of persons only; to be checked before anybody sees it.
 */
export async function describe(
  matched: Matched,
  places: Places,
  lastYear: number,
  compared: Compared,
): Promise<{ submission: LinkageSubmission; quality: Quality }> {
  const { rows, indirect, contradicted } = await readPatients(matched, places, lastYear)
  const linked = (outcome: string): string =>
    outcome === OPPOSED ? OPPOSED : isLink(outcome) ? LINKED : NOT_LINKED
  const outcomes = [...matched.steps, BY_NIR, ...NOT_FOUND, OPPOSED]
  const dimensions: Record<string, LinkageDimension> = {
    linked: { values: [...ELIGIBLE, OPPOSED] },
    outcome: {
      values: outcomes,
      within: { dimension: 'linked', of: Object.fromEntries(outcomes.map((one) => [one, linked(one)])) },
    },
    nir: { values: ['known in both', 'not known in both'] },
  }
  for (const characteristic of CHARACTERISTICS)
    dimensions[characteristic] = { values: [...new Set(rows.map((row) => row[characteristic]))].sort() }
  const eligible = rows
    .filter((row) => row.outcome !== OPPOSED)
    .map((row) => ({ ...row, linked: isLink(row.outcome) }))
  const weights = linkageWeights(eligible, WEIGHED_BY, LEAST)
  const count = (test: (row: Patient) => boolean): number => rows.filter(test).length
  const cell = (at: At, test: (row: Patient) => boolean) => ({ at, n: count(test) })

  const gold = rows.filter((row) => row.gold !== 'none')
  const agree = gold.filter((row) => row.gold === 'agrees').length
  const found = gold.filter((row) => row.gold !== 'missed').length
  const falseMatches = [
    byNir({ patients: eligible.length, links: indirect }, { links: found, wrong: found - agree }),
    ...compared.falseMatches,
  ]
  const tables: LinkageCounts[] = [
    {
      kind: 'count',
      name: 'inclusion',
      cells: [
        { at: {}, n: rows.length },
        ...(dimensions['linked']?.values ?? []).map((value) => ({
          ...cell({ linked: value }, (row) => linked(row.outcome) === value),
          ...(value === LINKED
            ? {
                figures: {
                  ...differences(rows, linked),
                  ...weightedDifferences(eligible, weights),
                  slopeBase: rounded(weights.base),
                },
              }
            : {}),
        })),
        ...outcomes.map((outcome) => cell({ outcome }, (row) => row.outcome === outcome)),
      ],
    },
    {
      kind: 'count',
      name: 'indirect_where_nir_tells',
      cells: [
        {
          ...cell({ nir: 'known in both' }, (row) => row.gold !== 'none'),
          figures: {
            ...named('precision', wilson(agree, found)),
            ...named('recall', wilson(agree, gold.length)),
          },
        },
        cell({ nir: 'not known in both' }, (row) => row.gold === 'none'),
      ],
    },
    {
      kind: 'count',
      name: 'false_matches',
      cells: [{ at: {}, n: rows.length, figures: rates(falseMatches) }],
    },
    {
      kind: 'count',
      name: 'methods',
      cells: [
        { at: {}, n: rows.length, figures: methods(compared, indirect, matched.method, eligible.length) },
      ],
    },
    ...CHARACTERISTICS.map((characteristic) =>
      byCharacteristic(rows, characteristic, dimensions, linked, weights.slopes),
    ),
  ]
  const quality: Quality = {
    patients: rows.length,
    opposed: count((row) => row.outcome === OPPOSED),
    linked: count((row) => isLink(row.outcome)),
    indirect,
    contradicted,
    byNir: count((row) => row.outcome === BY_NIR),
    falseMatches,
  }
  return { submission: { study: 'linkage', dimensions, tables }, quality }
}

const isLink = (outcome: string): boolean => ![OPPOSED, ...NOT_FOUND].includes(outcome)

/**
 * Of every value the linked and the unlinked: a rate needs no more. Who objects is counted once, for all: a few
 * objectors under each value would be small cells, and hide the linked beside them.
 */
function byCharacteristic(
  rows: readonly Patient[],
  characteristic: Characteristic,
  dimensions: Readonly<Record<string, LinkageDimension>>,
  linked: (outcome: string) => string,
  slopes: ReadonlyMap<string, number>,
): LinkageCounts {
  const tally = new Map<string, number>()
  for (const row of rows) {
    const key = `${row[characteristic]}\n${linked(row.outcome)}`
    tally.set(key, (tally.get(key) ?? 0) + 1)
  }
  return {
    kind: 'count',
    name: `by_${characteristic}`,
    cells: (dimensions[characteristic]?.values ?? []).flatMap((value) =>
      ELIGIBLE.map((state) => ({
        at: { [characteristic]: value, linked: state },
        n: tally.get(`${value}\n${state}`) ?? 0,
        ...(state === LINKED && slopes.has(`${characteristic}|${value}`)
          ? { figures: { slopeLinked: rounded(slopes.get(`${characteristic}|${value}`) ?? null) } }
          : {}),
      })),
    ),
  }
}

/** One figure per characteristic, rounded: a figure per value would tell a hidden cell. */
function differences(
  rows: readonly Patient[],
  linked: (outcome: string) => string,
): Record<string, number | null> {
  return Object.fromEntries(
    CHARACTERISTICS.map((characteristic) => {
      const counts = new Map<string, [number, number]>()
      for (const row of rows) {
        const state = linked(row.outcome)
        if (state === OPPOSED) continue
        const pair = counts.get(row[characteristic]) ?? [0, 0]
        pair[state === LINKED ? 0 : 1] += 1
        counts.set(row[characteristic], pair)
      }
      const value = standardisedDifference([...counts.values()], LEAST)
      return [
        `difference${characteristic[0]?.toUpperCase()}${characteristic.slice(1)}`,
        value === null ? null : Math.round(value * 100) / 100,
      ]
    }),
  )
}

const rounded = (x: number | null): number | null => (x === null ? null : Math.round(x * 10000) / 10000)
const named = (
  name: string,
  share: { value: number | null; low: number | null; high: number | null },
): Record<string, number | null> => ({
  [name]: rounded(share.value),
  [`${name}Low`]: rounded(share.low),
  [`${name}High`]: rounded(share.high),
})

/** What the probability of a link is told by: départements stand in their regions. */
const WEIGHED_BY = CHARACTERISTICS.filter((one) => one !== 'departement')

const titled = (name: string): string => `${name[0]?.toUpperCase()}${name.slice(1)}`

/**
 * How the linked differ from all who may be linked, as they are and by their weights: what is left after weighting is small
 * where the weights do their work.
 */
function weightedDifferences(
  eligible: readonly (Patient & { readonly linked: boolean })[],
  weights: LinkageWeights,
): Record<string, number | null> {
  return Object.fromEntries(
    CHARACTERISTICS.flatMap((characteristic) => {
      const plain = new Map<string, [number, number]>()
      const weighted = new Map<string, [number, number]>()
      for (const patient of eligible)
        for (const [counts, weight] of [
          [plain, 1],
          [weighted, 1 / weights.probability(patient)],
        ] as const) {
          const pair = counts.get(patient[characteristic]) ?? [0, 0]
          counts.set(patient[characteristic], pair)
          if (patient.linked) pair[0] += weight
          pair[1] += 1
        }
      const told = (counts: typeof plain): number | null => {
        const value = standardisedDifference([...counts.values()], LEAST)
        return value === null ? null : Math.round(value * 100) / 100
      }
      return [
        [`difference${titled(characteristic)}OfAll`, told(plain)],
        [`difference${titled(characteristic)}Weighted`, told(weighted)],
      ]
    }),
  )
}

/** Estimated shares of false links with their intervals. */
function rates(falseMatches: readonly FalseMatches[]): Record<string, number | null> {
  return Object.fromEntries(
    falseMatches.flatMap(({ estimator, rate, low, high }) => [
      [`rate${titled(estimator)}`, rounded(rate)],
      [`rate${titled(estimator)}Low`, rounded(low)],
      [`rate${titled(estimator)}High`, rounded(high)],
    ]),
  )
}

/** What each method and each combination of criteria links, as shares of those who may be linked, and how they agree. */
function methods(
  { other, combinations }: Compared,
  links: number,
  method: Method,
  patients: number,
): Record<string, number | null> {
  // A share that a few links more or less make would tell how few they are.
  const share = (n: number, of: number): number | null =>
    of === 0 || (n > 0 && n < LEAST) || (n < of && of - n < LEAST) ? null : rounded(n / of)
  return Object.fromEntries([
    [`share${titled(method)}`, share(links, patients)],
    ...(other
      ? [
          [`share${titled(other.method)}`, share(other.links, patients)],
          [`share${titled(other.method)}Agrees`, share(other.agree, other.links)],
          [`share${titled(other.method)}Contradicted`, share(other.contradicted, other.links)],
        ]
      : []),
    ...combinations.flatMap((one) => {
      const name = `share${one.criteria.join('')}`
      return [
        [name, share(one.links, patients)],
        [`${name}Agrees`, share(one.agree, one.links)],
        [`${name}Contradicted`, share(one.contradicted, one.links)],
      ]
    }),
  ])
}
