import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bytesFor } from '../src/base/index.ts'
import { type DuckDb, openDuckDb } from '../src/engine/index.ts'
import { hubId } from '../src/identity/index.ts'
import { openSpace } from '../src/spaces/index.ts'
import { type Hub, openHub } from '../src/store/index.ts'
import { chainon, start } from './fixtures/chainon.ts'
import { leaksIn } from './fixtures/leaks.ts'
import { writeOppositions } from './fixtures/small-release.ts'
import { ANALYST, releaseOf, signed, smallHub, widePermit } from './fixtures/small-space.ts'

/* A rotation as its user sees it: the command, killed where it hurts, in a hub with an open space. */

const PERSONS = 20
let hub: Hub
let engine: DuckDb
const level1 = (side: string, n: number): string => `${side}${String(n).padStart(16, '0')}`
const id = (side: string, n: number, key: string): string => hubId(bytesFor('small', key), level1(side, n))

beforeAll(async () => {
  hub = await smallHub(PERSONS)
  engine = await openDuckDb({ threads: 1 })
  // The small data version names persons S1 and B2: here they get hub ids, which the matcher remembers.
  const named = ['S', 'B'].flatMap((side) =>
    Array.from({ length: PERSONS }, (_, i) => [
      `${side}${i + 1}`,
      level1(side, i + 1),
      id(side, i + 1, 'matcher'),
    ]),
  )
  await engine.load('named', { short: 'varchar', level1: 'varchar', person: 'varchar' }, named)
  const ids = hub.path('lake', 'omop', 'v1', 'ids', 'person.parquet')
  await engine.run(`create table ids as select i.* replace (s.person as snds, b.person as bndmr) from '${ids}' i
    left join named s on s.short = i.snds left join named b on b.short = i.bndmr order by person_id`)
  await engine.writeParquet('select * from ids', ids)
  const identity = hub.path('trusted', 'matcher', 'identity')
  await mkdir(identity, { recursive: true })
  for (const [side, name, columns] of [
    ['S', 'snds', 'level1 as psa, 1 as rng, null::varchar as own, level1, person'],
    ['B', 'bndmr', 'level1, null::varchar as nir, null::varchar as psa, person'],
  ] as const)
    await engine.writeParquet(
      `select ${columns} from named where short like '${side}%' order by level1`,
      join(identity, `${name}.parquet`),
    )
  const { tables, ...permit } = widePermit(await releaseOf(hub))
  const { person, condition_occurrence } = tables
  await signed(hub, { ...permit, tables: { person, condition_occurrence } as typeof tables })
})
afterAll(async () => {
  await engine?.close()
  await rm(join(hub.dir, '..'), { recursive: true, force: true })
})

const rotate = ['keys', 'rotate', '--role', 'matcher', '--as', ANALYST, '--json']
/** Kills the command with the processes of its roles once a file stands, or lets it end before. */
async function killWhen(path: string): Promise<boolean> {
  const { child, ended } = start([...rotate, '--hub', hub.dir])
  while (child.exitCode === null && !existsSync(path)) await wait(2)
  const hit = child.kill('SIGKILL')
  await ended
  // The process of the role ends itself when its parent is gone.
  await wait(200)
  return hit
}

test('a rotation that is killed twice ends whole; an open space keeps its ids, and loses who objects later', async () => {
  const { manifest } = await openSpace({ hub, permit: 'wide', as: ANALYST })
  const old = new Set(
    ['S', 'B'].flatMap((side) => Array.from({ length: PERSONS }, (_, i) => id(side, i + 1, 'matcher'))),
  )
  const left = async (): Promise<number> =>
    (await leaksIn(engine, [hub.dir], { texts: { old }, keys: {} })).length
  expect(await left()).toBeGreaterThan(2)

  expect(await killWhen(hub.path('lake.next'))).toBe(true)
  expect(existsSync(hub.path('lake.next'))).toBe(true)
  await killWhen(hub.path('unfinished'))
  const ran = await chainon(...rotate, '--hub', hub.dir)
  expect(ran.stderr.replace(/the lock of .*\n/g, '')).toBe('')
  expect(JSON.parse(ran.stdout)).toMatchObject({ oldIdsLeft: 0 })
  expect(await left()).toBe(0)
  const key = (await readFile(hub.path('trusted', 'matcher', 'key'), 'utf8')).trim()
  expect(key).toBe(`v2 ${bytesFor('small', 'matcher v2').toString('hex')}`)

  const refreshed = await openSpace({ hub: await openHub(hub.dir), permit: 'wide', as: ANALYST })
  expect(refreshed.manifest.tables).toEqual(manifest.tables)

  // Whoever objects from now on is named by the new id.
  const late = [2, 4, 6].map((n) => ({ person: id('B', n, 'matcher v2') }))
  await writeOppositions(hub.path('lake'), 'v2', late)
  const without = await openSpace({ hub, permit: 'wide', as: ANALYST })
  expect(without.manifest.persons).toBe(manifest.persons - late.length)
  const verdict = await chainon('journal', 'verify', '--hub', hub.dir, '--json')
  expect(JSON.parse(verdict.stdout)).toMatchObject({ intact: true, receipts: { intact: true, signed: 1 } })

  const receipt = hub.path('receipts', 'key-matcher-v1.json')
  const text = await readFile(receipt, 'utf8')
  await writeFile(receipt, text.replace('"oldIdsLeft":0', '"oldIdsLeft":1'))
  expect(await chainon('journal', 'verify', '--hub', hub.dir)).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('receipts/key-matcher-v1.json was altered'),
  })
})

test('the key of the source is not the hub’s to rotate, and the command says whose it is', async () => {
  const refused = await chainon('keys', 'rotate', '--role', 'source', '--as', ANALYST, '--hub', hub.dir)
  expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('a hub cannot rotate it alone') })
})
