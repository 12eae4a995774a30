import { existsSync } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, describe, expect, test } from 'vitest'
import { type Engine, Ledger, openDuckDb, Plan, sql, step, table } from '../../src/engine/index.ts'
import type { Cluster } from '../../tools/trino/cluster.ts'
import { engineAs, noCluster, ownCluster, queriesSeenBy, type TestCluster } from '../fixtures/cluster.ts'
import { differingTables } from '../fixtures/same-tables.ts'

const LINES = table('lines', { id: 'bigint', person: 'bigint', euros: 'decimal(12,2)' })

/** Each line beside all lines of its person: seconds of work on little data. */
const beside = step('beside', {
  reads: { l: LINES, o: LINES },
  gives: { id: 'bigint', n: 'bigint', euros: 'decimal(38,2)' },
  order: ['id'],
  sql: ({ l, o }) => sql`select ${l.id} as id, count(*) as n, sum(${o.euros}) as euros
    from ${l} join ${o} on ${o.person} = ${l.person} group by ${l.id}`,
})

describe.skipIf(noCluster)('a worker that is killed in the middle of a write', () => {
  let cluster: (TestCluster & Cluster) | undefined
  afterAll(() => cluster?.stop())

  const ROWS = 300_000
  const lines = (): string => join(cluster?.hub ?? '', 'lake', 'lines', 'lines.parquet')
  const output = (folder: string): string => join(cluster?.hub ?? '', 'lake', folder, 'beside.parquet')

  async function start(faultTolerant: boolean): Promise<void> {
    cluster = await ownCluster('losing', { faultTolerant, memory: '1200M' })
    if (existsSync(lines())) return
    await mkdir(dirname(lines()), { recursive: true })
    const duckdb = await openDuckDb()
    await duckdb.run(
      `copy (select i as id, i % 1500 as person, cast(i / 100 as decimal(12,2)) as euros from range(${ROWS}) r(i))
       to '${lines()}' (format parquet, row_group_size 20000)`,
    )
    await write(duckdb, 'expected')
    await duckdb.close()
  }

  async function write(engine: Engine, folder: string) {
    const ledger = await Ledger.open(join(cluster?.hub ?? '', 'runs', 'ledger.jsonl'))
    const plan = new Plan(engine, { ledger })
    await plan.bind(LINES, [lines()])
    return plan.write(beside, output(folder))
  }

  /** Writes on the cluster, and kills the first worker once a part of the work is done; then how that ended. */
  async function writeAndKill(folder: string): Promise<unknown> {
    const engine = await engineAs(cluster as TestCluster, 'lake')
    let over = false
    const ended = write(engine, folder)
      .catch((error: unknown) => error)
      .finally(() => (over = true))
    await inTheMiddle()
    await cluster?.killWorker(1)
    expect(over).toBe(false)
    await ended
    await engine.close()
    return ended
  }

  /** Some of the work of the write is done, and some is not. */
  async function inTheMiddle(): Promise<void> {
    for (; ; await wait(100)) {
      const seen = await queriesSeenBy(cluster as TestCluster, 'lake')
      const writing = seen.find(
        ({ query }) => query.startsWith('create table') && query.includes('/beside.parquet'),
      )
      if (writing && ['FINISHING', 'FINISHED', 'FAILED'].includes(writing.state))
        throw new Error(`the write is ${writing.state} before a worker was killed`)
      if (writing?.state === 'RUNNING' && writing.queryStats.completedDrivers > 0) return
    }
  }

  const differs = (folder: string): Promise<string[]> =>
    differingTables(join(cluster?.hub ?? '', 'lake', 'expected'), join(cluster?.hub ?? '', 'lake', folder))

  test('ends the step where nothing was told to survive it, with advice; the next run succeeds on what is left', async () => {
    await start(false)
    expect(await writeAndKill('lost')).toMatchObject({
      code: 'trino/worker-lost',
      advice: expect.stringContaining('Run the command again'),
    })
    expect(existsSync(output('lost'))).toBe(false)
    expect(await readdir(dirname(output('lost')))).toEqual([])

    const engine = await engineAs(cluster as TestCluster, 'lake')
    expect(await write(engine, 'lost')).toMatchObject({ rows: ROWS, skipped: false })
    expect(await write(engine, 'lost')).toMatchObject({ rows: ROWS, skipped: true })
    await engine.close()
    expect(await differs('lost')).toEqual([])
  }, 600_000)

  test('costs time and no row with fault-tolerant execution', async () => {
    await start(true)
    expect(await writeAndKill('survived')).toMatchObject({ rows: ROWS, skipped: false })
    expect(await differs('survived')).toEqual([])
  }, 600_000)
})
