import type { At, CurveStep, Dimension, Submission } from '../../src/spaces/index.ts'

/** A person of an invented study, in the shape of the rare-disease study. */
export interface Person {
  readonly at: Readonly<Record<string, string>>
  /** Cents by item. */
  readonly cents: Readonly<Record<string, number>>
  readonly time: number
  readonly event: boolean
  readonly steps: readonly string[]
}

export interface Shape {
  readonly persons: number
  readonly diseases: number
  readonly regions: number
  readonly centres: number
  /** 0: all diseases are equally frequent; 2: the last ones have a person or two. */
  readonly skew: number
  /** Share of persons who are linked, who have a known delay, who have an event. */
  readonly linked: number
  readonly known: number
  readonly events: number
  /** How unequal costs are: 3 makes one person dominate. */
  readonly spread: number
}

const ITEMS = ['pharmacy', 'stay', 'consultation'] as const
export const GRID = [0.5, 1, 2, 3, 5, 10, 20, 120] as const

/** Numbers in [0, 1) that depend on the seed alone (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let x = state
    x = Math.imul(x ^ (x >>> 15), x | 1)
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61)
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296
  }
}

export function inventedPersons(shape: Shape, seed: number): Person[] {
  const random = randomFrom(seed)
  const among = (n: number, skew = 0) => {
    const weights = Array.from({ length: n }, (_, i) => (i + 1) ** -skew)
    let at = random() * weights.reduce((a, b) => a + b, 0)
    return Math.max(
      0,
      weights.findIndex((weight) => (at -= weight) < 0),
    )
  }
  return Array.from({ length: shape.persons }, (): Person => {
    const disease = among(shape.diseases, shape.skew)
    const centre = random() < 0.05 ? -1 : among(shape.centres, shape.skew / 2)
    const linked = random() < shape.linked
    const amount = () => Math.round(Math.exp(6 + shape.spread * 2 * (random() + random() - 1)) * 100)
    const path: string[] = []
    for (let k = 0; k < 3 && random() < 0.85; k++)
      path.push(['gp', 'specialist', 'stay', 'centre'][among(4, 1)] as string)
    return {
      at: {
        disease: `d${disease}`,
        block: blockOf(disease),
        group: groupOf(disease),
        quintile: random() < 0.03 ? 'unknown' : String(1 + among(5)),
        region: `r${among(shape.regions, 1)}`,
        centre: centre < 0 ? 'unknown' : `c${centre}`,
        label: centre < 0 ? 'unknown' : centre % 3 === 0 ? 'CRMR' : 'CCMR',
        sex: random() < 0.5 ? 'female' : 'male',
        linked: linked ? 'yes' : 'no',
        delay: random() < shape.known ? 'known' : 'unknown',
      },
      cents: Object.fromEntries(
        ITEMS.map((item, i) => [item, random() < [0.95, 0.3, 0.8][i]! ? amount() : 0]),
      ),
      time: Math.round(-Math.log(1 - random()) * 3 * 365) / 365.25,
      event: random() < shape.events,
      steps: path,
    }
  })
}

/** Frequent diseases are blocks of their own; two in a block after them; three blocks in a group. */
const blockOf = (disease: number): string => (disease < 2 ? `d${disease}` : `other-${disease >> 1}`)
const groupOf = (disease: number): string => `g${Math.floor((disease >> 1) / 3)}`

export function dimensionsOf(shape: Shape): Record<string, Dimension> {
  const diseases = Array.from({ length: shape.diseases }, (_, i) => i)
  const centres = Array.from({ length: shape.centres }, (_, i) => i)
  const distinct = (values: readonly string[]) => [...new Set(values)]
  const label = (i: number) => (i % 3 === 0 ? 'CRMR' : 'CCMR')
  return {
    disease: {
      values: diseases.map((i) => `d${i}`),
      within: { dimension: 'block', of: Object.fromEntries(diseases.map((i) => [`d${i}`, blockOf(i)])) },
    },
    block: {
      values: distinct(diseases.map(blockOf)),
      within: { dimension: 'group', of: Object.fromEntries(diseases.map((i) => [blockOf(i), groupOf(i)])) },
    },
    group: { values: distinct(diseases.map(groupOf)) },
    quintile: { values: ['1', '2', '3', '4', '5', 'unknown'] },
    region: { values: Array.from({ length: shape.regions }, (_, i) => `r${i}`) },
    centre: {
      values: [...centres.map((i) => `c${i}`), 'unknown'],
      within: {
        dimension: 'label',
        of: { ...Object.fromEntries(centres.map((i) => [`c${i}`, label(i)])), unknown: 'unknown' },
      },
    },
    label: { values: ['CRMR', 'CCMR', 'unknown'] },
    sex: { values: ['female', 'male'] },
    linked: { values: ['yes', 'no'] },
    delay: { values: ['known', 'unknown'] },
  }
}

interface Cell {
  readonly at: At
  readonly people: readonly Person[]
}

function cellsOf(
  people: readonly Person[],
  dimensions: Readonly<Record<string, Dimension>>,
  by: readonly string[],
  base: At = {},
): Cell[] {
  let cells: Cell[] = [{ at: base, people }]
  for (const name of by)
    cells = cells.flatMap((cell) =>
      (dimensions[name]?.values ?? []).map((value) => ({
        at: { ...cell.at, [name]: value },
        people: cell.people.filter((one) => one.at[name] === value),
      })),
    )
  return cells
}

const COUNTED = ['', 'disease', 'group', 'quintile', 'region', 'centre', 'label', 'sex', 'linked', 'delay']
const COSTED = ['', 'disease', 'quintile', 'centre', 'sex', 'block quintile', 'block region']
const CURVED = ['', 'disease', 'quintile', 'label', 'sex', 'block quintile']

/** What the study would hand in of these persons: all its kinds of tables. */
export function inventedSubmission(
  people: readonly Person[],
  dimensions: Record<string, Dimension>,
): Submission {
  const linked = people.filter((one) => one.at.linked === 'yes')
  const known = people.filter((one) => one.at.delay === 'known')
  const crossed = (name: string, by: string) => `${name}${by && `_by_${by.replace(' ', '_by_')}`}`
  const split = (by: string) => by.split(' ').filter(Boolean)
  return {
    study: 'invented',
    dimensions,
    tables: [
      ...COUNTED.map((by) => ({
        kind: 'count' as const,
        name: crossed('patients', by),
        cells: cellsOf(people, dimensions, split(by)).map(({ at, people: own }) => ({ at, n: own.length })),
      })),
      ...COSTED.map((by) => ({
        kind: 'cost' as const,
        name: crossed('cost', by),
        cells: cellsOf(linked, dimensions, split(by), { linked: 'yes' }).map(costCell),
      })),
      ...CURVED.map((by) => ({
        kind: 'survival' as const,
        name: crossed('delay', by),
        curves: cellsOf(known, dimensions, split(by), { delay: 'known' }).map(({ at, people: own }) => ({
          at,
          n: own.length,
          steps: curveOf(own),
          figures: { median: 2 },
        })),
      })),
      flowTable('first_steps', linked, { linked: 'yes' }),
      flowTable(
        'first_steps_women',
        linked.filter((one) => one.at.sex === 'female'),
        { linked: 'yes', sex: 'female' },
      ),
    ],
  }
}

function costCell({ at, people }: Cell) {
  const amountsOf = (item: string) =>
    people.map(({ cents }) =>
      item === 'total' ? ITEMS.reduce((sum, each) => sum + (cents[each] ?? 0), 0) : (cents[item] ?? 0),
    )
  return {
    at,
    n: people.length,
    personYears: people.length * 3,
    items: [...ITEMS, 'total'].map((item) => {
      const amounts = amountsOf(item).sort((a, b) => b - a)
      const cents = amounts.reduce((a, b) => a + b, 0)
      return {
        item,
        cents,
        contributors: amounts.filter((amount) => amount > 0).length,
        top: [amounts[0] ?? 0, amounts[1] ?? 0] as const,
        figures: { mean: cents / 300 / Math.max(1, people.length) },
      }
    }),
  }
}

export function curveOf(people: readonly { readonly time: number; readonly event: boolean }[]): CurveStep[] {
  let after = 0
  let atRisk = people.length
  let survival = 1
  return GRID.map((until) => {
    const here = people.filter(({ time }) => time <= until && (after === 0 || time > after))
    const events = here.filter(({ event }) => event).length
    const censored = here.length - events
    survival *= atRisk > 0 ? 1 - events / atRisk : 1
    const step = { after, until, atRisk, events, censored, survival, low: survival, high: survival }
    after = until
    atRisk -= here.length
    return step
  })
}

function flowTable(name: string, people: readonly Person[], at: At): Submission['tables'][number] {
  const counts = new Map<string, { level: number; from: string; to: string; n: number }>()
  for (const { steps } of people) {
    const path = ['start', ...steps, ...(steps.length < 3 ? ['no-further-care'] : [])]
    for (let level = 0; level + 1 < path.length; level++) {
      const flow = { level, from: path[level] as string, to: path[level + 1] as string, n: 1 }
      const key = JSON.stringify([flow.level, flow.from, flow.to])
      const before = counts.get(key)
      if (before) before.n++
      else counts.set(key, flow)
    }
  }
  return { kind: 'flow', name, at, n: people.length, flows: [...counts.values()] }
}
