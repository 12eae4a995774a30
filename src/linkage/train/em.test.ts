import { expect, test } from 'vitest'
import { expectationMaximisation, type Pattern, startOfM, weightOf } from './em.ts'

const M = [
  [0.9, 0.07, 0.03],
  [0.8, 0.2],
  [0.95, 0.05],
  [0.7, 0.2, 0.1],
]
const U = [
  [0.01, 0.04, 0.95],
  [0.1, 0.9],
  [0.02, 0.98],
  [0.005, 0.015, 0.98],
]

/** As many pairs of each pattern as the model says. */
function patternsOf(prior: number, pairs: number): Pattern[] {
  const all: Pattern[] = []
  const visit = (levels: number[], m: number, u: number): void => {
    const at = levels.length
    if (at === M.length) {
      all.push({ levels, pairs: pairs * (prior * m + (1 - prior) * u) })
      return
    }
    M[at]?.forEach((one, level) => visit([...levels, level], m * one, u * (U[at]?.[level] as number)))
  }
  visit([], 1, 1)
  return all
}

const start = { m: startOfM([3, 2, 2, 3]), u: U }

test('m and the share of matches come back from the counts that they make', () => {
  const found = expectationMaximisation(patternsOf(0.3, 1e7), { prior: 0.1, start, learnU: false })
  expect(found.prior).toBeCloseTo(0.3, 3)
  M.forEach((levels, at) => levels.forEach((m, level) => expect(found.m[at]?.[level]).toBeCloseTo(m, 3)))
})

test('u comes back too, where it is learnt', () => {
  const wrong = U.map((levels) =>
    levels.map((_, level) => (level === levels.length - 1 ? 0.8 : 0.2 / (levels.length - 1))),
  )
  const found = expectationMaximisation(patternsOf(0.3, 1e7), {
    prior: 0.1,
    start: { m: start.m, u: wrong },
    learnU: true,
    most: 2000,
  })
  U.forEach((levels, at) => levels.forEach((u, level) => expect(found.u[at]?.[level]).toBeCloseTo(u, 2)))
})

test('an unknown level says nothing', () => {
  expect(weightOf([-1, -1, -1, -1], { m: M, u: U })).toBe(0)
  const known = patternsOf(0.3, 1e7)
  const hidden = known.map((one) => ({ ...one, levels: [-1, ...one.levels.slice(1)] }))
  const found = expectationMaximisation(hidden, { prior: 0.1, start, learnU: false })
  expect(found.m[0]).toEqual(start.m[0])
  expect(found.m[3]?.[0]).toBeCloseTo(0.7, 3)
})

test('pairs that hold no other than matches end at a bound, say so, and give numbers', () => {
  const found = expectationMaximisation([{ levels: [0, 0, 0, 0], pairs: 1000 }], {
    prior: 0.5,
    start,
    learnU: false,
  })
  expect(found.bounded).toBe(true)
  expect(found.m.flat().every((m) => m > 0 && m <= 1)).toBe(true)
})

test('a level that the user fixed stays', () => {
  const fixedM = [
    [true, false, false],
    [false, false],
    [false, false],
    [false, false, false],
  ]
  const found = expectationMaximisation(patternsOf(0.3, 1e6), {
    prior: 0.1,
    start: { m: [[0.5, 0.3, 0.2], ...start.m.slice(1)], u: U },
    learnU: false,
    fixedM,
  })
  expect(found.m[0]?.[0]).toBe(0.5)
  expect(found.m[0]?.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9)
})

test('what readers say of a pair takes the place of what EM would', () => {
  const from = { m: [[0.8, 0.2]], u: [[0.3, 0.7]] }
  const of = (matches: boolean) =>
    expectationMaximisation(
      [
        { levels: [0], pairs: 40, matches: true },
        { levels: [1], pairs: 60, matches },
      ],
      {
        prior: 0.3,
        start: from,
        learnU: false,
      },
    )
  // 40 of 40 matches agree, or 40 of 100; half a pair stands for what was not seen.
  expect(of(false).prior).toBeCloseTo(0.4, 9)
  expect(of(false).m[0]?.[0]).toBeCloseTo(40.5 / 41, 9)
  expect(of(true).m[0]?.[0]).toBeCloseTo(40.5 / 101, 9)
})
