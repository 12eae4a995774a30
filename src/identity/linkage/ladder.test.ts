import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Columns, type DuckDb, openDuckDb, Plan, type Table } from '../../engine/index.ts'
import { bindLinkage } from './open-lake.ts'
import { match } from './match.ts'
import { BEN, STAY, VISIT } from './sides.ts'
import * as tables from './tables.ts'

/*
 * Small worlds written by hand. A patient is [sex, birth year, month, commune, days and places]; a person of the
 * SNDS the same; both under letters that say who is who: a is A.
 */

type Day = readonly [date: string, finess: string]
interface Who {
  sex?: string
  born?: readonly [number, number]
  commune?: string
  days?: readonly Day[]
  death?: string
  nir?: string
}

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

type Values = readonly (string | number | null)[]
async function write<C extends Columns>(
  relation: Table<C>,
  path: string,
  names: string,
  rows: readonly Values[],
) {
  const given = names.split(' ')
  await engine.load(
    'given',
    Object.fromEntries(given.map((name) => [name, 'varchar' as const])),
    rows.map((row) => row.map((value) => (value === null ? null : String(value)))),
  )
  const columns = Object.entries(relation.columns).map(([name, type]) =>
    given.includes(name) ? `cast(${name} as ${type}) as ${name}` : `cast(null as ${type}) as ${name}`,
  )
  await mkdir(join(path, '..'), { recursive: true })
  await engine.writeParquet(`select ${columns.join(', ')} from given`, path)
}

const H = '990000010'
const SITE = '990000011'
const OTHER = '990000020'

/** Links of a world, as `a=A rung`. */
async function linked(
  patients: Readonly<Record<string, Who>>,
  people: Readonly<Record<string, Who>>,
): Promise<string[]> {
  const dir = await mkdtemp(join(root, 'world-'))
  const folder = join(dir, 'matcher')
  const lake = join(dir, 'lake')
  const work = join(dir, 'work')
  await mkdir(work, { recursive: true })
  const born = (who: Who) => who.born ?? [1980, 6]
  const rows = Object.entries(patients)
  const persons = Object.entries(people)
  await write(
    tables.transferPatients,
    join(folder, 'transfers', 'bndmr', 'patients.parquet'),
    'transit level1 nir sex birth_year birth_month commune death_date',
    rows.map(([name, who]) => [
      `t${name}`,
      name,
      who.nir ?? null,
      who.sex ?? '1',
      ...born(who),
      who.commune ?? '01001',
      who.death ?? null,
    ]),
  )
  await write(
    tables.transferActivities,
    join(folder, 'transfers', 'bndmr', 'activities.parquet'),
    'transit activity_date finess',
    rows.flatMap(([name, who]) => (who.days ?? []).map(([date, finess]) => [`t${name}`, date, finess])),
  )
  await write(
    tables.bndmrIdentity,
    join(folder, 'identity', 'bndmr.parquet'),
    'level1 person',
    rows.map(([name]) => [name, name]),
  )
  await write(
    tables.sndsIdentity,
    join(folder, 'identity', 'snds.parquet'),
    'psa rng own person',
    persons.map(([name, who]) => [`p${name}`, 1, who.nir ?? null, name]),
  )
  await write(
    BEN,
    join(lake, 'snds', 'IR_BEN_R', '0.parquet'),
    'person BEN_SEX_COD BEN_NAI_ANN BEN_NAI_MOI BEN_DCD_DTE',
    persons.map(([name, who]) => [name, who.sex ?? '1', ...born(who), who.death ?? '1600-01-01']),
  )
  await write(
    tables.residence,
    join(lake, 'snds', 'RESIDENCE.parquet'),
    'person commune',
    persons.map(([name, who]) => [name, who.commune ?? '01001']),
  )
  await write(
    VISIT,
    join(lake, 'snds', 'T_MCO_CSTC', '2019.parquet'),
    'person ETA_NUM EXE_SOI_DTD',
    persons.flatMap(([name, who]) => (who.days ?? []).map(([date, finess]) => [name, finess, date])),
  )
  await write(
    STAY,
    join(lake, 'snds', 'T_MCO_C', '2019.parquet'),
    'person ETA_NUM EXE_SOI_DTD EXE_SOI_DTF',
    [],
  )
  await write(tables.finess, join(lake, 'referentials', 'FINESS.parquet'), 'FINESS_GEO FINESS_LEGAL', [
    [SITE, H],
  ])
  const plan = new Plan(engine)
  await bindLinkage(plan, { folder, lake, work }, 'v0')
  const matched = await match(plan, work, '2020-12-31')
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
