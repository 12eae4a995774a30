import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'

/** Widths at which each figure is drawn: a page or a sheet of A4, and a telephone. */
export const widths = { wide: 720, narrow: 328 } as const
export type Width = keyof typeof widths

/** A plot as SVG text, drawn without a browser. Its text and colours follow the page. */
export function plot(options: Record<string, unknown>, told: string): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const svg = Plot.plot({
    document,
    ...options,
    style: {
      background: 'none',
      color: 'inherit',
      fontFamily: 'inherit',
      fontSize: '13px',
      overflow: 'visible',
    },
  } as never) as unknown as { setAttribute(name: string, value: string): void; outerHTML: string }
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-label', told)
  // Plot's own style sheet repeats what the page says and puts a white background under the text; its names of
  // groups may not stand on a group without a role, and the drawing as a whole is told.
  return svg.outerHTML
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replaceAll(/(<g\b[^>]*?) aria-label="[^"]*"/g, '$1')
}

export const ink = 'var(--ink)'
export const ink2 = 'var(--ink2)'
export const rule = 'var(--rule)'
export const accent = 'var(--accent)'
export const hatch = 'url(#hatch)'

/** A text cut to a number of characters, at a word where there is one. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text
  const short = text.slice(0, length - 1)
  const space = short.lastIndexOf(' ')
  return `${(space > length / 2 ? short.slice(0, space) : short).trimEnd()}…`
}
