import type { At, CheckedTable, Figures } from './output-model.ts'

type Cell = string | number | null | undefined

/**
 * The tables of a result as CSV files, name → text. What is hidden has a line with its place and `hidden`, so that
 * a reader sees that something is missing. `notice` is the first line, as a comment.
 */
export function csvOf(table: CheckedTable, notice?: string): Record<string, string> {
  const file = (columns: readonly string[], rows: readonly (readonly Cell[])[]) =>
    `${notice === undefined ? '' : `# ${notice}\n`}${[columns, ...rows].map((row) => row.map(field).join(',')).join('\n')}\n`
  switch (table.kind) {
    case 'count': {
      const dimensions = dimensionsOf(table.cells)
      const figures = namesOf(table.cells.map((cell) => (cell.hidden ? {} : cell.figures)))
      const rows = table.cells.map((cell) => [
        ...place(cell.at, dimensions),
        ...(cell.hidden ? ['hidden', null] : [null, cell.n, ...figures.map((name) => cell.figures[name])]),
      ])
      return { [table.name]: file([...dimensions, 'hidden', 'persons', ...figures], rows) }
    }
    case 'cost': {
      const dimensions = dimensionsOf(table.cells)
      const figures = namesOf(
        table.cells.flatMap((cell) =>
          cell.hidden ? [] : cell.items.map((item) => (item.hidden ? {} : item.figures)),
        ),
      )
      const rows = table.cells.flatMap((cell): Cell[][] => {
        const at = place(cell.at, dimensions)
        if (cell.hidden) return [[...at, 'hidden']]
        return cell.items.map((item) => [
          ...at,
          item.hidden ? 'hidden' : null,
          cell.n,
          cell.personYears,
          item.item,
          ...(item.hidden ? [] : [euros(item.cents), ...figures.map((name) => item.figures[name])]),
        ])
      })
      const columns = [...dimensions, 'hidden', 'persons', 'person_years', 'item', 'euros', ...figures]
      return { [table.name]: file(columns, rows) }
    }
    case 'survival': {
      const dimensions = dimensionsOf(table.curves)
      const steps = table.curves.flatMap((curve): Cell[][] => {
        const at = place(curve.at, dimensions)
        if (curve.hidden) return [[...at, 'hidden']]
        return curve.steps.map((s) => [
          ...at,
          null,
          curve.n,
          s.after,
          s.until,
          s.atRisk,
          s.events,
          s.censored,
          s.survival,
          s.low,
          s.high,
        ])
      })
      const figures = namesOf(table.curves.map((curve) => (curve.hidden ? {} : curve.figures)))
      const about = table.curves.map((curve): Cell[] => [
        ...place(curve.at, dimensions),
        ...(curve.hidden ? ['hidden'] : [null, curve.n, ...figures.map((name) => curve.figures[name])]),
      ])
      const columns = 'hidden persons after until at_risk events censored survival low high'.split(' ')
      return {
        [table.name]: file([...dimensions, ...columns], steps),
        [`${table.name}-figures`]: file([...dimensions, 'hidden', 'persons', ...figures], about),
      }
    }
    case 'flow': {
      const dimensions = dimensionsOf([table])
      const at = place(table.at, dimensions)
      const columns = [...dimensions, 'hidden', 'persons', 'level', 'from', 'to', 'flow']
      const rows = table.hidden
        ? [[...at, 'hidden']]
        : table.flows.map(({ level, from, to, n }) => [...at, null, table.n, level, from, to, n])
      return { [table.name]: file(columns, rows) }
    }
  }
}

const dimensionsOf = (cells: readonly { readonly at: At }[]): string[] =>
  [...new Set(cells.flatMap(({ at }) => Object.keys(at)))].sort()

const namesOf = (figures: readonly Figures[]): string[] => [
  ...new Set(figures.flatMap((one) => Object.keys(one))),
]

const place = (at: At, dimensions: readonly string[]): Cell[] => dimensions.map((name) => at[name])

const euros = (cents: number): string => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`

const field = (value: Cell): string => {
  if (value === null || value === undefined) return ''
  const text = String(value)
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
