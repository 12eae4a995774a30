import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { costPerYear, stratifiedCostRatio, studentQuantile } from './cost-per-year.ts'
import { medianRatio } from './delay-ratio.ts'
import { curveQuantile, kaplanMeier, type Observed, restrictedMean } from './kaplan-meier.ts'
import { normalCumulative, normalQuantile, quantileOf } from './quantile.ts'
import { normal, randomFrom } from './random.ts'
import { lung } from './lung.fixture.ts'

describe('the normal distribution', () => {
  test('its quantiles are those of R', () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 13)
    expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306167813, 12)
    expect(normalCumulative(-6)).toBeCloseTo(9.865876450376981e-10, 20)
    expect(studentQuantile(0.975, 74)).toBeCloseTo(1.992543, 5)
    expect(studentQuantile(0.975, 10)).toBeCloseTo(2.228139, 3)
  })
  test('the quantile undoes the cumulative', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -6, max: 6, noNaN: true }),
        (x) => Math.abs(normalQuantile(normalCumulative(x)) - x) < 1e-6,
      ),
    )
  })
})

describe('the Kaplan-Meier curve', () => {
  const curve = kaplanMeier(lung)
  const at = (time: number) => curve.filter((point) => point.time <= time).at(-1)

  test('gives the survival and standard errors of R on the lung data', () => {
    expect(at(180)?.survival).toBeCloseTo(0.72167065, 8)
    expect(at(180)?.error).toBeCloseTo(0.029812419, 8)
    expect(at(365)?.survival).toBeCloseTo(0.40924162, 8)
    expect(at(730)?.survival).toBeCloseTo(0.1156931, 8)
  })
  test('gives the median of R with its interval on both scales', () => {
    expect(curveQuantile(curve, 0.5)).toEqual({ at: 310, low: 284, high: 361 })
    expect(curveQuantile(kaplanMeier(lung, 'log'), 0.5)).toEqual({ at: 310, low: 285, high: 363 })
    expect(curveQuantile(curve, 0.25).at).toBe(170)
    expect(curveQuantile(curve, 0.75).at).toBe(550)
  })
  test('without censoring it is the empirical distribution and its area the mean', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 60 }), (times) => {
        const points = kaplanMeier(times.map((time) => ({ time, event: true })))
        for (const point of points)
          expect(point.survival).toBeCloseTo(times.filter((t) => t > point.time).length / times.length, 10)
        expect(restrictedMean(points, 60)).toBeCloseTo(times.reduce((a, b) => a + b, 0) / times.length, 9)
      }),
    )
  })
  test('at risk, events and censorings of all points account for everybody', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ time: fc.integer({ min: 0, max: 20 }), event: fc.boolean() }), {
          maxLength: 80,
        }),
        (people) => {
          const points = kaplanMeier(people)
          let left = people.length
          for (const point of points) {
            expect(point.atRisk).toBe(left)
            left -= point.events + point.censored
          }
          expect(left).toBe(0)
        },
      ),
    )
  })
})

const lognormal = (random: () => number, cv: number): number => {
  const s = Math.sqrt(Math.log(1 + cv * cv))
  return Math.exp(s * normal(random) - (s * s) / 2)
}

describe('the cost per person-year', () => {
  test('is the sum of costs over the sum of years', () => {
    const got = costPerYear([
      { cost: 100, years: 1 },
      { cost: 500, years: 2 },
      { cost: 0, years: 1 },
    ])
    expect(got?.value).toBe(150)
    expect(costPerYear([])).toBeNull()
  })
  test('its interval covers 92 to 98 % of the time at 75 persons with a coefficient of variation of 1.5', () => {
    const random = randomFrom('coverage')
    let covered = 0
    const runs = 3000
    for (let run = 0; run < runs; run++) {
      const people = Array.from({ length: 75 }, () => {
        const years = random() < 0.85 ? 3 : 3 * random()
        return { years, cost: years * 5000 * lognormal(random, 1.5) }
      })
      const got = costPerYear(people)
      if (got && got.low <= 5000 && 5000 <= got.high) covered++
    }
    expect(covered / runs).toBeGreaterThan(0.92)
    expect(covered / runs).toBeLessThan(0.98)
  })
  test('the unit of money changes nothing but the unit', () => {
    const people = [3, 8, 1, 20, 4].map((cost, i) => ({ cost, years: 1 + i / 10 }))
    const euros = costPerYear(people)
    const cents = costPerYear(people.map((p) => ({ ...p, cost: p.cost * 100 })))
    expect(cents?.low).toBeCloseTo((euros?.low ?? 0) * 100, 8)
    expect(cents?.high).toBeCloseTo((euros?.high ?? 0) * 100, 8)
  })
})

describe('the ratio of costs within strata', () => {
  test('is not moved by a stratum that is dearer and fuller on one side', () => {
    const random = randomFrom('strata')
    let excludes = 0
    for (let run = 0; run < 400; run++) {
      const people = Array.from({ length: 400 }, () => {
        const dear = random() < 0.3
        const exposed = random() < (dear ? 0.8 : 0.3)
        return {
          stratum: dear ? 'dear' : 'cheap',
          exposed,
          years: 3,
          cost: (dear ? 60000 : 3000) * lognormal(random, 1),
        }
      })
      const got = stratifiedCostRatio(people)
      if (!got || got.low > 1 || got.high < 1) excludes++
    }
    expect(excludes / 400).toBeLessThan(0.1)
  })
  test('finds a ratio that stands in every stratum', () => {
    const people = ['a', 'b'].flatMap((stratum, s) =>
      [1, 2, 3, 4].flatMap((cost) => [
        { stratum, exposed: true, years: 1, cost: cost * 1.5 * (s + 1) },
        { stratum, exposed: false, years: 1, cost: cost * (s + 1) },
      ]),
    )
    expect(stratifiedCostRatio(people)?.value).toBeCloseTo(1.5, 12)
  })
})

describe('the ratio of median delays', () => {
  const group = (seed: string, n: number, scale: number): Observed[] => {
    const random = randomFrom(seed)
    return Array.from({ length: n }, () => {
      const event = scale * Math.exp(1.1 * normal(random))
      const censored = 6 + 14 * random()
      return { time: Math.min(event, censored), event: event <= censored }
    })
  }
  test('a ratio of 1.5 between fifths of 600 persons excludes 1', () => {
    const got = medianRatio(group('a', 600, 3), group('b', 600, 2), 'seed')
    expect(got?.low).toBeGreaterThan(1)
    expect(got?.low).toBeLessThan(1.5)
    expect(got?.high).toBeGreaterThan(1.5)
  })
  test('its interval covers, and declares a null in at most one of ten', () => {
    let null1 = 0
    const runs = 150
    for (let run = 0; run < runs; run++) {
      const got = medianRatio(group(`x${run}`, 150, 2), group(`y${run}`, 150, 2), `s${run}`, 300)
      if (!got || got.low > 1 || got.high < 1) null1++
    }
    expect(null1 / runs).toBeLessThanOrEqual(0.1)
  })
  test('a median that is never reached has no ratio', () => {
    const censored = group('c', 50, 2).map((one) => ({ ...one, event: false }))
    expect(medianRatio(censored, group('d', 50, 2), 'seed')).toBeNull()
  })
  test('the same seed gives the same interval', () => {
    const [a, b] = [group('e', 80, 3), group('f', 80, 2)]
    expect(medianRatio(a, b, 'one')).toEqual(medianRatio(a, b, 'one'))
  })
})

test('a quantile of sorted values is R’s type 7', () => {
  expect(quantileOf([1, 2, 3, 4], 0.25)).toBe(1.75)
  expect(quantileOf([5], 0.9)).toBe(5)
})
