import { html, type Html, type Lang, page } from '../../page/index.ts'
import type { CheckedSubmission } from '../../spaces/index.ts'
import type { Figure, Section, Source } from './figure.ts'
import { costFigures } from './figures-costs.ts'
import { delayFigures } from './figures-delay.ts'
import { contrastFigure, pathwayFigure } from './figures-others.ts'
import { patientFigures } from './figures-patients.ts'
import { both } from './invented.ts'
import { messages } from './messages.ts'
import { type ReportMeta } from './model.ts'
import { figureHtml } from './page-figure.ts'
import { firstScreen } from './page-first.ts'
import { lastSections } from './page-last.ts'

/**
 * One self-contained page: both languages, no request to anywhere, the same bytes from the same tables. It is
 * made from what the check gave back and from nothing else, so it cannot show what was hidden.
 */
export function renderReport(checked: CheckedSubmission, meta: ReportMeta): string {
  const first = meta.lang ?? 'fr'
  return page({
    first,
    title: { fr: titleOf(meta, 'fr'), en: titleOf(meta, 'en') },
    header: meta.title,
    body: (lang) => body(checked, meta, lang),
  })
}

const titleOf = (meta: ReportMeta, lang: Lang): string =>
  meta.synthetic ? `${meta.title[lang]} – ${both}` : meta.title[lang]

/** All figures of the report in one language, in the order of the question. */
export function figuresOf(source: Source): Figure[] {
  return [
    ...patientFigures(source),
    ...costFigures(source),
    ...delayFigures(source),
    pathwayFigure(source),
    contrastFigure(source),
  ]
}

function body(checked: CheckedSubmission, meta: ReportMeta, lang: Lang): Html {
  const m = messages[lang]
  const source: Source = { checked, lang, m }
  const figures = figuresOf(source)
  const mark = meta.synthetic ? html`<p class="invented">${both}</p>` : ''
  const sections: readonly Section[] = ['patients', 'costs', 'delay', 'pathway', 'inequality']
  return html`${meta.synthetic ? html`<p class="invented first">${m.inventedWhy}</p>` : ''}
${firstScreen(source, meta)}
<nav aria-label="${m.contents}"><ol>${Object.entries(m.sections).map(([id, name]) => html`<li><a href="#${lang}-${id}">${name}</a></li>`)}</ol></nav>
${sections.map(
  (section) => html`<section><h2 id="${lang}-${section}">${m.sections[section]}</h2>${mark}
${figures.map((figure, i) => (figure.section === section ? figureHtml(figure, i + 1, source, meta.synthetic) : ''))}</section>`,
)}
${lastSections(source, figures, meta, mark)}
<footer>${meta.title[lang]} – ${meta.permit.id} – ${meta.dataVersion}${meta.synthetic ? html` – <span class="invented">${both}</span>` : ''}</footer>`
}
