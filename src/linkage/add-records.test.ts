import { appendFile, mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DuckDb, openDuckDb } from '../engine/index.ts'
import { addRecords } from './add-records.ts'
import { keepIds } from './cluster/keep-ids.ts'
import { linkRecords, withTraining } from './link-records.ts'
import { type LinkageModel, readModel } from './model.ts'
import { csvOf, people, PEOPLE_MODEL } from './people.fixture.ts'
import { readKnown } from './records/known.ts'
import { writeResults } from './results.ts'

let engine: DuckDb
beforeAll(async () => {
  engine = await openDuckDb()
})
afterAll(() => engine.close())

const RECORDS = people(140, 12)
const part = (which: (at: number) => boolean): Promise<string> => csvOf(RECORDS.filter((_, at) => which(at)))

type Row = { source: string; id: string; cluster: bigint }
const clustersIn = (dir: string): Promise<Row[]> =>
  engine.rows<Row>(`select * from '${join(dir, 'clusters.parquet')}'`)
/** Who is with whom, whatever clusters are called. */
const partition = (rows: readonly Row[]): string[] => {
  const held = new Map<bigint, string[]>()
  for (const { source, id, cluster } of rows)
    held.set(cluster, [...(held.get(cluster) ?? []), `${source} ${id}`])
  return [...held.values()].map((of) => of.sort().join(', ')).sort()
}

describe('new records against a result', () => {
  let files: { name: string; path: string }[]
  let dir: string
  let model: LinkageModel
  beforeAll(async () => {
    const [old, march, april] = [
      await part((at) => at % 4 > 1),
      await part((at) => at % 4 === 1),
      await part((at) => at % 4 === 0),
    ]
    files = [
      { name: 'old', path: old },
      { name: 'march', path: march },
      { name: 'april', path: april },
    ]
    dir = await mkdtemp(join(tmpdir(), 'chainon-into-'))
    const training = { ...PEOPLE_MODEL.training, pairs: 100_000 }
    // A type that fits however many files there are.
    const untrained = { ...PEOPLE_MODEL, type: 'link-and-dedupe' as const, training }
    const linked = await linkRecords(engine, files.slice(0, 1), untrained)
    model = readModel(JSON.parse(JSON.stringify(withTraining(untrained, linked))))
  }, 120_000)

  /** The old records linked by the fixed weights, then March and April added one after the other. */
  const made = new Map<string, ReturnType<typeof grow>>()
  const grown = (how: LinkageModel, name: string) =>
    made.get(name) ?? (made.set(name, grow(how, name)).get(name) as ReturnType<typeof grow>)
  async function grow(how: LinkageModel, name: string) {
    const at = (step: string): string => join(dir, `${name}-${step}`)
    const first = files.slice(0, 1)
    await writeResults(engine, at('old'), first, how, await linkRecords(engine, first, how))
    const steps = []
    for (const [before, after] of [
      ['old', 'march'],
      ['march', 'april'],
    ] as const) {
      const known = await readKnown(at(before))
      const added = files.filter(({ name: called }) => called === after)
      steps.push(await addRecords(engine, at(before), known, added, how, at(after)))
    }
    return { at, steps }
  }

  test.each([
    ['average-linkage', 'rules', PEOPLE_MODEL.blocking],
    ['connected', 'all pairs', 'all'],
    ['one-to-one', 'rules', PEOPLE_MODEL.blocking],
  ] as const)(
    'give the partition of all at once (%s, %s)',
    async (method, _, blocking) => {
      const how = { ...model, blocking, clusters: { method } } as LinkageModel
      const { at, steps } = await grown(how, method)
      const whole = join(dir, `${method}-whole`)
      const all = files.map((one, i) => ({ ...one, added: i > 0 }))
      await writeResults(engine, whole, all, how, await linkRecords(engine, all, how))
      expect(partition(await clustersIn(at('april')))).toEqual(partition(await clustersIn(whole)))
      const pairs = (of: string) =>
        engine.rows(
          `select source_l, id_l, source_r, id_r, round(weight, 9) as weight, together from '${join(of, 'pairs.parquet')}' order by all`,
        )
      expect(await pairs(at('april'))).toEqual(await pairs(whole))
      // Something was joined, and something was left alone.
      expect(steps[1]?.changes.some(({ change }) => change === 'grown')).toBe(true)
      expect(steps[1]?.touched).toBeLessThan(RECORDS.length)
    },
    60_000,
  )

  test('keep their ids, and what changed is listed', async () => {
    const { at, steps } = await grown(
      { ...model, clusters: { method: 'average-linkage' } },
      'average-linkage',
    )
    const before = new Map(
      (await clustersIn(at('march'))).map(({ source, id, cluster }) => [`${source} ${id}`, Number(cluster)]),
    )
    const after = (await clustersIn(at('april'))).map(({ source, id, cluster }) => ({
      was: before.get(`${source} ${id}`),
      is: Number(cluster),
    }))
    const changed = new Map(steps[1]?.changes.map((one) => [one.cluster, one]))
    for (const { was, is } of after) {
      if (was !== is) expect(changed.get(is)).toBeDefined()
      if (was !== undefined && was !== is) expect(changed.get(is)?.earlier).toContain(was)
      if (was === undefined && changed.get(is)?.change !== 'new')
        expect(changed.get(is)?.newRecords).toBeGreaterThan(0)
    }
    const listed = (await readFile(join(at('april'), 'changes.csv'), 'utf8')).trim().split('\n')
    expect(listed[0]).toBe('cluster,change,earlier,new_records')
    expect(listed).toHaveLength(1 + (steps[1]?.changes.length ?? 0))
  }, 60_000)

  test('are refused where a file has changed since, or no result is there', async () => {
    const first = await csvOf(RECORDS.slice(0, 60))
    const out = join(dir, 'changed')
    const sources = [{ name: 'people', path: first }]
    await writeResults(engine, out, sources, model, await linkRecords(engine, sources, model))
    await appendFile(first, '9999,jean,martin,1950-01-01,lyon\n')
    await expect(readKnown(out)).rejects.toMatchObject({
      code: 'linkage/changed-source',
      message: expect.stringContaining(first),
    })
    await expect(readKnown(join(dir, 'nowhere'))).rejects.toMatchObject({ code: 'linkage/no-result' })
  }, 60_000)
})

test('a merge keeps the id of the larger cluster, and what splits off gets one that nobody had', () => {
  // 0 and 1 were cluster 9, 2 was cluster 4, 5 and 6 were cluster 3; 3 and 4 are new.
  const earlier = Int32Array.from([9, 9, 4, 0, 0, 3, 3])
  const { ids, changes } = keepIds(Int32Array.from([0, 0, 0, 0, 4, 5, 6]), earlier)
  expect([...ids]).toEqual([9, 9, 9, 9, 10, 3, 11])
  expect(changes).toEqual([
    { cluster: 9, change: 'merged', earlier: [4, 9], newRecords: 1 },
    { cluster: 10, change: 'new', earlier: [], newRecords: 1 },
    { cluster: 3, change: 'split', earlier: [3], newRecords: 0 },
    { cluster: 11, change: 'split', earlier: [3], newRecords: 0 },
  ])
})
