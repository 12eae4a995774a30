import { cut, hatch, ink, plot, type Width, widths } from '../../../page/index.ts'
import * as Plot from '@observablehq/plot'

export interface MatrixCell {
  readonly row: string
  readonly column: string
  readonly value: number | null
  readonly says: string
  readonly hidden: boolean
}

/** Values by two dimensions: five classes of one hue by fifths of the shown values, the number in each cell. */
export function matrix(
  cells: readonly MatrixCell[],
  options: { told: string; rows: readonly string[]; columns: readonly string[] },
  width: Width,
): string {
  const wide = width === 'wide'
  const sorted = cells.flatMap((cell) => (cell.value === null ? [] : [cell.value])).sort((a, b) => a - b)
  const classOf = (value: number): number =>
    Math.min(4, Math.floor((5 * sorted.filter((other) => other < value).length) / Math.max(1, sorted.length)))
  const drawn = cells.map((cell) => ({
    ...cell,
    fill: cell.hidden ? hatch : cell.value === null ? 'var(--wash)' : `var(--q${classOf(cell.value) + 1})`,
    ink: cell.value === null ? 'var(--ink2)' : `var(--on-q${classOf(cell.value) + 1})`,
  }))
  return plot(
    {
      width: widths[width],
      height: 40 + options.rows.length * (wide ? 30 : 48),
      marginLeft: wide ? 260 : 0,
      marginRight: 0,
      marginTop: 34,
      marginBottom: 4,
      x: {
        type: 'band',
        domain: options.columns,
        axis: 'top',
        tickSize: 0,
        label: null,
        padding: 0.04,
        tickFormat: (c: string) => cut(c, wide ? 18 : 9),
      },
      y: {
        type: 'band',
        domain: options.rows,
        axis: wide ? 'left' : null,
        tickSize: 0,
        label: null,
        padding: wide ? 0.08 : 0.04,
        tickFormat: (row: string) => cut(row, 38),
      },
      color: { type: 'identity' },
      marks: [
        Plot.cell(drawn, { x: 'column', y: 'row', fill: 'fill', insetTop: wide ? 0 : 20 } as never),
        Plot.text(drawn, { x: 'column', y: 'row', text: 'says', fill: 'ink', dy: wide ? 0 : 10 } as never),
        ...(wide
          ? []
          : [
              Plot.text(options.rows, {
                y: (row: string) => row,
                text: (row: string) => cut(row, 44),
                frameAnchor: 'left',
                textAnchor: 'start',
                dy: -14,
                fill: ink,
              } as never),
            ]),
      ],
    },
    options.told,
  )
}
