import { count, html, raw, type Html } from '../../page/index.ts'
import { csvOf } from './csv.ts'
import type { Figure, Source, Table } from './figure.ts'
import { both } from './invented.ts'

/** A figure as it stands in the page: finding, drawing, what it rests on, and its twins. */
export function figureHtml(figure: Figure, number: number, source: Source, synthetic: boolean): Html {
  const { m, lang } = source
  const id = `${lang}-${figure.id}`
  const mark = synthetic ? html`<p class="invented">${both}</p>` : ''
  return html`<figure id="${id}" aria-labelledby="${id}-title">
<h3 id="${id}-title">${figure.title}</h3>
<p class="about">${m.figure(number)}. ${figure.about}</p>
${drawing(figure)}
<figcaption>
<p>${figure.n === null ? '' : m.source(count(figure.n, lang))} ${m.hiddenCount(figure.hidden)}</p>
${figure.notes.map((note) => html`<p>${note}</p>`)}
${mark}
<details><summary>${m.asTable}</summary>${tableHtml(figure, source)}</details>
<div class="twins"><a download="${figure.id}.csv" href="data:text/csv;charset=utf-8,${encodeURIComponent(csvOf(figure.table, synthetic))}">${m.csv}</a>
${figure.queries.map((query) => html`<a href="#${lang}-query-${query}">${m.query} ${query}</a> `)}</div>
</figcaption>
</figure>`
}

/** Drawn for a page and for a telephone; a flow diagram is drawn once and can be moved sideways. */
function drawing(figure: Figure): Html | '' {
  if (figure.draw === null) return ''
  if (figure.section === 'pathway')
    return html`<div class="scroll pan" tabindex="0" role="group" aria-label="${figure.title}">${raw(figure.draw('wide'))}</div>`
  return html`<div class="wide">${raw(figure.draw('wide'))}</div><div class="narrow">${raw(figure.draw('narrow'))}</div>`
}

function tableHtml(figure: Figure, { m }: Source): Html {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${figure.title}">${plainTable(figure.table, m.hidden)}</div>`
}

/** A table; a null cell is hidden, and the hidden cells of a row that follow each other are one. */
export function plainTable(table: Table, hidden: string): Html {
  const cells = (row: Table['rows'][number]): Html[] => {
    const made: Html[] = []
    for (let i = 0; i < row.length; ) {
      const cell = row[i] ?? null
      if (cell !== null) {
        made.push(
          i === 0
            ? html`<th scope="row">${cell}</th>`
            : html`<td class="${table.columns[i]?.numeric ? 'n' : ''}">${cell}</td>`,
        )
        i++
        continue
      }
      let over = 1
      while (i + over < row.length && row[i + over] === null) over++
      made.push(html`<td class="hid n" colspan="${over}"><span>${hidden}</span></td>`)
      i += over
    }
    return made
  }
  return html`<table><thead><tr>${table.columns.map((column) => html`<th scope="col" class="${column.numeric ? 'n' : ''}">${column.name}</th>`)}</tr></thead>
<tbody>${table.rows.map((row) => html`<tr>${cells(row)}</tr>\n`)}</tbody></table>`
}
