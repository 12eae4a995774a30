import { createHash, createHmac } from 'node:crypto'
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
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

  /**
   * What somebody can make who knows every NIR, IDMR and day of birth of the country, how pseudonyms are made, and all
   * that is published, but no key: bare hashes, and HMAC under keys that one would guess or that stand in a file.
   */
  function dictionary(texts: readonly string[], keys: readonly Uint8Array[]): Set<string> {
    const guesses = new Set<string>()
    const guess = (digest: Buffer): void => {
      const hex = digest.toString('hex')
      for (const form of [base32(digest), hex, hex.toUpperCase(), digest.toString('base64url')])
        for (const length of [17, 26, form.length]) guesses.add(form.slice(0, length))
    }
    for (const text of texts) {
      for (const kind of ['sha256', 'sha1', 'md5']) guess(createHash(kind).update(text).digest())
      for (const key of keys) {
        guess(createHmac('sha256', key).update(text).digest())
        guesses.add(hubId(key, producerPseudonym(key, text)))
      }
    }
    return guesses
  }
  const namesOf = (somebody: typeof people): string[] =>
    somebody.flatMap(({ nir, birth }) => [
      nir,
      nir.slice(0, 13),
      nirText(nir),
      psaText(nir, birth.replaceAll('-', ''), nir.startsWith('1') ? '1' : '2'),
    ])
  /** Whatever 32 bytes somebody finds written in a text of the hub: hashes, public keys, the seed of an invented one aside. */
  async function publishedKeys(hub: string): Promise<Buffer[]> {
    const keys = new Map<string, Buffer>()
    for (const name of await readdir(join(hub, 'receipts'))) {
      const text = await readFile(join(hub, 'receipts', name), 'utf8')
      for (const [hex] of text.matchAll(/\b[0-9a-f]{64}\b/g)) keys.set(hex, Buffer.from(hex, 'hex'))
      for (const [key] of text.matchAll(/\b[A-Za-z0-9_-]{43}\b/g))
        keys.set(key, Buffer.from(key, 'base64url'))
    }
    return [...keys.values()]
  }

  test('a dictionary of every NIR and IDMR, hashed without the keys or with keys that are guessed or published, finds nobody', async () => {
    const runs = await runsOf(engine, await folders(at.hub, 'trusted'))
    const guessed = [Buffer.alloc(32), ...['', 'chainon', 'FOIN', 'secret'].map((word) => Buffer.from(word))]
    const texts = [...namesOf(people), ...idmrs.flatMap((idmr) => [idmr, idmrText(idmr)])]
    const published = await publishedKeys(at.hub)
    expect(published.length).toBeGreaterThan(20)
    expect(foundIn(runs, dictionary(texts, guessed.slice(0, 1)))).toEqual([])
    // One person found would do: the longer list of keys is tried on fifty.
    const fifty = [...namesOf(people.slice(0, 40)), ...idmrs.slice(0, 10).map(idmrText)]
    expect(foundIn(runs, dictionary(fifty, [...guessed, ...published]))).toEqual([])
    // The guards of this test: with both keys the same dictionary does find them, and a bare hash is found where one is.
    const keyed = new Set(texts.map((text) => hubId(matcher, producerPseudonym(source, text))))
    expect(foundIn(runs, keyed).length).toBeGreaterThan(1000)
    const bare = join(root, 'bare')
    await mkdir(bare)
    const [somebody, other] = people
    const hash = (kind: string, text = '') => createHash(kind).update(text).digest()
    await engine.writeParquet(
      `select '${hash('sha256', somebody?.nir.slice(0, 13)).toString('hex')}' as id`,
      join(bare, 'ids.parquet'),
    )
    await appendFile(
      join(bare, 'ids.csv'),
      `id\n${base32(hash('sha1', nirText(other?.nir ?? ''))).slice(0, 26)}\n`,
    )
    const planted = foundIn(await runsOf(engine, [bare]), dictionary(texts, []))
    expect(new Set(planted.map(({ file }) => file)).size).toBe(2)
  })

  test('what the matcher gives away is who is whom and by which step, and nothing else', async () => {
    const links = join(at.hub, 'lake', 'links')
    const tables = (await readdir(links, { recursive: true })).filter((name) => name.endsWith('.parquet'))
    expect(tables.length).toBeGreaterThan(1)
    const given = async (path: string) =>
      (await engine.describe(`select * from '${path}'`)).map(({ name, type }) => `${name} ${type}`)
    for (const table of tables) {
      const columns = await given(join(links, table))
      // A step or a band is one of a few words: a weight by the pair would tell what agreed.
      for (const one of columns)
        expect(['bndmr VARCHAR', 'snds VARCHAR', 'step VARCHAR', 'band VARCHAR']).toContain(one)
      for (const word of columns.filter((one) => /^(step|band) /.test(one)).map((one) => one.split(' ')[0])) {
        const values = await column(`select distinct ${word} as v from '${join(links, table)}'`)
        expect(values.length).toBeLessThan(60)
      }
    }
    // And what it is given: no name, no day of birth, no diagnosis.
    const transfer = join(root, 'received', 'trusted', 'matcher', 'transfers', 'bndmr')
    expect((await readdir(transfer)).sort()).toEqual(['activities.parquet', 'patients.parquet'])
    expect(await given(join(transfer, 'patients.parquet'))).toEqual([
      'transit VARCHAR',
      'level1 VARCHAR',
      'nir VARCHAR',
      'psa VARCHAR',
      'sex VARCHAR',
      'birth_year INTEGER',
      'birth_month INTEGER',
      'commune VARCHAR',
      'death_date DATE',
    ])
    expect(await given(join(transfer, 'activities.parquet'))).toEqual([
      'transit VARCHAR',
      'activity_date DATE',
      'finess VARCHAR',
      'kind VARCHAR',
    ])
    // The NIR among them is a pseudonym of the producer.
    const known = await column(`select nir as v from '${join(transfer, 'patients.parquet')}'`)
    expect(known.length).toBeGreaterThan(20)
    expect(known.every((nir) => /^[A-Z2-7]{17}$/.test(nir))).toBe(true)
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

  /** Links a copy of what was received whose receipts cannot be signed: the working tables are then still there. */
  async function workedOn(name: string, before: (hub: string) => Promise<void>): Promise<string> {
    const hub = join(root, name)
    await cp(join(root, 'received'), hub, { recursive: true })
    await before(hub)
    await appendFile(join(hub, 'receipts'), 'no folder')
    await expect(linkCountry({ ...at, hub })).rejects.toMatchObject({ code: 'identity/role-failed' })
    return hub
  }
  /** Working tables of the matcher in which an objector stands, by hub id or transit id. */
  async function tablesWith(hub: string, objectors: ReadonlySet<string>): Promise<string[]> {
    const patients = join(hub, 'trusted', 'matcher', 'transfers', 'bndmr', 'patients.parquet')
    const known = await engine.rows<{ transit: string; level1: string }>(
      `select transit, level1 from '${patients}'`,
    )
    const ids = known.flatMap(({ transit, level1 }) =>
      objectors.has(hubId(matcher, level1)) ? [transit, hubId(matcher, level1)] : [],
    )
    expect(ids.length).toBeGreaterThan(4)
    const work = join(hub, 'trusted', 'matcher', 'work')
    expect((await readdir(work)).length).toBeGreaterThan(10)
    return [...new Set(foundIn(await runsOf(engine, [work]), new Set(ids)).map(({ file }) => basename(file)))]
  }

  test('is in no working table of the matcher but the list itself, whatever the method, and so in no link', async () => {
    const objectors = await objecting()
    expect(objectors.size).toBeGreaterThan(2)
    const inLinks = async (hub: string) =>
      (await linksOf(hub, 'v1')).filter(({ bndmr }) => objectors.has(bndmr)).length
    expect(await inLinks(at.hub)).toBe(0)
    const guarded = await workedOn('guarded', async () => undefined)
    expect(await tablesWith(guarded, objectors)).toEqual(['opposed.parquet'])
    // Without the list, which is to say without the guard, they are in the tables and in the links.
    const unguarded = await workedOn('unguarded', async (hub) => {
      for (const folder of [
        ['trusted', 'matcher', 'oppositions'],
        ['lake', 'oppositions'],
      ])
        await rm(join(hub, ...folder), { recursive: true })
    })
    expect((await tablesWith(unguarded, objectors)).length).toBeGreaterThan(4)
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
