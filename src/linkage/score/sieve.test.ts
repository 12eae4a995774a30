import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { oneGroup, partnersFrom } from '../pairs/groups.ts'
import { rowsOf } from '../pairs/record-numbers.ts'
import { type Bound, type BoundPart, canReach } from './bound.ts'
import { nearPairs } from './near.ts'
import { differing, isDifferent, sieveOf } from './sieve.ts'

const field = fc.nat(511)
const number = (fields: readonly number[]): number =>
  fields.reduce((all, value, at) => all | (value << (9 * at)), 0)

test('each of three values of one number is the same or different on its own', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(field, fc.oneof(field, fc.constant(-1))), { minLength: 3, maxLength: 3 }),
      (pairs) => {
        const both = pairs.map(([a, b]) => [a, b === -1 ? a : b] as const)
        const answer = differing(number(both.map(([a]) => a)), number(both.map(([, b]) => b)))
        expect(both.map((_, at) => isDifferent(answer, at))).toEqual(both.map(([a, b]) => Number(a !== b)))
      },
    ),
    { numRuns: 2000 },
  )
})

/** Values, 0 where one is missing, and letters and a rarity of the first; of as many comparisons as there are values. */
const RECORDS = 40
const record = (values: number, largest: number) =>
  fc.tuple(
    fc.array(fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: largest }) }, fc.constant(0)), {
      minLength: values,
      maxLength: values,
    }),
    fc.constantFrom(0b111, 0b111000, 0b1100110),
    fc.integer({ min: 0, max: 12 }),
  )
const weights = (values: number) =>
  fc.array(fc.tuple(fc.integer({ min: -3, max: 12 }), fc.integer({ min: -9, max: 3 })), {
    minLength: values,
    maxLength: values,
  })

test.each([
  [1, 3],
  [3, 4],
  [6, 3],
  [8, 5],
  [13, 4],
])(
  'no pair of %i comparisons is left out that can weigh enough, nor any kept that cannot',
  (values, largest) => {
    fc.assert(
      fc.property(
        fc.array(record(values, largest), { minLength: RECORDS, maxLength: RECORDS }),
        weights(values),
        fc.integer({ min: -10, max: 20 }),
        (records, weighed, least) => {
          const rows = rowsOf(RECORDS, values + 3)
          records.forEach(([all, letters, rarity], at) => {
            rows.whole.set([...all, letters, 3 << 5], at * rows.width)
            rows.fractions[at * rows.width + values + 2] = rarity
          })
          const parts = weighed.map(
            ([same, different], at): BoundPart => ({
              column: at,
              same,
              different,
              ...(at > 0
                ? {}
                : {
                    rarity: {
                      column: values + 2,
                      frequency: { feature: 'x', weight: 1, least: 0, same: true },
                      log2u: -6,
                    },
                    unlike: {
                      weight: different - 4,
                      asked: { words: false, withFirst: 1_000_000, without: 1_000_000 },
                      letters: [values, values + 1],
                      differ: values > 1 ? [[0, 1]] : [],
                      known: values > 2 ? [2] : [],
                    },
                  }),
            }),
          )
          const bound: Bound = { always: 1, parts, least }
          const groups = oneGroup(RECORDS)
          const search = {
            sieve: sieveOf(bound, rows),
            groups,
            from: partnersFrom(groups, [0], { within: 'all' }),
            earlier: [],
          }
          const found = [...nearPairs(search, [0, RECORDS])].flatMap((near) =>
            near ? Array.from(near.left, (left, at) => `${left} ${near.right[at]}`) : [],
          )
          const asked = records.flatMap((_, left) =>
            records.flatMap((__, right) =>
              left < right && canReach(bound, rows, left * rows.width, right * rows.width)
                ? [`${left + 1} ${right + 1}`]
                : [],
            ),
          )
          expect(found).toEqual(asked)
        },
      ),
      { numRuns: 60 },
    )
  },
)
