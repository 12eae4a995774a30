import { count, date, decimal, euros, html, percent, ratio, type Html, years } from '../../page/index.ts'
import { contrastsOf } from './figures-others.ts'
import { everybody } from './figures-patients.ts'
import type { Source } from './figure.ts'
import { type Interval, intervalOf } from './finding.ts'
import { linkedPatients } from './figures-costs.ts'
import type { ReportMeta } from './model.ts'
import { figuresOf, tableOf } from './tables.ts'

/** What is read before any scroll: question, key figures with intervals, frame, and what to be careful about. */
export function firstScreen(source: Source, meta: ReportMeta): Html {
  const { m, lang } = source
  const all = everybody(source)
  const linked = linkedPatients(source)
  const shown = (n: number | null): string => (n === null ? m.hidden : count(n, lang))
  return html`<header>
<h1>${m.question}</h1>
<ul class="keys" aria-label="${m.keyFigures}">${keys(source)}</ul>
<dl class="facts">
<dt>${m.population}</dt><dd>${m.populationIs(shown(all), shown(linked))}</dd>
<dt>${m.period}</dt><dd>${m.periodIs(date(meta.period.from, lang), date(meta.period.until, lang))}</dd>
<dt>${m.permit}</dt><dd>${meta.permit.id} – ${meta.permit.title[lang]}</dd>
<dt>${m.dataVersion}</dt><dd>${meta.dataVersion}</dd>
<dt>${m.date}</dt><dd>${date(meta.date, lang)}</dd>
</dl>
<section class="careful" aria-label="${m.careful}"><h2>${m.careful}</h2><ul>${m.carefulPoints.map((point) => html`<li>${point}</li>`)}</ul></section>
</header>`
}

function keys(source: Source): Html[] {
  const { m, lang, checked } = source
  const key = (value: string, what: string, interval: string): Html =>
    html`<li><b>${value}</b><span>${what}</span><span class="ci">${interval}</span></li>`
  const all = everybody(source)
  const linked = linkedPatients(source)
  const cell = tableOf(checked, 'cost', 'cost')?.cells[0]
  const cost = intervalOf(cell && !cell.hidden ? figuresOf(cell, 'total') : undefined, 'mean')
  const curve = tableOf(checked, 'survival', 'delay')?.curves[0]
  const delay = intervalOf(curve && !curve.hidden ? curve.figures : undefined, 'median')
  const { delayQuintile } = contrastsOf(source)
  const measured = (interval: Interval | null, what: string, say: (x: number) => string, bare = say): Html =>
    interval
      ? key(say(interval.value), what, m.interval(bare(interval.low), say(interval.high)))
      : key('–', what, m.notShown)
  return [
    key(
      all === null ? '–' : count(all, lang),
      m.keyPatients,
      all && linked !== null ? m.keyLinked(percent(linked / all, lang)) : m.countNote,
    ),
    measured(
      cost,
      m.keyCost,
      (x) => euros(x, lang),
      (x) => euros(x, lang).replace(/\u00a0€$/, ''),
    ),
    measured(
      delay,
      m.keyDelay,
      (x) => years(x, lang),
      (x) => decimal(x, lang, 1),
    ),
    measured(delayQuintile, m.keyDelayRatio, (x) => ratio(x, lang)),
  ]
}
