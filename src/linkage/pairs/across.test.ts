import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DuckDb, openDuckDb } from '../../engine/index.ts'
import { linkRecords, withTraining } from '../link-records.ts'
import type { LinkageModel } from '../model.ts'
import { csvOf, pairwise, people, PEOPLE_MODEL } from '../people.fixture.ts'
import { acrossOf, ordered, possiblePairs } from './across.ts'

let engine: DuckDb
beforeAll(async () => {
  engine = await openDuckDb()
})
afterAll(() => engine.close())

const all = people(120, 9)
const first = new Set(all.filter(({ person }, at) => person !== all[at - 1]?.person))
/** One record of each person, but some persons have a namesake of the same birth; the others hold doubles. */
const registry = [...first].flatMap((one) => (one.person % 10 === 0 ? [one, { ...one, person: -1 }] : [one]))
const rest = all.filter((one) => !first.has(one))
const tables = {
  registry,
  spring: rest.filter((_, at) => at % 2 === 0),
  autumn: rest.filter((_, at) => at % 2),
}

async function linked(model: LinkageModel) {
  const sources = await Promise.all(
    Object.entries(tables).map(async ([name, records]) => ({ name, path: await csvOf(records) })),
  )
  const result = await linkRecords(engine, sources, model)
  const { clusters } = result
  const rows = await engine.rows<{ source: number; id: string }>(
    'select source, id from records order by rid',
  )
  const found = rows.map(({ source, id }, at) => ({
    source,
    person: Object.values(tables)[source]?.[Number(id)]?.person as number,
    cluster: clusters[at] as number,
  }))
  const together = (source: number): number =>
    found.filter((one, at) =>
      found
        .slice(at + 1)
        .some((other) => one.source === source && other.source === source && one.cluster === other.cluster),
    ).length
  const known = found.filter(({ person }) => person >= 0)
  return {
    together,
    trained: withTraining(model, result),
    ...pairwise(
      known.map(({ cluster }) => cluster),
      known.map(({ person }) => person),
    ),
  }
}

test('of three tables that which is said to hold no doubles gives each cluster one record at most', async () => {
  const training = { ...PEOPLE_MODEL.training, rounds: 0, pairs: 50_000 }
  const model = { ...PEOPLE_MODEL, type: 'link-and-dedupe' as const, training }
  const free = await linked(model)
  expect(free.together(0)).toBeGreaterThan(8)
  for (const method of ['average-linkage', 'connected', 'best-link'] as const) {
    const { together, precision } = await linked({
      ...free.trained,
      unique: ['registry'],
      clusters: { method },
    })
    expect(together(0)).toBe(0)
    expect(together(1)).toBeGreaterThan(10)
    expect(precision).toBeGreaterThan(0.93)
  }
}, 120_000)

test('which pairs are looked at follows from the type and from the tables without doubles', async () => {
  const sources = ['a', 'b', 'c'].map((name) => ({ name, path: name }))
  const sizes = [2, 3, 4]
  await engine.run(
    `create or replace table sides as select row_number() over () as rid, source from
     (select unnest([0, 0, 1, 1, 1, 2, 2, 2, 2]) as source) as s`,
  )
  const kinds: readonly (readonly [Parameters<typeof acrossOf>[0], number])[] = [
    [{ type: 'link' }, 2 * 3 + 2 * 4 + 3 * 4],
    [{ type: 'link-and-dedupe' }, (9 * 8) / 2],
    [{ type: 'link-and-dedupe', unique: ['a'] }, (9 * 8) / 2 - 1],
    [{ type: 'link-and-dedupe', unique: ['c', 'a'] }, (9 * 8) / 2 - 1 - 6],
    [{ type: 'link-and-dedupe', unique: ['a', 'b', 'c'] }, 26],
    [{ type: 'dedupe' }, 36],
  ]
  for (const [model, pairs] of kinds) {
    const across = acrossOf(model, sources)
    expect(possiblePairs(across, sizes)).toBe(pairs)
    const [row] = await engine.rows<{ n: bigint }>(
      `select count(*) as n from sides as l, sides as r where ${ordered(across)}`,
    )
    expect(Number(row?.n)).toBe(pairs)
  }
  expect(() => acrossOf({ type: 'link', unique: ['d'] }, sources)).toThrow('which is no table')
  expect(() => acrossOf({ type: 'dedupe', unique: ['a'] }, sources)).toThrow('unique')
})
