import type { Highs, Model } from 'highs'

/*
 * Which further cells must be hidden, and the proof that it is enough. After the linear programming heuristic for
 * complementary suppression (Kelly, Golden and Assad 1992; Fischetti and Salazar 2001): for a hidden cell that is
 * too small, look for the cheapest change of the table that keeps every equation and lifts that cell to the
 * threshold. The cells that change are hidden. The changed table is then a table that publishes exactly the same:
 * an attacker cannot exclude it, so no reasoning, linear or other, bounds the cell below the threshold. Hiding
 * more never takes such a proof away, so one pass over the small cells is enough.
 */

export interface Variable {
  readonly truth: number
  /** The least that an attacker knows a hidden value to be: 1 for a hidden cell, because zeros are shown. */
  readonly floor: number
  /** Shown ones may be hidden at `weight` per unit of change; fixed ones are known whatever we do. */
  state: 'shown' | 'hidden' | 'fixed'
  readonly weight: number
}

/** `whole` equals the sum of `parts`. */
export interface Equation {
  readonly whole: number
  readonly parts: readonly number[]
}

export interface Need {
  readonly variable: number
  /** The hidden value must possibly be this large. */
  readonly atLeast: number
}

export interface Protection {
  /** Variables that were shown and are hidden now; their state says so too. */
  readonly hid: readonly number[]
  /** Needs with a proof. */
  readonly proved: number
  /** Needs that nothing that may still be hidden can meet. */
  readonly open: readonly Need[]
}

export interface ProtectOptions {
  /** Persons: proofs are tables of whole numbers. Otherwise amounts, which may be fractions. */
  readonly whole: boolean
  /** Do not hide anything more: only prove. */
  readonly proveOnly?: boolean
}

/** Hides what is needed (changing `state` in place) and proves every need, or says which it cannot. */
export function protect(
  highs: Highs,
  variables: readonly Variable[],
  equations: readonly Equation[],
  needs: readonly Need[],
  options: ProtectOptions,
): Protection {
  const hid: number[] = []
  const open: Need[] = []
  let proved = 0
  let pending = [...needs]
  if (pending.length === 0) return { hid, proved, open }
  const model = new ChangeModel(highs, variables, equations, options)
  try {
    while (pending.length > 0) {
      const [need, ...rest] = pending as [Need, ...Need[]]
      const change = model.cheapest(need)
      if (!change) {
        open.push(need)
        pending = rest
        continue
      }
      for (const [j, by] of change.entries())
        if (Math.abs(by) > model.tolerance && (variables[j] as Variable).state === 'shown') {
          ;(variables[j] as Variable).state = 'hidden'
          hid.push(j)
          model.free(j)
        }
      const before = pending.length
      pending = pending.filter(
        ({ variable, atLeast }) =>
          (variables[variable] as Variable).truth + (change[variable] as number) < atLeast - model.tolerance,
      )
      proved += before - pending.length
    }
  } finally {
    model.dispose()
  }
  return { hid, proved, open }
}

/** The change of every variable as (up − down), both non-negative, under the homogeneous equations. */
class ChangeModel {
  readonly #variables: readonly Variable[]
  readonly #equations: readonly Equation[]
  readonly #options: ProtectOptions
  readonly #model: Model
  readonly #highs: Highs
  readonly #scale: number
  /** Below this a change is the solver's noise, in the unit of the values. */
  readonly tolerance: number

  constructor(
    highs: Highs,
    variables: readonly Variable[],
    equations: readonly Equation[],
    options: ProtectOptions,
  ) {
    this.#variables = variables
    this.#equations = equations
    this.#options = options
    this.#highs = highs
    const largest = Math.max(1, ...variables.map(({ truth }) => truth))
    this.#scale = options.whole ? 1 : largest / 1e4
    this.tolerance = 1e-5 * this.#scale
    this.#model = highs.createModel()
    this.#model.options.set({ output_flag: false, presolve: 'off', solver: 'simplex' })
    const n = variables.length
    const starts = [0]
    const indices: number[] = []
    const values: number[] = []
    for (const { whole, parts } of equations) {
      const row = new Map<number, number>([[whole, 1]])
      for (const part of parts) row.set(part, (row.get(part) ?? 0) - 1)
      for (const [j, value] of row) {
        if (value === 0) continue
        indices.push(j, n + j)
        values.push(value, -value)
      }
      starts.push(indices.length)
    }
    const zeros = new Float64Array(equations.length)
    this.#model.passModel({
      numCols: 2 * n,
      numRows: equations.length,
      colCost: [...variables, ...variables].map((v) => (v.state === 'shown' ? v.weight : 0)),
      colLower: new Float64Array(2 * n),
      colUpper: [
        ...variables.map((v) => (this.#moves(v) ? highs.infinity : 0)),
        ...variables.map((v) => (this.#moves(v) ? Math.max(0, v.truth - v.floor) / this.#scale : 0)),
      ],
      rowLower: zeros,
      rowUpper: zeros,
      matrix: { format: 'csr', numRows: equations.length, numCols: 2 * n, starts, indices, values },
    })
  }

  #moves(v: Variable): boolean {
    return v.state === 'hidden' || (v.state === 'shown' && !this.#options.proveOnly)
  }

  /** Changing a hidden variable costs nothing. */
  free(j: number): void {
    const n = this.#variables.length
    this.#model.changeColCost(j, 0)
    this.#model.changeColCost(n + j, 0)
  }

  /** The cheapest change that lifts the needed variable, whole when it must be; undefined when there is none. */
  cheapest({ variable, atLeast }: Need): Float64Array | undefined {
    const n = this.#variables.length
    const { truth, floor } = this.#variables[variable] as Variable
    const lift = (atLeast - truth) / this.#scale
    const down = Math.max(0, truth - floor) / this.#scale
    this.#model.changeColBounds(variable, lift, this.#highs.infinity)
    this.#model.changeColBounds(n + variable, 0, 0)
    try {
      const change = this.#solve()
      if (!change || !this.#options.whole) return change
      return this.#wholeOf(change) ?? this.#solveWhole()
    } finally {
      this.#model.changeColBounds(variable, 0, this.#highs.infinity)
      this.#model.changeColBounds(n + variable, 0, down)
    }
  }

  #solve(): Float64Array | undefined {
    const { modelStatus } = this.#model.run()
    if (modelStatus !== 7) return undefined
    const { colValue } = this.#model.getSolution()
    const n = this.#variables.length
    return Float64Array.from(
      this.#variables,
      (_, j) => ((colValue[j] as number) - (colValue[n + j] as number)) * this.#scale,
    )
  }

  /** The same, with whole numbers asked for: rarely needed, because nested tables give whole corners. */
  #solveWhole(): Float64Array | undefined {
    const columns = 2 * this.#variables.length
    const all = Int32Array.from({ length: columns }, (_, j) => j)
    this.#model.changeColsIntegrality(
      { kind: 'set', indices: all },
      Int32Array.from(all, () => 1),
    )
    try {
      const change = this.#solve()
      return change && this.#wholeOf(change)
    } finally {
      this.#model.clearIntegrality()
    }
  }

  /** Rounds, and believes nothing of the solver: every equation and bound is computed again in whole numbers. */
  #wholeOf(change: Float64Array): Float64Array | undefined {
    const whole = change.map((by) => Math.round(by) + 0)
    for (const [j, v] of this.#variables.entries()) {
      const by = whole[j] as number
      if (Math.abs(by - (change[j] as number)) > 1e-4) return undefined
      if (by !== 0 && (!this.#moves(v) || v.truth + by < v.floor)) return undefined
    }
    for (const { whole: sum, parts } of this.#equations)
      if ((whole[sum] as number) !== parts.reduce((s, j) => s + (whole[j] as number), 0)) return undefined
    return whole
  }

  dispose(): void {
    this.#model.dispose()
  }
}
