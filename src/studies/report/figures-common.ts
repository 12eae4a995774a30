import { count, decimal } from '../../page/index.ts'
import type { Dot } from './draw/dots.ts'
import type { Source, Table } from './figure.ts'
import { apart, type Interval } from './finding.ts'
import { label } from './labels.ts'
import type { Row } from './tables.ts'

/** Rows of one dimension as lines of a dot figure. */
export function dotsOf(
  rows: readonly Row[],
  dimension: string,
  says: (x: number) => string,
  { m, lang }: Source,
): Dot[] {
  return rows.map((row) => ({
    label: label(dimension, row.value, lang),
    value: row.point,
    low: row.low,
    high: row.high,
    says: row.n === null ? m.hidden : row.point === null ? m.beyond : says(row.point),
    hidden: row.n === null,
  }))
}

/** Dearest or longest first; hidden and unreached rows at the end, in the order of their names. */
export const byValue = (rows: readonly Row[]): Row[] =>
  [...rows].sort(
    (a, b) =>
      Number(a.n === null) - Number(b.n === null) ||
      Number(a.point === null) - Number(b.point === null) ||
      (b.point ?? 0) - (a.point ?? 0) ||
      (a.value < b.value ? -1 : 1),
  )

/** Several columns of names, then persons, value and interval. */
export function intervalTable(
  rows: readonly Row[],
  dimensions: readonly (keyof Source['m']['columns'] & string)[],
  value: { name: string; digits: number; years?: boolean },
  { m, lang }: Source,
): Table {
  const named = (row: Row): string[] => dimensions.map((name) => label(name, row.at[name] ?? '', lang))
  const number = (x: number | null | undefined): string =>
    x === null || x === undefined ? '–' : decimal(x, lang, value.digits)
  return {
    columns: [
      ...dimensions.map((name) => ({ name: m.columns[name], numeric: false })),
      { name: m.columns.patients, numeric: true },
      ...(value.years ? [{ name: m.columns.years, numeric: true }] : []),
      { name: value.name, numeric: true },
      { name: m.columns.low, numeric: true },
      { name: m.columns.high, numeric: true },
    ],
    rows: rows.map((row) =>
      row.n === null
        ? [...named(row), ...Array.from({ length: value.years ? 5 : 4 }, () => null)]
        : [
            ...named(row),
            count(row.n, lang),
            ...(value.years ? [decimal(row.years ?? 0, lang, 0)] : []),
            number(row.point),
            number(row.low),
            number(row.high),
          ],
    ),
    data: rows
      .map((row) => [
        ...dimensions.map((name) => row.at[name] ?? ''),
        row.n,
        ...(value.years ? [row.years] : []),
        row.point,
        row.low,
        row.high,
      ])
      .map((cells, i) =>
        cells.map((cell, j) => (rows[i]?.n === null && j >= dimensions.length ? 'hidden' : cell)),
      ),
  }
}

export const sumOf = (rows: readonly { n: number | null }[]): number | null =>
  rows.some((row) => row.n === null) ? null : rows.reduce((sum, row) => sum + (row.n ?? 0), 0)

/** Of the blocks with at least two intervals, how many have two that do not meet. */
export function differing(rows: readonly Row[]): { out: number; told: number } {
  const blocks = new Map<string, Interval[]>()
  for (const row of rows)
    if (row.interval) blocks.set(row.value, [...(blocks.get(row.value) ?? []), row.interval])
  const told = [...blocks.values()].filter((intervals) => intervals.length > 1)
  return {
    told: told.length,
    out: told.filter((intervals) => intervals.some((a) => intervals.some((b) => apart(a, b)))).length,
  }
}

/** The rows at both ends whose intervals can be compared. */
export function ends(
  rows: readonly Row[],
): [Row & { interval: Interval }, Row & { interval: Interval }] | null {
  const told = byValue(rows).filter((row): row is Row & { interval: Interval } => row.interval !== null)
  const [first, last] = [told[0], told.at(-1)]
  return first && last && first !== last ? [first, last] : null
}
