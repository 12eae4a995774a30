import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Engine, openDuckDb, openEngine } from '../../src/engine/index.ts'
import { clusterOnce, engineAs, noCluster, type TestCluster } from '../fixtures/cluster.ts'

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
      ['trusted', 'matcher', 'planted'],
      ['trusted', 'hub', 'planted'],
      ['lake', 'planted'],
      ['spaces', 'planted'],
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
      [join(cluster.hub, 'trusted', 'matcher', 'planted', 'planted.parquet')],
      NIR,
    )
    expect(await matcher.rows(`select nir from ${planted}`)).toEqual([{ nir: 'NIR of somebody' }])
  })

  test.each(['chainon_matcher', 'chainon_hub', 'chainon_spaces', 'system'])(
    'the hub’s user sees nothing of %s',
    async (catalog) => {
      for (const statement of [
        `show schemas from ${catalog}`,
        `create schema ${catalog}.mine`,
        `select * from ${catalog}.information_schema.tables`,
      ])
        await expect(hub.run(statement)).rejects.toMatchObject({ code: 'trino/right' })
      expect((await hub.rows<{ Catalog: string }>('show catalogs')).map((row) => row.Catalog)).toEqual([
        'chainon_lake',
      ])
    },
  )

  test('the hub’s user does not reach trusted/ by a location either', async () => {
    await hub.run('create schema if not exists chainon_lake.attack')
    const trusted = join(cluster.hub, 'trusted', 'matcher', 'planted')
    const locations = [
      'local:///../trusted/matcher/planted',
      'local:///planted/../../trusted/matcher/planted',
      `local://${trusted}`,
      `file://${trusted}`,
      trusted,
    ]
    let n = 0
    for (const location of locations) {
      const name = `chainon_lake.attack.t${++n}`
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
      `create table chainon_lake.attack.own (nir varchar) with (format = 'PARQUET', external_location = 'local:///planted')`,
    )
    expect(await hub.rows('select * from chainon_lake.attack.own')).toHaveLength(1)
    await hub.run('drop schema chainon_lake.attack cascade')
  })

  test('each role reaches its own catalogue, and not the other’s', async () => {
    await expect(matcher.run('show schemas from chainon_hub')).rejects.toMatchObject({ code: 'trino/right' })
    await expect(matcher.run('show schemas from chainon_spaces')).rejects.toMatchObject({
      code: 'trino/right',
    })
    const role = await engineAs(cluster, 'hub')
    await expect(role.run('show schemas from chainon_matcher')).rejects.toMatchObject({ code: 'trino/right' })
    await role.close()
    const space = await engineAs(cluster, 'space')
    for (const catalog of ['chainon_lake', 'chainon_matcher', 'chainon_hub'])
      await expect(space.run(`show schemas from ${catalog}`)).rejects.toMatchObject({ code: 'trino/right' })
    await space.close()
  })

  test('in a space only queries over its tables run, whatever a step says', async () => {
    const own = join(cluster.hub, 'spaces', 'planted', 'planted.parquet')
    const space = await openEngine(
      cluster.choice,
      { as: 'space', folder: join(cluster.hub, 'spaces') },
      { onlyFiles: [own] },
    )
    const other = await engineAs(cluster, 'space')
    const foreign = await other.stage?.(`select 'of another run' as x`)
    const table = await space.table([own], NIR)
    expect(await space.rows(`select nir from ${table}`)).toHaveLength(1)
    for (const statement of [
      `select * from ${foreign}`,
      `select nir from ${table} union all select x from ${foreign}`,
      'select * from chainon_spaces.information_schema.schemata',
      'create table chainon_spaces.chainon.mine as select 1 as one',
      'show schemas from chainon_spaces',
      `select 1; select 2`,
      `select nir from ${table}) as a, (select * from ${foreign}`,
    ])
      await expect(space.rows(statement), statement).rejects.toThrow()
    await expect(
      space.table([join(cluster.hub, 'spaces', 'planted', 'other.parquet')], NIR),
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
    for (const port of [1, 2, 3].map((n) => cluster.options.port + n)) {
      const answer = await fetch(`http://127.0.0.1:${port}/v1/statement`, {
        method: 'POST',
        headers: { 'X-Trino-User': 'chainon-matcher' },
        body: 'show catalogs',
      })
      expect(answer.status).toBeGreaterThanOrEqual(400)
    }
    const rules = await readFile(join(cluster.options.dir, 'coordinator', 'etc', 'rules.json'), 'utf8')
    expect(JSON.parse(rules)).toHaveProperty('impersonation', [])
  })
})
