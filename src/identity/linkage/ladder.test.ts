import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DuckDb, openDuckDb } from '../../engine/index.ts'
import { match } from './match.ts'
import { type Day, H, OTHER, SITE, type Who, worldOf } from './small-world.fixture.ts'

let root: string
let engine: DuckDb
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'chainon-ladder-'))
  engine = await openDuckDb({ threads: 1 })
})
afterAll(async () => {
  await engine.close()
  await rm(root, { recursive: true, force: true })
})

/** Links of a world, as `a=A rung`. */
async function linked(
  patients: Readonly<Record<string, Who>>,
  people: Readonly<Record<string, Who>>,
): Promise<string[]> {
  const { plan, work } = await worldOf(engine, root, patients, people)
  const matched = await match(plan, work, { method: 'ladder', compare: false, today: '2020-12-31' })
  const links = await engine.rows<{ bndmr: string; snds: string; step: string }>(
    `select * from '${matched.links}' order by bndmr`,
  )
  return links.map((one) => `${one.bndmr}=${one.snds} ${one.step.split(' ')[0]}`)
}

const day: Day = ['2019-03-05', H]
const later: Day = ['2019-09-01', H]

test('a patient alone on all criteria is linked on the first rung that has them', async () => {
  expect(await linked({ a: { days: [day, later] } }, { A: { days: [day, later] } })).toEqual(['a=A 1'])
  expect(await linked({ a: { days: [day] } }, { A: { days: [day] } })).toEqual(['a=A 2'])
})

test('the site of a hospital is the hospital', async () => {
  expect(await linked({ a: { days: [['2019-03-05', SITE]] } }, { A: { days: [day] } })).toEqual(['a=A 2'])
})

test('the weakest criterion is dropped first, and one exact day is never dropped', async () => {
  const moved = { commune: '01999' }
  expect(await linked({ a: { ...moved, days: [day] } }, { A: { days: [day] } })).toEqual(['a=A 6'])
  expect(await linked({ a: { days: [['2019-03-05', OTHER]] } }, { A: { days: [day] } })).toEqual(['a=A 7'])
  expect(await linked({ a: { ...moved, days: [['2019-03-05', OTHER]] } }, { A: { days: [day] } })).toEqual([])
  expect(await linked({ a: { days: [['2019-03-06', H]] } }, { A: { days: [day] } })).toEqual([])
  expect(await linked({ a: { born: [1980, 7], days: [day] } }, { A: { days: [day] } })).toEqual(['a=A 10'])
  expect(await linked({ a: { sex: '2', days: [day, later] } }, { A: { days: [day, later] } })).toEqual([
    'a=A 9',
  ])
  expect(await linked({ a: { born: [1981, 6], days: [day, later] } }, { A: { days: [day, later] } })).toEqual(
    [],
  )
})

test('two days that agree stand above place and commune together', async () => {
  const patient = {
    commune: '01999',
    days: [
      ['2019-03-05', OTHER],
      ['2019-09-01', OTHER],
    ] as const,
  }
  expect(await linked({ a: patient }, { A: { days: [day, later] } })).toEqual(['a=A 5'])
  // Another person shares one of the days and the commune: the two days decide.
  const world = { A: { days: [day, later] }, Z: { commune: '01999', days: [day] } }
  expect(await linked({ a: { days: [day, later] } }, world)).toEqual(['a=A 1'])
})

test('what matches several is not linked, on either side', async () => {
  expect(await linked({ a: { days: [day] } }, { A: { days: [day] }, B: { days: [day] } })).toEqual([])
  expect(await linked({ a: { days: [day] }, b: { days: [day] } }, { A: { days: [day] } })).toEqual([])
  // A weaker agreement beside a stronger one is no competitor.
  const world = { A: { days: [day] }, B: { commune: '01002', days: [day] } }
  expect(await linked({ a: { days: [day] } }, world)).toEqual(['a=A 2'])
})

test('same-sex twins are ambiguous; twins of two sexes are not', async () => {
  const twin = { days: [day, later] }
  expect(await linked({ a: twin, b: twin }, { A: twin, B: twin })).toEqual([])
  const girl = { ...twin, sex: '2' }
  expect(await linked({ a: twin, b: girl }, { A: twin, B: girl })).toEqual(['a=A 1', 'b=B 1'])
})

test('the day of birth at a maternity proves nothing', async () => {
  const newborn = { born: [2019, 3] as const, days: [day] }
  expect(await linked({ a: newborn }, { Z: newborn })).toEqual([])
  expect(
    await linked({ a: { ...newborn, days: [day, later] } }, { A: { ...newborn, days: [day, later] } }),
  ).toEqual(['a=A 2'])
})

test('a common day of death is an exact day', async () => {
  const dead = { death: '2019-05-06' }
  expect(await linked({ a: dead }, { A: dead, B: { death: '2019-05-07' } })).toEqual(['a=A 7'])
})

test('what the NIR says holds against the ladder, and frees whom the ladder had taken', async () => {
  const world = { A: { nir: 'n', days: [later] }, Z: { days: [day] } }
  expect(await linked({ a: { nir: 'n', days: [day] } }, world)).toEqual(['a=A nir'])
  expect(await linked({ a: { nir: 'n', days: [day] } }, { A: { nir: 'n', days: [day] } })).toEqual(['a=A 2'])
  // Two files of one patient in the registry: neither is taken.
  expect(await linked({ a: { nir: 'n' }, b: { nir: 'n' } }, { A: { nir: 'n' } })).toEqual([])
})
