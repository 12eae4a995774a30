import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { repeatedChance, wilsonInterval } from '../base/index.ts'
import { type DuckDb, openDuckDb } from '../engine/index.ts'
import { LEAST_KEPT } from './cluster/cluster.ts'
import { comparisonsOf } from './comparisons/compile.ts'
import { levelsOf } from './comparisons/model.ts'
import { linkRecords, withTraining } from './link-records.ts'
import { type LinkageModel, readModel } from './model.ts'
import { blockingOf, pairsOfRule } from './pairs/blocking.ts'
import { readNumbers } from './pairs/record-numbers.ts'
import { bothSides, patternsOf } from './pairs/patterns.ts'
import { csvOf, pairwise, PEOPLE_MODEL as MODEL, people } from './people.fixture.ts'
import { prepare } from './records/prepare.ts'
import { correction } from './score/frequency.ts'
import { COMPLETED } from './score/complete.ts'
import { scorePairs, SCORED } from './score/edges.ts'
import { priorOdds, weightSql, weightsOf } from './score/weights.ts'
import { LEARNT } from './train/value-pairs.ts'
import { suggest } from './suggest/suggest.ts'

let engine: DuckDb
beforeAll(async () => {
  engine = await openDuckDb()
})
afterAll(() => engine.close())

const RECORDS = people(400)
async function linked(path: string, model = MODEL) {
  const found = await linkRecords(engine, [{ name: 'people', path }], model)
  const ids = await engine.rows<{ id: string }>('select id from records order by rid')
  return { ...found, ids: ids.map(({ id }) => Number(id)) }
}

test('records of one person are found, without an example', async () => {
  const { clusters, ids } = await linked(await csvOf(RECORDS))
  const truth = ids.map((id) => RECORDS[id]?.person as number)
  const { precision, recall } = pairwise([...clusters], truth)
  expect(precision).toBeGreaterThan(0.99)
  expect(recall).toBeGreaterThan(0.97)
}, 120_000)

test('a model that was suggested works as it is', async () => {
  const path = await csvOf(RECORDS)
  const { model } = await suggest(engine, [{ name: 'people', path }])
  expect(model).toMatchObject({ id: 'number', type: 'dedupe', blocking: 'all' })
  const { clusters, ids } = await linked(path, readModel(model))
  expect(
    pairwise(
      [...clusters],
      ids.map((id) => RECORDS[id]?.person as number),
    ).f1,
  ).toBeGreaterThan(0.97)
}, 120_000)

test('pairs that no rule finds are found by what each agrees on with a third', async () => {
  const two: LinkageModel = { ...MODEL, blocking: [['born'], ['surname', 'town']] }
  const { clusters, ids } = await linked(await csvOf(RECORDS), two)
  const completed = await engine.rows<{ l: string; r: string; weight: number }>(
    `select l.id as l, r.id as r, weight from ${SCORED} join records as l on l.rid = rid_l
     join records as r on r.rid = rid_r where rule = ${COMPLETED} and weight > 0`,
  )
  expect(completed.length).toBeGreaterThan(10)
  for (const { l, r } of completed) {
    const [a, b] = [RECORDS[Number(l)], RECORDS[Number(r)]]
    expect(a?.born === b?.born || (a?.surname === b?.surname && a?.town === b?.town && a?.town !== '')).toBe(
      false,
    )
  }
  const of = new Map(ids.map((id, at) => [id, clusters[at]]))
  const together = completed.filter(({ l, r }) => of.get(Number(l)) === of.get(Number(r)))
  expect(together.length).toBeGreaterThan(5)
}, 120_000)

test('what the user knows of a level, and of the prior, training leaves as it is', async () => {
  const path = await csvOf(RECORDS.slice(0, 300))
  const born = [
    { level: 'the same', m: 0.6, u: 0.001 },
    { level: 'one digit', u: 0.002 },
  ]
  const { trained, comparisons } = await linked(path, {
    ...MODEL,
    prior: { probability: 0.004, fixed: true },
    training: { ...MODEL.training, fixed: { born } },
  })
  expect(trained.prior).toBe(0.004)
  const at = comparisons.findIndex(({ name }) => name === 'born')
  const digit = comparisons[at]?.levels.findIndex(({ label }) => label === 'one digit') as number
  expect([trained.m[at]?.[0], trained.u[at]?.[0], trained.u[at]?.[digit]]).toEqual([0.6, 0.001, 0.002])
  for (const which of ['m', 'u'] as const)
    for (const levels of trained[which]) expect(levels.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9)
})

test.each([
  ['a comparison that is not there', { shoes: [{ level: 'the same', m: 0.7 }] }],
  ['a level that is not there', { town: [{ level: 'nearly', m: 0.7 }] }],
  ['shares that are more than 1', { town: ['the same', 'different'].map((level) => ({ level, m: 0.7 })) }],
])('%s cannot be fixed', (_, fixed) => {
  expect(() => comparisonsOf({ ...MODEL, training: { fixed } })).toThrow(/fix/)
})

test('names that are one are found in the clusters, and no others, and to agree on them speaks for a link', async () => {
  const random = repeatedChance(11)
  const names: Record<string, string> = { jean: 'nono', marie: 'mimi', louis: 'loulou' }
  const records = people(600, 5).map((one) => ({
    ...one,
    forename: random() < 0.5 ? (names[one.forename] ?? one.forename) : one.forename,
  }))
  const truth = (ids: readonly number[]): number[] => ids.map((id) => records[id]?.person as number)
  const path = await csvOf(records)
  const taught = await linked(path)
  const pairs = taught.valuePairs['forename'] ?? []
  // Frequent names are often typed wrong, too.
  const letters = (word: string): string => [...word].sort().join('')
  const learnt = pairs
    .filter(({ a, b }) => letters(a) !== letters(b))
    .map(({ a, b }) => [a, b].sort().join(' '))
  const planted = Object.entries(names).map((one) => one.sort().join(' '))
  expect(learnt.sort()).toEqual(planted.sort())
  for (const { a, b } of taught.valuePairs['town'] ?? []) expect(letters(a)).toBe(letters(b))
  const model = withTraining(MODEL, taught)
  const { m, u } = model.trained?.comparisons['forename']?.find(({ label }) => label === LEARNT) ?? {}
  expect(Math.log2((m as number) / (u as number))).toBeGreaterThan(2)
  expect(pairwise([...taught.clusters], truth(taught.ids)).precision).toBeGreaterThan(0.99)
  // A trained model says what it was taught.
  expect(readModel(JSON.parse(JSON.stringify(model))).trained?.valuePairs).toEqual(taught.valuePairs)
}, 240_000)

test('neither the order of records nor their ids change a bit of what is learnt', async () => {
  const random = repeatedChance(7)
  const order = RECORDS.map((_, at) => ({ at, by: random() })).sort((a, b) => a.by - b.by)
  const shuffled = order.map(({ at }) => RECORDS[at] as (typeof RECORDS)[number])
  const ids = order.map(() => Math.floor(random() * 1e9))
  const one = await linked(await csvOf(RECORDS))
  const other = await linked(await csvOf(shuffled, ids))
  expect(other.trained).toEqual(one.trained)
  expect(other.pairs).toBe(one.pairs)
}, 120_000)

describe('with the weights of a trained model', () => {
  let model: LinkageModel
  let path: string
  beforeAll(async () => {
    path = await csvOf(RECORDS)
    model = withTraining(MODEL, await linked(path))
  }, 120_000)

  test('a pair is left out only when it cannot reach the threshold, and its weight is that of its levels', async () => {
    const comparisons = comparisonsOf(model)
    const blocking = blockingOf(model.blocking as string[][])
    await prepare(engine, [{ name: 'people', path }], {
      id: 'number',
      comparisons,
      keys: blocking.keys,
      raw: [],
    })
    const of = (which: 'm' | 'u') =>
      comparisons.map(({ name }) => (model.trained?.comparisons[name] ?? []).map((level) => level[which]))
    const trained = { prior: model.trained?.prior as number, m: of('m'), u: of('u') }
    const from = pairsOfRule([], null, { within: 'all' })
    const numbers = await readNumbers(engine, comparisons, [], [RECORDS.length])
    const candidates = { comparisons, numbers, conditions: [], across: { within: 'all' } as const }
    await scorePairs(engine, trained, candidates)
    const pruned = await engine.rows(`select * exclude (rule) from ${SCORED} order by rid_l, rid_r`)
    const weights = weightsOf(trained)
    const total = comparisons.map((one, at) =>
      weightSql(one, `g${at}`, weights[at] as number[], trained.u[at] as number[]),
    )
    const sides = `select l.rid as rid_l, r.rid as rid_r, ${bothSides(comparisons)} ${from}`
    const all = await engine.rows<{ weight: number }>(
      `select rid_l, rid_r, ${priorOdds(trained)} + ${total.map((one) => `(${one})`).join(' + ')} as weight,
         ${comparisons.map((_, at) => `g${at}`).join(', ')} from (${patternsOf(comparisons, sides, '* exclude (c0, c1, c2, c3, m0, m1, m2, m3)')}) as p
       order by rid_l, rid_r`,
    )
    expect(all.some(({ weight }) => weight < LEAST_KEPT)).toBe(true)
    expect(pruned).toEqual(all.filter(({ weight }) => weight >= LEAST_KEPT))
    expect(pruned.length).toBeGreaterThan(100)
  }, 60_000)

  test('training is not done again, and the result is the same', async () => {
    const first = await linked(path)
    const again = await linked(path, model)
    expect(again.sessions).toEqual([])
    const { pairs: _, ...learnt } = first.trained
    expect(again.trained).toEqual(learnt)
    expect([...again.clusters]).toEqual([...first.clusters])
  }, 120_000)

  test('levels that are not those of a comparison are refused', async () => {
    const { comparisons } = model.trained as NonNullable<LinkageModel['trained']>
    const other = { ...model, trained: { prior: 0.1, comparisons: { ...comparisons, town: [] } } }
    await expect(linked(path, other)).rejects.toMatchObject({ code: 'linkage/bad-model' })
  })
})

test('an interval of a share is that of Wilson', () => {
  // 10 of 100: 0.0552 to 0.1744 (Newcombe 1998, method 3 without continuity correction, by its formula).
  const [low, high] = wilsonInterval(0.1, 100)
  expect(low).toBeCloseTo(0.0552, 4)
  expect(high).toBeCloseTo(0.1744, 4)
  expect(wilsonInterval(0.5, 0)).toEqual([0, 1])
  expect(wilsonInterval(0, 20)[0]).toBe(0)
})

test('agreement on a rare value weighs more than on a frequent one', () => {
  const [comparison] = comparisonsOf({
    ...MODEL,
    comparisons: [{ compare: 'text', column: 'town', termFrequency: true }],
  })
  const frequency = comparison && levelsOf(comparison)[0]?.frequency
  expect(frequency && correction(frequency, 0.25)).toBe('1e+0 * (-2e+0 + "town (plain) (rarity)_l")')
})

test('columns of another name or form are made of those of the file', async () => {
  const persons = RECORDS.filter(({ person }, at) => person !== RECORDS[at - 1]?.person).slice(0, 250)
  const other = await csvOf([])
  const lines = persons.map(({ forename, surname, born, town }, at) => {
    const [y, m, d] = born.split('-')
    return [at, `${forename} ${surname}`, `${d}/${m}/${y}`, town].join(',')
  })
  await writeFile(other, `number, nom complet,naissance,town\n${lines.join('\n')}\n`)
  const path = await csvOf(persons)
  const sources = [
    { name: 'a', path },
    { name: 'b', path: other },
  ]
  const b = {
    forename: `split_part("nom complet", ' ', 1)`,
    surname: `split_part("nom complet", ' ', 2)`,
    born: `strftime(strptime(naissance, '%d/%m/%Y'), '%Y-%m-%d')`,
  }
  const training = { ...MODEL.training, rounds: 0, pairs: 50_000 }
  const model: LinkageModel = {
    ...MODEL,
    type: 'link',
    training,
    columns: { b },
    clusters: { method: 'one-to-one' },
  }
  const { clusters } = await linkRecords(engine, sources, model)
  const of = await engine.rows<{ id: string }>('select id from records order by rid')
  const person = of.map(({ id }) => persons[Number(id)]?.person as number)
  const { precision, recall } = pairwise([...clusters], person)
  expect(precision).toBeGreaterThan(0.99)
  expect(recall).toBeGreaterThan(0.97)
  await expect(linkRecords(engine, sources, { ...model, columns: { b: { born: 'birth' } } })).rejects.toThrow(
    /columns\.b\.born/,
  )
  await expect(linkRecords(engine, sources, { ...model, columns: { c: b } })).rejects.toThrow(/no table/)
}, 60_000)

test.each([
  [
    'a column that is not there',
    { ...MODEL, comparisons: [{ compare: 'exact', column: 'sex' }] },
    'linkage/no-column',
  ],
  ['an id that two records have', { ...MODEL, id: 'town' }, 'linkage/double-id'],
  [
    'two comparisons of one name',
    {
      ...MODEL,
      comparisons: [
        { compare: 'exact', column: 'town' },
        { compare: 'text', column: 'town' },
      ],
    },
    'linkage/bad-model',
  ],
] as const)('%s is refused', async (_, model, code) => {
  const path = await csvOf(RECORDS.slice(0, 20))
  await expect(linked(path, readModel(model))).rejects.toMatchObject({ code })
})

test('a file that is no table is refused by its name', async () => {
  const path = await csvOf([])
  await writeFile(path, '')
  await expect(linked(path)).rejects.toMatchObject({ code: expect.stringMatching(/^linkage\//) })
})

test('a model with a wrong field is refused, and each field is named', () => {
  expect(() =>
    readModel({
      linkage: 1,
      type: 'dedupe',
      id: 'a',
      comparisons: [{ compare: 'exat', column: 'b' }],
      blocking: 'all',
    }),
  ).toThrow(/comparisons\.0/)
})

test('every model in the documentation is a model', async () => {
  const page = await readFile('docs/how-to/link-tables.md', 'utf8')
  const models = [...page.matchAll(/```json\n(.*?)```/gs)].map(([, text]) =>
    readModel(JSON.parse(text as string)),
  )
  expect(models.length).toBeGreaterThan(3)
  for (const model of models) expect(comparisonsOf(model).length).toBeGreaterThan(1)
})
