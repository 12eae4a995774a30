import { expect, test } from 'vitest'
import { byControls, byDecoys, byDuplicates, byNir } from './estimate.ts'
import { logGamma } from './log-beta.ts'
import { poissonInterval, predictCount, predictShare } from './predict.ts'

test('the gamma function is that of whole numbers and of a half', () => {
  expect(Math.exp(logGamma(6))).toBeCloseTo(120, 8)
  expect(Math.exp(logGamma(0.5))).toBeCloseTo(Math.sqrt(Math.PI), 10)
})

test('the interval of a count is that of Jeffreys', () => {
  // Half the quantiles of chi-square with 1 and with 21 degrees of freedom.
  expect(poissonInterval(0)[1]).toBeCloseTo(2.512, 1)
  expect(poissonInterval(10)[0]).toBeCloseTo(5.141, 1)
  expect(poissonInterval(10)[1]).toBeCloseTo(17.739, 1)
})

test('what is to come is wider than the rate that was seen, and nothing comes where there is no exposure', () => {
  const [low, high] = predictCount(40, 4000, 300, 300)
  expect(low).toBeLessThan(3)
  expect(high).toBeGreaterThan(5)
  expect(predictCount(40, 4000, 0, 300)).toEqual([0, 0])
  expect(predictShare(0, 500, 0)).toEqual([0, 0])
  expect(predictShare(0, 500, 5000)[1]).toBeGreaterThan(5)
})

/** Numbers from 0 to 1, the same each time. */
function draws(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}
const binomial = (u: () => number, n: number, p: number): number =>
  Array.from({ length: n }, () => (u() < p ? 1 : 0)).reduce<number>((a, b) => a + b, 0)

test('in nine of ten drawn linkages and more each interval holds the share of false links', () => {
  const u = draws(11)
  const [patients, absent, rate, known] = [1500, 120, 0.02, 0.15]
  const covered = { nir: 0, decoys: 0, duplicates: 0 }
  const rounds = 200
  for (let round = 0; round < rounds; round += 1) {
    const wrong = binomial(u, absent, rate)
    const stage = { patients, links: patients - absent + wrong }
    const links = binomial(u, stage.links - wrong, known)
    const seen = binomial(u, wrong, known)
    const truth = wrong / stage.links
    for (const { estimator, low, high } of [
      byNir(stage, { links: links + seen, wrong: seen }),
      byDecoys(stage, { made: patients, linked: binomial(u, patients, rate) }),
      byDuplicates(stage, [{ ...stage, linkable: stage.links, duplicates: binomial(u, stage.links, rate) }]),
    ])
      if (truth >= (low ?? 1) && truth <= (high ?? 0)) covered[estimator as keyof typeof covered] += 1
  }
  for (const n of Object.values(covered)) expect(n / rounds).toBeGreaterThanOrEqual(0.9)
})

test('duplicates are told by registry days: most who are not linked have few, and chance is likelier to them', () => {
  const stage = { patients: 11_000, links: 10_000 }
  const strata = [
    { patients: 2000, links: 1100, linkable: 1200, duplicates: 120 },
    { patients: 9000, links: 8900, linkable: 8900, duplicates: 0 },
  ]
  // One in ten of those with few days: of 900 who are not linked a hundred more are false, as F = 0.1 (900 + F) has it; and
  // a little less, for the rate of all stands beside theirs.
  expect(byDuplicates(stage, strata).rate).toBeCloseTo(94 / 10_000, 4)
  const alike = byDuplicates(stage, [{ ...stage, linkable: 10_100, duplicates: 120 }])
  expect(alike.rate).toBeLessThan(0.0015)
  // One duplicate among a few says little: it is believed by half.
  const few = [
    { patients: 300, links: 10, linkable: 10, duplicates: 1 },
    { patients: 10_700, links: 9990, linkable: 9990, duplicates: 9 },
  ]
  expect(byDuplicates(stage, few).rate).toBeLessThan(0.0002)
  // No duplicate foretells few false links, and not none.
  expect(byDuplicates(stage, [{ ...stage, linkable: 10_000, duplicates: 0 }])).toMatchObject({
    rate: 0,
    low: 0,
  })
  expect(byDuplicates({ patients: 10, links: 0 }, []).rate).toBeNull()
})

test('an interval that sees something far off does not hold the truth', () => {
  const stage = { patients: 1500, links: 1400 }
  expect(byDecoys(stage, { made: 1500, linked: 400 }).low).toBeGreaterThan(0.01)
  expect(byNir(stage, { links: 300, wrong: 60 }).low).toBeGreaterThan(0.1)
})

test('errors of the registry that contradict sure links are not laid on the linkage', () => {
  const stage = { patients: 1500, links: 1400 }
  const control = { byChance: 200, surelyByChance: 100 }
  expect(byControls(stage, [{ ...control, contradicted: 4, surelyContradicted: 2 }]).rate).toBeCloseTo(0, 10)
  expect(byControls(stage, [{ ...control, contradicted: 20, surelyContradicted: 0 }]).rate).toBeCloseTo(
    0.1,
    10,
  )
  expect(
    byControls(stage, [{ ...control, byChance: 0, contradicted: 0, surelyContradicted: 0 }]).rate,
  ).toBeNull()
})

test('the interval of a count goes on smoothly where it is told by a formula', () => {
  const [few, many] = [poissonInterval(300), poissonInterval(301)]
  expect(many[0] - few[0]).toBeCloseTo(1, 1)
  expect(many[1] - few[1]).toBeCloseTo(1, 1)
})
