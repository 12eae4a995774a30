import { createHash, createHmac } from 'node:crypto'
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { base32, bytesFor } from '../src/base/index.ts'
import { type DuckDb, openDuckDb } from '../src/engine/index.ts'
import {
  hubId,
  idmrText,
  nirText,
  producerPseudonym,
  psaText,
  receiveBndmr,
  receiveOppositions,
} from '../src/identity/index.ts'
import { demoCountry, synthesise } from '../src/synthetic/index.ts'
import { keysOf, leaksIn, outsideTrusted } from './fixtures/leaks.ts'
import { foundIn, runsOf } from './fixtures/runs-of-characters.ts'
import {
  linkCountry,
  READ_BY_LINKAGE,
  receiveCountry,
  type Received,
  truthOf,
} from './fixtures/received-country.ts'

/*
 * What the reception and the linkage leave behind, looked at character by character: an identifier that is glued
 * to something else counts, and so does one in the statistics of a Parquet file.
 */

let root: string
let engine: DuckDb
let at: Received
let transits: string[]
let people: { nir: string; birth: string }[]
let idmrs: string[]
const source = bytesFor('identities', 'source')
const matcher = bytesFor('identities', 'matcher')
const TODAY = '2021-01-04'

const truth = (name: string): string => `'${join(at.country, 'truth', `${name}.parquet`)}'`
const column = async (query: string): Promise<string[]> =>
  (await engine.rows<{ v: string | null }>(query)).flatMap(({ v }) => (v === null ? [] : [v]))
const linksOf = (hub: string, version: string) =>
  engine.rows<{ bndmr: string; snds: string }>(
    `select bndmr, snds from '${join(hub, 'lake', 'links', version, 'links.parquet')}'`,
  )
const receiveRegistry = (hub: string) =>
  receiveBndmr({
    trusted: join(hub, 'trusted'),
    dir: join(at.country, 'bndmr'),
    deliveries: join(hub, 'deliveries', 'bndmr'),
    lake: join(hub, 'lake'),
    ledgerPath: join(hub, 'runs', 'ledger.jsonl'),
    seed: at.seed,
  })
const receiveList = (hub: string, dir = join(at.country, 'oppositions')) =>
  receiveOppositions({ trusted: join(hub, 'trusted'), dir, lake: join(hub, 'lake'), today: TODAY })

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'chainon-identities-'))
  engine = await openDuckDb({ threads: 1 })
  at = { country: join(root, 'country'), hub: join(root, 'hub'), seed: 'identities' }
  const { departements } = demoCountry
  await synthesise({ persons: 2000, years: 3, seed: at.seed, out: at.country, rare: 400, departements })
  await receiveCountry(at, READ_BY_LINKAGE)
  await cp(at.hub, join(root, 'received'), { recursive: true })
  transits = await column(
    `select transit as v from '${join(at.hub, 'trusted', 'matcher', 'transfers', 'bndmr', 'patients.parquet')}'`,
  )
  await linkCountry(at)
  people = await engine.rows(`select nir, cast(birth_date as varchar) as birth from ${truth('person')}`)
  idmrs = await column(`select idmr as v from ${truth('registry')}`)
})
afterAll(async () => {
  await engine?.close()
  await rm(root, { recursive: true, force: true })
})

const folders = async (hub: string, ...without: string[]): Promise<string[]> =>
  (await readdir(hub)).filter((name) => !without.includes(name)).map((name) => join(hub, name))
describe('outside trusted/', () => {
  const nirs = (): Set<string> => new Set(people.map(({ nir }) => nir.slice(0, 13)))

  test('no NIR, IDMR, transit id or key in any file, not even within something longer; level 1 only where it was delivered', async () => {
    const texts = {
      nir: nirs(),
      idmr: new Set(idmrs),
      transit: new Set(transits),
      'level 1': new Set([
        ...idmrs.map((idmr) => producerPseudonym(source, idmrText(idmr))),
        ...people.map(({ nir }) => producerPseudonym(source, nirText(nir))),
        ...(await column(
          `select psa as v from ${truth('snds_identity')} union select nir_ano from ${truth('snds_identity')}`,
        )),
      ]),
    }
    const births = new Set(people.map(({ birth }) => birth).filter((day) => day < '2000-01-01'))
    const secrets = { texts, keys: await keysOf(at.hub), births }
    expect(Object.keys(secrets.keys)).toHaveLength(6)
    const leaks = await leaksIn(engine, await outsideTrusted(at.hub), secrets)
    // What was set aside of the SNDS is kept as it came, like the delivery.
    const delivered = /\/(deliveries|quarantine)\//
    expect(leaks.filter(({ kind, file }) => kind !== 'level 1' || !delivered.test(file))).toEqual([])
    // The guard of this test: what they delivered does hold them, and the folder of the source the rest.
    expect(leaks.length).toBeGreaterThan(1)
    const trusted = await leaksIn(engine, [join(at.hub, 'trusted')], secrets)
    expect(new Set(trusted.map(({ kind }) => kind))).toEqual(
      new Set(['nir', 'idmr', 'level 1', 'birth', ...Object.keys(secrets.keys)]),
    )
  })

  test('no day of birth beside the person it is of', async () => {
    await engine.run(`create or replace table born (person varchar, birth date)`)
    const rows = await engine.rows<{ psa: string; rng: number; nir_ano: string | null; birth: string }>(
      `select psa, rng, nir_ano, cast(birth_date as varchar) as birth from ${truth('snds_identity')} join ${truth('person')} using (person)`,
    )
    const patients = await engine.rows<{ idmr: string; birth: string }>(
      `select idmr, cast(birth_date as varchar) as birth from ${truth('registry')} join ${truth('person')} using (person)`,
    )
    await engine.load('born_text', { person: 'varchar', birth: 'varchar' }, [
      ...rows.map(
        ({ psa, rng, nir_ano, birth }) => [hubId(matcher, nir_ano ?? `${psa}|${rng}`), birth] as const,
      ),
      ...patients.map(
        ({ idmr, birth }) => [hubId(matcher, producerPseudonym(source, idmrText(idmr))), birth] as const,
      ),
    ])
    // Care on the day of birth is care: who was born in the years of the delivery is born in a hospital.
    const bornOn = async (path: string): Promise<string[]> => {
      const columns = (await engine.describe(`select * from '${path}'`)).map(({ name }) => name)
      if (!columns.includes('person')) return []
      const found: string[] = []
      for (const name of columns.filter((one) => one !== 'person' && one !== 'FIRST_SIGNS_DATE')) {
        const [row] = await engine.rows<{ n: bigint }>(
          `select count(*) as n from '${path}' t join born_text b on b.person = t.person
           where b.birth < '2015-01-01' and (contains(cast(t."${name}" as varchar), b.birth) or contains(cast(t."${name}" as varchar), replace(b.birth, '-', '')))`,
        )
        if (Number(row?.n) > 0) found.push(name)
      }
      return found
    }
    const lake = join(at.hub, 'lake')
    const tables = (await readdir(lake, { recursive: true })).filter((name) => name.endsWith('.parquet'))
    expect(tables.length).toBeGreaterThan(10)
    for (const table of tables) expect(await bornOn(join(lake, table)), table).toEqual([])
    const planted = join(root, 'born.parquet')
    await engine.writeParquet(`select person, 7 as n, cast(birth as date) as seen from born_text`, planted)
    expect(await bornOn(planted)).toEqual(['seen'])
  })

  test('a dictionary of every NIR and IDMR, hashed without the keys, finds nobody', async () => {
    const runs = await runsOf(engine, await folders(at.hub, 'trusted'))
    const texts = [
      ...people.flatMap(({ nir, birth }) => [
        nir,
        nir.slice(0, 13),
        nirText(nir),
        psaText(nir, birth.replaceAll('-', ''), nir.startsWith('1') ? '1' : '2'),
      ]),
      ...idmrs.flatMap((idmr) => [idmr, idmrText(idmr)]),
    ]
    const none = Buffer.alloc(32)
    const guesses = new Set<string>()
    for (const text of texts) {
      const digests = ['sha256', 'sha1', 'md5'].map((kind) => createHash(kind).update(text).digest())
      for (const digest of [...digests, createHmac('sha256', none).update(text).digest()]) {
        const forms = [base32(digest), digest.toString('hex'), digest.toString('hex').toUpperCase()]
        for (const form of forms) for (const length of [17, 26]) guesses.add(form.slice(0, length))
      }
      guesses.add(hubId(none, producerPseudonym(none, text)))
    }
    expect(foundIn(runs, guesses)).toEqual([])
    // The guard of this test: with both keys the same dictionary does find them.
    const keyed = new Set(texts.map((text) => hubId(matcher, producerPseudonym(source, text))))
    expect(foundIn(runs, keyed).length).toBeGreaterThan(1000)
  })
})

test('a transit id is nowhere once its transfer was linked, and a receipt says what went', async () => {
  expect(transits).toHaveLength(400)
  const everywhere = await runsOf(engine, await folders(at.hub))
  expect(foundIn(everywhere, new Set(transits))).toEqual([])
  // The guard of this test: before the linkage they are there, in trusted/matcher alone.
  const before = join(root, 'received')
  expect(foundIn(await runsOf(engine, [join(before, 'trusted', 'matcher')]), new Set(transits))).not.toEqual(
    [],
  )
  expect(foundIn(await runsOf(engine, await folders(before, 'trusted')), new Set(transits))).toEqual([])
  const receipt = JSON.parse(await readFile(join(at.hub, 'receipts', 'links-v1.json'), 'utf8')) as {
    files: { name: string }[]
  }
  expect(receipt.files.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['patients.parquet', 'activities.parquet', 'pairs.parquet']),
  )
})

describe('an objector', () => {
  /** Hub ids, of either source, of persons whom an objection of today concerns. */
  async function objecting(): Promise<Set<string>> {
    const patients = await column(`select idmr as v from ${truth('registry')} where opposed`)
    return new Set(patients.map((idmr) => hubId(matcher, producerPseudonym(source, idmrText(idmr)))))
  }

  test('is in no link; without the list, which is to say without the guard, they are', async () => {
    const objectors = await objecting()
    expect(objectors.size).toBeGreaterThan(2)
    const inLinks = async (hub: string) =>
      (await linksOf(hub, 'v1')).filter(({ bndmr }) => objectors.has(bndmr)).length
    expect(await inLinks(at.hub)).toBe(0)
    const unguarded = join(root, 'unguarded')
    await cp(join(root, 'received'), unguarded, { recursive: true })
    for (const folder of [
      ['trusted', 'matcher', 'oppositions'],
      ['lake', 'oppositions'],
    ])
      await rm(join(unguarded, ...folder), { recursive: true })
    await linkCountry({ ...at, hub: unguarded })
    expect(await inLinks(unguarded)).toBeGreaterThan(0)
  })

  test('who objects between two receptions, to the claims alone, is in no link of the next version', async () => {
    const hub = join(root, 'later')
    await cp(at.hub, hub, { recursive: true })
    const before = await linksOf(hub, 'v1')
    const pairs = await truthOf({ ...at, hub })
    const nirOf = await engine.rows<{
      nir: string
      psa: string
      rng: number
      nir_ano: string | null
      birth: string
      sex: string
    }>(
      `select nir, psa, rng, nir_ano from ${truth('snds_identity')} join ${truth('person')} using (person)
       where birth_date < date '2000-01-01'`,
    )
    const nirs = new Map(
      nirOf.map(({ nir, psa, rng, nir_ano }) => [hubId(matcher, nir_ano ?? `${psa}|${rng}`), nir]),
    )
    const chosen = before
      .filter(({ bndmr, snds }) => pairs.get(bndmr)?.has(snds) && nirs.has(snds))
      .slice(0, 15)
    const late = new Set(chosen.map(({ snds }) => snds))
    expect(late.size).toBe(15)
    const dir = join(root, 'later-list')
    await cp(join(at.country, 'oppositions'), dir, { recursive: true })
    await appendFile(
      join(dir, 'OPPOSITION.csv'),
      chosen.map(({ snds }) => `snds;nir;${nirs.get(snds)};source;2020-06-01;\n`).join(''),
    )
    const { current } = await receiveList(hub, dir)
    expect(current.version).toBe('v2')
    await receiveRegistry(hub)
    const { version, oppositions } = await linkCountry({ ...at, hub })
    expect({ version, oppositions }).toEqual({ version: 'v2', oppositions: 'v2' })
    const after = await linksOf(hub, 'v2')
    expect(after.filter(({ snds }) => late.has(snds))).toEqual([])
    expect(after.length).toBeGreaterThan(before.length - 30)
  })
})

test('receiving the same again changes no version: oppositions, links, lake', async () => {
  const hub = join(root, 'again')
  await cp(at.hub, hub, { recursive: true })
  expect((await receiveList(hub)).current.version).toBe('v1')
  expect((await receiveList(hub)).current.version).toBe('v1')
  await receiveRegistry(hub)
  expect(await linkCountry({ ...at, hub })).toMatchObject({ version: 'v1', unchanged: true })
  expect(await readdir(join(hub, 'lake', 'links'))).toEqual(['current.json', 'v1'])
  expect(await readdir(join(hub, 'trusted', 'matcher', 'transfers'))).toEqual([])
})
