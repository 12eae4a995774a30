import { ink, ink2, plot, rule, type Width, widths } from '../../../page/index.ts'
import * as Plot from '@observablehq/plot'

export interface Curve {
  readonly label: string
  readonly colour: string
  /** Points of the released steps, from time zero. */
  readonly points: readonly { time: number; survival: number; low: number; high: number }[]
  /** Draws the interval as a band. */
  readonly band: boolean
}

/** Survival curves through the released points, with the label of each at its end. */
export function curves(
  all: readonly Curve[],
  options: { told: string; x: string; percent: (x: number) => string; until: number },
  width: Width,
): string {
  const wide = width === 'wide'
  const marginRight = all.length > 1 ? (wide ? 170 : 30) : 16
  const height = wide ? 360 : 300
  const kept = all.map((curve) => ({ ...curve, points: curve.points.filter((p) => p.time <= options.until) }))
  const ends = spread(
    kept.map((curve) => ({ curve, y: curve.points.at(-1)?.survival ?? 0 })),
    16 / (height - 60),
  )
  return plot(
    {
      width: widths[width],
      height,
      marginLeft: 48,
      marginRight,
      marginTop: 12,
      marginBottom: 42,
      x: {
        domain: [0, options.until],
        label: options.x,
        labelAnchor: 'center',
        labelArrow: 'none',
        ticks: wide ? 10 : 5,
      },
      y: { domain: [0, 1], tickFormat: options.percent, ticks: 5, label: null, tickSize: 0 },
      marks: [
        Plot.gridY({ stroke: rule, strokeOpacity: 1, ticks: 5 } as never),
        ...kept
          .filter((curve) => curve.band)
          .map((curve) =>
            Plot.areaY(curve.points, {
              x: 'time',
              y1: 'low',
              y2: 'high',
              fill: curve.colour,
              fillOpacity: 0.16,
            } as never),
          ),
        ...kept.flatMap((curve) => [
          Plot.line(curve.points, {
            x: 'time',
            y: 'survival',
            stroke: curve.colour,
            strokeWidth: 2.25,
          } as never),
          Plot.dot(curve.points, { x: 'time', y: 'survival', fill: curve.colour, r: 2.5 } as never),
        ]),
        Plot.ruleY([0], { stroke: ink }),
        ...(all.length > 1
          ? [
              Plot.link(ends, {
                x1: (end: End) => end.curve.points.at(-1)?.time ?? 0,
                x2: options.until,
                y1: (end: End) => end.curve.points.at(-1)?.survival ?? 0,
                y2: 'at',
                stroke: rule,
              } as never),
              Plot.text(ends, {
                x: options.until,
                y: 'at',
                text: (end: End) => (wide ? end.curve.label : end.curve.label.slice(0, 1)),
                textAnchor: 'start',
                dx: 8,
                fill: ink2,
              } as never),
            ]
          : []),
      ],
    },
    options.told,
  )
}

interface End {
  readonly curve: Curve
  readonly y: number
  readonly at: number
}

/** Labels pushed apart so that none covers another. */
function spread(ends: readonly { curve: Curve; y: number }[], gap: number): End[] {
  const sorted = [...ends].sort((a, b) => a.y - b.y)
  let least = 0
  return sorted.map((end) => {
    const at = Math.max(end.y, least)
    least = at + gap
    return { ...end, at }
  })
}
