import { cp, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { chainon, start } from '../fixtures/chainon.ts'
import {
  clusterOnce,
  noCluster,
  queriesSeenBy,
  type SeenQuery,
  type TestCluster,
} from '../fixtures/cluster.ts'
import { DEMO, type DemoRun, demoOnce } from '../fixtures/demo-once.ts'
import { countTables, differingTables } from '../fixtures/same-tables.ts'

const WRITTEN = [
  ...['snds', 'bndmr', 'referentials', 'links', 'oppositions', 'omop'].map((folder) => `lake/${folder}`),
  'spaces/dromos',
]

/** Minutes more: the demo is killed and resumed before it is compared. */
const LONG = process.env['CHAINON_LONG_TESTS'] === '1'

describe.skipIf(noCluster)('the demo on a cluster', () => {
  let cluster: TestCluster
  let duckdb: DemoRun
  let killed: boolean
  beforeAll(async () => {
    cluster = await clusterOnce()
    duckdb = await demoOnce()
    const dir = join(cluster.hub, '..')
    await cp(duckdb.country, join(dir, 'country'), { recursive: true })
    const { address, certificate } = cluster
    const engine = ['--engine', 'trino', '--server', address, '--certificate', certificate]
    const demo = [
      'demo',
      '--persons',
      String(DEMO.persons),
      '--seed',
      DEMO.seed,
      '--dir',
      dir,
      '--json',
      ...engine,
    ]
    if (LONG) killed = await killWhileWriting(demo, 'omop')
    const ran = await chainon(...demo)
    if (ran.code !== 0) throw new Error(ran.stderr)
  }, 1_200_000)

  /** Starts the demo and kills it while the cluster writes a table of this folder of the lake. */
  async function killWhileWriting(demo: readonly string[], folder: string): Promise<boolean> {
    const { child, ended } = start(demo)
    const written = new RegExp(`^create table .*'local:///${folder}/.* as\n`)
    const writes = ({ query, state }: SeenQuery): boolean => state === 'RUNNING' && written.test(query)
    while (child.exitCode === null && !(await queriesSeenBy(cluster, 'lake').catch(() => [])).some(writes))
      await wait(50)
    child.kill('SIGKILL')
    return (await ended).signal === 'SIGKILL'
  }

  test.runIf(LONG)('it was killed in the middle of a write, and resumed', () => {
    expect(killed).toBe(true)
  })

  test('every table of the lake and of the space has the rows of DuckDB, to the cent', async () => {
    let compared = 0
    // Other tests plant tables beside these.
    for (const folder of WRITTEN) {
      expect(await differingTables(join(duckdb.hub, folder), join(cluster.hub, folder)), folder).toEqual([])
      compared += await countTables(join(cluster.hub, folder))
    }
    expect(compared).toBeGreaterThan(60)
  })

  test('what is released is the same to the byte', async () => {
    const tables = (hub: string) => join(hub, 'released', 'dromos', '1', 'tables')
    const names = await readdir(tables(duckdb.hub))
    expect(names.length).toBeGreaterThan(20)
    expect(await readdir(tables(cluster.hub))).toEqual(names)
    for (const name of names)
      expect(await readFile(join(tables(cluster.hub), name), 'utf8'), name).toBe(
        await readFile(join(tables(duckdb.hub), name), 'utf8'),
      )
  })

  test('no table of a run is left on the cluster, and what was done is not done again', async () => {
    const again = await chainon('omop', 'build', '--hub', cluster.hub, '--as', 'test', '--json')
    expect(again.code).toBe(0)
    for (const folder of [['lake'], ['spaces'], ['trusted', 'matcher'], ['trusted', 'hub']]) {
      const schemas = await readdir(join(cluster.hub, ...folder, '.trino')).catch(() => [])
      expect(
        schemas.filter((name) => name.includes('_run_')),
        folder.join('/'),
      ).toEqual([])
    }
  })

  test('no secret stands in the configuration, the ledger, the journal or a plan', async () => {
    const secret = (await readFile(join(cluster.hub, 'trino.password'), 'utf8')).trim()
    expect(secret.length).toBeGreaterThan(20)
    for (const file of ['chainon.yaml', 'journal.jsonl', 'runs/ledger.jsonl'])
      expect(await readFile(join(cluster.hub, file), 'utf8'), file).not.toContain(secret)
    const { stdout } = await chainon('explain', 'omop/cost', '--hub', cluster.hub)
    expect(stdout).not.toContain(secret)
  })
})
