/** Markup that is already safe. */
export interface Html {
  readonly html: string
}

type Hole = Html | string | number | null | undefined | false | readonly Hole[]

/** The tag: everything that is not markup already is escaped. */
export function html(texts: TemplateStringsArray, ...holes: readonly Hole[]): Html {
  return { html: texts.reduce((made, text, i) => made + text + (i < holes.length ? show(holes[i]) : ''), '') }
}

function show(hole: Hole): string {
  if (hole === null || hole === undefined || hole === false) return ''
  if (typeof hole === 'object' && 'html' in hole) return hole.html
  if (typeof hole === 'object') return hole.map(show).join('')
  return escape(String(hole))
}

export const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** Markup that somebody else made safe (a drawn figure, the style sheet). */
export const raw = (safe: string): Html => ({ html: safe })
