import { expect, test } from 'vitest'
import { linkageWeights } from './unlinked.ts'

/** Of each group so many patients, and so many of them linked. */
const of = (sex: string, age: string, n: number, linked: number) =>
  Array.from({ length: n }, (_, at) => ({ sex, age, linked: at < linked }))
const patients = [
  ...of('men', 'young', 400, 360),
  ...of('men', 'old', 400, 320),
  ...of('women', 'young', 400, 360),
  ...of('women', 'old', 400, 320),
]

test('the weights of the linked make the groups of all, and cost no group its share', () => {
  const weights = linkageWeights(patients, ['sex', 'age'], 11)
  for (const age of ['young', 'old']) {
    const sum = patients
      .filter((one) => one.linked && one.age === age)
      .reduce((total, one) => total + 1 / weights.probability(one), 0)
    expect(sum).toBeCloseTo(800, -1)
  }
  expect(weights.probability({ sex: 'men', age: 'old' })).toBeCloseTo(0.8, 2)
  expect(Math.abs(weights.slopes.get('sex|women') ?? weights.slopes.get('sex|men') ?? 1)).toBeLessThan(0.02)
})

test('a value with few unlinked has no coefficient of its own', () => {
  const rare = [...patients, ...of('unknown', 'old', 60, 55)]
  expect([...linkageWeights(rare, ['sex', 'age'], 11).slopes.keys()]).not.toContain('sex|unknown')
})
