import { mkdir, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Dialect,
  type Engine,
  openDuckDb,
  type Operation,
  Plan,
  type Step,
} from '../../src/engine/index.ts'
import { clusterOnce, engineAs, noCluster } from '../fixtures/cluster.ts'
import { asQuery, LEFT, planOf, type Recipe, recipes, RIGHT, type Rows, rowsOf } from './random-plans.ts'

/** The same plans on every run; another seed with CHAINON_SEED. */
const SEED = Number(process.env['CHAINON_SEED'] ?? 4)
const PLANS = 16
const PAIRS = 3

describe.skipIf(noCluster)('random plans over random tables', () => {
  let duckdb: Engine
  let trino: Engine
  let files: { left: string; right: string }[]
  beforeAll(async () => {
    const cluster = await clusterOnce()
    duckdb = await openDuckDb({ threads: 1 })
    trino = await engineAs(cluster, 'lake')
    await mkdir(join(cluster.hub, 'lake'), { recursive: true })
    const folder = await mkdtemp(join(cluster.hub, 'lake', '.random-'))
    files = []
    const samples = fc.sample(fc.tuple(rowsOf, rowsOf), { numRuns: PAIRS, seed: SEED })
    for (const [index, [left, right]] of samples.entries()) {
      const path = (side: string): string => join(folder, `${side}-${index}.parquet`)
      await duckdb.writeParquet(asQuery(left as Rows), path('left'))
      await duckdb.writeParquet(asQuery(right as Rows), path('right'))
      files.push({ left: path('left'), right: path('right') })
    }
  })
  afterAll(async () => {
    await duckdb?.close()
    await trino?.close()
  })

  /** Plans whose rows differ are found by this; `judged` is the engine beside DuckDB. */
  const alike = (judged: Engine, onRows: (rows: readonly string[]) => void = () => {}) =>
    fc.asyncProperty(
      recipes.filter(({ is }) => is !== 'left' && is !== 'right'),
      fc.nat({ max: PAIRS - 1 }),
      async (recipe, pair) => {
        const expected = await rowsOn(duckdb, recipe, pair)
        onRows(expected)
        expect(await rowsOn(judged, recipe, pair)).toEqual(expected)
      },
    )

  async function rowsOn(engine: Engine, recipe: Recipe, pair: number): Promise<string[]> {
    const plan = new Plan(engine)
    const { left, right } = files[pair] as (typeof files)[number]
    await plan.bind(LEFT, [left])
    await plan.bind(RIGHT, [right])
    const rows = await plan.rows(planOf(recipe) as Step)
    return rows
      .map((row) =>
        JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
      )
      .sort()
  }

  test('give the same rows on both engines', async () => {
    let filled = 0
    const property = alike(trino, (rows) => (filled += rows.length > 0 ? 1 : 0))
    await fc.assert(property, { numRuns: PLANS, seed: SEED })
    // Plans that give nothing compare nothing.
    expect(filled).toBeGreaterThan(PLANS / 2)
  }, 600_000)

  test('tell of an operation that one engine gives another meaning', async () => {
    // Trino's own greatest is null as soon as one value is.
    const raw = planted(trino, 'largest', (values) => `greatest(${values.join(', ')})`)
    const found = await fc.check(alike(raw), { numRuns: PLANS, seed: SEED, endOnFailure: true })
    expect(found.failed).toBe(true)
    // Rows that differ, and not a statement that the cluster refuses.
    expect(String(found.errorInstance)).toContain('to deeply equal')
  }, 600_000)
})

/** The engine, but for what one operation says. */
const planted = (engine: Engine, operation: Operation, says: (args: readonly string[]) => string): Engine => {
  const dialect: Dialect = {
    ...engine.dialect,
    operation: (asked, args) => (asked === operation ? says(args) : engine.dialect.operation(asked, args)),
  }
  return new Proxy(engine, {
    get(of, key) {
      if (key === 'dialect') return dialect
      const value: unknown = Reflect.get(of, key)
      return typeof value === 'function' ? value.bind(of) : value
    },
  })
}
