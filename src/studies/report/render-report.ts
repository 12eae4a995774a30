import type { CheckedSubmission } from '../../spaces/index.ts'
import type { Figure, Section, Source } from './figure.ts'
import { costFigures } from './figures-costs.ts'
import { delayFigures } from './figures-delay.ts'
import { contrastFigure, pathwayFigure } from './figures-others.ts'
import { patientFigures } from './figures-patients.ts'
import { fontFace } from './font.ts'
import { type Html, html, raw } from './html.ts'
import { both } from './invented.ts'
import { messages } from './messages.ts'
import { type Lang, langs, type ReportMeta } from './model.ts'
import { figureHtml } from './page-figure.ts'
import { firstScreen } from './page-first.ts'
import { lastSections } from './page-last.ts'
import { script, style } from './style.ts'

/**
 * One self-contained page: both languages, no request to anywhere, the same bytes from the same tables. It is
 * made from what the check gave back and from nothing else, so it cannot show what was hidden.
 */
export function renderReport(checked: CheckedSubmission, meta: ReportMeta): string {
  const first = meta.lang ?? 'fr'
  const page = html`<!doctype html>
<html lang="${first}" data-title-fr="${titleOf(meta, 'fr')}" data-title-en="${titleOf(meta, 'en')}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${titleOf(meta, first)}</title>
<style>${raw(fontFace() + style)}</style>
</head>
<body>
<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line y2="6" stroke="var(--hatch)" stroke-width="2"/></pattern></defs></svg>
<header class="bar"><span class="study">${langs.map((lang) => html`<span data-lang="${lang}"${raw(lang === first ? '' : ' hidden')}>${meta.title[lang]}</span>`)}</span>
<span class="switch" role="group" aria-label="Langue / Language">${langs.map((lang) => html`<button type="button" value="${lang}" lang="${lang}" aria-pressed="${String(lang === first)}">${messages[lang].language}</button>`)}</span></header>
${langs.map((lang) => body(checked, meta, lang, first))}
<script>${raw(script)}</script>
</body>
</html>
`
  return page.html
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

function body(checked: CheckedSubmission, meta: ReportMeta, lang: Lang, first: Lang): Html {
  const m = messages[lang]
  const source: Source = { checked, lang, m }
  const figures = figuresOf(source)
  const mark = meta.synthetic ? html`<p class="invented">${both}</p>` : ''
  const sections: readonly Section[] = ['patients', 'costs', 'delay', 'pathway', 'inequality']
  return html`<main id="${lang}" lang="${lang}"${raw(lang === first ? '' : ' hidden')}>
${meta.synthetic ? html`<p class="invented first">${m.inventedWhy}</p>` : ''}
${firstScreen(source, meta)}
<nav aria-label="${m.contents}"><ol>${Object.entries(m.sections).map(([id, name]) => html`<li><a href="#${lang}-${id}">${name}</a></li>`)}</ol></nav>
${sections.map(
  (section) => html`<section><h2 id="${lang}-${section}">${m.sections[section]}</h2>${mark}
${figures.map((figure, i) => (figure.section === section ? figureHtml(figure, i + 1, source, meta.synthetic) : ''))}</section>`,
)}
${lastSections(source, figures, meta, mark)}
<footer>${meta.title[lang]} – ${meta.permit.id} – ${meta.dataVersion}${meta.synthetic ? html` – <span class="invented">${both}</span>` : ''}</footer>
</main>`
}
