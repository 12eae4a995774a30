import { mkdir, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Engine, openDuckDb, Plan, type Step } from '../../src/engine/index.ts'
import { clusterOnce, engineAs, noCluster } from '../fixtures/cluster.ts'
import { asQuery, LEFT, planOf, type Recipe, recipes, RIGHT, type Rows, rowsOf } from './random-plans.ts'

/** The same plans on every run; another seed with CHAINON_SEED. */
const SEED = Number(process.env['CHAINON_SEED'] ?? 4)
const PLANS = 24
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
    await fc.assert(
      fc.asyncProperty(
        recipes.filter(({ is }) => is !== 'left' && is !== 'right'),
        fc.nat({ max: PAIRS - 1 }),
        async (recipe, pair) => {
          const expected = await rowsOn(duckdb, recipe, pair)
          filled += expected.length > 0 ? 1 : 0
          expect(await rowsOn(trino, recipe, pair)).toEqual(expected)
        },
      ),
      { numRuns: PLANS, seed: SEED },
    )
    // Plans that give nothing compare nothing.
    expect(filled).toBeGreaterThan(PLANS / 2)
  }, 600_000)
})
