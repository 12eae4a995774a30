import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ANALYST, releaseOf, signed, smallHub, widePermit } from '../../test/fixtures/small-space.ts'
import { addDays, openDuckDb, type Sql, sql, step, table } from '../engine/index.ts'
import type { Hub } from '../store/index.ts'
import { openProjectSpace, openSpace, type ProjectSpace } from './index.ts'

let hub: Hub
let space: ProjectSpace

beforeAll(async () => {
  hub = await smallHub(40)
  await signed(hub, widePermit(await releaseOf(hub)))
  await openSpace({ hub, permit: 'wide', as: ANALYST })
  space = await openProjectSpace(hub, 'wide')
})
afterAll(() => space.close())

const person = table('person', {
  person_id: 'bigint',
  year_of_birth: 'integer',
  canary: 'varchar',
  marker: 'varchar',
})
const death = table('death', { person_id: 'bigint', death_date: 'date' })

test('a study gets rows of its steps, over steps of its own', async () => {
  const young = step('young', {
    reads: { p: person },
    gives: { person_id: 'bigint' },
    sql: ({ p }) => sql`select ${p.person_id} as person_id from ${p} where ${p.year_of_birth} > 1960`,
  })
  const dead = step('dead', {
    reads: { y: young, d: death },
    gives: { person_id: 'bigint', after: 'date' },
    order: ['person_id'],
    sql: ({ y, d }) => sql`
      select ${y.person_id} as person_id, ${addDays(sql`${d.death_date}`, 1)} as after
      from ${y} join ${d} on ${d.person_id} = ${y.person_id}`,
  })
  const rows = await space.rows<{ person_id: bigint; after: string }>(dead)
  expect(rows.length).toBe(10)
  expect(rows[0]).toEqual({ person_id: expect.any(BigInt), after: '2019-02-04' })
  expect(space.permit).toMatchObject({ id: 'wide', synthetic: true, today: hub.today(), dataVersion: 'v1' })
})

test('a study knows what its permit holds', () => {
  expect(space.has('person')).toBe(true)
  expect(space.has('person', 'year_of_birth')).toBe(true)
  expect(space.has('person', 'canary')).toBe(false)
  expect(space.has('note')).toBe(false)
})

test('a column or table that the permit does not hold is an error that names it', async () => {
  const nosy = step('nosy', {
    reads: { p: person },
    gives: { x: 'varchar' },
    sql: ({ p }) => sql`select ${p.canary} as x from ${p}`,
  })
  const above = step('above', {
    reads: { n: nosy },
    gives: { x: 'varchar' },
    sql: ({ n }) => sql`select x from ${n}`,
  })
  await expect(space.rows(above)).rejects.toMatchObject({
    code: 'space/not-in-permit',
    message: expect.stringContaining('person.canary, which the step nosy reads'),
  })
  const nested = step('nested', {
    reads: { p: person },
    gives: { x: 'date' },
    sql: ({ p }) => sql`select ${addDays(sql`${p.canary}`, 1)} as x from ${p}`,
  })
  await expect(space.rows(nested)).rejects.toMatchObject({ code: 'space/not-in-permit' })
  const bare = step('bare', {
    reads: { p: person },
    gives: { x: 'varchar' },
    sql: ({ p }) => sql`select canary as x from ${p}`,
  })
  await expect(space.rows(bare)).rejects.toMatchObject({ code: 'space/not-in-permit' })
  const note = table('note', { note_id: 'bigint' })
  const notes = step('notes', {
    reads: { n: note },
    gives: { x: 'bigint' },
    sql: ({ n }) => sql`select note_id as x from ${n}`,
  })
  await expect(space.rows(notes)).rejects.toMatchObject({ code: 'space/not-in-permit' })
})

/** What somebody who writes SQL in a step might try. `LAKE` and `OWN` stand for files of the hub and of the space. */
const ATTACKS = [
  `select * from read_parquet('LAKE')`,
  `select * from 'LAKE'`,
  `select * from parquet_scan(['LAKE'])`,
  `select * from parquet_metadata('LAKE')`,
  `select * from read_parquet('OWN/../../../lake/omop/v1/person.parquet')`,
  `select * from read_parquet('HUB/lake/omop/*/person.parquet')`,
  `select * from read_csv('HUB/chainon.yaml')`,
  `select * from read_text('HUB/trusted/hub/key')`,
  `select * from read_blob('HUB/trusted/hub/spaces/wide/secret')`,
  `select * from read_json('HUB/spaces/wide/manifest.json')`,
  `select * from glob('HUB/**')`,
  `select * from read_text('/etc/passwd')`,
  `select * from read_text('https://example.org/')`,
  `select * from sniff_csv('HUB/chainon.yaml')`,
  `copy (select 1) to 'HUB/out.csv'`,
  `copy (select 1) to 'OWN/person.parquet' (use_tmp_file false)`,
  `copy person from 'LAKE'`,
  `export database 'HUB/out'`,
  `import database 'HUB/out'`,
  `attach 'HUB/out.duckdb' as x`,
  `attach ':memory:' as x`,
  `install httpfs`,
  `load httpfs`,
  `load 'HUB/evil.duckdb_extension'`,
  `set enable_external_access = true`,
  `set allowed_paths = ['LAKE']`,
  `reset lock_configuration`,
  `pragma enable_profiling`,
  `create table x as select 1`,
  `create macro f() as table select * from read_text('/etc/passwd')`,
  `create secret s (type s3, key_id 'a', secret 'b')`,
  `select 1; copy (select 1) to 'HUB/out.csv'`,
  `select 1; set lock_configuration = false`,
  `with x as (select * from read_parquet('LAKE')) select count(*) from x`,
  `select (select count(*) from read_parquet('LAKE'))`,
  `explain analyze select 1`,
  `call pragma_database_size()`,
  `prepare p as select 1`,
  `begin transaction`,
  `vacuum`,
  `checkpoint`,
]

test('nothing but queries over the files of the space runs in it', async () => {
  const before = await snapshot()
  await writeFile(hub.path('evil.duckdb_extension'), 'x')
  const through: string[] = []
  for (const attack of ATTACKS) {
    const text = attack
      .replaceAll('LAKE', hub.path('lake', 'omop', 'v1', 'person.parquet'))
      .replaceAll('OWN', hub.path('spaces', 'wide', 'tables'))
      .replaceAll('HUB', hub.dir)
    const body: Sql = { parts: [{ is: 'text', text }] }
    const attempt = step('attempt', { reads: {}, gives: { x: 'integer' }, sql: () => body })
    const outcome = await space.rows(attempt).then(
      () => 'ran',
      (error: { code?: string }) => error.code,
    )
    if (outcome !== 'space/refused' && outcome !== 'space/not-in-permit')
      through.push(`${attack}: ${outcome}`)
  }
  expect(through).toEqual([])
  expect((await snapshot()).filter((file) => !file.startsWith('evil'))).toEqual(before)
})

test('the same reading of other files runs where a database is not held to the files of a space', async () => {
  const engine = await openDuckDb()
  const lake = hub.path('lake', 'omop', 'v1', 'person.parquet')
  const reading = ATTACKS.filter((attack) => attack.startsWith('select') && attack.includes("'LAKE'"))
  expect(reading.length).toBeGreaterThan(3)
  for (const attack of reading)
    expect((await engine.rows(attack.replaceAll('LAKE', lake))).length).toBeGreaterThan(0)
  await engine.close()
})

/** Every file of the hub with its size. */
async function snapshot(): Promise<string[]> {
  const files = await readdir(hub.dir, { recursive: true })
  return Promise.all(
    files.sort().map(async (file) => {
      const { size, mtimeMs } = await stat(join(hub.dir, file))
      return file.includes('.') && !file.startsWith('evil') ? `${file} ${size} ${mtimeMs}` : file
    }),
  )
}
