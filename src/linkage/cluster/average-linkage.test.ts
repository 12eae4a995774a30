import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { apartOf } from './apart.ts'
import { averageLinkage } from './average-linkage.ts'
import type { LinkageModel } from '../model.ts'
import { bestLinks } from './best-link.ts'
import { cluster, clusterAgain } from './cluster.ts'
import { connectedComponents } from './components.ts'
import { constraintsOf } from './decisions.ts'
import type { Apart, Edges } from './model.ts'
import { oneToOne } from './one-to-one.ts'

const edges = (...pairs: (readonly [number, number, number])[]): Edges => ({
  left: Int32Array.from(pairs, ([a]) => a),
  right: Int32Array.from(pairs, ([, b]) => b),
  weight: Float64Array.from(pairs, ([, , weight]) => weight),
})
const AVERAGE = { unscored: -8, stop: 0, best: 2 / 3 }

/** Two persons of three records each, all of whose pairs agree, and one wrong pair between them. */
const BRIDGE = edges([0, 1, 9], [0, 2, 9], [1, 2, 9], [3, 4, 9], [3, 5, 9], [4, 5, 9], [2, 3, 6])

test('one wrong pair joins two persons in connected components, and not by average linkage', () => {
  expect([...connectedComponents(6, BRIDGE, 0)]).toEqual([0, 0, 0, 0, 0, 0])
  expect([...averageLinkage(6, BRIDGE, AVERAGE)]).toEqual([0, 0, 0, 3, 3, 3])
})

test('a record that agrees with one of a person, and was looked at with no other, is weighed with all of them', () => {
  const chain = edges([0, 1, 9], [1, 2, 9])
  expect([...averageLinkage(3, chain, AVERAGE)]).toEqual([0, 0, 0])
  expect([...averageLinkage(3, chain, { ...AVERAGE, unscored: -20 })]).toEqual([0, 0, 2])
})

test('a record is compared with those of a person that know as much, and not with one that knows little', () => {
  // 2 has hardly anything in common with 3, which both have with 0 and 1.
  const scarce = edges([0, 1, 20], [0, 2, 9], [1, 2, 9], [0, 3, 5], [1, 3, 5], [2, 3, -16])
  expect([...averageLinkage(4, scarce, AVERAGE)]).toEqual([0, 0, 0, 0])
  expect([...averageLinkage(4, scarce, { ...AVERAGE, best: 1 })]).toEqual([0, 0, 0, 3])
})

test('the clusters do not depend on the order of the pairs', () => {
  const pair = fc.tuple(fc.nat(11), fc.nat(11), fc.integer({ min: -8, max: 9 }))
  fc.assert(
    fc.property(
      fc
        .uniqueArray(pair, { selector: ([a, b]) => `${Math.min(a, b)} ${Math.max(a, b)}`, maxLength: 40 })
        .map((pairs) =>
          pairs
            .filter(([a, b]) => a !== b)
            .map(([a, b, weight]) => [Math.min(a, b), Math.max(a, b), weight] as const),
        )
        .chain((pairs) =>
          fc.tuple(fc.constant(pairs), fc.shuffledSubarray(pairs, { minLength: pairs.length })),
        ),
      ([pairs, shuffled]) => {
        expect([...averageLinkage(12, edges(...shuffled), AVERAGE)]).toEqual([
          ...averageLinkage(12, edges(...pairs), AVERAGE),
        ])
      },
    ),
  )
})

/** Pairs of records, each once, with weights so fine that no two means are equal but by way of equal pairs. */
function scoredAmong(records: number, heaviest: number, length: fc.ArrayConstraints) {
  const record = fc.nat(records - 1)
  const weight = fc.integer({ min: -8e6, max: heaviest * 1e6 }).map((millionths) => millionths / 1e6)
  return fc
    .uniqueArray(fc.tuple(record, record, weight), {
      ...length,
      selector: ([a, b]) => `${Math.min(a, b)} ${Math.max(a, b)}`,
    })
    .map((pairs) => pairs.filter(([a, b]) => a !== b))
}

/** The definition word for word: of all clusters that a scored pair joins those two that agree best, as long as any do. */
function byDefinition(records: number, pairs: Edges, share: number): number[] {
  const { unscored, stop } = AVERAGE
  const weights = new Map<string, number>()
  pairs.weight.forEach((weight, i) => {
    weights.set(`${pairs.left[i]} ${pairs.right[i]}`, weight)
    weights.set(`${pairs.right[i]} ${pairs.left[i]}`, weight)
  })
  const towards = (from: number[], to: number[]): number => {
    const means = from.map((a) => {
      const all = to.map((b) => weights.get(`${a} ${b}`) ?? unscored).sort((x, y) => y - x)
      const compared = all.slice(0, Math.ceil(share * to.length))
      return compared.reduce((x, y) => x + y, 0) / compared.length
    })
    return means.reduce((x, y) => x + y, 0) / means.length
  }
  let clusters = Array.from({ length: records }, (_, record) => [record])
  for (;;) {
    const offers = clusters.flatMap((a) =>
      clusters
        .filter(
          (b) => a !== b && a.length <= b.length && a.some((x) => b.some((y) => weights.has(`${x} ${y}`))),
        )
        .map((b) => ({
          a,
          b,
          weight: a.length < b.length ? towards(a, b) : (towards(a, b) + towards(b, a)) / 2,
        })),
    )
    const best = offers.filter(({ weight }) => weight > stop).sort((x, y) => y.weight - x.weight)[0]
    if (!best)
      return clusters
        .flatMap((of) => of.map((record) => [record, Math.min(...of)] as const))
        .sort(([x], [y]) => x - y)
        .map(([, smallest]) => smallest)
    clusters = [...clusters.filter((one) => one !== best.a && one !== best.b), [...best.a, ...best.b]]
  }
}

test('what is in a large component is clustered as it is in a small one', () => {
  // A chain that hardly holds and adds nothing to what it hangs on makes the component large.
  const [RECORDS, LONG] = [14, 200]
  fc.assert(
    fc.property(scoredAmong(RECORDS, 12, { minLength: 10, maxLength: 60 }), (pairs) => {
      const chain = Array.from({ length: LONG }, (_, at): [number, number, number] => [
        at === 0 ? RECORDS - 1 : RECORDS + at - 1,
        RECORDS + at,
        1e-9,
      ])
      const large = averageLinkage(RECORDS + LONG, edges(...pairs, ...chain), AVERAGE)
      expect([...large.subarray(0, RECORDS)]).toEqual([...averageLinkage(RECORDS, edges(...pairs), AVERAGE)])
    }),
    { seed: 3, numRuns: 200 },
  )
})

test('average linkage is its definition, whatever way it takes', () => {
  const RECORDS = 14
  fc.assert(
    fc.property(
      scoredAmong(RECORDS, 12, { minLength: 10, maxLength: 60 }),
      fc.constantFrom(0.5, 2 / 3, 1),
      (scored, share) => {
        const pairs = edges(...scored)
        fc.pre(new Set(pairs.weight).size === pairs.weight.length)
        expect([...averageLinkage(RECORDS, pairs, { ...AVERAGE, best: share })]).toEqual(
          byDefinition(RECORDS, pairs, share),
        )
      },
    ),
    { numRuns: 300 },
  )
})

test('one to one, each has at most one partner, the best for both, and of equals nobody', () => {
  expect([...oneToOne(4, edges([0, 2, 5], [0, 3, 7], [1, 3, 6], [1, 2, 4]), 0)]).toEqual([0, 1, 1, 0])
  expect([...oneToOne(3, edges([0, 1, 5], [0, 2, 5]), 0)]).toEqual([0, 1, 2])
  expect([...oneToOne(3, edges([0, 1, 7], [0, 2, 5]), 0, 3)]).toEqual([0, 1, 2])
})

test('best links: each goes where it agrees best, and no further', () => {
  expect([...bestLinks(4, edges([0, 1, 9], [1, 2, 3], [2, 3, 8]), 0)]).toEqual([0, 0, 2, 2])
})

test('records of a table without doubles are never in one cluster, whichever way clusters are made', () => {
  const apart = (): Apart => apartOf(Int32Array.from([1, 1, 0, 0])) as Apart
  const strong = edges([0, 2, 9], [1, 2, 8], [2, 3, 7], [0, 3, 7], [1, 3, 9.5])
  for (const found of [
    averageLinkage(4, strong, AVERAGE, apart()),
    connectedComponents(4, strong, 0, apart()),
    bestLinks(4, strong, 0, apart()),
  ])
    expect([...found]).toEqual([0, 1, 0, 1])
  expect([...connectedComponents(4, strong, 0)]).toEqual([0, 0, 0, 0])
})

test.each(['average-linkage', 'connected', 'best-link', 'one-to-one'] as const)(
  'by %s, records that readers joined are in one cluster and those they told apart in two, whatever the weights',
  async (method) => {
    const RECORDS = 10
    const record = fc.nat(RECORDS - 1)
    const pair = fc.tuple(record, record).filter(([a, b]) => a !== b)
    const model = { clusters: { method } } as LinkageModel
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(record, record, fc.integer({ min: -8, max: 9 })), { maxLength: 30 }),
        fc.array(pair, { maxLength: 4 }),
        fc.array(pair, { maxLength: 6 }),
        async (scored, together, apart) => {
          const unique = new Map(
            scored.map(([a, b, weight]) => [[a, b].sort().join(), [a, b, weight] as const]),
          )
          const pairs = edges(...[...unique.values()].filter(([a, b]) => a !== b))
          const decided = constraintsOf(RECORDS, { together, apart })
          const found = await cluster(model, RECORDS, pairs, { decided })
          for (const [a, b] of together) expect(found[a]).toBe(found[b])
          const against = apart.filter(([a, b]) => found[a] === found[b])
          expect(against).toHaveLength(decided.contradicted)
          for (const [a, b] of against) expect(decided.roots[a]).toBe(decided.roots[b])
          // The number of a cluster is that of its smallest record.
          found.forEach((of, at) => expect(of).toBeLessThanOrEqual(at))
          // Nothing decided changes nothing.
          const none = constraintsOf(RECORDS, { together: [], apart: [] })
          expect([...(await cluster(model, RECORDS, pairs, { decided: none }))]).toEqual([
            ...(await cluster(model, RECORDS, pairs)),
          ])
        },
      ),
    )
  },
)

test.each(['average-linkage', 'connected', 'best-link'] as const)(
  'by %s, only what new pairs touch is clustered again, and it is as if all had been',
  async (method) => {
    const RECORDS = 16
    const record = fc.nat(RECORDS - 1)
    const pair = fc.tuple(record, record).filter(([a, b]) => a !== b)
    const model = { clusters: { method } } as LinkageModel
    await fc.assert(
      fc.asyncProperty(
        scoredAmong(RECORDS, 9, { maxLength: 40 }),
        fc.nat(10),
        fc.array(pair, { maxLength: 3 }),
        fc.array(pair, { maxLength: 3 }),
        async (pairs, first, together, apart) => {
          const limits = { decided: constraintsOf(RECORDS, { together, apart }) }
          const earlier = await cluster(model, RECORDS, edges(...pairs.slice(0, first)), limits)
          const changed = pairs.slice(first).flatMap(([a, b]) => [a, b])
          expect([...(await clusterAgain(model, earlier, edges(...pairs), changed, limits))]).toEqual([
            ...(await cluster(model, RECORDS, edges(...pairs), limits)),
          ])
        },
      ),
      { numRuns: 300 },
    )
  },
)

test('what readers told apart is not joined through others, and what they joined is weighed as one', async () => {
  const apart = constraintsOf(3, { together: [], apart: [[0, 2]] })
  const chain = edges([0, 1, 9], [1, 2, 8], [0, 2, 7])
  const by = async (method: string) => [
    ...(await cluster({ clusters: { method } } as LinkageModel, 3, chain, { decided: apart })),
  ]
  expect(await by('average-linkage')).toEqual([0, 0, 2])
  expect(await by('connected')).toEqual([0, 0, 2])
  // Two that are one both speak for a third, or against it.
  const joined = constraintsOf(3, { together: [[0, 1]], apart: [] })
  const model = { clusters: { method: 'average-linkage' } } as LinkageModel
  expect([...(await cluster(model, 3, edges([0, 2, 5], [1, 2, -6]), { decided: joined }))]).toEqual([0, 0, 2])
  expect([...(await cluster(model, 3, edges([0, 2, 7], [1, 2, -6]), { decided: joined }))]).toEqual([0, 0, 0])
})
