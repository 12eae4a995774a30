import type { At, CheckedSubmission, CheckedTable, Figures, ShownCost } from '../../spaces/index.ts'
import { type Interval, intervalOf } from './finding.ts'

type Kind = CheckedTable['kind']
type OfKind<K extends Kind> = Extract<CheckedTable, { kind: K }>

/** The checked table of a name, or null when the study did not make it. */
export function tableOf<K extends Kind>(checked: CheckedSubmission, kind: K, name: string): OfKind<K> | null {
  return (checked.tables.find((one) => one.kind === kind && one.name === name) as OfKind<K>) ?? null
}

/** One row of a figure: the value of a dimension, and what may be shown of it. */
export interface Row {
  readonly value: string
  readonly at: At
  /** Null where the cell is hidden. */
  readonly n: number | null
  readonly years: number | null
  readonly interval: Interval | null
  /** Each bound alone: the upper one is missing where a curve does not come down so far. */
  readonly low: number | null
  readonly high: number | null
  readonly ratio: Interval | null
  /** The value alone where its interval cannot be shown (a curve that ends before). */
  readonly point: number | null
}

/** Cost per patient-year of each cell of a table, in its order. */
export function costRows(checked: CheckedSubmission, name: string, of: (at: At) => string): Row[] {
  return (tableOf(checked, 'cost', name)?.cells ?? []).map((cell) => {
    const figures = cell.hidden ? undefined : figuresOf(cell, 'total')
    return {
      value: of(cell.at),
      at: cell.at,
      n: cell.hidden ? null : cell.n,
      years: cell.hidden ? null : cell.personYears,
      ...bounds(figures, 'mean'),
      ratio: intervalOf(figures, 'ratio'),
      point: figures?.mean ?? null,
    }
  })
}

/** Figures of one item of a shown cell, undefined where the item is hidden. */
export function figuresOf(cell: ShownCost, item: string) {
  const found = cell.items.find((one) => one.item === item)
  return found && !found.hidden ? found.figures : undefined
}

/** Median delay of each curve of a table, in its order. */
export function delayRows(checked: CheckedSubmission, name: string, of: (at: At) => string): Row[] {
  return (tableOf(checked, 'survival', name)?.curves ?? []).map((curve) => ({
    value: of(curve.at),
    at: curve.at,
    n: curve.hidden ? null : curve.n,
    years: null,
    ...bounds(curve.hidden ? undefined : curve.figures, 'median'),
    ratio: curve.hidden ? null : intervalOf(curve.figures, 'ratio'),
    point: curve.hidden ? null : (curve.figures.median ?? null),
  }))
}

/** An interval whole, and its bounds one by one. */
export const bounds = (
  figures: Figures | undefined,
  name: string,
): Pick<Row, 'interval' | 'low' | 'high'> => ({
  interval: intervalOf(figures, name),
  low: figures?.[`${name}Low`] ?? null,
  high: figures?.[`${name}High`] ?? null,
})

export const hiddenIn = (rows: readonly { n: number | null }[]): number =>
  rows.filter((row) => row.n === null).length
