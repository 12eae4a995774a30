import * as Plot from '@observablehq/plot'
import { accent, cut, ink, ink2, plot, rule, type Width, widths } from '../../page/index.ts'
import type { Bin, Expected } from './measure.ts'

interface Words {
  readonly told: string
  readonly axis: string
}

const base = (width: Width) => ({ width: widths[width], marginTop: 32, marginBottom: 40 })
const under = (label: string) => ({ label, labelAnchor: 'center', labelArrow: 'none' })

/** Pairs by weight: those in one cluster on the accent, the others grey. */
export function histogram(
  bins: readonly Bin[],
  threshold: number,
  words: Words & { readonly pairs: string; readonly linked: string; readonly apart: string },
  width: Width,
): string {
  const rows = bins.flatMap(({ from, pairs, links }) => [
    { from, to: from + 1, low: 0, high: links, linked: true },
    { from, to: from + 1, low: links, high: pairs, linked: false },
  ])
  return plot(
    {
      ...base(width),
      height: width === 'wide' ? 260 : 220,
      marginLeft: 64,
      x: under(words.axis),
      y: { type: 'sqrt', label: words.pairs, labelArrow: 'none', ticks: 4, grid: false },
      marks: [
        Plot.gridY({ stroke: rule, ticks: 4 } as never),
        Plot.rect(
          rows.filter(({ low, high }) => high > low),
          {
            x1: 'from',
            x2: 'to',
            y1: 'low',
            y2: 'high',
            insetLeft: 0.5,
            insetRight: 0.5,
            fill: (row: (typeof rows)[number]) => (row.linked ? accent : ink2),
            fillOpacity: (row: (typeof rows)[number]) => (row.linked ? 1 : 0.45),
          } as never,
        ),
        Plot.ruleX([threshold], { stroke: ink, strokeDasharray: '4 3' }),
        Plot.text([words.apart], { frameAnchor: 'top-left', fill: ink2, dx: 4, dy: -18 } as never),
        Plot.text([words.linked], { frameAnchor: 'top-right', fill: accent, dy: -18 } as never),
        Plot.ruleY([0], { stroke: ink }),
      ],
    },
    words.told,
  )
}

export interface Bar {
  readonly label: string
  readonly weight: number
  readonly low: number | null
  readonly high: number | null
}

/** A bar from zero for each level, with its interval. */
export function bars(rows: readonly Bar[], words: Words, width: Width): string {
  const wide = width === 'wide'
  const keyed = rows.map((row, at) => ({ ...row, key: String(at) }))
  return plot(
    {
      ...base(width),
      height: 60 + rows.length * (wide ? 22 : 38),
      marginLeft: wide ? 300 : 8,
      marginRight: 16,
      x: under(words.axis),
      y: {
        type: 'band',
        domain: keyed.map(({ key }) => key),
        axis: wide ? 'left' : null,
        tickFormat: (key: string) => cut(rows[Number(key)]?.label ?? '', 44),
        tickSize: 0,
        label: null,
        padding: 0.3,
      },
      marks: [
        Plot.gridX({ stroke: rule } as never),
        Plot.barX(keyed, {
          y: 'key',
          x: 'weight',
          fill: accent,
          fillOpacity: 0.35,
          insetTop: wide ? 0 : 16,
        } as never),
        Plot.link(
          keyed.filter(({ low, high }) => low !== null && high !== null),
          { y: 'key', x1: 'low', x2: 'high', stroke: accent, strokeWidth: 2.5, dy: wide ? 0 : 8 } as never,
        ),
        ...(wide
          ? []
          : [
              Plot.text(keyed, {
                y: 'key',
                text: (row: Bar) => cut(row.label, 40),
                frameAnchor: 'left',
                textAnchor: 'start',
                dy: -11,
                fill: ink,
              }),
            ]),
        Plot.ruleX([0], { stroke: ink }),
      ],
    },
    words.told,
  )
}

/** Two lines over the threshold, named where they end. */
export function lines(
  rows: readonly Expected[],
  threshold: number,
  words: Words & { readonly precision: string; readonly recall: string },
  width: Width,
): string {
  const named = (of: 'precision' | 'recall') => {
    const at = rows[Math.floor(rows.length * (of === 'precision' ? 0.15 : 0.75))]
    return at ? [{ threshold: at.threshold, y: at[of], text: words[of] }] : []
  }
  return plot(
    {
      ...base(width),
      height: 240,
      marginLeft: 48,
      x: under(words.axis),
      y: { domain: [0, 1], label: null, ticks: 5, tickFormat: (y: number) => `${Math.round(100 * y)} %` },
      marks: [
        Plot.gridY({ stroke: rule, ticks: 5 } as never),
        Plot.line(rows, { x: 'threshold', y: 'precision', stroke: accent, strokeWidth: 2 }),
        Plot.line(rows, {
          x: 'threshold',
          y: 'recall',
          stroke: ink2,
          strokeWidth: 2,
          strokeDasharray: '6 3',
        }),
        Plot.text(named('precision'), {
          x: 'threshold',
          y: 'y',
          text: 'text',
          fill: accent,
          dy: 14,
          className: 'halo',
        } as never),
        Plot.text(named('recall'), {
          x: 'threshold',
          y: 'y',
          text: 'text',
          fill: ink2,
          dy: 14,
          className: 'halo',
        } as never),
        Plot.ruleX([threshold], { stroke: ink, strokeDasharray: '4 3' }),
        Plot.ruleY([0], { stroke: ink }),
      ],
    },
    words.told,
  )
}
