import { type Html, html } from '../../page/index.ts'

export type Cell = string | Html

/** A table that scrolls within the page. @param numeric columns of numbers */
export function table(
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
  numeric: readonly number[],
): Html {
  const kind = (at: number): string => (numeric.includes(at) ? 'n' : '')
  return html`<div class="scroll" tabindex="0" role="group"><table><thead><tr>${columns.map((name, at) => html`<th scope="col" class="${kind(at)}">${name}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell, at) => html`<td class="${kind(at)}">${cell}</td>`)}</tr>\n`)}</tbody></table></div>`
}
