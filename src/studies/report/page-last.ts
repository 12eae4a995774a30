import { count, html, type Html } from '../../page/index.ts'
import type { Figure, Source } from './figure.ts'
import type { LineageFile, ReportMeta } from './model.ts'
import { plainTable } from './page-figure.ts'

/** Methods, limits, protection, lineage, and how to make the report again. */
export function lastSections(
  source: Source,
  figures: readonly Figure[],
  meta: ReportMeta,
  mark: Html | '',
): Html {
  const { m, lang, checked } = source
  const { summary } = checked
  const hiddenCells = Object.values(summary.hidden).reduce((sum, n) => sum + n, 0)
  const head = (id: keyof typeof m.sections): Html =>
    html`<h2 id="${lang}-${id}">${m.sections[id]}</h2>${mark}`
  return html`<section>${head('methods')}${m.methods.map((text) => html`<p>${text}</p>`)}</section>
<section>${head('limits')}<ul>${m.limits.map((text) => html`<li>${text}</li>`)}</ul></section>
<section>${head('disclosure')}
<p>${m.disclosure(summary.threshold)}</p>
<p>${m.disclosureSummary(count(summary.shown, lang), count(hiddenCells, lang))} ${summary.audit.proved ? m.audit(count(summary.audit.cells, lang)) : ''}</p>
<details><summary>${m.asTable}</summary><div class="scroll">${plainTable(
    {
      columns: [
        { name: m.columns.table, numeric: false },
        { name: m.columns.shown, numeric: true },
        { name: m.columns.hidden, numeric: true },
        { name: m.columns.merged, numeric: true },
      ],
      rows: summary.tables.map((one) => [
        one.name,
        count(one.shown, lang),
        count(one.hidden, lang),
        count(one.merged, lang),
      ]),
      data: [],
    },
    m.hidden,
  )}</div></details></section>
<section>${head('lineage')}
<p>${m.lineageIntro}</p>
<details><summary>${m.lineageFigures}</summary><div class="scroll">${plainTable(
    {
      columns: [m.columns.comparison, m.columns.table, m.columns.query].map((name) => ({
        name,
        numeric: false,
      })),
      rows: figures.map((figure, i) => [m.figure(i + 1), figure.from.join(', '), figure.queries.join(', ')]),
      data: [],
    },
    m.hidden,
  )}</div></details>
${files(m.lineageSpace, meta.lineage.space, source)}
${files(m.lineageSources, meta.lineage.sources, source)}
<h3>${m.lineageQueries}</h3>
${Object.entries(meta.queries).map(
  ([name, text]) =>
    html`<details id="${lang}-query-${name}"><summary>${name}</summary><pre tabindex="0">${text}</pre></details>`,
)}</section>
<section>${head('again')}<p>${m.againIntro}</p><pre tabindex="0">${meta.commands.join('\n')}</pre>${versions(source, meta)}</section>`
}

function files(title: string, list: readonly LineageFile[], { m, lang }: Source): Html | '' {
  if (list.length === 0) return ''
  return html`<details><summary>${title} (${list.length})</summary><div class="scroll"><table><thead><tr><th scope="col">${m.columns.file}</th><th scope="col" class="n">${m.columns.rows}</th><th scope="col">${m.columns.hash}</th></tr></thead><tbody>${list.map(
    (file) =>
      html`<tr><th scope="row">${file.name}</th><td class="n">${count(file.rows, lang)}</td><td class="hash">${file.sha256}</td></tr>\n`,
  )}</tbody></table></div></details>`
}

function versions({ m }: Source, meta: ReportMeta): Html | '' {
  const { links, oppositions, software } = meta.versions ?? {}
  const said = [
    software,
    links && `${m.links} ${links}`,
    oppositions && `${m.oppositions} ${oppositions}`,
  ].filter((one): one is string => Boolean(one))
  return said.length === 0 ? '' : html`<p class="small">${m.versions(said.join(', '))}</p>`
}
