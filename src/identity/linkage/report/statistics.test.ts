import { expect, test } from 'vitest'
import { standardisedDifference, wilson } from './statistics.ts'

test('the interval of Wilson is the published one, and keeps within 0 and 1', () => {
  // Newcombe 1998, Table I: 81 of 263 gives 0.2553 to 0.3662; 0 of 20 gives 0 to 0.1611.
  expect(wilson(81, 263).low).toBeCloseTo(0.2553, 4)
  expect(wilson(81, 263).high).toBeCloseTo(0.3662, 4)
  expect(wilson(0, 20).low).toBeCloseTo(0, 10)
  expect(wilson(0, 20).high).toBeCloseTo(0.1611, 4)
  expect(wilson(0, 0).value).toBeNull()
})

test('the standardised difference of two values is that of a share', () => {
  const p = 0.6
  const q = 0.5
  const expected = (p - q) / Math.sqrt((p * (1 - p) + q * (1 - q)) / 2)
  expect(
    standardisedDifference(
      [
        [600, 100],
        [400, 100],
      ],
      11,
    ),
  ).toBeCloseTo(expected, 10)
})

test('groups that are alike differ by nothing, and values of few persons are not looked at alone', () => {
  expect(
    standardisedDifference(
      [
        [100, 50],
        [200, 100],
        [300, 150],
      ],
      11,
    ),
  ).toBeCloseTo(0, 10)
  const together = standardisedDifference(
    [
      [500, 500],
      [200, 300],
      [15, 5],
      [5, 15],
    ],
    11,
  )
  expect(together).toBeCloseTo(
    standardisedDifference(
      [
        [500, 500],
        [200, 300],
        [20, 20],
      ],
      11,
    ) ?? -1,
    10,
  )
  expect(
    standardisedDifference(
      [
        [500, 3],
        [200, 4],
      ],
      11,
    ),
  ).toBeNull()
})
