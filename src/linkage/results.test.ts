import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DuckDb, openDuckDb } from '../engine/index.ts'
import { linkRecords } from './link-records.ts'
import type { LinkageModel } from './model.ts'
import { csvOf, people, PEOPLE_MODEL } from './people.fixture.ts'
import { writeResults } from './results.ts'
import { SCORED } from './score/edges.ts'

let engine: DuckDb
beforeAll(async () => {
  engine = await openDuckDb()
})
afterAll(() => engine.close())

test('pairs stand in the order of their records with every level as it was scored, of two tables and nine comparisons', async () => {
  const more: LinkageModel['comparisons'] = [1, 2, 3, 4, 5].map((n) => ({
    compare: 'exact',
    column: 'town',
    label: `town ${n}`,
  }))
  const model: LinkageModel = {
    ...PEOPLE_MODEL,
    type: 'link-and-dedupe',
    comparisons: [...PEOPLE_MODEL.comparisons, ...more],
    training: { ...PEOPLE_MODEL.training, rounds: 0 },
  }
  const comparisons = model.comparisons.length
  expect(comparisons).toBeGreaterThan(7)
  const sources = await Promise.all(
    [4, 5].map(async (seed) => ({ name: `it's of ${seed}`, path: await csvOf(people(60, seed)) })),
  )
  const linked = await linkRecords(engine, sources, model)
  const scored = await engine.rows<Record<string, number | string>>(
    `select l.source as source_l, l.id as id_l, r.source as source_r, r.id as id_r, s.* from ${SCORED} as s
     join records as l on l.rid = s.rid_l join records as r on r.rid = s.rid_r where weight >= 0 order by rid_l, rid_r`,
  )
  const out = await mkdtemp(join(tmpdir(), 'chainon-results-'))
  await writeResults(engine, out, sources, model, linked)
  const written = await engine.rows<Record<string, number | string>>(`select * from '${out}/pairs.parquet'`)
  expect(scored.length).toBeGreaterThan(50)
  const names = linked.comparisons.map(({ name }) => `level of ${name}`)
  expect(written.map((row) => [row['source_l'], row['id_l'], row['source_r'], row['id_r'], row['weight'], row['rule'], ...names.map((name) => row[name])])).toEqual(
    scored.map((row) => [
      sources[row['source_l'] as number]?.name, row['id_l'], sources[row['source_r'] as number]?.name, row['id_r'], row['weight'], row['rule'],
      ...names.map((_, at) => row[`g${at}`]),
    ]),
  ) // biome-ignore format: a row of either
  // Nothing is known of some, and not all agree.
  const levels = new Set(written.flatMap((row) => names.map((name) => row[name])))
  expect([...levels]).toEqual(expect.arrayContaining([-1, 0, 1, 3]))
}, 60_000)
