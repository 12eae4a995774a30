import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Across, isWithin } from './across.ts'
import { groupsOf, haveSameKey, pairsIn, partnersFrom, partsOfPairs } from './groups.ts'

const keysOf = (pairs: readonly (readonly [number, number])[]) => ({
  first: Int32Array.from(pairs, ([first]) => first),
  rest: Int32Array.from(pairs, ([, rest]) => rest),
})
/** Few values, of which some differ in the rest alone; some are missing, some large. */
const KEYS = fc
  .array(fc.tuple(fc.constantFrom(0, 1, 2, 2 ** 30, 2 ** 30 - 1), fc.constantFrom(-7, 0, 5)), {
    maxLength: 60,
  })
  .map(keysOf)

test('groups hold the records of one key, in their order, and nobody who is alone', () => {
  fc.assert(
    fc.property(KEYS, (keys) => {
      const { order, starts } = groupsOf(keys)
      const found = Array.from(starts.slice(1), (end, g) => Array.from(order.slice(starts[g], end)))
      const all = [...keys.first.keys()]
      const expected = all
        .filter((one) => !all.slice(0, one).some((other) => haveSameKey(keys, other, one)))
        .map((one) => all.filter((other) => haveSameKey(keys, one, other)))
        .filter((group) => group.length > 1)
      const byFirst = (a: readonly number[], b: readonly number[]): number =>
        (a[0] as number) - (b[0] as number)
      expect(found.sort(byFirst)).toEqual(expected)
    }),
  )
})

test('each pair that may be looked at is looked at once, in whole and in parts', () => {
  const across = fc.constantFrom<Across['within']>('all', 'none', [1], [0, 2])
  fc.assert(
    fc.property(KEYS, across, fc.nat(60), fc.nat(60), (keys, within, second, third) => {
      const n = keys.first.length
      const begins = [0, Math.min(n, second), Math.min(n, Math.max(second, third))]
      const source = (record: number): number => begins.filter((begin) => begin <= record).length - 1
      const groups = groupsOf(keys)
      const from = partnersFrom(groups, begins, { within })
      const looked = (begin: number, end: number): string[] =>
        Array.from(groups.starts.slice(1), (last, g) =>
          [...from.keys()]
            .filter((at) => at >= Math.max(begin, groups.starts[g] as number) && at < Math.min(end, last))
            .flatMap((at) =>
              Array.from(groups.order.slice(from[at], last), (other) => `${groups.order[at]} ${other}`),
            ),
        ).flat()
      const expected = [...keys.first.keys()].flatMap((left) =>
        [...keys.first.keys()]
          .filter((right) => left < right && haveSameKey(keys, left, right))
          .filter((right) => source(left) < source(right) || isWithin({ within }, source(left)))
          .map((right) => `${left} ${right}`),
      )
      const whole = looked(0, from.length)
      expect([...whole].sort()).toEqual(expected.sort())
      expect(pairsIn(groups, from)).toBe(whole.length)
      const parts = partsOfPairs(groups, from, 5)
      expect(
        parts
          .slice(1)
          .flatMap((end, at) => looked(parts[at] as number, end))
          .sort(),
      ).toEqual([...whole].sort())
    }),
  )
})
