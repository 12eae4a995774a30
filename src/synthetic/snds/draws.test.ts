import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DuckDb, openDuckDb } from '../../engine/index.ts'
import { one } from '../small-country.fixture.ts'
import { sheetBits } from './city.ts'
import { bits, choose, constantOf, drawer } from './draws.ts'

const EVENTS = 200_000
let engine: DuckDb
beforeAll(async () => {
  engine = await openDuckDb()
  // Sheets are numbered as in the country: persons times 64, streams times 4,096.
  await engine.run(
    `create table event as select ${drawer('draws')('sheet', '((i // 100 * 64 + i % 20) * 64 + i % 14) * 4096 + i % 7')} h, i::bigint id from range(${EVENTS}) r(i)`,
  )
})
afterAll(async () => engine?.close())

/** Chi-square of two draws of five bits, standardised: about normal when they are independent. */
async function dependence(left: string, right: string): Promise<number> {
  const expected = EVENTS / 1024
  const chi = await one(
    engine,
    `with c as (select ${left} a, ${right} b, count(*) n from event group by 1, 2)
     select sum((n - ${expected}) ** 2) / ${expected} + (1024 - count(*)) * ${expected} from c`,
  )
  return (chi - 1023) / Math.sqrt(2 * 1023)
}

describe('the bits of a sheet’s draw', () => {
  test('are each spent once', () => {
    const spent = Object.values(sheetBits).flatMap(([from, width]) =>
      Array.from({ length: width }, (_, bit) => from + bit),
    )
    expect(new Set(spent).size).toBe(spent.length)
    expect(Math.max(...spent)).toBeLessThan(64)
  })
  test('are independent of one another', async () => {
    const first = Object.values(sheetBits).map(([from]) => Math.min(from, 59))
    for (const [index, from] of first.entries())
      for (const other of first.slice(index + 1))
        if (other - from >= 5)
          expect(
            await dependence(bits('h', from, 5), bits('h', other, 5)),
            `${from} and ${other}`,
          ).toBeLessThan(4.5)
  })
})

describe('draws', () => {
  test('of different streams of one id, and of the lines of one sheet, are independent', async () => {
    const draw = drawer('draws')
    const of = (text: string) => bits(text, 7, 5)
    const streams = ['count', 'sheet', 'stays day', 'stay', 'person'].map((stream) => of(draw(stream, 'id')))
    const lines = [1, 2, 3].map((slot) => of(`hash(xor(h, ${constantOf('draws', `slot ${slot}`)}))`))
    const pairs = [streams, [...lines, of('h')]].flatMap((group) =>
      group.flatMap((left, index) => group.slice(index + 1).map((right) => [left, right] as const)),
    )
    for (const [left, right] of pairs)
      expect(await dependence(left, right), `${left}, ${right}`).toBeLessThan(4.5)
  })
  test('would not be, if a stream were another bit of the same hash: the test sees it', async () => {
    expect(await dependence(bits('h', 8, 5), bits('h', 9, 5))).toBeGreaterThan(100)
  })
})

test('a ladder gives the item of a list at its place', async () => {
  const list = ['a', 'a', 'b', 'c', 'c']
  const rows = await engine.rows<{ at: string }>(
    `select ${choose(list, 'n')} as at from range(${list.length}) r(n) order by n`,
  )
  expect(rows.map((row) => row.at)).toEqual(list)
})
