import type { CheckedSubmission, Figures } from '../../spaces/index.ts'
import type { Effect } from '../../synthetic/index.ts'

/** A planted effect beside what the report says of it. */
export interface Found {
  readonly id: string
  readonly planted: number
  readonly value: number
  readonly low: number
  readonly high: number
  /** Persons behind the estimate. */
  readonly n: number
  readonly inside: boolean
  /** Nothing was planted: an interval that leaves 1 out would declare what is not there. */
  readonly null: boolean
}

/** Where in the report an effect is estimated: table, cells, and the stem of its figures. */
interface Place {
  readonly table: string
  readonly at: Readonly<Record<string, string>> | 'every'
  readonly stem: 'mean' | 'median' | 'ratio'
}

function placeOf({ id }: Effect): Place | undefined {
  const [what, of] = id.split('/') as [string, string]
  if (of.startsWith('ORPHA:'))
    return what === 'cost'
      ? { table: 'cost_by_disease', at: { disease: of }, stem: 'mean' }
      : { table: 'delay_by_disease', at: { disease: of }, stem: 'median' }
  const places: Readonly<Record<string, Place>> = {
    'delay/quintile-5-against-1': { table: 'delay_by_quintile', at: { quintile: '5' }, stem: 'ratio' },
    'delay/ccmr-against-crmr': { table: 'delay_by_label', at: { label: 'CCMR' }, stem: 'ratio' },
    'delay/women-against-men': { table: 'delay_by_sex', at: { sex: 'female' }, stem: 'ratio' },
    'cost-ratio/deprivation': { table: 'cost_by_quintile', at: { quintile: '5' }, stem: 'ratio' },
    'cost-ratio/ccmr-against-crmr': { table: 'cost_by_label', at: { label: 'CCMR' }, stem: 'ratio' },
    'cost-ratio/region': { table: 'cost_by_region', at: 'every', stem: 'ratio' },
    'cost-ratio/sex': { table: 'cost_by_sex', at: { sex: 'female' }, stem: 'ratio' },
  }
  return places[id]
}

/** The planted effects of which the report shows an estimate with its interval. */
export function findPlanted(effects: readonly Effect[], checked: CheckedSubmission): Found[] {
  return effects.flatMap((effect) => {
    const place = placeOf(effect)
    if (!place) return []
    return estimatesAt(checked, place).flatMap(({ n, figures, label }) => {
      const [value, low, high] = ['', 'Low', 'High'].map((end) => figures[`${place.stem}${end}`])
      if (value == null || low == null || high == null) return []
      return [
        {
          id: label === undefined ? effect.id : `${effect.id}/${label}`,
          planted: effect.parameter,
          value,
          low,
          high,
          n,
          inside: low <= effect.parameter && effect.parameter <= high,
          null: effect.null ?? false,
        },
      ]
    })
  })
}

interface Estimate {
  readonly n: number
  readonly figures: Figures
  readonly label?: string
}

function estimatesAt(checked: CheckedSubmission, { table: name, at }: Place): Estimate[] {
  const table = checked.tables.find((one) => one.name === name)
  const here = (cell: Readonly<Record<string, string>>): boolean =>
    at === 'every' || Object.entries(at).every(([dimension, value]) => cell[dimension] === value)
  const labelled = (cell: Readonly<Record<string, string>>): { label?: string } =>
    at === 'every' ? { label: Object.values(cell).at(-1) ?? '' } : {}
  if (table?.kind === 'cost')
    return table.cells.flatMap((cell) => {
      if (cell.hidden || !here(cell.at)) return []
      const total = cell.items.find(({ item }) => item === 'total')
      return total && !total.hidden ? [{ n: cell.n, figures: total.figures, ...labelled(cell.at) }] : []
    })
  if (table?.kind === 'survival')
    return table.curves.flatMap((curve) =>
      curve.hidden || !here(curve.at) ? [] : [{ n: curve.n, figures: curve.figures, ...labelled(curve.at) }],
    )
  return []
}
