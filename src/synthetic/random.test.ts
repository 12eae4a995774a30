import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DuckDb, openDuckDb } from '../engine/index.ts'
import { drawsOf } from './random.ts'
import { one } from './small-country.fixture.ts'

const PERSONS = 100_000
const CELLS = 32
let engine: DuckDb
beforeAll(async () => {
  engine = await openDuckDb()
  await engine.run(`create table i as select range::integer i from range(1, ${PERSONS + 1})`)
})
afterAll(async () => engine.close())

/** Chi-square of two draws over 32 × 32 cells, standardised: about normal when they are independent. */
async function dependence(left: string, right: string): Promise<number> {
  const expected = PERSONS / CELLS ** 2
  const chi = await one(
    engine,
    `with c as (select floor(${left} * ${CELLS}) a, floor(${right} * ${CELLS}) b, count(*) n from i group by 1, 2)
     select sum((n - ${expected}) ** 2) / ${expected} + (${CELLS ** 2} - count(*)) * ${expected} from c`,
  )
  const freedom = CELLS ** 2 - 1
  return (chi - freedom) / Math.sqrt(2 * freedom)
}

const { u, normal, lognormal, geometric } = drawsOf('streams')
const purposes = ['age', 'sex', 'home', 'rare', 'disease', 'delay', 'severity', 'contacts']

describe('streams', () => {
  test('of different purposes, of different numbers of one purpose and of following persons are independent', async () => {
    const pairs = purposes.flatMap((a, n) =>
      purposes.slice(n + 1).map((b) => [u(a, 'i'), u(b, 'i')] as const),
    )
    for (const purpose of purposes.slice(0, 4)) {
      pairs.push([u(purpose, 'i'), u(purpose, 'i', 1)], [u(purpose, 'i', 1), u(purpose, 'i', 2)])
      pairs.push([u(purpose, 'i'), u(purpose, 'i + 1')])
    }
    for (const [left, right] of pairs)
      expect(await dependence(left, right), `${left}, ${right}`).toBeLessThan(4.5)
  })
  test('of different seeds are independent', async () => {
    const other = drawsOf('another')
    for (const purpose of purposes)
      expect(await dependence(u(purpose, 'i'), other.u(purpose, 'i'))).toBeLessThan(4.5)
  })
  test('would not be, if they were DuckDB hashes of several arguments: the test sees that trap', async () => {
    const trap = (k: number): string => `((hash(i, 'f', ${k}) >> 11::ubigint)::double / 9007199254740992)`
    expect(await dependence(trap(1), trap(2))).toBeGreaterThan(100)
  })
})

describe('draws', () => {
  test('are uniform between 0 and 1, and never at an end', async () => {
    const [row] = await engine.rows<{ low: number; high: number; middle: number; spread: number }>(
      `select min(x)::double low, max(x)::double high, avg(x)::double middle, var_pop(x)::double spread from (select ${u('age', 'i')} x from i)`,
    )
    expect(row?.low).toBeGreaterThan(0)
    expect(row?.high).toBeLessThan(1)
    expect(row?.middle).toBeCloseTo(0.5, 2)
    expect(row?.spread).toBeCloseTo(1 / 12, 3)
  })
  test('have the mean and spread that their name says', async () => {
    const mean = (x: string): Promise<number> => one(engine, `select avg(${x}) from i`)
    const spread = (x: string): Promise<number> => one(engine, `select stddev_pop(${x}) from i`)
    expect(await mean(normal('a', 'i'))).toBeCloseTo(0, 1)
    expect(await spread(normal('a', 'i'))).toBeCloseTo(1, 2)
    expect(await mean(lognormal('b', 'i', 0.8))).toBeCloseTo(1, 1)
    expect(await mean(geometric('c', 'i', '5'))).toBeGreaterThan(4.9)
    expect(await mean(geometric('c', 'i', '5'))).toBeLessThan(5.1)
    expect(await spread(geometric('c', 'i', '5'))).toBeGreaterThan(5)
  })
})
