import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sha256 } from '../../src/base/index.ts'
import { type Engine, openDuckDb, openEngine, openTrino } from '../../src/engine/index.ts'
import {
  ask,
  clusterOnce,
  engineAs,
  noCluster,
  passwordOf,
  queriesSeenBy,
  type SeenQuery,
  type TestCluster,
} from '../fixtures/cluster.ts'

/** Plants a table with an identity in a folder of the hub. */
async function plant(cluster: TestCluster, ...folder: string[]): Promise<void> {
  const duckdb = await openDuckDb({ threads: 1 })
  await mkdir(join(cluster.hub, ...folder), { recursive: true })
  await duckdb.writeParquet(
    `select 'NIR of somebody' as nir`,
    join(cluster.hub, ...folder, 'planted.parquet'),
  )
  await duckdb.close()
}

describe.skipIf(noCluster)('what each user of the cluster may', () => {
  let cluster: TestCluster
  let hub: Engine
  let matcher: Engine
  beforeAll(async () => {
    cluster = await clusterOnce()
    for (const folder of [
      ['trusted', 'matcher', '.planted'],
      ['trusted', 'hub', '.planted'],
      ['lake', '.planted'],
      ['spaces', '.planted'],
    ])
      await plant(cluster, ...folder)
    hub = await engineAs(cluster, 'lake')
    matcher = await engineAs(cluster, 'matcher')
  })
  afterAll(async () => {
    await hub?.close()
    await matcher?.close()
  })

  const NIR = { nir: 'varchar' } as const

  test('the matcher reads what is planted in its folder: so the others would, if they could', async () => {
    const planted = await matcher.table(
      [join(cluster.hub, 'trusted', 'matcher', '.planted', 'planted.parquet')],
      NIR,
    )
    expect(await matcher.rows(`select nir from ${planted}`)).toEqual([{ nir: 'NIR of somebody' }])
  })

  /** A name as a run gives to its schema: others cannot be made. */
  const SCHEMA = `chainon_run_00000000_${process.pid}_attack`
  const denied = { code: 'trino/right' }

  test.each(['chainon_matcher', 'chainon_hub', 'chainon_spaces', 'chainon_space', 'system'])(
    'the hub’s user sees nothing of %s',
    async (catalog) => {
      for (const statement of [
        `show schemas from ${catalog}`,
        `create schema ${catalog}.${SCHEMA}`,
        `select * from ${catalog}.information_schema.tables`,
        ...(catalog === 'system'
          ? ['queries', 'nodes', 'tasks'].map((name) => `select * from system.runtime.${name}`)
          : []),
      ])
        await expect(hub.run(statement), statement).rejects.toMatchObject(denied)
      expect((await hub.rows<{ Catalog: string }>('show catalogs')).map((row) => row.Catalog)).toEqual([
        'chainon_lake',
      ])
    },
  )

  test('the hub’s user does not reach trusted/ by a location either', async () => {
    await hub.run(`create schema chainon_lake.${SCHEMA}`)
    const trusted = join(cluster.hub, 'trusted', 'matcher', '.planted')
    const locations = [
      'local:///../trusted/matcher/.planted',
      'local:///.planted/../../trusted/matcher/.planted',
      `local://${trusted}`,
      `file://${trusted}`,
      trusted,
    ]
    let n = 0
    for (const location of locations) {
      const name = `chainon_lake.${SCHEMA}.t${++n}`
      const rows = await hub
        .run(
          `create table ${name} (nir varchar) with (format = 'PARQUET', external_location = '${location}')`,
        )
        .then(() => hub.rows(`select * from ${name}`))
        .catch(() => [])
      expect(rows, location).toEqual([])
    }
    // The guard of this test: the same in its own folder does find the row.
    await hub.run(
      `create table chainon_lake.${SCHEMA}.own (nir varchar) with (format = 'PARQUET', external_location = 'local:///.planted')`,
    )
    expect(await hub.rows(`select * from chainon_lake.${SCHEMA}.own`)).toHaveLength(1)
    await hub.run(`drop schema chainon_lake.${SCHEMA} cascade`)
  })

  test('each role reaches its own catalogue, and not the other’s', async () => {
    const closed = {
      matcher: ['chainon_hub', 'chainon_spaces', 'chainon_space', 'system'],
      hub: ['chainon_matcher', 'chainon_space', 'system'],
      space: ['chainon_lake', 'chainon_matcher', 'chainon_hub', 'chainon_spaces', 'system'],
    } as const
    for (const [seat, catalogs] of Object.entries(closed)) {
      const own = await engineAs(cluster, seat as keyof typeof closed)
      for (const catalog of catalogs)
        await expect(own.run(`show schemas from ${catalog}`), `${seat}: ${catalog}`).rejects.toMatchObject(
          denied,
        )
      await own.close()
    }
  })

  test('nobody may do what no step asks for: other schemas, settings, functions, procedures, other users', async () => {
    for (const statement of [
      'create schema chainon_lake.other',
      `with session retry_policy = 'NONE' select 1`,
      'with session chainon_lake.non_transactional_optimize_enabled = true select 1',
      'call chainon_lake.system.flush_metadata_cache()',
      'create function chainon_lake.default.one() returns integer return 1',
    ])
      await expect(hub.run(statement), statement).rejects.toMatchObject(denied)
  })

  test('nobody asks in the name of another', async () => {
    const headers = { 'X-Trino-User': 'chainon-matcher' }
    let asked = await ask(cluster, 'lake', '/v1/statement', {
      method: 'POST',
      headers,
      body: 'show catalogs',
    })
    for (;;) {
      const { nextUri } = (asked.status === 200 ? JSON.parse(asked.text) : {}) as { nextUri?: string }
      if (nextUri === undefined) break
      asked = await ask(cluster, 'lake', new URL(nextUri).pathname, { headers })
    }
    expect(asked.text).toContain('chainon cannot impersonate user chainon-matcher')
    expect(asked.text).not.toContain('chainon_matcher')
  })

  test('nobody sees the query of another, and nobody ends it', async () => {
    const stop = new AbortController()
    const own = await openTrino({
      address: cluster.address,
      certificate: await readFile(cluster.certificate, 'utf8'),
      login: { user: 'chainon-matcher', password: await passwordOf(cluster, 'matcher') },
      schema: 'chainon',
      places: [
        {
          folder: join(cluster.hub, 'trusted', 'matcher'),
          catalog: 'chainon_matcher',
          location: 'local:///',
        },
      ],
      signal: stop.signal,
    })
    const secret = 'birth name of somebody'
    const asked = own
      .rows(
        `select count(*) as n from unnest(sequence(1, 9000)) as a(n) cross join unnest(sequence(1, 9000)) as b(n)
         cross join unnest(sequence(1, 9000)) as c(n) where '${secret}' = cast(a.n * b.n + c.n as varchar)`,
      )
      .catch((error: unknown) => error)
    const seen = async (): Promise<SeenQuery | undefined> =>
      (await queriesSeenBy(cluster, 'matcher')).find(({ query }) => query.includes(secret))
    let mine = await seen()
    for (let tries = 0; mine?.state !== 'RUNNING' && tries < 120; tries++) {
      await wait(250)
      mine = await seen()
    }
    // The guard of this test: its owner does see it.
    expect(mine).toMatchObject({ state: 'RUNNING' })
    const id = mine?.queryId
    for (const seat of ['lake', 'hub', 'space'] as const) {
      expect(JSON.stringify(await queriesSeenBy(cluster, seat))).not.toContain(secret)
      for (const path of [`/v1/query/${id}`, `/v1/query/${id}?pruned=true`]) {
        const answer = await ask(cluster, seat, path)
        expect(answer.status, path).toBeGreaterThanOrEqual(400)
        expect(answer.text).not.toContain(secret)
      }
      const end = await ask(cluster, seat, `/v1/query/${id}`, { method: 'DELETE' })
      expect(end.status).toBe(403)
    }
    expect(await seen()).toMatchObject({ state: 'RUNNING' })
    stop.abort()
    await asked
    await own.close()
  })

  test('who reads the spaces writes nothing in them', async () => {
    const folder = join(cluster.hub, 'spaces', '.planted')
    const before = await bytesBelow(folder)
    expect(before).toHaveLength(1)
    const space = await engineAs(cluster, 'space')
    const schema = `chainon_space.${SCHEMA}`
    const within = `chainon_space.${SCHEMA}2`
    await space.run(`create schema ${schema}`)
    await space.run(
      `create table ${schema}.planted (nir varchar) with (format = 'PARQUET', external_location = 'local:///.planted')`,
    )
    expect(await space.rows(`select nir from ${schema}.planted`)).toHaveLength(1)
    await space.run(`create schema ${within} with (location = 'local:///.planted')`)
    for (const statement of [
      `insert into ${schema}.planted values 'another'`,
      `delete from ${schema}.planted`,
      `truncate table ${schema}.planted`,
      `alter table ${schema}.planted execute optimize`,
      `create table ${schema}.new with (format = 'PARQUET', external_location = 'local:///.planted/new') as select 1 as one`,
      `create table ${within}.new as select 1 as one`,
    ])
      await expect(space.run(statement), statement).rejects.toThrow()
    await space.run(`drop schema ${within} cascade`)
    await space.run(`drop schema ${schema} cascade`)
    await space.close()
    expect(await bytesBelow(folder)).toEqual(before)
    // The guard of this test: who fills the spaces does write there.
    const role = await engineAs(cluster, 'hub')
    await role.writeParquet('select 1 as one', join(folder, 'written.parquet'))
    await role.close()
    expect((await bytesBelow(folder)).length).toBeGreaterThan(1)
  })

  const bytesBelow = async (folder: string): Promise<string[]> => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    const files = entries.filter((entry) => entry.isFile())
    return Promise.all(
      files.map(
        async ({ parentPath, name }) => `${name} ${sha256(await readFile(join(parentPath, name), 'latin1'))}`,
      ),
    )
  }

  test('in a space only queries over its tables run, whatever a step says', async () => {
    const own = join(cluster.hub, 'spaces', '.planted', 'planted.parquet')
    const space = await openEngine(
      cluster.choice,
      { as: 'space', folder: join(cluster.hub, 'spaces') },
      { onlyFiles: [own] },
    )
    const other = await engineAs(cluster, 'space')
    const foreign = await other.stage?.(`select 'of another run' as x`)
    const table = await space.table([own], NIR)
    expect(await space.rows(`select nir, 'table (' as word from ${table}`)).toHaveLength(1)
    for (const statement of [
      `select * from ${foreign}`,
      `select nir from ${table} union all select x from ${foreign}`,
      'select * from chainon_space.information_schema.schemata',
      `create table chainon_space.${SCHEMA}.mine as select 1 as one`,
      'show schemas from chainon_space',
      `select 1; select 2`,
      `select nir from ${table}) as a, (select * from ${foreign}`,
      'select * from table(sequence(1, 3))',
      `select * from table /* ' */ (exclude_columns(input => table(${foreign}), columns => descriptor(x)))`,
      'with function one() returns integer return 1 select one()',
    ])
      await expect(space.rows(statement), statement).rejects.toThrow()
    await expect(
      space.table([join(cluster.hub, 'spaces', '.planted', 'other.parquet')], NIR),
    ).rejects.toMatchObject({
      code: 'engine/not-a-query',
    })
    await expect(space.run('select 1')).rejects.toMatchObject({ code: 'engine/not-a-query' })
    await expect(space.writeParquet('select 1 as one', own)).rejects.toMatchObject({
      code: 'engine/not-a-query',
    })
    await space.close()
    await other.close()
  })

  test('without a login nobody is answered, on the ports of the nodes neither', async () => {
    const [coordinator, ...workers] = [1, 2, 3].map(
      (n) => `http://127.0.0.1:${cluster.options.port + n}`,
    ) as [string, ...string[]]
    const as = { 'X-Trino-User': 'chainon-matcher' }
    for (const node of [coordinator, ...workers]) {
      const asked = await fetch(`${node}/v1/statement`, {
        method: 'POST',
        headers: as,
        body: 'show catalogs',
      })
      expect(asked.status).toBeGreaterThanOrEqual(400)
      // Tasks carry the plan of a query; threads and beans tell of all.
      for (const path of ['/v1/query', '/v1/task', '/v1/thread', '/v1/jmx/mbean', '/metrics', '/v1/memory'])
        for (const headers of [{}, as])
          expect((await fetch(`${node}${path}`, { headers })).status, path).toBeGreaterThanOrEqual(400)
      const end = await fetch(`${node}/v1/info/state`, {
        method: 'PUT',
        headers: { ...as, 'Content-Type': 'application/json' },
        body: '"SHUTTING_DOWN"',
      })
      expect(end.status).toBeGreaterThanOrEqual(400)
    }
  })
})
