import { expect, test } from 'vitest'
import { choose, type Height } from './choose.ts'
import { learn, type Learnt, type Population, seenBits } from './learn.ts'
import type { Pattern } from './patterns.ts'

const population: Population = {
  persons: 100_000,
  patients: 2000,
  men: 0.5,
  dead: 0.02,
  deadOnADay: 0.00002,
  sameKind: 0.45,
  again: 0,
}

/** Numbers from 0 to 1, the same each time. */
function draws(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

const TRUE = { present: 0.9, home: 0.8, month: 0.97, seen: 0.85, exact: 0.9 }

/** Pairs of a planted country: patients with their own person, and with as many by chance in the same month and commune. */
function planted(): Pattern[] {
  const u = draws(7)
  const patterns: Pattern[] = []
  for (let patient = 0; patient < population.patients; patient += 1) {
    const days = Math.floor(u() * 8)
    const pair = (more: Partial<Pattern>): Pattern => {
      const found = more.found ?? [0, 0, 0, 0]
      const k = found.reduce((a, b) => a + b, 0)
      return {
        pairs: 1, sex: 0, birth: 0, home: 0, death: 4, disease: -1, days, found, alike: k, unlike: 0, chance: 10 + 8,
        foundSquared: k * k, foundDays: k * days, daysSquared: days * days, ...more,
      } // biome-ignore format: one row of a table
    }
    if (u() < TRUE.present) {
      const found = [0, 0, 0, 0]
      for (let day = 0; day < days; day += 1) if (u() < TRUE.seen) found[u() < TRUE.exact ? 0 : 2]! += 1
      const k = found.reduce((a, b) => a + b, 0)
      const home = u() < TRUE.home ? 0 : 1
      const birth = u() < TRUE.month ? 0 : 1
      // Whom neither a day nor birth and commune bring together is not looked at.
      if (k > 0 || (home === 0 && birth === 0))
        patterns.push(
          pair({ found, home, birth, chance: (birth === 0 ? 10 : 6) + (home === 0 ? 8 : 3) + 13 * k }),
        )
    }
    if (u() < 0.38) patterns.push(pair({}))
  }
  return patterns
}

test('what was planted among true pairs is learnt without being told which are true', () => {
  const learnt = learn(planted(), population)
  expect(learnt.matches / population.patients).toBeCloseTo(TRUE.present, 1)
  expect(learnt.birth[0]).toBeCloseTo(TRUE.month, 1)
  expect(learnt.home[0]).toBeCloseTo(TRUE.home, 1)
  expect(learnt.found[0]).toBeCloseTo(TRUE.exact, 1)
  expect(learnt.seen.share).toBeCloseTo(TRUE.seen, 1)
  expect(learnt.seen.correlation).toBeLessThan(0.05)
})

test('the prior follows the population: ten times as many persons, ten times less probable before evidence', () => {
  const patterns = planted()
  const small = learn(patterns, population)
  const large = learn(
    patterns.map((pattern) => ({ ...pattern, chance: pattern.chance + Math.log2(10) })),
    { ...population, persons: population.persons * 10 },
  )
  expect(small.prior - large.prior).toBeCloseTo(Math.log2(10), 2)
})

test('days that are missing for one reason count once: the more they go together, the less several say', () => {
  const missing = (correlation: number, days: number) => -seenBits({ share: 0.85, correlation }, days, 0)
  expect(missing(0.001, 4) / missing(0.001, 1)).toBeCloseTo(4, 1)
  expect(missing(0.5, 4) / missing(0.5, 1)).toBeLessThan(2)
  // A share of all ways to see three days adds up to one.
  const seen: Learnt['seen'] = { share: 0.7, correlation: 0.2 }
  const ways = [1, 3, 3, 1].map((n, found) => n * 2 ** seenBits(seen, 3, found))
  expect(ways.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9)
})

const all = [{ patients: 1000, decoys: 1000, absent: 0.1 }]

test('the threshold is the lowest at which decoys and weights foretell few false links', () => {
  const height = (weight: number, links: number, decoys: number): Height => ({
    stratum: 0,
    weight,
    margin: 40,
    links,
    decoys,
  })
  const clean = [height(30, 800, 0), height(4, 100, 0), height(-2, 50, 1)]
  expect(choose(clean, all)).toMatchObject({ links: 900, decoys: 0 })
  // Where decoys are linked as often as patients, nothing below is.
  const chancy = [height(30, 800, 0), height(8, 100, 300)]
  expect(choose(chancy, all)).toMatchObject({ links: 800, decoys: 0 })
})

test('of two that tie neither is linked, whatever their weight', () => {
  const tied: Height[] = [{ stratum: 0, weight: 35, margin: 0, links: 10, decoys: 0 }]
  expect(choose([...tied, { stratum: 0, weight: 35, margin: 20, links: 900, decoys: 0 }], all).links).toBe(
    900,
  )
})
