import type { At, CostTable, Dimension, Figures } from '../../spaces/index.ts'
import {
  type Compared,
  costPerYear,
  type Estimate,
  stratifiedCostRatio,
} from '../statistics/cost-per-year.ts'
import { type Cell, cellsOf, LINKED } from './cells.ts'
import { type DimensionName, type Item, items, type Patient, WITHOUT_CODE } from './model.ts'

/** What the costs are shown by: all patients, each disease, each territory and centre, and their crossings. */
export const costCrossings: readonly (readonly DimensionName[])[] = [
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

/** Cost per patient-year of the linked patients, one table per crossing. */
export function costTables(people: readonly Patient[], dimensions: Record<string, Dimension>): CostTable[] {
  const linked = people.filter((one) => one.years !== null)
  return costCrossings.map((by) => ({
    kind: 'cost',
    name: `cost${by.map((name) => `_by_${name}`).join('')}`,
    cells: cellsOf(linked, dimensions, by, LINKED).map((cell) => costCell(cell, linked, by)),
  }))
}

function costCell(
  cell: Cell,
  everybody: readonly Patient[],
  by: readonly DimensionName[],
): CostTable['cells'][number] {
  const years = cell.people.reduce((sum, one) => sum + (one.years ?? 0), 0)
  const contrast = by.length === 1 ? contrastOf(cell, everybody, by[0] as DimensionName) : null
  return {
    at: cell.at,
    n: cell.people.length,
    personYears: Number(years.toFixed(4)),
    items: [...items, 'total' as const].map((item) => {
      const amounts = cell.people.map((one) => centsOf(one, item))
      const sorted = amounts.toSorted((a, b) => b - a)
      return {
        item,
        cents: amounts.reduce((sum, cents) => sum + cents, 0),
        contributors: amounts.filter((cents) => cents !== 0).length,
        top: [sorted[0] ?? 0, sorted[1] ?? 0] as const,
        figures: {
          ...named(
            'mean',
            inEuros(
              costPerYear(
                cell.people.map((one, i) => ({ cost: amounts[i] as number, years: one.years ?? 0 })),
              ),
            ),
          ),
          ...(item === 'total' && contrast ? named('ratio', contrast) : {}),
        },
      }
    }),
  }
}

const centsOf = (one: Patient, item: Item | 'total'): number =>
  item === 'total'
    ? items.reduce((sum, each) => sum + (one.cents.get(each) ?? 0), 0)
    : (one.cents.get(item) ?? 0)

const inEuros = (estimate: Estimate | null): Estimate | null =>
  estimate && { value: estimate.value / 100, low: estimate.low / 100, high: estimate.high / 100 }

/** `name`, `nameLow` and `nameHigh`, null where there is nothing to say. */
export function named(name: string, estimate: Estimate | null): Figures {
  return {
    [name]: finite(estimate?.value),
    [`${name}Low`]: finite(estimate?.low),
    [`${name}High`]: finite(estimate?.high),
  }
}

export const finite = (x: number | null | undefined): number | null =>
  x === undefined || x === null || !Number.isFinite(x) ? null : Number(x.toPrecision(12))

/**
 * Whom a cell is compared with: the most deprived fifth with the least deprived, women with men, centres of
 * competence with centres of reference, a region or centre with all the others.
 */
export function comparison(at: At, name: DimensionName): ((one: Patient) => boolean | null) | null {
  const value = at[name]
  if (name === 'quintile' && value === '5')
    return (one) => (one.at.quintile === '5' ? true : one.at.quintile === '1' ? false : null)
  if (name === 'sex' && value === 'female')
    return (one) => (one.at.sex === 'female' ? true : one.at.sex === 'male' ? false : null)
  if (name === 'label' && value === 'CCMR')
    return (one) => (one.at.label === 'CCMR' ? true : one.at.label === 'CRMR' ? false : null)
  if ((name === 'region' || name === 'centre') && value !== 'unknown')
    return (one) => (one.at[name] === value ? true : one.at[name] === 'unknown' ? null : false)
  return null
}

function contrastOf(cell: Cell, everybody: readonly Patient[], name: DimensionName): Estimate | null {
  const side = comparison(cell.at, name)
  if (!side) return null
  const compared: Compared[] = []
  for (const one of everybody) {
    // "At equal disease" says nothing of those whose disease is not known: a centre's would be compared with others'.
    if (one.at.disease === WITHOUT_CODE) continue
    const exposed = side(one)
    if (exposed !== null)
      compared.push({
        exposed,
        stratum: `${one.at.disease}|${one.at.age}`,
        cost: centsOf(one, 'total'),
        years: one.years ?? 0,
      })
  }
  return enough(compared) ? stratifiedCostRatio(compared) : null
}

/** A comparison with fewer than 11 persons on a side is not made: it would tell about them. */
export const enough = (compared: readonly { exposed: boolean }[]): boolean => {
  const exposed = compared.filter((one) => one.exposed).length
  return exposed >= 11 && compared.length - exposed >= 11
}
