import { accent, cut, hatch, ink, ink2, plot, rule, type Width, widths } from '../../../page/index.ts'
import * as Plot from '@observablehq/plot'

/** One line of the figure: a point with its interval; nothing to show leaves a hatched line. */
export interface Dot {
  readonly label: string
  readonly value: number | null
  readonly low: number | null
  readonly high: number | null
  /** What stands at the right of the line: the value in words, or why there is none. */
  readonly says: string
  readonly hidden: boolean
}

export interface DotOptions {
  readonly told: string
  readonly axis: string
  readonly format: (x: number) => string
  /** A vertical line to compare with (1 for ratios). */
  readonly reference?: number
  readonly log?: boolean
  /** Draw bars from zero under the points. */
  readonly bars?: boolean
}

const LOG_TICKS = [0.25, 0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3, 5]

/** Points with intervals, one line each, from top to bottom in the order given. */
export function dots(rows: readonly Dot[], options: DotOptions, width: Width): string {
  const wide = width === 'wide'
  const shown = rows.filter((row) => row.value !== null)
  const highest = Math.max(
    ...shown.map((row) => row.high ?? row.value ?? 0),
    options.reference ?? 0,
    options.log ? 1.25 : 0,
  )
  const lowest = options.log ? Math.min(...shown.map((row) => row.low ?? row.value ?? 1), 0.8) : 0
  const far = highest > 0 ? highest : 1
  const keyed = rows.map((row, i) => ({ ...row, key: String(i), from: lowest, to: far }))
  const marginLeft = wide ? Math.min(300, 24 + 7 * Math.max(...rows.map((row) => row.label.length))) : 4
  const marginRight = wide ? (rows.some((row) => row.hidden) ? 160 : 120) : 8
  // As many as the numbers under the axis leave room for.
  const room = Math.max(2, Math.min(5, Math.floor((widths[width] - marginLeft - marginRight) / 80)))
  const ticks = options.log ? LOG_TICKS.filter((tick) => tick >= lowest && tick <= far) : room
  const labels = wide
    ? []
    : [
        Plot.text(keyed, {
          y: 'key',
          text: (row: Dot) => `${cut(row.label, 32)}`,
          frameAnchor: 'left',
          textAnchor: 'start',
          dy: -11,
          fill: ink,
        }),
      ]
  return plot(
    {
      width: widths[width],
      height: 44 + rows.length * (wide ? 24 : 42),
      marginLeft,
      marginRight,
      marginTop: 6,
      marginBottom: 38,
      x: {
        domain: [lowest, far],
        type: options.log ? 'log' : 'linear',
        ticks,
        tickFormat: options.format,
        label: options.axis,
        labelAnchor: 'center',
        labelArrow: 'none',
        nice: !options.log,
        grid: false,
      },
      y: {
        type: 'band',
        domain: keyed.map((row) => row.key),
        axis: wide ? 'left' : null,
        tickFormat: (key: string) => cut(rows[Number(key)]?.label ?? '', 40),
        tickSize: 0,
        label: null,
        padding: 0.25,
      },
      marks: [
        Plot.gridX({ stroke: rule, strokeOpacity: 1, ticks } as never),
        Plot.barX(
          keyed.filter((row) => row.hidden),
          { y: 'key', x1: 'from', x2: 'to', fill: hatch, insetTop: wide ? 0 : 16 } as never,
        ),
        ...(options.bars
          ? [
              Plot.barX(
                keyed.filter((row) => row.value !== null),
                { y: 'key', x: 'value', fill: accent, fillOpacity: 0.28, insetTop: wide ? 0 : 16 } as never,
              ),
            ]
          : []),
        ...(options.reference === undefined ? [] : [Plot.ruleX([options.reference], { stroke: ink2 })]),
        Plot.link(
          keyed.filter((row) => row.low !== null && row.high !== null),
          { y: 'key', x1: 'low', x2: 'high', stroke: accent, strokeWidth: 2.5, dy: wide ? 0 : 8 } as never,
        ),
        Plot.link(
          keyed.filter((row) => row.low !== null && row.high === null && row.value !== null),
          {
            y: 'key',
            x1: 'low',
            x2: 'to',
            stroke: accent,
            strokeWidth: 2.5,
            strokeDasharray: '5 4',
            dy: wide ? 0 : 8,
          } as never,
        ),
        ...(options.bars
          ? []
          : [
              Plot.dot(
                keyed.filter((row) => row.value !== null),
                { y: 'key', x: 'value', r: 4, fill: accent, dy: wide ? 0 : 8 } as never,
              ),
            ]),
        Plot.text(keyed, {
          y: 'key',
          text: 'says',
          frameAnchor: 'right',
          textAnchor: wide ? 'start' : 'end',
          dx: wide ? 12 : 0,
          dy: wide ? 0 : -11,
          fill: ink2,
        } as never),
        ...labels,
        Plot.ruleX([lowest], { stroke: options.log ? 'none' : ink }),
      ],
    },
    options.told,
  )
}
