import { describe, expect, test } from 'vitest'
import { repeatedChance } from '../../base/index.ts'
import { estimateAt } from './estimate.ts'
import { exactCount } from './exact-count.ts'
import { kappaOf } from './kappa.ts'
import type { Label } from './labels.ts'
import { labelOf, type Reading, standing } from './queue.ts'
import type { Sample } from './sample.ts'
import { boundsAround, readingOrder } from './strata.ts'

describe('how far readers agree', () => {
  test('is Cohen’s kappa, as published', () => {
    const of = (n: number, a: string, b: string) => Array.from({ length: n }, () => [a, b] as const)
    const table = [...of(20, 'm', 'm'), ...of(5, 'm', 'n'), ...of(10, 'n', 'm'), ...of(15, 'n', 'n')]
    expect(kappaOf(table)).toMatchObject({ pairs: 50, agreement: 0.7 })
    expect(kappaOf(table).kappa).toBeCloseTo(0.4, 12)
    expect(kappaOf(of(9, 'm', 'm')).kappa).toBeNull()
    // All alike of a few is not known to be all alike.
    const few = kappaOf([...of(6, 'm', 'm'), ...of(4, 'n', 'n')])
    expect(few.kappa).toBe(1)
    expect(few.low).toBeLessThan(0.6)
  })

  test('is what the errors of two readers lead one to expect, and the interval covers it', () => {
    const [wrongA, wrongB, share] = [0.05, 0.1, 0.6]
    // Both right or both wrong; each says match of its right matches and its wrong others.
    const agreement = (1 - wrongA) * (1 - wrongB) + wrongA * wrongB
    const says = (wrong: number): number => share * (1 - wrong) + (1 - share) * wrong
    const byChance = says(wrongA) * says(wrongB) + (1 - says(wrongA)) * (1 - says(wrongB))
    const expected = (agreement - byChance) / (1 - byChance)
    let covered = 0
    for (let seed = 1; seed <= 200; seed++) {
      const random = repeatedChance(seed)
      const answers = Array.from({ length: 120 }, () => {
        const truth = random() < share
        const says1 = random() < wrongA ? !truth : truth
        return [String(says1), String(random() < wrongB ? !truth : truth)] as const
      })
      const { kappa, low, high } = kappaOf(answers)
      expect(Math.abs((kappa as number) - expected)).toBeLessThan(0.3)
      if ((low as number) <= expected && expected <= (high as number)) covered++
    }
    expect(covered).toBeGreaterThan(180)
  })
})

describe('what read pairs say of all', () => {
  test('the interval of a count is the exact one', () => {
    // Clopper and Pearson: 0 of 20 is 0 to 16.84 %, 10 of 100 is 4.90 to 17.62 %; without end of pairs theirs is ours.
    const N = 1e9
    expect(exactCount(0, 20, N)[1] / N).toBeCloseTo(0.1684, 4)
    const [low, high] = exactCount(10, 100, N)
    expect(low / N).toBeCloseTo(0.049, 4)
    expect(high / N).toBeCloseTo(0.1762, 4)
    expect(exactCount(7, 10, 10)).toEqual([7, 7])
    expect(exactCount(9, 9, 10)).toEqual([9, 10])
  })

  /** Strata of a linkage: pairs, and the share that matches; the model is surer than it may be. */
  const STRATA: readonly (readonly [number, number, number])[] = [
    [6000, 0.02, 0.005],
    [1500, 0.15, 0.05],
    [500, 0.4, 0.3],
    [400, 0.6, 0.7],
    [900, 0.85, 0.93],
    [9000, 0.995, 0.9999],
  ]

  test('precision and recall are covered by their intervals as often as these say', () => {
    const RUNS = 100
    let [precise, recalled] = [0, 0]
    for (let seed = 1; seed <= RUNS; seed++) {
      const random = repeatedChance(seed)
      const truth = STRATA.map(([pairs, share]) => Array.from({ length: pairs }, () => random() < share))
      const order = readingOrder(
        STRATA.map(([pairs, , matches], at) => ({ pairs, matches, above: at > 2 })),
        150,
      )
      const drawn = STRATA.map(() => 0)
      const read = order.map((stratum) => {
        const all = truth[stratum] as boolean[]
        const from = drawn[stratum] as number
        // Drawn without putting back: what was drawn goes to the front, from which nothing is drawn.
        const at = from + Math.floor(random() * (all.length - from))
        const is = all[at] as boolean
        all[at] = all[from] as boolean
        all[from] = is
        drawn[stratum] = from + 1
        return { stratum, pairs: all.length, matches: is, weight: stratum > 2 ? 1 : -1 }
      })
      const matches = truth.map((all) => all.filter(Boolean).length)
      const sum = (of: readonly number[]): number => of.reduce((a, b) => a + b, 0)
      const precision = sum(matches.slice(3)) / sum(STRATA.slice(3).map(([pairs]) => pairs))
      const recall = sum(matches.slice(3)) / sum(matches)
      const estimate = estimateAt(read, 0)
      const covers = (share: typeof estimate.precision, is: number): boolean =>
        share !== null && share.low <= is && is <= share.high
      if (covers(estimate.precision, precision)) precise++
      if (covers(estimate.recall, recall)) recalled++
    }
    expect(precise / RUNS).toBeGreaterThan(0.9)
    expect(recalled / RUNS).toBeGreaterThan(0.9)
  })

  test('a stratum counts for its pairs, and not for those that were read', () => {
    const read = [
      { stratum: 1, pairs: 90, matches: true, weight: 9 },
      { stratum: 0, pairs: 10, matches: true, weight: 1 },
      { stratum: 0, pairs: 10, matches: false, weight: 1 },
    ]
    expect(estimateAt(read, 0).precision?.value).toBeCloseTo(0.95, 12)
    expect(estimateAt(read, 5).precision?.value).toBe(1)
    expect(estimateAt(read, 5).recall?.value).toBeCloseTo(90 / 95, 12)
    expect(estimateAt(read, 10)).toMatchObject({ precision: null, recall: null })
  })

  test('pairs are read where one more tells most, on both sides of the threshold, none twice', () => {
    const bounds = boundsAround(2, -8)
    expect(bounds[0]?.from).toBe(-8)
    expect(bounds.at(-1)?.to).toBeNull()
    expect(bounds.some(({ from }) => from === 2)).toBe(true)
    const order = readingOrder(
      [
        { pairs: 5000, matches: 0.001, above: false },
        { pairs: 500, matches: 0.4, above: false },
        { pairs: 3, matches: 0.5, above: true },
        { pairs: 800, matches: 0.7, above: true },
        { pairs: 800, matches: 0.9999, above: true },
      ],
      100,
    )
    const n = (at: number): number => order.filter((one) => one === at).length
    expect(n(0) + n(1)).toBe(50)
    expect(n(2)).toBeLessThanOrEqual(3)
    expect(n(3)).toBeGreaterThan(n(4))
    expect([...new Set(order.slice(0, 5))].sort()).toEqual([0, 1, 2, 3, 4])
  })
})

describe('the queue of a reader', () => {
  const record = (id: number) => ({ source: 'people', id: String(id) })
  const SAMPLE: Sample = {
    review: 1,
    sample: 'abc',
    seed: 'chainon',
    threshold: 0,
    prior: -9,
    id: 'number',
    sources: [{ name: 'people', path: 'people.csv', sha256: '' }],
    comparisons: [],
    strata: [{ from: 0, to: null, pairs: 40 }],
    pairs: [1, 2, 3].map((at) => ({
      left: record(at),
      right: record(at + 10),
      weight: 1,
      levels: [],
      adds: [],
      stratum: at === 3 ? null : 0,
    })),
  }
  const [ada, grace, mary]: Reading[] = [
    { reader: 'ada', third: false },
    { reader: 'grace', third: false },
    { reader: 'mary', third: true },
  ]
  const labels: Label[] = []
  const says = (who: Reading | undefined, pair: number, label: Label['label']): void => {
    const made = labelOf(SAMPLE, pair, who as Reading, label, '2026-01-31T10:00:00.000Z')
    labels.push({ ...made, at: 'here' })
  }
  const of = (who: Reading | undefined, after?: number) => standing(SAMPLE, labels, who as Reading, after)

  test('goes on to the next, comes back to what was left, and shows nothing of others before it is done', () => {
    expect(of(ada)).toMatchObject({ answered: 0, current: 0, last: undefined, together: undefined })
    says(ada, 0, 'match')
    expect(of(ada, 0)).toMatchObject({ answered: 1, current: 1, last: 0 })
    // Later: the pair is asked again at the end.
    expect(of(ada, 1)).toMatchObject({ current: 2 })
    says(ada, 2, 'no match')
    expect(of(ada, 2)).toMatchObject({ current: 1 })
    says(grace, 0, 'no match')
    expect(of(ada).together).toBeUndefined()
    expect(of(grace)).toMatchObject({ answered: 1, current: 1, together: undefined })
  })

  test('takes back the last answer, and then the one before', () => {
    expect(of(ada).last).toBe(2)
    says(ada, 2, 'undone')
    expect(of(ada)).toMatchObject({ answered: 1, last: 0 })
    says(ada, 2, 'no match')
    says(ada, 1, 'unsure')
    expect(of(ada)).toMatchObject({
      answered: 3,
      current: undefined,
      // What is compared is not changed any more.
      last: undefined,
      byAnswer: { match: 1, 'no match': 1, unsure: 1 },
    })
  })

  test('of the third is what the readers disagree on', () => {
    says(grace, 1, 'unsure')
    says(grace, 2, 'no match')
    expect(of(ada).together).toMatchObject({
      readers: [
        { reader: 'ada', answered: 3 },
        { reader: 'grace', answered: 3 },
      ],
      agreements: [{ between: ['ada', 'grace'], pairs: 3 }],
      disputed: [{ pair: 0, third: undefined }],
    })
    expect(of(mary)).toMatchObject({ queue: [0], current: 0 })
    says(mary, 0, 'match')
    expect(of(mary)).toMatchObject({
      answered: 1,
      current: undefined,
      together: { disputed: [{ third: 'match' }] },
    })
  })

  test('says of a drawn pair what it stands for, and of a weak link that it stands for none', () => {
    expect(labels[0]?.drawn).toEqual({ sample: 'abc', stratum: 0, pairs: 40 })
    expect(labels.find(({ left }) => left.id === '3')?.drawn).toBeUndefined()
  })
})
