import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DuckDb, openDuckDb } from '../../engine/index.ts'
import { numbered } from '../cluster/model.ts'
import { judgeScored } from '../score/edges.ts'
import { linkRecords } from '../link-records.ts'
import { csvOf, PEOPLE_MODEL, people } from '../people.fixture.ts'
import { RECORDS } from '../records/prepare.ts'
import { SCORED } from '../score/edges.ts'
import { levelName } from './level-names.ts'
import { type Measures, measure } from './measure.ts'
import { renderReport } from './render.ts'

const PEOPLE = people(300, 9)
const MODEL = { ...PEOPLE_MODEL, blocking: [['born'], ['forename', 'surname'], ['surname', 'town']] }

describe('the report of a linkage', () => {
  let engine: DuckDb
  let is: Measures
  let precision: number
  beforeAll(async () => {
    engine = await openDuckDb()
    const sources = [{ name: 'people', path: await csvOf(PEOPLE) }]
    const linked = await linkRecords(engine, sources, MODEL)
    await judgeScored(engine, numbered(linked.clusters, true))
    is = await measure(engine, sources, MODEL, linked)
    const rows = await engine.rows<{ l: string; r: string }>(
      `select l.id as l, r.id as r from ${SCORED} join ${RECORDS} as l on l.rid = rid_l
       join ${RECORDS} as r on r.rid = rid_r where weight >= 0`,
    )
    const right = rows.filter(({ l, r }) => PEOPLE[Number(l)]?.person === PEOPLE[Number(r)]?.person)
    precision = right.length / rows.length
  }, 120_000)
  afterAll(() => engine.close())

  test('counts every pair once, and every record', () => {
    const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
    expect(sum(is.weights.map(({ pairs }) => pairs))).toBe(is.pairs)
    expect(sum(is.rules.map(({ pairs }) => pairs))).toBe(is.pairs)
    expect(sum(is.rules.map(({ links }) => links))).toBe(is.links)
    expect(sum(is.sizes.map(({ size, clusters }) => size * clusters))).toBe(PEOPLE.length)
    expect(is.thresholds.at(0)?.pairs).toBe(is.pairs)
  })

  test('expects of a threshold nearly the precision that the truth says', () => {
    const expected = is.thresholds.find(({ threshold }) => threshold >= 0)
    expect(Math.abs((expected?.precision ?? 0) - precision)).toBeLessThan(0.03)
    const recalls = is.thresholds.map(({ recall }) => recall)
    expect([...recalls].sort((a, b) => b - a)).toEqual(recalls)
    expect(recalls[0]).toBeCloseTo(1, 12)
  })

  test('names the clusters whose weakest link is weakest first', () => {
    const weakest = is.bridges.map((bridge) => bridge.weakest)
    expect(weakest.length).toBeGreaterThan(3)
    expect([...weakest].sort((a, b) => a - b)).toEqual(weakest)
    for (const bridge of is.bridges) expect(bridge.records).toBeGreaterThan(2)
  })

  test('is one file that asks nothing of anybody, in both languages, and shows no date of birth', () => {
    const report = renderReport(is)
    expect(report).not.toMatch(/(?:src|href)="https?:/)
    for (const { born } of PEOPLE) expect(report).not.toContain(born)
    const [fr, en] = ['fr', 'en'].map(
      (lang) => report.split(`<main id="${lang}"`)[1]?.split('</main>')[0] ?? '',
    )
    const tables = (half: string | undefined): number => half?.match(/<table>/g)?.length ?? 0
    expect(tables(fr)).toBe(tables(en))
    expect(tables(fr)).toBeGreaterThan(6)
    expect(renderReport(is)).toBe(report)
  })

  test('says every level of the comparisons in French', () => {
    for (const { levels } of is.comparisons)
      for (const { label } of levels)
        if (!label.startsWith('Jaro-Winkler')) expect(levelName(label, 'fr'), label).not.toBe(label)
  })
})
