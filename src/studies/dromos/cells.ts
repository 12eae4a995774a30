import type { At, Dimension } from '../../spaces/index.ts'
import { ageBands, type DimensionName, type Patient, UNKNOWN } from './model.ts'

/** Where cells of linked patients stand. */
export const LINKED: At = { linked: 'yes' }

/**
 * Dimensions with small values. What stands by them is told of the linked patients everywhere, costs, delays and
 * counts alike: beside a number of all patients of a disease, that of the linked ones would give away the few who
 * are not, and one of the two would have to be hidden.
 */
export const FINE: readonly DimensionName[] = ['group', 'disease', 'block', 'centre', 'site']

/** One cell: where it stands and who is in it. */
export interface Cell {
  readonly at: At
  readonly people: readonly Patient[]
}

/** The values of each dimension, "unknown" included where nobody has it: a partition says all its cells. */
export function dimensionsOf(people: readonly Patient[]): Record<DimensionName, Dimension> {
  const seen = (name: DimensionName): string[] => [...new Set(people.map((p) => p.at[name]))].sort(byNumber)
  const within = (name: DimensionName, dimension: DimensionName): Dimension['within'] => ({
    dimension,
    of: Object.fromEntries(
      [...new Map(people.map((p) => [p.at[name], p.at[dimension]]))].sort(([a], [b]) => byNumber(a, b)),
    ),
  })
  return {
    disease: { values: seen('disease'), within: within('disease', 'block') },
    block: { values: seen('block'), within: within('block', 'group') },
    group: { values: seen('group') },
    quintile: { values: ['1', '2', '3', '4', '5', UNKNOWN] },
    region: { values: known(seen('region')) },
    centre: {
      values: known(seen('centre')),
      within: { dimension: 'site', of: { ...within('centre', 'site')?.of, [UNKNOWN]: UNKNOWN } },
    },
    site: {
      values: known(seen('site')),
      within: { dimension: 'label', of: { ...within('site', 'label')?.of, [UNKNOWN]: UNKNOWN } },
    },
    label: { values: ['CRMR', 'CCMR', UNKNOWN] },
    sex: { values: ['female', 'male', UNKNOWN] },
    age: { values: [...ageBands, UNKNOWN] },
    linked: { values: ['yes', 'no'] },
    delay: { values: ['known', UNKNOWN] },
    contact: { values: ['in-period', 'other'] },
  }
}

const known = (values: string[]): string[] => [...values.filter((value) => value !== UNKNOWN), UNKNOWN]

const byNumber = (a: string, b: string): number =>
  a.localeCompare(b, 'en', { numeric: true }) || (a < b ? -1 : a > b ? 1 : 0)

/**
 * Every cell of the product of some dimensions, empty ones too, in the order of their values.
 *
 * @param base coordinates that all the people share
 */
export function cellsOf(
  people: readonly Patient[],
  dimensions: Readonly<Record<string, Dimension>>,
  by: readonly DimensionName[],
  base: At = {},
): Cell[] {
  const filled = new Map<string, Patient[]>()
  for (const one of people) {
    const key = JSON.stringify(by.map((name) => one.at[name]))
    const cell = filled.get(key)
    if (cell) cell.push(one)
    else filled.set(key, [one])
  }
  let places: string[][] = [[]]
  for (const name of by)
    places = places.flatMap((place) => (dimensions[name]?.values ?? []).map((value) => [...place, value]))
  return places.map((place) => ({
    at: { ...base, ...Object.fromEntries(by.map((name, i) => [name, place[i] as string])) },
    people: filled.get(JSON.stringify(place)) ?? [],
  }))
}
