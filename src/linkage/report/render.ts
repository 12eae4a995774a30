import { count, decimal, type Html, html, type Lang, page, raw, type Width } from '../../page/index.ts'
import { bars, histogram, lines } from './draw.ts'
import { levelName } from './level-names.ts'
import type { Expected, Measures } from './measure.ts'
import { bits, messages, type Messages, nearly, titles } from './messages.ts'
import { readersSection, rightByReaders, toReadSection } from './readers.ts'
import { table } from './table.ts'

interface Said {
  readonly is: Measures
  readonly m: Messages
  readonly lang: Lang
}

/** The report of a linkage as one file: what was linked, what it rests on, and what to read first. No value of a record. */
export function renderReport(is: Measures, first: Lang = 'en'): string {
  return page({
    first,
    title: titles,
    header: titles,
    body: (lang) => body({ is, m: messages[lang], lang }),
  })
}

function body(said: Said): Html {
  const { is, m } = said
  return html`${firstScreen(said)}
<section><h2>${m.weights.heading}</h2>${pairs(said, 1)}</section>
<section><h2>${m.levels.heading}</h2>${levels(said, 2)}</section>
<section><h2>${m.threshold.heading}</h2>${thresholds(said, 3)}</section>
${readersSection(is.readers, is.threshold, said.lang)}${toReadSection(is.toRead, said.lang)}<section><h2>${m.clusters.heading}</h2>${clusters(said)}</section>
<section><h2>${m.rules.heading}</h2>${rules(said)}</section>
<section><h2>${m.patterns.heading}</h2>${patterns(said)}</section>
<section><h2>${m.values.heading}</h2>${values(said)}</section>
<section><h2>${m.training.heading}</h2>${training(said)}</section>`
}

function firstScreen({ is, m, lang }: Said): Html {
  const key = (value: string, says: string): Html => html`<li><b>${value}</b><span>${says}</span></li>`
  const at = expectedAt(is)
  const persons = is.sizes.reduce((sum, { clusters: n }) => sum + n, 0)
  return html`<h1>${m.lead(count(is.records, lang), is.sources.length)}</h1>
<p class="small">${is.sources.map(({ name, records }) => `${name} (${count(records, lang)})`).join(', ')}</p>
<ul class="keys">${key(count(is.links, lang), m.keys.links)}${key(count(persons, lang), m.keys.persons(is.type))}
${at ? key(nearly(at.precision, lang), m.keys.right) : ''}${rightByReaders(is.readers, is.threshold, lang)}
${key(count(is.unlinkable, lang), m.keys.unlinkable)}</ul>
<aside class="careful"><h2>${m.careful}</h2><ul>${m.carefulPoints.map((point) => html`<li>${point}</li>`)}</ul></aside>`
}

/** What is expected at the threshold, or at the nearest above it. */
const expectedAt = ({ thresholds: all, threshold }: Measures): Expected | undefined =>
  all.find((one) => one.threshold >= threshold)

const drawn = (draw: (width: Width) => string): Html =>
  html`<div class="wide">${raw(draw('wide'))}</div><div class="narrow">${raw(draw('narrow'))}</div>`

function figure({ m }: Said, number: number, title: string, about: string, drawing: Html, twin: Html): Html {
  return html`<figure><h3>${title}</h3><p class="about">${m.figure(number)}. ${about}</p>${drawing}
<figcaption><details><summary>${m.asTable}</summary>${twin}</details></figcaption></figure>`
}

function pairs(said: Said, number: number): Html {
  const { is, m, lang } = said
  const at = expectedAt(is)
  const words = m.weights
  const title = words.title(count(is.links, lang), at ? nearly(at.precision, lang) : '–')
  const rows = is.weights.map(({ from, pairs: n, links }) => [
    `${from} – ${from + 1}`,
    count(links, lang),
    count(n - links, lang),
  ])
  const drawing = drawn((width) => histogram(is.weights, is.threshold, words, width))
  return figure(
    said,
    number,
    title,
    words.about,
    drawing,
    table([words.axis, words.linked, words.apart], rows, [0, 1, 2]),
  )
}

function levels(said: Said, number: number): Html {
  const { is, m, lang } = said
  const all = is.comparisons.flatMap(({ name, levels: of }) => of.map((level) => ({ name, ...level })))
  const most = all.reduce((a, b) => (b.weight > a.weight ? b : a))
  const rows = all.map((one) => [
    one.name,
    levelName(one.label, lang),
    share(one.m, lang),
    share(one.u, lang),
    bits(one.weight, lang),
    one.low === null || one.high === null ? '–' : `${bits(one.low, lang)} – ${bits(one.high, lang)}`,
  ])
  const drawing = drawn((width) =>
    bars(
      all.map((one) => ({ ...one, label: `${one.name}: ${levelName(one.label, lang)}` })),
      m.levels,
      width,
    ),
  )
  return figure(
    said,
    number,
    m.levels.title(levelName(most.label, lang), most.name, bits(most.weight, lang)),
    m.levels.about,
    drawing,
    table(m.levels.columns, rows, [2, 3, 4, 5]),
  )
}

/** Two figures that tell, whatever the size. */
const share = (x: number, lang: Lang): string =>
  x === 0 ? '0' : decimal(x, lang, Math.min(9, Math.max(2, 1 - Math.floor(Math.log10(x)))))

function thresholds(said: Said, number: number): Html {
  const { is, m, lang } = said
  const at = expectedAt(is)
  const rows = is.thresholds
    .filter((one) => Number.isInteger(one.threshold))
    .map((one) => [
      bits(one.threshold, lang),
      count(one.pairs, lang),
      nearly(one.precision, lang),
      nearly(one.recall, lang),
    ])
  const title = at
    ? m.threshold.title(bits(is.threshold, lang), nearly(at.precision, lang), nearly(at.recall, lang))
    : m.threshold.heading
  const drawing = drawn((width) => lines(is.thresholds, is.threshold, m.threshold, width))
  return figure(
    said,
    number,
    title,
    m.threshold.about,
    drawing,
    table(m.threshold.columns, rows, [0, 1, 2, 3]),
  )
}

function clusters({ is, m, lang }: Said): Html {
  const sizes = is.sizes.map(({ size, clusters: n }) => [count(size, lang), count(n, lang)])
  const bridges = is.bridges.map((one) => [
    String(one.cluster),
    count(one.records, lang),
    bits(one.weakest, lang),
    bits(one.mean, lang),
  ])
  return html`<p>${m.clusters.about}</p>${table(m.clusters.columns, sizes, [0, 1])}
<h3>${m.clusters.bridges}</h3>
${bridges.length === 0 ? html`<p>${m.clusters.none}</p>` : html`<p>${m.clusters.bridgesAbout}</p>${table(m.clusters.bridgeColumns, bridges, [0, 1, 2, 3])}`}`
}

function rules({ is, m, lang }: Said): Html {
  if (is.rules.length === 0) return html`<p>${m.rules.all}</p>`
  const rows = is.rules.map(({ rule, pairs: n, links }) => [
    rule ?? m.rules.completed,
    count(n, lang),
    count(links, lang),
  ])
  return html`<p>${m.rules.about}</p>${table(m.rules.columns, rows, [1, 2])}`
}

function patterns({ is, m, lang }: Said): Html {
  const rows = is.patterns.map((one) => [
    count(one.pairs, lang),
    count(one.links, lang),
    bits(one.weight, lang),
    one.levels
      .map((label, at) => {
        const name = is.comparisons[at]?.name ?? ''
        if (label === null) return `${name}: ${m.patterns.unknown}`
        const adds = one.adds[at] as number
        return `${name}: ${levelName(label, lang)} (${adds >= 0 ? '+' : ''}${bits(adds, lang)})`
      })
      .join('; '),
  ])
  return html`<p>${m.patterns.about}</p>${table(m.patterns.columns, rows, [0, 1, 2])}`
}

function values({ is, m, lang }: Said): Html {
  const rows = Object.entries(is.valuePairs).flatMap(([name, found]) =>
    found.map(({ a, b, clusters: n }) => [name, a, b, count(n, lang)]),
  )
  return rows.length === 0
    ? html`<p>${m.values.none}</p>`
    : html`<p>${m.values.about}</p>${table(m.values.columns, rows, [3])}`
}

function training({ is, m, lang }: Said): Html {
  const rows = is.sessions.map(({ rule, pairs: n, matches }) => [rule, count(n, lang), nearly(matches, lang)])
  return rows.length === 0
    ? html`<p>${m.training.none}</p>`
    : html`<p>${m.training.about}</p>${table(m.training.columns, rows, [1, 2])}`
}
