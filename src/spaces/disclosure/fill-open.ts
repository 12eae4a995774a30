import type { Highs } from 'highs'
import type { Equation, Variable } from './protect.ts'

const OPTIMAL = 7
const INTEGER = 1

/**
 * Whole numbers for cells that nobody handed in, so that every equation holds: a world that fits what was handed in,
 * from which other worlds are looked for. The first `variables.length` columns of the equations are known.
 * Undefined where the solver finds none, which cannot be with numbers that come from persons.
 */
export function fillOpen(
  highs: Highs,
  variables: readonly Variable[],
  open: number,
  equations: readonly Equation[],
): number[] | undefined {
  if (open === 0) return []
  const first = variables.length
  const starts = [0]
  const indices: number[] = []
  const values: number[] = []
  const sums: number[] = []
  for (const { whole, parts } of equations) {
    let known = 0
    for (const [j, sign] of [[whole, 1] as const, ...parts.map((part) => [part, -1] as const)])
      if (j < first) known += sign * (variables[j] as Variable).truth
      else {
        indices.push(j - first)
        values.push(sign)
      }
    if (indices.length === starts.at(-1)) continue
    starts.push(indices.length)
    sums.push(0 - known)
  }
  const solve = (whole: boolean): number[] | undefined => {
    const model = highs.createModel()
    try {
      model.options.set({ output_flag: false, solver: whole ? 'choose' : 'simplex' })
      model.passModel({
        numCols: open,
        numRows: sums.length,
        colCost: new Float64Array(open),
        colLower: new Float64Array(open),
        colUpper: Float64Array.from({ length: open }, () => highs.infinity),
        rowLower: sums,
        rowUpper: sums,
        matrix: { format: 'csr', numRows: sums.length, numCols: open, starts, indices, values },
        ...(whole ? { integrality: Int32Array.from({ length: open }, () => INTEGER) } : {}),
      })
      if (model.run().modelStatus !== OPTIMAL) return undefined
      const found = [...(model.getSolution().colValue as Float64Array)].map((value) => Math.round(value) + 0)
      return found.every((value) => value >= 0) && fits(found, starts, indices, values, sums)
        ? found
        : undefined
    } finally {
      model.dispose()
    }
  }
  return solve(false) ?? solve(true)
}

const fits = (
  found: readonly number[],
  starts: readonly number[],
  indices: readonly number[],
  values: readonly number[],
  sums: readonly number[],
): boolean =>
  sums.every((sum, row) => {
    let left = sum
    for (let k = starts[row] as number; k < (starts[row + 1] as number); k++)
      left -= (values[k] as number) * (found[indices[k] as number] as number)
    return left === 0
  })
