import { afterEach, expect, test } from 'vitest'
import { averageLinkage, averageLinkageIn } from '../cluster/average-linkage.ts'
import { countClusters } from '../cluster/model.ts'
import { type Groups, groupsOf, type Keys, oneGroup, pairsIn, partnersFrom } from '../pairs/groups.ts'
import { rowsOf } from '../pairs/record-numbers.ts'
import { nearPairs, type NearPairs, type Search } from '../score/near.ts'
import { sieveOf } from '../score/sieve.ts'
import { sharedIntegers } from './shared.ts'
import { Threads } from './threads.ts'

const RECORDS = 900

let threads = new Threads({ least: 0, count: 2 })
afterEach(async () => {
  await threads.close()
  threads = new Threads({ least: 0, count: 2 })
})

/** Values by number, of which many are the same. */
const value = (record: number, of: number): number => 1 + ((record * (7 + of * 5)) % (5 + of * 6))

function keysOf(of: number): Keys {
  const keys = { first: sharedIntegers(RECORDS), rest: sharedIntegers(RECORDS) }
  for (let record = 0; record < RECORDS; record++) {
    keys.first[record] = record % 11 === 0 ? 0 : value(record, of)
    keys.rest[record] = record % (3 + of)
  }
  return keys
}

function searchIn(groups: Groups): Search {
  const rows = rowsOf(RECORDS, 3)
  for (let record = 0; record < RECORDS; record++)
    for (let at = 0; at < 3; at++) rows.whole[record * 3 + at] = value(record, at)
  const parts = [0, 1, 2].map((column) => ({ column, same: 3 + column, different: -2 }))
  const sieve = sieveOf({ always: -4, parts, least: 0 }, rows)
  return { sieve, groups, from: partnersFrom(groups, [0], { within: 'all' }), earlier: [keysOf(1)] }
}

const told = (all: readonly NearPairs[]): string[] =>
  all.flatMap(({ left, right }) => Array.from(left, (l, at) => `${l} ${right[at]}`)).sort()

test('threads make the groups that this one makes', async () => {
  const keys = [0, 1, 2].map(keysOf)
  expect(await Promise.all(keys.map((one) => threads.groupsOf(one)))).toEqual(keys.map(groupsOf))
})

test('threads find the pairs that this one finds, in all places and in some', async () => {
  for (const groups of [groupsOf(keysOf(0)), oneGroup(RECORDS)]) {
    const search = searchIn(groups)
    expect(pairsIn(groups, search.from)).toBeGreaterThan(20_000)
    for (const part of [
      [0, search.from.length],
      [100, 700],
    ] as const) {
      const found: NearPairs[] = []
      for await (const near of threads.near(search, part)) found.push(near)
      const here = told([...nearPairs(search, part)].filter((near) => near !== undefined))
      expect(here.length).toBeGreaterThan(1000)
      expect(told(found)).toEqual(here)
    }
  }
})

test('threads make the clusters that this one makes', async () => {
  const pairs = Array.from({ length: 4 * RECORDS }, (_, at) => {
    const left = (at * 7919) % RECORDS
    // Some chains are long and have weak pairs in them.
    return [left, (left + 1 + (at % 7)) % RECORDS, ((at * 31) % 17) - 8.5] as const
  })
  const edges = {
    left: Int32Array.from(pairs, ([a, b]) => Math.min(a, b)),
    right: Int32Array.from(pairs, ([a, b]) => Math.max(a, b)),
    weight: Float64Array.from(pairs, ([, , weight]) => weight),
  }
  const options = { unscored: -8, stop: 3, best: 2 / 3 }
  const here = averageLinkage(RECORDS, edges, options)
  expect(countClusters(here)).toBeLessThan(0.9 * RECORDS)
  expect(await averageLinkageIn(threads, RECORDS, edges, options)).toEqual(here)
})

test('one that fails fails the work, and what waits for it does not wait for ever', async () => {
  const broken = { ...searchIn(oneGroup(RECORDS)), earlier: undefined as never, sieve: undefined as never }
  const reading = async () => {
    for await (const _ of threads.near(broken, [0, RECORDS]));
  }
  await expect(reading()).rejects.toThrow(/undefined/)
  await expect(threads.groupsOf(keysOf(0))).rejects.toThrow()
})

test('a little is not worth a thread, nor is a machine of one processor', () => {
  expect(new Threads({ least: 100, count: 2 }).areWorth(99)).toBe(false)
  expect(new Threads({ least: 100, count: 2 }).areWorth(100)).toBe(true)
  expect(new Threads({ least: 100, count: 1 }).areWorth(1e9)).toBe(false)
})
