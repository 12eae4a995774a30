import { access, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { writeOppositions } from '../../test/fixtures/small-release.ts'
import { ANALYST, read, releaseOf, signed, smallHub, widePermit } from '../../test/fixtures/small-space.ts'
import { hashFile } from '../base/index.ts'
import { projectPseudonym } from '../identity/index.ts'
import { newestRelease, permitHash, revokePermit } from '../permits/index.ts'
import { type Hub, readJournal } from '../store/index.ts'
import {
  closeSpace,
  compilePermit,
  explainExtract,
  openProjectSpace,
  openSpace,
  readManifest,
} from './index.ts'

let hub: Hub
const open = (permit = 'wide', as = ANALYST) => openSpace({ hub, permit, as })
const tables = (permit = 'wide') => hub.path('spaces', permit, 'tables')
const markers = async (permit = 'wide') =>
  (await read(join(tables(permit), 'person.parquet'))).map((row) => String(row['marker'])).sort()

describe('an open space', () => {
  beforeEach(async () => {
    hub = await smallHub(40)
    await signed(hub, widePermit(await releaseOf(hub)))
  })

  test('has a manifest that tells what it was made from, and each file as it is', async () => {
    const { manifest } = await open()
    const { permit } = { permit: widePermit(await releaseOf(hub)) }
    expect(manifest.permitHash).toBe(permitHash(permit))
    expect(manifest.persons).toBe(20)
    expect(manifest.oppositions.version).toBe('v1')
    expect(manifest.notice).toBe('invented data / données inventées')
    for (const [table, { rows, sha256 }] of Object.entries(manifest.tables)) {
      const path = join(tables(), `${table}.parquet`)
      expect(await hashFile(path)).toBe(sha256)
      expect((await read(path)).length, table).toBe(rows)
    }
    expect((await readJournal(hub.path('journal.jsonl'))).at(-1)).toMatchObject({
      who: ANALYST,
      act: 'space/open',
      hashes: { permit: manifest.permitHash },
    })
  })

  test('is made with the folders of the other two roles moved away', async () => {
    for (const role of ['source', 'matcher']) await rename(hub.path('trusted', role), `${hub.dir}-${role}`)
    expect((await open()).manifest.persons).toBe(20)
  })

  test('leaves nothing in trusted/ but its secret, which no statement shows', async () => {
    await open()
    expect(await readdir(hub.path('trusted', 'hub', 'spaces', 'wide'))).toEqual(['secret'])
    expect((await stat(hub.path('trusted', 'hub', 'spaces', 'wide', 'secret'))).mode & 0o777).toBe(0o600)
    const secret = (await readFile(hub.path('trusted', 'hub', 'spaces', 'wide', 'secret'), 'utf8')).trim()
    const statements = explainExtract(await compilePermit(hub, widePermit(await releaseOf(hub))))
    expect(statements).toContain('-- drug_exposure')
    expect(statements).not.toContain(secret)
    expect(JSON.stringify(await readManifest(hub, 'wide'))).not.toContain(secret)
  })

  test('is left as it stands when nothing has changed, and made again when a file was', async () => {
    const first = await open()
    expect(await open()).toEqual({ manifest: first.manifest, unchanged: true })
    await writeFile(join(tables(), 'person.parquet'), 'altered')
    const again = await open()
    expect(again.unchanged).toBe(false)
    expect(again.manifest.tables).toEqual(first.manifest.tables)
  })

  test('whose opening was cut is not open, and is opened again to the same bytes', async () => {
    const first = await open()
    await rm(hub.path('spaces', 'wide', 'manifest.json'))
    await expect(openProjectSpace(hub, 'wide')).rejects.toMatchObject({ code: 'space/not-open' })
    expect((await open()).manifest.tables).toEqual(first.manifest.tables)
  })

  test('loses a person who objects between two openings, and keeps the ids of the others', async () => {
    await open()
    const ids = (await read(join(tables(), 'person.parquet'))).map((row) => row['person_id'])
    await writeOppositions(hub.path('lake'), 'v2', [{ person: 'B8' }, { person: 'S12' }])
    const { manifest, unchanged } = await open()
    expect(unchanged).toBe(false)
    expect(manifest.oppositions.version).toBe('v2')
    expect(manifest.persons).toBe(18)
    expect(await markers()).not.toContain('person|8')
    expect(await markers()).not.toContain('person|12')
    for (const row of await read(join(tables(), 'person.parquet'))) expect(ids).toContain(row['person_id'])
    expect((await readJournal(hub.path('journal.jsonl'))).at(-1)).toMatchObject({ act: 'space/refresh' })
  })

  test('is not opened by anyone else, nor after its permit was revoked, nor used', async () => {
    await expect(open('wide', 'Someone Else')).rejects.toMatchObject({ code: 'permit/person-not-named' })
    await open()
    await revokePermit(hub, 'wide', 'CNIL', 'purpose')
    await expect(open()).rejects.toMatchObject({ code: 'permit/revoked' })
    await expect(openProjectSpace(hub, 'wide')).rejects.toMatchObject({ code: 'permit/revoked' })
  })

  test('needs an opposition list, as it was written', async () => {
    const list = hub.path('lake', 'oppositions', 'v1.parquet')
    await writeFile(list, await readFile(hub.path('lake', 'omop', 'v1', 'person.parquet')))
    await expect(open()).rejects.toMatchObject({ code: 'space/altered-oppositions' })
    await rm(hub.path('lake', 'oppositions', 'current.json'))
    await expect(open()).rejects.toMatchObject({ code: 'space/no-oppositions' })
  })

  test('needs the linkage and the data version that its permit names', async () => {
    const release = await releaseOf(hub)
    await signed(hub, widePermit(release, { id: 'other-links', linkage: 'v9' }))
    await expect(open('other-links')).rejects.toMatchObject({ code: 'space/other-linkage' })
    await signed(hub, widePermit(release, { id: 'other-data', dataVersion: 'v9' }))
    await expect(open('other-data')).rejects.toMatchObject({ code: 'permit/no-data' })
    expect((await newestRelease(hub)).version).toBe('v1')
  })
})

describe('a closed space', () => {
  /** Every file of the hub but its lake, which no user of a space is given. */
  async function filesLeft(folder: string): Promise<string[]> {
    const entries = await readdir(folder, { withFileTypes: true, recursive: true })
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  }

  test('cannot be computed again from any file that is left', async () => {
    hub = await smallHub(40, { synthetic: false })
    await signed(hub, { ...widePermit(await releaseOf(hub)), until: '2099-12-31' })
    await open()
    const people = new Set((await read(join(tables(), 'person.parquet'))).map((row) => row['person_id']))
    const secretPath = hub.path('trusted', 'hub', 'spaces', 'wide', 'secret')
    const secret = Buffer.from((await readFile(secretPath, 'utf8')).trim(), 'hex')

    /** With these bytes as the key, does a CDM person become a person of the space? */
    const opens = (key: Uint8Array) =>
      Array.from({ length: 40 }, (_, index) => projectPseudonym(key, 'person', BigInt(index + 1))).some(
        (id) => people.has(id),
      )
    const attempt = async () => {
      let found = 0
      for (const path of await filesLeft(hub.dir)) {
        const bytes = await readFile(path)
        const text = bytes.toString('latin1')
        const words = text.match(/[0-9a-f]{64}/g)?.map((word) => Buffer.from(word, 'hex')) ?? []
        const based = text.match(/[A-Za-z0-9_-]{43}/g)?.map((word) => Buffer.from(word, 'base64url')) ?? []
        // The files that could be a key as they are.
        const windows = bytes.length > 256 ? 0 : Math.max(0, bytes.length - 31)
        const raw = Array.from({ length: windows }, (_, at) => bytes.subarray(at, at + 32))
        for (const key of [bytes, ...words, ...based, ...raw]) if (opens(key)) found++
      }
      return found
    }
    expect(opens(secret)).toBe(true)
    expect(await attempt()).toBeGreaterThan(0)
    const receipt = await closeSpace({ hub, permit: 'wide', as: ANALYST })
    expect(receipt.finished).toBe(true)
    expect(await attempt()).toBe(0)
    expect((await filesLeft(hub.path('spaces'))).length).toBe(0)
  })

  test('is closed for good, leaves a receipt and a line of the journal', async () => {
    hub = await smallHub(20)
    await signed(hub, widePermit(await releaseOf(hub)))
    await expect(closeSpace({ hub, permit: 'wide', as: ANALYST })).rejects.toMatchObject({
      code: 'space/not-open',
    })
    const { manifest } = await open()
    await closeSpace({ hub, permit: 'wide', as: ANALYST })
    const receipt = JSON.parse(await readFile(hub.path('receipts', 'space-wide.json'), 'utf8')) as object
    expect(receipt).toMatchObject({
      permit: 'wide',
      who: ANALYST,
      manifest: { queryHash: manifest.queryHash },
    })
    await expect(open()).rejects.toMatchObject({ code: 'space/closed' })
    await closeSpace({ hub, permit: 'wide', as: 'Someone Else' })
    const acts = (await readJournal(hub.path('journal.jsonl'))).filter((line) => line.act === 'space/close')
    expect(acts).toMatchObject([{ who: ANALYST, subject: 'wide' }])
  })

  test('that was cut between its two acts has no secret any more, opens no more, and is finished by a second close', async () => {
    hub = await smallHub(20)
    await signed(hub, widePermit(await releaseOf(hub)))
    await open()
    const cut = closeSpace({ hub, permit: 'wide', as: ANALYST }, () => Promise.reject(new Error('killed')))
    await expect(cut).rejects.toThrow('killed')
    await expect(access(hub.path('trusted', 'hub', 'spaces', 'wide'))).rejects.toThrow()
    expect((await readdir(tables())).length).toBeGreaterThan(0)
    await expect(open()).rejects.toMatchObject({ code: 'space/closed' })
    expect((await closeSpace({ hub, permit: 'wide', as: ANALYST })).finished).toBe(true)
    await expect(access(hub.path('spaces', 'wide'))).rejects.toThrow()
  })
})
