import { parseHTML } from 'linkedom'
import { describe, expect, test } from 'vitest'
import type { CheckedSubmission } from '../../spaces/index.ts'
import { directionOf, standingOut } from './finding.ts'
import { inventedMeta, inventedSubmission } from './invented.fixture.ts'
import { messages } from './messages.ts'
import { figuresOf, renderReport } from './render-report.ts'

const checked = inventedSubmission()
const page = renderReport(checked, inventedMeta)
const { document } = parseHTML(page)
const both = 'Invented data / données inventées'
const langs = ['fr', 'en'] as const

describe('the report', () => {
  test('asks nothing of any server: no address but of data and of places in itself', () => {
    const addresses = [...page.matchAll(/(?:href|src|action|xlink:href)="([^"]*)"/g)].map(
      ([, address]) => address ?? '',
    )
    expect(addresses.length).toBeGreaterThan(40)
    expect(addresses.filter((address) => !address.startsWith('#') && !address.startsWith('data:'))).toEqual(
      [],
    )
    expect(
      [...page.matchAll(/url\(([^)]*)\)/g)].filter(([, at]) => !/^(&quot;|")?(#|data:)/.test(at ?? '')),
    ).toEqual([])
    expect(page).not.toMatch(/@import|fetch\(|XMLHttpRequest|<link|<iframe|https?:\/\/(?!www\.w3\.org)/)
  })
  test('every place that it points to is there', () => {
    const ids = new Set([...document.querySelectorAll('[id]')].map((element) => element.id))
    for (const link of document.querySelectorAll('a[href^="#"]'))
      expect(ids, link.getAttribute('href') ?? '').toContain(link.getAttribute('href')?.slice(1))
    expect(ids.size).toBe(document.querySelectorAll('[id]').length)
  })
  test('is the same bytes from the same tables', () => {
    expect(renderReport(inventedSubmission(), inventedMeta)).toBe(page)
  })
  test('says the same in both languages: the same figures, drawings, tables and files', () => {
    const [fr, en] = langs.map((lang) => document.querySelector(`main[lang=${lang}]`))
    for (const what of ['figure', 'svg', 'table', 'tr', 'a[download]', 'h2', 'pre', 'li'])
      expect(fr?.querySelectorAll(what).length, what).toBe(en?.querySelectorAll(what).length)
    expect(fr?.querySelectorAll('figure').length).toBeGreaterThan(15)
  })
  test('each figure has a finding, a closed table, a CSV and its queries', () => {
    for (const figure of document.querySelectorAll('figure')) {
      expect(figure.querySelector('h3')?.textContent?.length).toBeGreaterThan(10)
      expect(figure.querySelector('details')?.hasAttribute('open')).toBe(false)
      expect(figure.querySelector('details table')).not.toBeNull()
      expect(figure.querySelector('a[download$=".csv"]')).not.toBeNull()
      expect(figure.querySelector('a[href*="-query-"]')).not.toBeNull()
    }
  })
  test('every query of a figure can be read in it', () => {
    for (const lang of langs)
      for (const name of Object.keys(inventedMeta.queries))
        expect(document.getElementById(`${lang}-query-${name}`)).not.toBeNull()
  })
})

describe('invented data', () => {
  test('says so in the title, at the head of each part, on each figure and in each row of each CSV', () => {
    expect(document.title).toContain(both)
    for (const lang of langs) {
      const main = document.querySelector(`main[lang=${lang}]`)
      for (const section of main?.querySelectorAll(':scope > section') ?? [])
        expect(section.querySelector('h2 + p.invented')?.textContent, section.textContent?.slice(0, 40)).toBe(
          both,
        )
      for (const figure of main?.querySelectorAll('figure') ?? []) {
        expect(figure.querySelector('p.invented')?.textContent).toBe(both)
        const csv = decodeURIComponent(
          figure.querySelector('a[download]')?.getAttribute('href')?.split(',').slice(1).join(',') ?? '',
        )
        const lines = csv.trimEnd().split('\r\n')
        expect(lines[0]).toBe(both)
        for (const line of lines.slice(2)) expect(line.endsWith(both)).toBe(true)
      }
    }
  })
  test('real data does not', () => {
    expect(renderReport(checked, { ...inventedMeta, synthetic: false })).not.toMatch(
      /[Ii]nvented data|inventées/,
    )
  })
})

describe('a hidden cell', () => {
  const hidden: CheckedSubmission = {
    ...checked,
    tables: checked.tables.map((table) =>
      table.kind === 'flow'
        ? { kind: 'flow', name: table.name, at: table.at, hidden: true }
        : table.kind === 'survival'
          ? { ...table, curves: table.curves.map(({ at }) => ({ at, hidden: true as const })) }
          : table.kind === 'cost'
            ? { ...table, cells: table.cells.map(({ at }) => ({ at, hidden: true as const })) }
            : { ...table, cells: table.cells.map(({ at }) => ({ at, hidden: true as const })) },
    ),
  }
  test('shows no number of persons, euros or years anywhere when all are hidden', () => {
    const { document: empty } = parseHTML(renderReport(hidden, inventedMeta))
    for (const figure of empty.querySelectorAll('figure')) {
      for (const row of figure.querySelectorAll('tbody tr')) expect(row.textContent).toMatch(/masqué|hidden/)
      for (const cell of figure.querySelectorAll('tbody td.n:not(.hid)')) expect(cell.textContent).toBe('')
    }
    for (const key of empty.querySelectorAll('.keys b')) expect(key.textContent).toBe('–')
  })
  test('stands in the table under the same words as in the figure', () => {
    const source = { checked, lang: 'en' as const, m: messages.en }
    const byDisease = figuresOf(source).find((figure) => figure.id === 'cost-by-disease')
    const row = byDisease?.table.rows.find((cells) => cells[0] === 'Williams syndrome')
    expect(row?.slice(1).every((cell) => cell === null)).toBe(true)
    expect(byDisease?.table.data.find((cells) => cells[0] === 'ORPHA:904')?.slice(1)).toEqual(
      Array.from({ length: 5 }, () => 'hidden'),
    )
    expect(byDisease?.draw?.('wide')).toContain(messages.en.hidden)
    expect(byDisease?.hidden).toBe(1)
  })
})

describe('a finding', () => {
  test('says more or less only when the interval excludes 1', () => {
    expect(directionOf({ value: 1.4, low: 1.1, high: 1.8 })).toBe('more')
    expect(directionOf({ value: 0.7, low: 0.5, high: 0.9 })).toBe('less')
    expect(directionOf({ value: 1.4, low: 0.99, high: 1.9 })).toBe('unclear')
    expect(directionOf({ value: 1.4, low: 1, high: 1.9 })).toBe('unclear')
    expect(directionOf(null)).toBe('unknown')
  })
  const titleOf = (submission: CheckedSubmission, id: string, lang: 'fr' | 'en') =>
    figuresOf({ checked: submission, lang, m: messages[lang] }).find((figure) => figure.id === id)?.title ??
    ''
  test('tells the planted delay of the most deprived fifth, in both languages', () => {
    expect(titleOf(checked, 'delay-by-quintile', 'en')).toMatch(
      /Diagnosis comes 1\.\d\d \(95%.CI .*\) times later in the most deprived fifth/,
    )
    expect(titleOf(checked, 'delay-by-quintile', 'fr')).toMatch(
      /Le diagnostic vient 1,\d\d \(IC.95.% .*\) fois plus tard/,
    )
  })
  test('says that no difference can be seen where none was planted', () => {
    const flat = inventedSubmission(3900, 'flat', { delay: 1 })
    expect(titleOf(flat, 'delay-by-quintile', 'en')).toMatch(/^No difference in delay can be seen/)
    expect(titleOf(flat, 'delay-by-quintile', 'fr')).toMatch(/^On ne voit pas de différence de délai/)
  })
  test('of many comparisons says how many chance would bring out', () => {
    const sure = { value: 2, low: 1.5, high: 2.6 }
    const unsure = { value: 1.1, low: 0.8, high: 1.5 }
    expect(standingOut([sure, unsure, null, unsure])).toEqual({
      told: 3,
      out: 1,
      expected: 0.15000000000000002,
    })
  })
})
