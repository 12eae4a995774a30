import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { leaksIn } from '../../../test/fixtures/leaks.ts'
import {
  BNDMR,
  GONE,
  NEW_KEY,
  OLD_KEY,
  personOf,
  rotationHub,
  rotationOf,
  SNDS,
} from '../../../test/fixtures/rotation-hub.ts'
import { exists, hashFile, sha256 } from '../../base/index.ts'
import { type DuckDb, Ledger, openDuckDb } from '../../engine/index.ts'
import { withLock } from '../../store/index.ts'
import { rotateMatcherKey } from '../index.ts'
import { readKey } from '../keys.ts'
import { resolveOppositions } from '../oppositions/resolve.ts'
import { verifyReceipts } from '../receipts/verify-receipts.ts'
import type { RoleContext, RoleProgress } from '../roles/model.ts'
import type { Rotated } from './model.ts'
import rotateMatcher from './rotate-matcher.ts'

let made: string
let root: string
let engine: DuckDb
const everybody = (key: Buffer): Set<string> =>
  new Set([
    ...Array.from({ length: SNDS }, (_, n) => personOf('snds', n, key)),
    ...Array.from({ length: BNDMR }, (_, n) => personOf('bndmr', n, key)),
  ])
const before = new Set([...everybody(OLD_KEY), GONE])

beforeAll(async () => {
  made = await rotationHub()
  root = await mkdtemp(join(tmpdir(), 'chainon-rotated-'))
  engine = await openDuckDb({ threads: 1 })
})
afterAll(async () => {
  await engine.close()
  for (const dir of [made, root]) await rm(dir, { recursive: true, force: true })
})

const copyOf = async (): Promise<string> => {
  const hub = await mkdtemp(join(root, 'hub-'))
  await cp(made, hub, { recursive: true })
  const ledger = join(hub, 'runs', 'ledger.jsonl')
  await writeFile(ledger, (await readFile(ledger, 'utf8')).replaceAll(made, hub))
  return hub
}
/** The task in this process, cut when it tells of a stage. */
const rotate = (hub: string, cutAt: (event: RoleProgress) => boolean = () => false): Promise<Rotated> => {
  const folder = join(hub, 'trusted', 'matcher')
  const context = {
    role: 'matcher',
    folder,
    key: () => readKey(folder, 'matcher'),
    progress: (event: RoleProgress) => {
      if (cutAt(event)) throw new Error('cut')
    },
  } as unknown as RoleContext
  return rotateMatcher(context, rotationOf(hub))
}
const rows = <R>(hub: string, path: string, query = 'select * from t') =>
  engine.rows<R>(query.replace(' t', ` read_parquet('${join(hub, 'lake', path)}')`))
/** Files of a folder in which such ids stand. */
const idsIn = async (folder: string, ids: ReadonlySet<string>): Promise<string[]> =>
  (await leaksIn(engine, [folder], { texts: { ids }, keys: {} })).map(({ file }) => file)
/** Which of both sets of ids stand in the lake as a reader finds it. */
async function lakeHolds(hub: string): Promise<{ old: boolean; new: boolean } | undefined> {
  if (!(await exists(join(hub, 'lake')))) return undefined
  const { length: old } = await idsIn(join(hub, 'lake'), everybody(OLD_KEY))
  const { length: anew } = await idsIn(join(hub, 'lake'), everybody(NEW_KEY))
  return { old: old > 0, new: anew > 0 }
}

describe('a rotation of the matcher’s key', () => {
  let hub: string
  let rotated: Rotated
  beforeAll(async () => {
    hub = await copyOf()
    rotated = await rotateMatcherKey({ trusted: join(hub, 'trusted'), ...rotationOf(hub) })
  })

  test('leaves no id of before in any file of the hub, trusted/ included; the guard: before it they are there', async () => {
    expect(await idsIn(hub, before)).toEqual([])
    expect(new Set(await idsIn(made, before)).size).toBeGreaterThan(10)
    expect(rotated).toMatchObject({ version: 2, persons: SNDS + BNDMR, orphans: 1, oldIdsLeft: 0 })
  })

  test('gives everybody the id that a later delivery will give them', async () => {
    const patients = await rows<{ person: string }>(hub, 'bndmr/PATIENT.parquet')
    expect(new Set(patients.map(({ person }) => person))).toEqual(
      new Set(Array.from({ length: BNDMR }, (_, n) => personOf('bndmr', n, NEW_KEY))),
    )
    expect(await readKey(join(hub, 'trusted', 'matcher'), 'matcher')).toEqual(NEW_KEY)
  })

  test('keeps rows, their order, nulls and every join; ids of nobody who is known still join', async () => {
    const shape = 'select row_id, person is null as nobody, code from t'
    for (const year of [2019, 2020])
      expect(await rows(hub, `snds/ER_PRS_F/${year}.parquet`, shape)).toEqual(
        await rows(made, `snds/ER_PRS_F/${year}.parquet`, shape),
      )
    for (const [table, column] of [
      ['snds/IR_BEN_R/0', 'snds'],
      ['bndmr/PATIENT', 'bndmr'],
    ] as const)
      for (const version of ['v1', 'v2']) {
        const joined = async (one: string) =>
          (
            await engine.rows(
              `select l.step from '${join(one, 'lake', 'links', version, 'links.parquet')}' l
               join '${join(one, 'lake', `${table}.parquet`)}' p on p.person = l.${column}`,
            )
          ).length
        expect(await joined(hub)).toBe(await joined(made))
        expect(await joined(hub)).toBeGreaterThan(9)
      }
    const numbers = 'select i.person_id from t'
    expect(await rows(hub, 'omop/v1/ids/person.parquet', numbers.replace('i.', ''))).toEqual(
      await rows(made, 'omop/v1/ids/person.parquet', numbers.replace('i.', '')),
    )
  })

  test('renames a file’s hash wherever the lake names it, and leaves what holds no id the same file', async () => {
    const json = async (path: string) =>
      JSON.parse(await readFile(join(hub, 'lake', path), 'utf8')) as Record<string, never>
    expect(await json('links/current.json')).toMatchObject({
      sha256: await hashFile(join(hub, 'lake', 'links', 'v2', 'links.parquet')),
    })
    expect(await json('oppositions/current.json')).toMatchObject({
      sha256: await hashFile(join(hub, 'lake', 'oppositions', 'v1.parquet')),
    })
    expect(await json('omop/v1/release.json')).toMatchObject({
      tables: {
        person: { sha256: await hashFile(join(hub, 'lake', 'omop', 'v1', 'person.parquet')) },
        death: { sha256: await hashFile(join(made, 'lake', 'omop', 'v1', 'death.parquet')) },
      },
    })
    expect(rotated.dropped).toEqual(['omop/v1/cdm.duckdb'])
  })

  test('is known to the ledger: what was made under the old key counts as made otherwise', async () => {
    const ledger = await Ledger.open(join(hub, 'runs', 'ledger.jsonl'))
    const residence = join(hub, 'lake', 'snds', 'RESIDENCE.parquet')
    expect(await ledger.done(residence, `made ${residence}`)).toBeUndefined()
    expect(await ledger.contentOf(residence)).not.toBe(`made ${residence}`)
    const death = join(hub, 'lake', 'omop', 'v1', 'death.parquet')
    expect(await ledger.contentOf(death)).toBe(`made ${death}`)
  })

  test('destroys the old key and tables with a signed receipt that tells the proof, and leaves nothing behind', async () => {
    expect(await verifyReceipts(join(hub, 'receipts'))).toMatchObject({ intact: true, signed: 1 })
    const receipt = JSON.parse(await readFile(join(hub, 'receipts', 'key-matcher-v1.json'), 'utf8')) as {
      proof: object
      files: { name: string; kind: string; sha256: string }[]
    }
    expect(receipt.proof).toMatchObject({ version: 2, oldIdsLeft: 0, ids: rotated.ids, orphans: 1 })
    const keyFile = await readFile(join(made, 'trusted', 'matcher', 'key'))
    expect(receipt.files[0]).toMatchObject({ kind: 'key', sha256: sha256(keyFile) })
    expect(receipt.files.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['lake-table', 'identity']))
    const names = await readdir(hub, { recursive: true })
    expect(names.filter((name) => /\.next|\.old|rotation\.|unfinished|\.tmp$/.test(name))).toEqual([])
    const secret = OLD_KEY.toString('hex')
    for (const name of names) {
      const path = join(hub, name)
      if ((await stat(path)).isFile())
        expect((await readFile(path, 'latin1')).includes(secret), name).toBe(false)
    }
  })

  test('may be done again: from the second key to the third', async () => {
    const again = await copyOf()
    await rotate(again)
    expect(await rotate(again)).toMatchObject({
      version: 3,
      persons: SNDS + BNDMR,
      orphans: 1,
      ids: rotated.ids,
    })
    expect(await idsIn(again, everybody(NEW_KEY))).toEqual([])
    expect(await verifyReceipts(join(again, 'receipts'))).toMatchObject({ intact: true, signed: 2 })
  })
})

test('cut at any of its stages it has mixed nothing, and goes on to what it would have given', async () => {
  const whole = await copyOf()
  await rotate(whole)
  const bytesOf = async (hub: string) => {
    const paths = (await readdir(join(hub, 'lake'), { recursive: true, withFileTypes: true }))
      .filter((one) => one.isFile())
      .map((one) => join(one.parentPath, one.name))
      .sort()
    return Promise.all(paths.map(async (path) => [path.slice(hub.length), await hashFile(path)]))
  }
  const expected = await bytesOf(whole)
  const cut = await copyOf()
  const cuts: ((event: RoleProgress) => boolean)[] = [
    ({ stage, done }) => stage === 'write' && done === 1,
    ({ stage, done }) => stage === 'write' && done === 6,
    ({ stage, done }) => stage === 'prove' && done === 3,
    ({ stage }) => stage === 'change places',
    ({ stage }) => stage === 'enter',
    ({ stage }) => stage === 'destroy',
    ({ stage }) => stage === 'tidy',
  ]
  for (const [index, at] of cuts.entries()) {
    await expect(rotate(cut, at)).rejects.toThrow('cut')
    const holds = await lakeHolds(cut)
    // All old until the trees have changed places, all new from then on.
    expect(holds, String(index)).toEqual(index < 4 ? { old: true, new: false } : { old: false, new: true })
    const other = withLock({ path: (...parts) => join(cut, ...parts) }, 'receive snds', async () => 'begun')
    if (index < 3) expect(await other).toBe('begun')
    else await expect(other).rejects.toMatchObject({ code: 'store/unfinished' })
  }
  expect(await rotate(cut)).toMatchObject({ version: 2, oldIdsLeft: 0 })
  expect(await bytesOf(cut)).toEqual(expected)
  expect(await idsIn(cut, before)).toEqual([])
  expect(await verifyReceipts(join(cut, 'receipts'))).toMatchObject({ intact: true, signed: 1 })
})

test('between the two names of the lake there is none, and the rotation goes on from there', async () => {
  const hub = await copyOf()
  await expect(rotate(hub, ({ stage }) => stage === 'change places')).rejects.toThrow('cut')
  await rename(join(hub, 'lake'), join(hub, 'lake.old'))
  expect(await lakeHolds(hub)).toBeUndefined()
  await rotate(hub)
  expect(await idsIn(hub, before)).toEqual([])
})

test('what was received while a rotation was cut is re-keyed with the rest', async () => {
  const hub = await copyOf()
  await expect(rotate(hub, ({ stage, done }) => stage === 'write' && done === 9)).rejects.toThrow('cut')
  const added = join(hub, 'lake', 'snds', 'ER_PRS_F', '2021.parquet')
  await cp(join(hub, 'lake', 'snds', 'ER_PRS_F', '2020.parquet'), added)
  await rm(join(hub, 'lake', 'snds', 'ER_PRS_F', '2020.parquet'))
  await rotate(hub)
  expect(await idsIn(hub, before)).toEqual([])
  expect((await readdir(join(hub, 'lake', 'snds', 'ER_PRS_F'))).sort()).toEqual([
    '2019.parquet',
    '2021.parquet',
  ])
})

describe('an id that stands where no tag says so', () => {
  test.each([
    [
      'a column that is not tagged',
      'lake/omop/v1/note.parquet',
      `select '${personOf('snds', 5)}' as note_text`,
    ],
    ['within a longer text', 'lake/bndmr/note/a.parquet', `select 'X${personOf('snds', 5)}AB' as words`],
    ['a page of a space', 'spaces/leak.html', undefined],
    ['the working folder of the matcher', 'trusted/matcher/last-error.txt', undefined],
  ])('stops the rotation before anything changes: %s', async (_where, path, query) => {
    const hub = await copyOf()
    if (query === undefined) await writeFile(join(hub, path), `<p>${personOf('snds', 7)}</p>`)
    else {
      await mkdir(join(hub, path, '..'), { recursive: true })
      await engine.writeParquet(query, join(hub, path))
    }
    const error = await rotate(hub).catch((e: unknown) => e)
    expect(error).toMatchObject({ code: 'identity/untagged-id' })
    // Where and how many, never which.
    for (const id of before) expect(String(error) + JSON.stringify(error)).not.toContain(id)
    expect(await lakeHolds(hub)).toEqual({ old: true, new: false })
    expect(await readKey(join(hub, 'trusted', 'matcher'), 'matcher')).toEqual(OLD_KEY)
  })
})

test('opposition lists of before name the same persons, and are no new version', async () => {
  const hub = await copyOf()
  await rotate(hub)
  const list = join(hub, 'trusted', 'matcher', 'oppositions')
  await mkdir(list, { recursive: true })
  const opposed = await rows<{ person: string }>(hub, 'oppositions/v1.parquet')
  expect(opposed.map(({ person }) => person).every((id) => everybody(NEW_KEY).has(id))).toBe(true)
  const own = `select 'snds' as source, 'all' as scope, null::date as from_date, null::date as until_date, 'child' as form, i.psa as level1, null::varchar as own
    from '${join(hub, 'trusted', 'matcher', 'identity', 'snds.parquet')}' i join '${join(hub, 'lake', 'oppositions', 'v1.parquet')}' o on o.person = i.person`
  await engine.writeParquet(own, join(list, 'v1.parquet'))
  await writeFile(join(list, 'current.json'), JSON.stringify({ version: 'v1', sha256: 'any' }))
  expect(await resolveOppositions(join(hub, 'trusted', 'matcher'), join(hub, 'lake'))).toMatchObject({
    version: 'v1',
  })
})

test('a matcher whose memory is under another key rotates nothing', async () => {
  const hub = await copyOf()
  await writeFile(join(hub, 'trusted', 'matcher', 'key'), `${Buffer.alloc(32, 9).toString('hex')}\n`)
  await expect(rotate(hub)).rejects.toMatchObject({ code: 'identity/stale-identity' })
  expect(await lakeHolds(hub)).toEqual({ old: true, new: false })
})
