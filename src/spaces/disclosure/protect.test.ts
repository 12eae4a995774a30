import type { Highs } from 'highs'
import { expect, test } from 'vitest'
import { type Equation, protect, type Variable } from './protect.ts'
import { solver } from './solver.ts'

const UNKNOWN = 15

/** Three shown amounts beside a hidden one in a total that is shown. */
const variables = (): Variable[] =>
  [100, 10, 30, 60].map((truth, j) => ({ truth, floor: 0, state: j === 1 ? 'hidden' : 'shown', weight: 1 }))
const equations: readonly Equation[] = [{ whole: 0, parts: [1, 2, 3] }]
const needs = [{ variable: 1, atLeast: 40 }]

/** The solver, lost the first times that it is asked. */
async function lost(times: number): Promise<Highs> {
  const highs = await solver()
  let left = times
  return new Proxy(highs, {
    get(target, key) {
      if (key !== 'createModel') return Reflect.get(target, key) as unknown
      return () => {
        const model = target.createModel()
        return new Proxy(model, {
          get(inner, name) {
            if (name === 'run' && left-- > 0) return () => ({ ...inner.run(), modelStatus: UNKNOWN })
            const value = Reflect.get(inner, name) as unknown
            return typeof value === 'function' ? (value.bind(inner) as unknown) : value
          },
        })
      }
    },
  })
}

test('a solver that loses its footing is asked again from the beginning, so that nothing is refused for its sake', async () => {
  for (const times of [0, 1, 2]) {
    const amounts = variables()
    const { hid, proved, open } = protect(await lost(times), amounts, equations, needs, { whole: false })
    expect([times, proved, open]).toEqual([times, 1, []])
    expect(hid.length).toBeGreaterThan(0)
  }
})

test('what nothing may be hidden for is said, and not taken for a lost solver', async () => {
  const amounts = variables().map((one, j): Variable => (j === 1 ? one : { ...one, state: 'fixed' }))
  expect(protect(await solver(), amounts, equations, needs, { whole: false }).open).toEqual(needs)
})
