import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DuckDb, openDuckDb } from '../../engine/index.ts'
import { csvOf, people } from '../people.fixture.ts'
import { chooseRules } from './cover.ts'
import { withMissed } from './missed.ts'
import { suggest } from './suggest.ts'

let engine: DuckDb
beforeAll(async () => {
  engine = await openDuckDb()
})
afterAll(() => engine.close())

const RECORDS = people(500, 4)

/** Of the pairs of one person, those that agree on all parts of a rule, for each of them; and pairs that agree in all. */
async function truthOf(path: string, rules: readonly (readonly string[])[]) {
  await engine.load(
    'truth',
    { id: 'varchar', person: 'integer' },
    RECORDS.map(({ person }, at) => [String(at), person] as const),
  )
  const parts = rules.map(
    (rule, at) =>
      `nullif(concat_ws('|', ${rule.map((part) => `nullif(${part}, '')`).join(', ')}), '') as k${at}, ${rule.map((part) => `nullif(${part}, '') is not null`).join(' and ')} as has${at}`,
  )
  await engine.run(`create or replace table told as select number, ${parts.join(', ')} from (
    select number, forename, surname, replace(born, '-', ' ') as born, coalesce(town, '') as town
    from read_csv('${path}', all_varchar = true)) as p`)
  const agree = rules.map((_, at) => `(l.has${at} and r.has${at} and l.k${at} = r.k${at})`)
  const [row] = await engine.rows<Record<string, bigint>>(
    `select count(*) filter (where x.person = y.person) as matches,
       count(*) filter (where x.person = y.person and (${agree.join(' or ')})) as found,
       ${agree.map((one, at) => `count(*) filter (where ${one}) as pairs${at}`).join(', ')}
     from told as l join told as r on cast(l.number as integer) < cast(r.number as integer)
     join truth as x on x.id = l.number join truth as y on y.id = r.number`,
  )
  return {
    recall: Number(row?.['found']) / Number(row?.['matches']),
    pairs: rules.map((_, at) => Number(row?.[`pairs${at}`])),
  }
}

test('rules keep to the budget, their pairs are counted, and what they find is estimated without the truth', async () => {
  const path = await csvOf(RECORDS)
  const budget = 1500
  const { model, search } = await suggest(engine, [{ name: 'people', path }], { budget })
  if (!search) throw new Error('not searched')
  const rules = search.rules.map(({ rule }) => rule)
  expect(model.blocking).toEqual(rules)
  const truth = await truthOf(path, rules)
  expect(search.rules.map(({ pairs }) => pairs)).toEqual(truth.pairs)
  expect(search.pairs).toBeLessThanOrEqual(budget)
  expect(truth.recall).toBeGreaterThan(0.8)
  expect(truth.recall).toBeLessThan(0.99)
  expect(Math.abs(search.recall - truth.recall)).toBeLessThan(0.015)
}, 120_000)

test('amounts and dates of events are compared by how far apart they are; births and codes are not', async () => {
  const rows = Array.from({ length: 200 }, (_, at) => {
    const day = String((at % 28) + 1).padStart(2, '0')
    return [
      at,
      (at * 7.31).toFixed(2),
      `2023-0${(at % 9) + 1}-${day}`,
      `${1930 + (at % 80)}-05-${day}`,
      `2019-01-${day}`,
      10_000 + at * 13,
    ]
  })
  const path = join(await mkdtemp(join(tmpdir(), 'chainon-payments-')), 'payments.csv')
  await writeFile(
    path,
    ['id,amount,paid,day,birth_date,code', ...rows.map((row) => row.join(','))].join('\n'),
  )
  const { model, reasons } = await suggest(engine, [{ name: 'payments', path }], { id: 'id' })
  expect(model.comparisons.map(({ compare }) => compare)).toEqual([
    'number',
    'days',
    'birth-date',
    'birth-date',
    'edits',
  ])
  expect(reasons.find(({ column }) => column === 'paid')?.why).toMatch(/events/)
})

test('where all pairs fit the budget, all are looked at', async () => {
  const { model, search } = await suggest(
    engine,
    [{ name: 'people', path: await csvOf(RECORDS.slice(0, 50)) }],
    {
      budget: 1225,
    },
  )
  expect([model.blocking, search]).toEqual(['all', undefined])
})

test('matches that no rule found are told from those that others found, where columns err on their own', () => {
  // Two columns of one atom each; a match agrees on them with 0.8 and 0.6. Each alone is a rule.
  const agreements = [
    { mask: 3, matches: 480 },
    { mask: 1, matches: 320 },
    { mask: 2, matches: 120 },
  ]
  const all = withMissed(agreements, [[0], [1]], [[0], [1]])
  const total = all.reduce((sum, { matches }) => sum + matches, 0)
  expect(total / 1000).toBeCloseTo(1, 2)
  expect(all.filter(({ mask }) => mask === 0).reduce((sum, { matches }) => sum + matches, 0)).toBeGreaterThan(
    70,
  )
})

test('a rule that finds much is not kept out by a cheap one that finds little', () => {
  const all = [
    { mask: 1, matches: 10 },
    { mask: 2, matches: 90 },
  ]
  const candidates = [
    { atoms: [0], pairs: 5 },
    { atoms: [1], pairs: 98 },
  ]
  expect(chooseRules(candidates, all, 100, 9)).toEqual([candidates[1]])
  expect(chooseRules(candidates, all, 200, 9)).toHaveLength(2)
})
