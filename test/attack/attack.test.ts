import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type At,
  type CheckedSubmission,
  checkSubmission,
  type CountTable,
  type Dimension,
  type EarlierRelease,
  FR_SNDS,
  type Submission,
} from '../../src/spaces/index.ts'
import { findDepartures, findLeaks } from './attacker.ts'
import { findCostLeaks } from './cost-attacker.ts'
import {
  curveOf,
  dimensionsOf,
  inventedPersons,
  inventedSubmission,
  randomFrom,
  type Shape,
} from './invented-submission.ts'

const found = (names: readonly { name: string }[]) => names.map(({ name }) => name).sort()

const count = (name: string, cells: readonly (readonly [At, number])[]): CountTable => ({
  kind: 'count',
  name,
  cells: cells.map(([at, n]) => ({ at, n })),
})

const of = (dimension: string, counts: Readonly<Record<string, number>>, base: At = {}) =>
  Object.entries(counts).map(([value, n]) => [{ ...base, [dimension]: value }, n] as const)

const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0)

const partition = (...values: string[]): Dimension => ({ values })

describe('the attacker finds a planted leak, the check prevents it, and without its guard it is there again', () => {
  const diseases = { a: 40, b: 7, c: 31, d: 25 }
  const row: Submission = {
    study: 'row',
    dimensions: { disease: partition(...Object.keys(diseases)) },
    tables: [count('all', [[{}, sum(diseases)]]), count('by_disease', of('disease', diseases))],
  }

  test('a single hidden cell in a row whose total is shown', async () => {
    expect(await findLeaks([await checkSubmission(row)])).toEqual([])
    const bare = await checkSubmission(row, FR_SNDS, { without: { complementary: true } })
    expect(await findLeaks([bare])).toEqual([{ name: 'persons: disease=b', least: 7, most: 7 }])
  })

  test('two tables that cross: all patients of a disease, and those of them who are linked', async () => {
    const linked = { a: 34, b: 30 }
    const all = { a: 40, b: 52 }
    const crossing: Submission = {
      study: 'crossing',
      dimensions: { disease: partition('a', 'b'), linked: partition('yes', 'no') },
      tables: [
        count('by_disease', of('disease', all)),
        count('linked_by_disease', of('disease', linked, { linked: 'yes' })),
      ],
    }
    expect(await findLeaks([await checkSubmission(crossing)])).toEqual([])
    const apart = await checkSubmission(crossing, FR_SNDS, { without: { together: true } })
    expect(found(await findLeaks([apart]))).toEqual(['persons: disease=a, linked=no'])
  })

  test('a hierarchy: two small diseases protect each other until their groups are shown', async () => {
    const nested: Submission = {
      study: 'nested',
      dimensions: {
        disease: {
          values: ['a', 'b', 'c', 'd'],
          within: { dimension: 'group', of: { a: 'g', b: 'g', c: 'h', d: 'h' } },
        },
        group: partition('g', 'h'),
      },
      tables: [
        count('by_disease', of('disease', { a: 40, b: 6, c: 31, d: 9 })),
        count('by_group', of('group', { g: 46, h: 40 })),
      ],
    }
    expect(await findLeaks([await checkSubmission(nested)])).toEqual([])
    const apart = await checkSubmission(nested, FR_SNDS, { without: { together: true } })
    expect(found(await findLeaks([apart]))).toEqual([
      'persons: disease=b, group=g',
      'persons: disease=d, group=h',
    ])
  })

  const lives = (n: number, seed: number) => {
    const random = randomFrom(seed)
    return Array.from({ length: n }, () => ({ time: -Math.log(1 - random()) * 3, event: random() < 0.7 }))
  }

  test('steps of a curve with fewer than 11 events', async () => {
    const people = lives(60, 1)
    const curve: Submission = {
      study: 'curve',
      dimensions: {},
      tables: [
        { kind: 'survival', name: 'delay', curves: [{ at: {}, n: 60, steps: curveOf(people), figures: {} }] },
      ],
    }
    const checked = await checkSubmission(curve)
    expect(checked.summary.tables[0]?.shown).toBeGreaterThan(1)
    expect(await findLeaks([checked])).toEqual([])
    const raw = await checkSubmission(curve, FR_SNDS, { without: { curves: true } })
    expect(found(await findLeaks([raw]))).toContain('at risk after 5: ')
  })

  test('curves that differ by a few persons: everybody, and women', async () => {
    const [women, men] = [lives(300, 2), lives(40, 3)]
    const curve = (at: At, people: typeof women) => ({
      at,
      n: people.length,
      steps: curveOf(people),
      figures: {},
    })
    const curves: Submission = {
      study: 'curves',
      dimensions: { sex: partition('female', 'male') },
      tables: [
        { kind: 'survival', name: 'delay', curves: [curve({}, [...women, ...men])] },
        {
          kind: 'survival',
          name: 'delay_by_sex',
          curves: [curve({ sex: 'female' }, women), curve({ sex: 'male' }, men)],
        },
      ],
    }
    expect(await findLeaks([await checkSubmission(curves)])).toEqual([])
    const alone = await checkSubmission(curves, FR_SNDS, { without: { complementary: true } })
    expect(
      found(await findLeaks([alone])).filter((name) => /^(events|censored).*sex=male/.test(name)),
    ).not.toEqual([])
  })

  test('flows of fewer than 11 persons', async () => {
    const flow = (level: number, from: string, to: string, n: number) => ({ level, from, to, n })
    const care: Submission = {
      study: 'care',
      dimensions: {},
      tables: [
        {
          kind: 'flow',
          name: 'steps',
          at: {},
          n: 100,
          flows: [
            flow(0, 'start', 'gp', 60),
            flow(0, 'start', 'stay', 36),
            flow(0, 'start', 'death', 4),
            flow(1, 'gp', 'stay', 55),
            flow(1, 'gp', 'death', 5),
            flow(1, 'stay', 'gp', 33),
            flow(1, 'stay', 'death', 3),
          ],
        },
      ],
    }
    expect(await findLeaks([await checkSubmission(care)])).toEqual([])
    const raw = await checkSubmission(care, FR_SNDS, { without: { flows: true } })
    expect(found(await findLeaks([raw]))).toEqual(
      expect.arrayContaining(['flow 0 start → death: ', 'flow 1 gp → death: ', 'flow 1 stay → death: ']),
    )
  })

  const dimensions = { disease: partition('a', 'b', 'c'), sex: partition('female', 'male') }
  const first: Submission = {
    study: 'first',
    dimensions,
    tables: [count('by_disease', of('disease', { a: 60, b: 25, c: 30 }))],
  }

  test('a second release of the same persons, each harmless by itself', async () => {
    const second: Submission = {
      study: 'second',
      dimensions,
      tables: [
        count('women_by_disease', of('disease', { a: 55, b: 12, c: 16 }, { sex: 'female' })),
        count('women', [[{ sex: 'female' }, 83]]),
      ],
    }
    const then = await checkSubmission(first)
    const before: EarlierRelease[] = [{ submission: first, checked: then, samePersons: true }]
    const now = await checkSubmission(second, FR_SNDS, { earlier: before })
    expect(await findLeaks([then, now])).toEqual([])
    const forgetful = await checkSubmission(second, FR_SNDS, { earlier: before, without: { earlier: true } })
    expect(found(await findLeaks([forgetful]))).toEqual([])
    expect(found(await findLeaks([then, forgetful]))).toEqual(['persons: disease=a, sex=male'])
  })

  test('a second release after a few persons objected', async () => {
    const now = { a: 57, b: 25, c: 12 }
    const second: Submission = {
      ...first,
      study: 'second',
      tables: [count('by_disease', of('disease', now)), count('all', [[{}, sum(now)]])],
    }
    const earlierSubmission: Submission = {
      ...first,
      tables: [...first.tables, count('all', [[{}, 115]])],
    }
    const then = await checkSubmission(earlierSubmission)
    const before: EarlierRelease[] = [{ submission: earlierSubmission, checked: then, samePersons: false }]
    const checked = await checkSubmission(second, FR_SNDS, { earlier: before })
    expect(await findDepartures(then, checked)).toEqual([])
    const forgetful = await checkSubmission(second, FR_SNDS, { earlier: before, without: { earlier: true } })
    expect(found(await findDepartures(then, forgetful))).toEqual(['left: disease=a'])
  })
})

const shapes: fc.Arbitrary<Shape> = fc.record({
  persons: fc.oneof(fc.integer({ min: 12, max: 150 }), fc.integer({ min: 150, max: 1200 })),
  diseases: fc.integer({ min: 1, max: 14 }),
  regions: fc.integer({ min: 1, max: 5 }),
  centres: fc.integer({ min: 1, max: 9 }),
  skew: fc.double({ min: 0, max: 2, noNaN: true }),
  linked: fc.double({ min: 0.5, max: 1, noNaN: true }),
  known: fc.double({ min: 0.4, max: 1, noNaN: true }),
  events: fc.double({ min: 0.2, max: 1, noNaN: true }),
  spread: fc.double({ min: 0.3, max: 3, noNaN: true }),
})

const submissions = fc
  .tuple(shapes, fc.integer({ min: 0, max: 2 ** 31 }))
  .map(([shape, seed]) => inventedSubmission(inventedPersons(shape, seed), dimensionsOf(shape)))

describe('whatever is handed in, the attacker learns of no 1 to 10 persons', () => {
  test('from one release, nor of a cost of too few or of two who dominate', {
    timeout: 300_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(submissions, async (submission) => {
        const checked = await checkSubmission(submission)
        expect(await findLeaks([checked])).toEqual([])
        expect(await findCostLeaks([submission], [checked])).toEqual([])
      }),
      { seed: 7, numRuns: 25, endOnFailure: true },
    )
  })

  test('from two releases of the same persons, and a leak that only the first could prevent is refused', {
    timeout: 300_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(submissions, fc.integer({ min: 1, max: 2 ** 20 }), async (submission, chosen) => {
        // Some of the tables leave first, the others after them.
        const part = (now: boolean): Submission => ({
          ...submission,
          tables: submission.tables.filter((_, i) => ((chosen >> (i % 20)) % 2 === 0) === now),
        })
        const first = await checkSubmission(part(true))
        const earlier = [{ submission: part(true), checked: first, samePersons: true }]
        const second = await checkSubmission(part(false), FR_SNDS, { earlier }).catch(refusedForDifferencing)
        if (!second) return
        expect(await findLeaks([first, second])).toEqual([])
        expect(await findCostLeaks([submission], [first, second])).toEqual([])
      }),
      { seed: 8, numRuns: 15, endOnFailure: true },
    )
  })

  test('from a release before and one after some persons objected', { timeout: 300_000 }, async () => {
    const objectors = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 5, max: 60 }))
    await fc.assert(
      fc.asyncProperty(shapes, fc.nat(), objectors, fc.nat(), async (shape, seed, gone, chosen) => {
        const dimensions = dimensionsOf(shape)
        const then = inventedPersons(shape, seed)
        const now = then.slice(Math.min(gone, shape.persons - 11))
        const some = ({ tables, ...rest }: Submission, by: number): Submission => ({
          ...rest,
          tables: tables.filter((_, i) => i === 0 || ((chosen >> (i % 16)) + by * i) % 3 > 0),
        })
        const before = some(inventedSubmission(then, dimensions), 0)
        const after = some(inventedSubmission(now, dimensions), 1)
        const first = await checkSubmission(before)
        const earlier = [{ submission: before, checked: first, samePersons: false }]
        const second = await checkSubmission(after, FR_SNDS, { earlier }).catch(refusedForDifferencing)
        if (!second) return
        expect(await findLeaks([second])).toEqual([])
        expect(await findDepartures(first, second)).toEqual([])
      }),
      { seed: 9, numRuns: 15, endOnFailure: true },
    )
  })

  test.each([
    ['complementary suppression', { complementary: true }],
    ['a look at all tables together', { together: true }],
    ['merged steps', { curves: true }],
    ['merged flows', { flows: true }],
  ])('and without %s he does', { timeout: 300_000 }, async (_, without) => {
    const shape: Shape = {
      persons: 400,
      diseases: 8,
      regions: 3,
      centres: 5,
      skew: 1,
      linked: 0.9,
      known: 0.8,
      events: 0.7,
      spread: 1,
    }
    const submission = inventedSubmission(inventedPersons(shape, 3), dimensionsOf(shape))
    expect(await findLeaks([await checkSubmission(submission)])).toEqual([])
    const bare = await checkSubmission(submission, FR_SNDS, { without })
    expect((await findLeaks([bare])).length).toBeGreaterThan(3)
  })
})

const refusedForDifferencing = (error: unknown): undefined => {
  expect(error).toMatchObject({ code: 'disclosure/differencing' })
  return undefined
}

const shownOf = (checked: CheckedSubmission, name: string): number => {
  const table = checked.tables.find((one) => one.name === name)
  if (table?.kind === 'survival') return table.curves.filter((curve) => !curve.hidden).length
  return table?.kind === 'count' || table?.kind === 'cost'
    ? table.cells.filter((cell) => !cell.hidden).length
    : 0
}

test('what may be shown of 4,000 patients with 40 diseases is shown: 30 diseases, 10 of disease by quintile', async () => {
  const shape: Shape = {
    persons: 4000,
    diseases: 40,
    regions: 3,
    centres: 12,
    skew: 0.7,
    linked: 0.88,
    known: 0.75,
    events: 0.8,
    spread: 1,
  }
  const submission = inventedSubmission(inventedPersons(shape, 5), dimensionsOf(shape))
  const checked = await checkSubmission(submission)
  expect(shownOf(checked, 'patients_by_disease')).toBeGreaterThanOrEqual(30)
  expect(shownOf(checked, 'cost_by_block_by_quintile')).toBeGreaterThanOrEqual(10)
  expect(shownOf(checked, 'delay_by_block_by_quintile')).toBeGreaterThanOrEqual(10)
  expect(await findLeaks([checked])).toEqual([])
})
