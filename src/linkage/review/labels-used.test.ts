import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { repeatedChance } from '../../base/index.ts'
import { type DuckDb, openDuckDb } from '../../engine/index.ts'
import { numbered } from '../cluster/model.ts'
import { judgeScored } from '../score/edges.ts'
import { linkRecords, type Linked, withTraining } from '../link-records.ts'
import { csvOf, pairwise, PEOPLE_MODEL, people } from '../people.fixture.ts'
import { type KnownSource, knownSources } from '../records/known.ts'
import { renderReport } from '../report/render.ts'
import { measure } from '../report/measure.ts'
import { SCORED } from '../score/edges.ts'
import { drawSample } from './draw.ts'
import { estimateAt } from './estimate.ts'
import type { Label } from './labels.ts'
import { measureReaders } from './measured.ts'
import { readOriginals } from './originals.ts'
import { labelOf } from './queue.ts'
import type { Sample, SampledPair } from './sample.ts'

/** Few columns and wide rules, so that some pairs are in doubt. */
const PEOPLE = people(220, 101)
const MODEL = {
  ...PEOPLE_MODEL,
  blocking: [['born'], ['surname'], ['forename', 'town']],
  training: { ...PEOPLE_MODEL.training, rounds: 1 },
}
const isOne = ({ left, right }: SampledPair): boolean =>
  PEOPLE[Number(left.id)]?.person === PEOPLE[Number(right.id)]?.person

describe('pairs that were read', () => {
  let engine: DuckDb
  let path: string
  let sources: { name: string; path: string }[]
  let known: readonly KnownSource[]
  let before: Linked
  let sample: Sample
  let ids: number[]
  const f1 = ({ clusters }: Linked): number =>
    pairwise(
      [...clusters],
      ids.map((id) => PEOPLE[id]?.person as number),
    ).f1
  const labelled = (n: number, says: (pair: SampledPair, at: number) => Label['label']): Label[] =>
    sample.pairs.slice(0, n).map((pair, at) => ({
      ...labelOf(sample, at, { reader: 'ada', third: false }, says(pair, at), '2026-01-31T10:00:00.000Z'),
      at: `labels.jsonl, row ${at + 1}`,
    }))
  const truthful = (n: number): Label[] => labelled(n, (pair) => (isOne(pair) ? 'match' : 'no match'))

  beforeAll(async () => {
    engine = await openDuckDb()
    path = await csvOf(PEOPLE)
    sources = [{ name: 'people', path }]
    known = await knownSources(sources)
    before = await linkRecords(engine, sources, MODEL)
    ids = (await engine.rows<{ id: string }>('select id from records order by rid')).map(({ id }) =>
      Number(id),
    )
    await judgeScored(engine, numbered(before.clusters, true))
    const bridges = (await measure(engine, sources, MODEL, before)).bridges.map(({ cluster }) => cluster)
    sample = await drawSample(engine, known, MODEL, before, bridges)
  })
  afterAll(() => engine.close())

  test('are drawn as the seed says, and the parts of a pair’s weight add up to it', async () => {
    expect(await drawSample(engine, known, MODEL, before, [])).toEqual(
      await drawSample(engine, known, MODEL, before, []),
    )
    const other = { ...MODEL, training: { ...MODEL.training, seed: 'other' } }
    const drawn = (of: Sample): string[] => of.pairs.map(({ left, right }) => `${left.id} ${right.id}`)
    expect(drawn(await drawSample(engine, known, other, before, []))).not.toEqual(drawn(sample))
    expect(new Set(drawn(sample)).size).toBe(sample.pairs.length)
    expect(sample.pairs.some(({ stratum }) => stratum === null)).toBe(true)
    for (const { weight, adds, stratum } of sample.pairs) {
      expect(sample.prior + adds.reduce((a, b) => a + b, 0)).toBeCloseTo(weight, 9)
      const { from, to } = sample.strata[stratum ?? -1] ?? { from: -Infinity, to: null }
      expect(weight >= from && weight < (to ?? Infinity)).toBe(true)
    }
    const [row] = await engine.rows<{ n: bigint }>(`select count(*) as n from ${SCORED}`)
    expect(sample.strata.reduce((sum, { pairs }) => sum + pairs, 0)).toBe(Number(row?.n))
  })

  test('say of the whole what is true, over many draws', async () => {
    const all = await engine.rows<{ l: string; r: string; weight: number }>(
      `select l.id as l, r.id as r, weight from ${SCORED} join records as l on l.rid = rid_l join records as r on r.rid = rid_r`,
    )
    const right = all.filter(({ l, r }) => PEOPLE[Number(l)]?.person === PEOPLE[Number(r)]?.person)
    const above = (of: typeof all): number => of.filter(({ weight }) => weight >= 0).length
    const truth = { precision: above(right) / above(all), recall: above(right) / right.length }
    let [precise, recalled] = [0, 0]
    const RUNS = 14
    for (let seed = 0; seed < RUNS; seed++) {
      const seeded = { ...MODEL, training: { ...MODEL.training, seed: `draw ${seed}` } }
      const drawn = await drawSample(engine, known, seeded, before, [])
      const read = drawn.pairs.slice(0, 120).map((pair) => ({
        stratum: pair.stratum as number,
        pairs: drawn.strata[pair.stratum as number]?.pairs as number,
        matches: isOne(pair),
        weight: pair.weight,
      }))
      const { precision, recall } = estimateAt(read, 0)
      const covers = (share: typeof precision, is: number): boolean =>
        share !== null && share.low - 1e-9 <= is && is <= share.high + 1e-9
      if (covers(precision, truth.precision)) precise++
      if (covers(recall, truth.recall)) recalled++
    }
    expect(precise).toBeGreaterThanOrEqual(12)
    expect(recalled).toBeGreaterThanOrEqual(12)
  })

  test('make the clusters better, and what was decided of a pair holds', async () => {
    const linked = await linkRecords(engine, sources, MODEL, () => {}, { labels: truthful(150) })
    expect(f1(linked)).toBeGreaterThanOrEqual(f1(before))
    const at = new Map(ids.map((id, index) => [id, linked.clusters[index]]))
    for (const pair of sample.pairs.slice(0, 150))
      expect(at.get(Number(pair.left.id)) === at.get(Number(pair.right.id))).toBe(isOne(pair))
    expect(await measureReaders(engine, linked, 0)).toMatchObject({
      pairs: 150,
      matches: sample.pairs.slice(0, 150).filter(isOne).length,
      undecided: 0,
      contradicted: 0,
    })
    await judgeScored(engine, numbered(linked.clusters, true))
    const report = renderReport(await measure(engine, sources, MODEL, linked))
    expect(report).toContain('What readers say')
    expect(report).toContain('Ce que disent les relecteurs')
    expect(report).not.toContain('ada')
  })

  test('of two readers who err do not make the clusters worse: where they differ nothing is used', async () => {
    const random = repeatedChance(3)
    const wrong = (label: Label, share: number): Label =>
      random() < share ? { ...label, label: label.label === 'match' ? 'no match' : 'match' } : label
    const both = truthful(150).flatMap((label) => [
      wrong(label, 0.04),
      { ...wrong(label, 0.04), reader: 'grace' },
    ])
    // A trained model is not trained again; what was decided holds all the same.
    const linked = await linkRecords(engine, sources, withTraining(MODEL, before), () => {}, { labels: both })
    const measured = await measureReaders(engine, linked, 0)
    expect(measured?.undecided).toBeGreaterThan(3)
    expect(measured?.undecided).toBe(measured?.disputed)
    expect(measured?.agreements[0]).toMatchObject({ between: ['ada', 'grace'], pairs: 150 })
    expect(measured?.agreements[0]?.kappa).toBeGreaterThan(0.7)
    expect(f1(linked)).toBeGreaterThan(f1(before) - 0.005)
  })

  test('are refused where a record is not there', async () => {
    const wrong: Label = {
      left: { id: '1' },
      right: { id: 'nobody' },
      label: 'match',
      reader: 'a',
      at: 'x.csv, row 2',
    }
    await expect(linkRecords(engine, sources, MODEL, () => {}, { labels: [wrong] })).rejects.toMatchObject({
      code: 'linkage/bad-label',
      message: expect.stringMatching(/^x\.csv, row 2: right: .*people\.csv has no record nobody/),
    })
  })

  test('are shown with their records from the files as they were linked, and not from files that changed', async () => {
    const originals = await readOriginals(engine, sample)
    const [{ left }] = sample.pairs as [SampledPair]
    expect(originals.get(`people\n${left.id}`)).toMatchObject({ surname: PEOPLE[Number(left.id)]?.surname })
    const moved = { ...sample, sources: sample.sources.map((one) => ({ ...one, path: '/nowhere.csv' })) }
    await expect(readOriginals(engine, moved)).rejects.toMatchObject({ code: 'linkage/originals-moved' })
    await writeFile(path, 'number\n1\n')
    await expect(readOriginals(engine, sample)).rejects.toMatchObject({ code: 'linkage/originals-changed' })
  })
})
