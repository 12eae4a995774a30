import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashFile } from '../base/index.ts'
import { type DuckDb, openDuckDb } from '../engine/index.ts'
import { type Effect, synthesise, type SynthesiseOptions } from './index.ts'
import { one, SIX } from './small-country.fixture.ts'

let folder: string
let db: DuckDb
const options = (out: string, more: Partial<SynthesiseOptions> = {}): SynthesiseOptions => ({
  persons: 600,
  years: 2,
  rare: 150,
  seed: 'whole',
  departements: SIX,
  out: join(folder, out),
  ...more,
})
const file = (...path: string[]): string => join(folder, 'country', ...path)
const csv = (path: string): string =>
  `read_csv('${file(path)}', delim = ';', header = true, all_varchar = true)`

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chainon-country-'))
  // What a killed run leaves behind.
  await mkdir(join(folder, 'country.unfinished', 'snds'), { recursive: true })
  await writeFile(join(folder, 'country.unfinished', 'snds', 'IR_BEN_R.parquet'), 'half')
  await synthesise(options('country'))
  db = await openDuckDb()
})
afterAll(async () => {
  await db?.close()
  await rm(folder, { recursive: true, force: true })
})

async function hashes(dir: string): Promise<Record<string, string>> {
  const names = (await readdir(dir, { recursive: true })).sort()
  const found: Record<string, string> = {}
  for (const name of names)
    if ((await stat(join(dir, name))).isFile()) found[name] = await hashFile(join(dir, name))
  return found
}

describe('a country', () => {
  test('is written whole, and nothing unfinished is left beside it', async () => {
    expect(await readdir(folder)).toEqual(['country'])
    expect((await readdir(file())).sort()).toEqual(['bndmr', 'oppositions', 'referentials', 'snds', 'truth'])
    expect((await readdir(file('bndmr'))).sort()).toEqual([
      'ACTIVITY.csv',
      'CENTRE.csv',
      'DIAGNOSIS.csv',
      'PATIENT.csv',
    ])
    expect((await readdir(file('referentials'))).sort()).toEqual([
      'COMMUNE.csv',
      'DEPRIVATION.csv',
      'FINESS.csv',
      'ORPHA_CIM10.csv',
    ])
    const snds = await readdir(file('snds'))
    for (const name of ['IR_BEN_R', 'IR_IMB_R', 'ER_PRS_F_2018', 'ER_PRS_F_2020', 'T_MCO18B', 'T_MCO19FCSTC'])
      expect(snds).toContain(`${name}.parquet`)
  })
  test('of the same options is kept, of others refused', async () => {
    const before = (await stat(file('truth', 'country.json'))).mtimeMs
    const country = await synthesise(options('country'))
    expect(country).toEqual(JSON.parse(await readFile(file('truth', 'country.json'), 'utf8')))
    expect((await stat(file('truth', 'country.json'))).mtimeMs).toBe(before)
    await expect(synthesise(options('country', { seed: 'other' }))).rejects.toMatchObject({
      code: 'synthetic/exists',
    })
  })
  test('is byte for byte the same when it is made again, and tells its steps one by one', async () => {
    const told: [string, number, number][] = []
    await synthesise(options('again', { onStage: (...step) => told.push(step) }))
    const total = told.length - 1
    expect(told.map(([, done, of]) => [done, of])).toEqual(told.map((_, index) => [index, total]))
    expect(told.map(([stage]) => stage)).toEqual(expect.arrayContaining(['population', 'flow 2019', 'done']))
    expect(await hashes(join(folder, 'again'))).toEqual(await hashes(file()))
    await rm(join(folder, 'again'), { recursive: true })
  })
  test('that cannot be is refused in a sentence, and leaves nothing', async () => {
    for (const wrong of [{ persons: 3 }, { years: 0 }, { rare: 601 }, { lastYear: 1066 }])
      await expect(synthesise(options('bad', wrong))).rejects.toMatchObject({ code: 'synthetic/bad-options' })
    await expect(synthesise(options('bad', { departements: ['00'] }))).rejects.toMatchObject({
      code: 'synthetic/no-commune',
    })
    await expect(synthesise(options('bad', { persons: 1e9, years: 10 }))).rejects.toMatchObject({
      code: 'storage/no-space',
    })
    expect(await readdir(folder)).toEqual(['country'])
  })
})

describe('the deliveries', () => {
  test('hold real communes only, with their postal codes and a quintile for each year', async () => {
    expect(await one(db, `select count(distinct COMMUNE) from ${csv('referentials/COMMUNE.csv')}`)).toBe(568)
    expect(
      await one(
        db,
        `select count(*) from ${csv('bndmr/PATIENT.csv')} p anti join ${csv('referentials/COMMUNE.csv')} c on c.COMMUNE = p.RESIDENCE_COMMUNE`,
      ),
    ).toBe(0)
    expect(
      await one(
        db,
        `select count(*) from ${csv('referentials/DEPRIVATION.csv')} where "YEAR" = '2019' and QUINTILE between '1' and '5'`,
      ),
    ).toBe(568)
  })
  test('of claims and registry name hospitals of one list', async () => {
    const known = `(select FINESS_GEO f from ${csv('referentials/FINESS.csv')} union all select FINESS_LEGAL from ${csv('referentials/FINESS.csv')})`
    for (const from of [
      `(select FINESS f from ${csv('bndmr/ACTIVITY.csv')})`,
      `(select FINESS f from ${csv('bndmr/CENTRE.csv')})`,
      `(select ETA_NUM f from '${file('snds', 'T_MCO1?B.parquet')}')`,
    ])
      expect(await one(db, `select count(*) from ${from} a anti join ${known} k on k.f = a.f`), from).toBe(0)
  })
})

describe('the truth', () => {
  test('and the claims speak of the same persons under the same numbers', async () => {
    const identity = `'${file('truth', 'snds_identity.parquet')}'`
    const register = `'${file('snds', 'IR_BEN_R.parquet')}'`
    expect(
      await one(
        db,
        `select count(*) from ${register} b anti join ${identity} i on i.psa = b.BEN_NIR_PSA and i.rng = b.BEN_RNG_GEM`,
      ),
    ).toBe(0)
    expect(
      await one(
        db,
        `select count(*) from '${file('truth', 'registry.parquet')}' r join ${identity} i using (person) where not r.in_snds`,
      ),
    ).toBe(0)
  })
  test('tells each effect with its estimand, costs and delays in one list', async () => {
    const effects = JSON.parse(await readFile(file('truth', 'effects.json'), 'utf8')) as Effect[]
    const ids = effects.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const kind of [/^delay\/quintile/, /^delay\/ORPHA:/, /^cost\/ORPHA:/])
      expect(ids.some((id) => kind.test(id))).toBe(true)
    for (const { parameter, estimand } of effects) {
      expect(Number.isFinite(parameter)).toBe(true)
      for (const word of [estimand.population, estimand.payer, estimand.unit, estimand.formula])
        expect(word.length).toBeGreaterThan(2)
    }
    for (const effect of effects) if (effect.null) expect(effect.parameter).toBe(1)
    expect(effects.find(({ id }) => id === 'delay/quintile-5-against-1')?.parameter).toBe(1.5)
    expect(effects.find(({ id }) => id === 'delay/ccmr-against-crmr')?.parameter).toBe(1.25)
    expect(
      effects
        .filter((effect) => effect.null)
        .map(({ id }) => id)
        .sort(),
    ).toEqual([
      'cost-ratio/ccmr-against-crmr',
      'cost-ratio/deprivation',
      'cost-ratio/region',
      'cost-ratio/sex',
      'delay/centres-of-one-label',
      'delay/women-against-men',
    ])
  })
  test('has every patient of the registry once, with the code that the registry holds', async () => {
    expect(await one(db, `select count(*) from '${file('truth', 'registry.parquet')}'`)).toBe(150)
    expect(
      await one(
        db,
        `select count(*) from '${file('truth', 'registry.parquet')}' r join ${csv('bndmr/DIAGNOSIS.csv')} d on d.IDMR = r.idmr
        where d.ORPHA is not distinct from r.orpha and d.ASSERTION = r.assertion and d.DIAGNOSIS_DATE is not distinct from r.diagnosis_date::varchar`,
      ),
    ).toBe(150)
  })
})
