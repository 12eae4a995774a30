import { mkdtemp, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DuckDb, openDuckDb } from '../../engine/index.ts'
import { linkRecords, withTraining } from '../link-records.ts'
import type { LinkageModel } from '../model.ts'
import { csvOf, people, PEOPLE_MODEL } from '../people.fixture.ts'
import { SCORED } from './edges.ts'

let engine: DuckDb
beforeAll(async () => {
  engine = await openDuckDb()
})
afterAll(() => engine.close())

const scored = () => engine.rows(`select * from ${SCORED} order by rid_l, rid_r`)

test('chunks by key, by record and of all pairs hold the pairs of one go; another model takes none of them', async () => {
  const source = { name: 'people', path: await csvOf(people(80, 6)) }
  const training = { ...PEOPLE_MODEL.training, pairs: 20_000, rounds: 0 }
  const first = { ...PEOPLE_MODEL, training }
  const model = withTraining(first, await linkRecords(engine, [source], first))
  const folder = await mkdtemp(join(tmpdir(), 'chainon-work-'))
  // A town alone has values that are larger than a chunk.
  const blocking = [['born'], ['town'], { sql: 'l."surname" = r."surname"' }]
  for (const [rules, chunk, least] of [
    [blocking, 400, 5],
    ['all', 4000, 4],
  ] as const) {
    const of: LinkageModel = { ...model, blocking: rules === 'all' ? rules : [...rules] }
    const { clusters } = await linkRecords(engine, [source], of)
    const once = await scored()
    const run = () => linkRecords(engine, [source], of, undefined, { putDown: { folder, chunk } })
    const { chunks, clusters: same } = await run()
    expect(await scored()).toEqual(once)
    expect([...same]).toEqual([...clusters])
    expect(chunks?.found).toBe(0)
    expect(chunks?.made).toBeGreaterThan(least)
    expect((await run()).chunks).toEqual({ made: 0, found: chunks?.made })
    expect(await scored()).toEqual(once)
  }
  const threshold = await linkRecords(engine, [source], { ...model, threshold: 1 }, undefined, {
    putDown: { folder, chunk: 4000 },
  })
  expect(threshold.chunks?.found).toBe(0)
  expect((await readdir(folder)).sort()).toHaveLength(2)
}, 60_000)

test('a small work is not put down', async () => {
  const source = { name: 'people', path: await csvOf(people(40, 6)) }
  const folder = join(await mkdtemp(join(tmpdir(), 'chainon-work-')), 'work')
  const { chunks } = await linkRecords(
    engine,
    [source],
    { ...PEOPLE_MODEL, training: { ...PEOPLE_MODEL.training, rounds: 0 } },
    undefined,
    { putDown: { folder } },
  )
  expect(chunks).toBeUndefined()
  await expect(readdir(folder)).rejects.toThrow('ENOENT')
}, 60_000)
