import { createHmac } from 'node:crypto'
import { appendFile, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { base32, bytesFor } from '../src/base/index.ts'
import { type DuckDb, openDuckDb } from '../src/engine/index.ts'
import { hubId, idmrText, producerPseudonym, projectPseudonym } from '../src/identity/index.ts'
import { LAKE, tagOf } from '../src/identity/rotation/hub-id-columns.ts'
import { chainon } from './fixtures/chainon.ts'
import { DEMO, type DemoRun, demoOnce } from './fixtures/demo-once.ts'
import { keysOf, type Leak, leaksIn, outsideTrusted } from './fixtures/leaks.ts'

let demo: DemoRun
let engine: DuckDb
const source = bytesFor(DEMO.seed, 'source')
const matcher = bytesFor(DEMO.seed, 'matcher')
const copy = join(inject('sharedFolder'), 'objecting')
/** Registry patients with what the hub calls them. */
let registry: { idmr: string; opposed: boolean; hubId: string }[]

const truth = (name: string): string => `'${join(demo.country, 'truth', `${name}.parquet`)}'`
const column = async (query: string): Promise<string[]> =>
  (await engine.rows<{ v: string | null }>(query)).flatMap(({ v }) => (v === null ? [] : [v]))

beforeAll(async () => {
  demo = await demoOnce()
  engine = await openDuckDb()
  registry = (
    await engine.rows<{ idmr: string; opposed: boolean }>(`select idmr, opposed from ${truth('registry')}`)
  ).map((one) => ({ ...one, hubId: hubId(matcher, producerPseudonym(source, idmrText(one.idmr))) }))
})
afterAll(async () => {
  await engine?.close()
  await rm(copy, { recursive: true, force: true })
})

describe('no identity outside trusted/', () => {
  const everywhere = [
    'deliveries',
    'quarantine',
    'lake',
    'permits',
    'spaces',
    'released',
    'receipts',
    'runs',
    '.',
  ]
  /** Folders of the hub, trusted/ left out; `.` is what stands beside them. */
  async function outside(hub: string): Promise<string[]> {
    const names = await readdir(hub)
    expect(
      names.filter((name) => !everywhere.includes(name) && name !== 'trusted' && !name.includes('.')),
    ).toEqual([])
    return names.filter((name) => name !== 'trusted' && everywhere.includes(name))
  }
  const identifiers = async (): Promise<Set<string>> =>
    new Set([
      ...registry.map(({ idmr }) => idmr),
      ...(await column(
        `select v from (select nir as v from ${truth('person')} union select left(nir, 13) from ${truth('person')})`,
      )),
    ])
  const levelOne = async (): Promise<Set<string>> =>
    new Set([
      ...registry.map(({ idmr }) => producerPseudonym(source, idmrText(idmr))),
      ...(await column(
        `select v from (select psa as v from ${truth('snds_identity')} union select nir_ano from ${truth('snds_identity')})`,
      )),
    ])

  /** The transit ids of the demo's one transfer, which were destroyed with it: in an invented hub they follow from the seed. */
  const transits = (): Set<string> => {
    const stream = bytesFor(DEMO.seed, 'transit bndmr')
    return new Set(
      registry.map((_, index) =>
        base32(createHmac('sha256', stream).update(String(index)).digest().subarray(0, 16)),
      ),
    )
  }
  /** Leaks of every artefact of the hub: lake, links and their report, spaces, what was released, receipts, ledger, journal. */
  let leaks: Leak[]
  beforeAll(async () => {
    await outside(demo.hub)
    const texts = {
      identifier: await identifiers(),
      'level 1': await levelOne(),
      transit: transits(),
      'hub id': new Set(registry.map((one) => one.hubId)),
    }
    const births = new Set(
      await column(
        `select cast(birth_date as varchar) as v from ${truth('person')} where birth_date < '2000-01-01'`,
      ),
    )
    const keys = await keysOf(demo.hub)
    // Three roles have two keys each, the space has a secret, the committee signs.
    expect(Object.keys(keys).length).toBeGreaterThanOrEqual(8)
    leaks = await leaksIn(engine, await outsideTrusted(demo.hub), { texts, keys, births })
  })
  const found = (kind: string): string[] =>
    leaks.filter((leak) => leak.kind === kind).map(({ file }) => file.slice(demo.hub.length + 1))

  test('no NIR and no IDMR in any file', async () => {
    expect((await identifiers()).size).toBeGreaterThan(4000)
    expect(found('identifier')).toEqual([])
  })

  test('no key, no secret of a space, no transit id and no day of birth in any file', () => {
    expect(leaks.filter(({ kind }) => kind !== 'level 1' && kind !== 'hub id')).toEqual([])
  })

  test('no hub id beyond the lake: nothing by which two spaces, or a space and what was released, could be joined', () => {
    expect(found('hub id').filter((file) => !file.startsWith('lake/'))).toEqual([])
    expect(found('hub id').length).toBeGreaterThan(5)
  })

  test('every file that holds hub ids is tagged as one, so that a rotation of the key re-keys it', () => {
    const tagged = (file: string): boolean => tagOf(LAKE, file.replace(/^lake\//, '')) !== undefined
    expect(found('hub id').filter((file) => !tagged(file))).toEqual([])
    expect(tagged('lake/omop/v1/note.parquet')).toBe(false)
  })

  test('no pseudonym of a producer beyond its delivery', () => {
    // What was set aside of the SNDS is kept as it came, like the delivery.
    expect(found('level 1').filter((file) => !/^(deliveries|quarantine)\//.test(file))).toEqual([])
    // The guard of this test: where they are, they are seen.
    expect(found('level 1').length).toBeGreaterThan(0)
  })

  test('no day of birth: not as a column, and empty where the CDM has one', async () => {
    const files = await readdir(join(demo.hub, 'lake'), { recursive: true })
    const columns = new Set<string>()
    for (const file of files.filter((name) => name.endsWith('.parquet')))
      for (const { name } of await engine.describe(
        `select * from read_parquet('${join(demo.hub, 'lake', file)}')`,
      ))
        columns.add(name.toUpperCase())
    expect([...columns].filter((name) => /BIRTH_DATE|NAI_DTE|BIRTH_DATETIME/.test(name))).toEqual(
      columns.has('BIRTH_DATETIME') ? ['BIRTH_DATETIME'] : [],
    )
    const person = join(demo.hub, 'lake', 'omop', 'v1', 'person.parquet')
    const filled = columns.has('BIRTH_DATETIME') ? 'or birth_datetime is not null' : ''
    expect(
      await engine.rows(`select person_id from '${person}' where day_of_birth is not null ${filled}`),
    ).toEqual([])
  })

  test('one that is planted is found, in a table and in a text', async () => {
    const planted = join(inject('sharedFolder'), 'planted')
    await mkdir(join(planted, 'lake'), { recursive: true })
    const secrets = await identifiers()
    const [one] = [...secrets]
    await engine.writeParquet(`select '${one}' as innocent, 1 as n`, join(planted, 'lake', 'x.parquet'))
    await writeFile(join(planted, 'lake', 'x.json'), `{"note":"${one}"}`)
    const foundHere = async (what: ReadonlySet<string>) =>
      leaksIn(engine, [join(planted, 'lake')], { texts: { what }, keys: {} })
    expect(await foundHere(secrets)).toHaveLength(2)
    const pseudonyms = await levelOne()
    await engine.writeParquet(`select '${[...pseudonyms][0]}' as p`, join(planted, 'lake', 'y.parquet'))
    expect(await foundHere(pseudonyms)).toHaveLength(1)
  })
})

describe('an objector', { timeout: 300_000 }, () => {
  const linksOf = (hub: string, version: string) =>
    column(`select bndmr as v from '${join(hub, 'lake', 'links', version, 'links.parquet')}'`)
  /** Registry patients in a space, by hub id: through the map beside the data version and the space's secret. */
  async function inSpace(hub: string, version: string): Promise<Set<string>> {
    const secret = Buffer.from(
      (await readFile(join(hub, 'trusted', 'hub', 'spaces', 'dromos', 'secret'), 'utf8')).trim(),
      'hex',
    )
    const ids = await engine.rows<{ person_id: bigint; bndmr: string }>(
      `select person_id, bndmr from '${join(hub, 'lake', 'omop', version, 'ids', 'person.parquet')}' where bndmr is not null`,
    )
    const here = new Set(
      (
        await engine.rows<{ person_id: bigint }>(
          `select person_id from '${join(hub, 'spaces', 'dromos', 'tables', 'person.parquet')}'`,
        )
      ).map((row) => row.person_id),
    )
    return new Set(
      ids
        .filter(({ person_id }) => here.has(projectPseudonym(secret, 'person', person_id)))
        .map(({ bndmr }) => bndmr),
    )
  }

  test('is in no link, no data version and no space', async () => {
    const objectors = new Set(registry.filter(({ opposed }) => opposed).map((one) => one.hubId))
    // Scope `source` of the claims leaves the registry free: those who object to the registry or to all count here.
    const active = await column(
      `select distinct r.idmr as v from ${truth('opposition')} o join ${truth('registry')} r on r.person = o.person
       where o.source = 'bndmr' and o.from_date <= date '2021-01-04' and (o.until_date is null or o.until_date >= date '2021-01-04') and o.scope in ('all', 'source')`,
    )
    const out = new Set(active.map((idmr) => hubId(matcher, producerPseudonym(source, idmrText(idmr)))))
    expect(objectors.size).toBeGreaterThan(0)
    expect(out.size).toBeGreaterThan(0)
    const [links, space] = [await linksOf(demo.hub, 'v1'), await inSpace(demo.hub, 'v1')]
    expect(links.filter((id) => out.has(id))).toEqual([])
    expect([...space].filter((id) => out.has(id))).toEqual([])
    expect(space.size).toBeGreaterThan(300)
  })

  test('who objects between two openings is gone after the second, and from the next links', async () => {
    await cp(join(demo.dir), copy, { recursive: true })
    const hub = join(copy, 'hub')
    const before = await linksOf(hub, 'v1')
    const late = new Set(before.slice(0, 20))
    const idmrs = registry.filter((one) => late.has(one.hubId)).map(({ idmr }) => idmr)
    expect(idmrs).toHaveLength(20)
    const list = join(copy, 'country', 'oppositions', 'OPPOSITION.csv')
    await appendFile(list, idmrs.map((idmr) => `bndmr;idmr;${idmr};all;2020-06-01;\n`).join(''))
    const run = async (...args: string[]) => {
      const ran = await chainon(...args, '--hub', hub, '--as', 'Camille Leroux', '--json')
      expect(ran.stderr).toBe('')
      return JSON.parse(ran.stdout) as Record<string, unknown>
    }
    await run('receive', 'oppositions', join(copy, 'country', 'oppositions'))
    // The guard of this test: before the refresh they are still there, and are seen.
    expect([...(await inSpace(hub, 'v1'))].filter((id) => late.has(id))).toHaveLength(20)
    await run('space', 'refresh', 'dromos')
    expect([...(await inSpace(hub, 'v1'))].filter((id) => late.has(id))).toEqual([])
    await run('receive', 'bndmr', join(copy, 'country', 'bndmr'))
    expect(await run('link', 'bndmr-snds')).toMatchObject({ version: 'v2' })
    expect((await linksOf(hub, 'v2')).filter((id) => late.has(id))).toEqual([])
    expect(await run('omop', 'build')).toMatchObject({ version: 'v2' })
    const people = await column(
      `select bndmr as v from '${join(hub, 'lake', 'omop', 'v2', 'ids', 'person.parquet')}'`,
    )
    expect(people.filter((id) => late.has(id))).toEqual([])
  })
})
