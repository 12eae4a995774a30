import type { Highs } from 'highs'

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
  const changes = new Changes(highs, variables, equations, options)
  const meet = (change: Float64Array): number => {
    const before = pending.length
    pending = pending.filter(
      ({ variable, atLeast }) =>
        (variables[variable] as Variable).truth + (change[variable] as number) < atLeast - changes.tolerance,
    )
    proved += before - pending.length
    return before - pending.length
  }
  for (let met = FEW; met >= FEW && pending.length > 0; ) {
    const change = changes.meetingMany(pending)
    met = change ? meet(change) : 0
  }
  while (pending.length > 0) {
    const [need, ...rest] = pending as [Need, ...Need[]]
    const change = changes.cheapest(need)
    for (const [j, by] of change?.entries() ?? []) {
      const variable = variables[j] as Variable
      if (Math.abs(by) <= changes.tolerance || variable.state !== 'shown') continue
      variable.state = 'hidden'
      hid.push(j)
    }
    if (!change || meet(change) === 0) {
      open.push(need)
      pending = rest
    }
  }
  return { hid, proved, open }
}

/** A joint change that meets fewer needs than this is not worth asking for another. */
const FEW = 5

const OPTIMAL = 7
const INTEGER = 1

interface Question {
  /** Variables that may change. */
  readonly among: readonly number[]
  /** Least and most that a variable goes up, and what a unit of it costs. */
  readonly up: (j: number) => { readonly least: number; readonly most: number; readonly cost: number }
  readonly downCost: (j: number) => number
}

/** Changes of the table that keep every equation: what goes up and what comes down cancel in each. */
class Changes {
  readonly #highs: Highs
  readonly #variables: readonly Variable[]
  readonly #equations: readonly Equation[]
  readonly #equationsOf: readonly (readonly number[])[]
  readonly #options: ProtectOptions
  readonly #scale: number
  /** Below this a change is the solver's noise, in the unit of the values. */
  readonly tolerance: number

  constructor(
    highs: Highs,
    variables: readonly Variable[],
    equations: readonly Equation[],
    options: ProtectOptions,
  ) {
    this.#highs = highs
    this.#variables = variables
    this.#equations = equations
    this.#options = options
    this.#scale = options.whole ? 1 : Math.max(1, ...variables.map(({ truth }) => truth)) / 1e4
    this.tolerance = 1e-5 * this.#scale
    const equationsOf: number[][] = variables.map(() => [])
    for (const [e, { whole, parts }] of equations.entries())
      for (const j of [whole, ...parts]) equationsOf[j]?.push(e)
    this.#equationsOf = equationsOf
  }

  #of(j: number): Variable {
    return this.#variables[j] as Variable
  }

  #mayChange(j: number): boolean {
    const { state } = this.#of(j)
    return state === 'hidden' || (state === 'shown' && this.#options.proveOnly !== true)
  }

  /** One change of what is hidden already that meets as many needs at once as it can. */
  meetingMany(needs: readonly Need[]): Float64Array | undefined {
    const lifts = new Map(needs.map(({ variable, atLeast }) => [variable, this.#lift(variable, atLeast)]))
    return this.#solve({
      among: this.#variables.flatMap(({ state }, j) => (state === 'hidden' ? [j] : [])),
      up: (j) => {
        const lift = lifts.get(j)
        return lift === undefined
          ? { least: 0, most: this.#highs.infinity, cost: 0 }
          : { least: 0, most: lift, cost: -1 / lift }
      },
      downCost: () => 0,
    })
  }

  /**
   * The cheapest change that lifts the needed variable; undefined when there is none. Asked first of its own
   * neighbourhood (the equations that it stands in and those that these touch), then of the whole table.
   */
  cheapest({ variable, atLeast }: Need): Float64Array | undefined {
    const lift = this.#lift(variable, atLeast)
    const cost = (j: number) => (this.#of(j).state === 'shown' ? this.#of(j).weight : 0)
    const up = (j: number) => ({
      least: j === variable ? lift : 0,
      most: this.#highs.infinity,
      cost: cost(j),
    })
    const all = this.#variables.map((_, j) => j)
    for (const among of [this.#neighbourhood(variable), all]) {
      const change = this.#solve({ among: among.filter((j) => this.#mayChange(j)), up, downCost: cost })
      if (change) return change
    }
    return undefined
  }

  #lift(j: number, atLeast: number): number {
    return (atLeast - this.#of(j).truth) / this.#scale
  }

  #neighbourhood(variable: number): number[] {
    let near = new Set([variable])
    for (let hop = 0; hop < 2; hop++)
      near = new Set(
        [...near].flatMap((j) =>
          (this.#equationsOf[j] as readonly number[]).flatMap((e) => {
            const { whole, parts } = this.#equations[e] as Equation
            return [whole, ...parts]
          }),
        ),
      )
    return [...near].sort((a, b) => a - b)
  }

  /** A change in whole numbers where that is asked for: nested tables nearly always give one at once. */
  #solve(question: Question): Float64Array | undefined {
    const change = this.#ask(question, false)
    if (!change || !this.#options.whole) return change
    const whole = this.#wholeOf(change)
    if (whole) return whole
    const asked = this.#ask(question, true)
    return asked && this.#wholeOf(asked)
  }

  #ask({ among, up, downCost }: Question, whole: boolean): Float64Array | undefined {
    const n = among.length
    if (n === 0) return undefined
    const column = new Map(among.map((j, k) => [j, k]))
    const rows = new Set(among.flatMap((j) => this.#equationsOf[j] as readonly number[]))
    const starts = [0]
    const indices: number[] = []
    const values: number[] = []
    for (const e of rows) {
      const { whole: sum, parts } = this.#equations[e] as Equation
      for (const [j, sign] of [[sum, 1] as const, ...parts.map((part) => [part, -1] as const)]) {
        const k = column.get(j)
        if (k === undefined) continue
        indices.push(k, n + k)
        values.push(sign, -sign)
      }
      starts.push(indices.length)
    }
    const ups = among.map(up)
    const zeros = new Float64Array(rows.size)
    const model = this.#highs.createModel()
    try {
      model.options.set({ output_flag: false, solver: whole ? 'choose' : 'simplex' })
      model.passModel({
        numCols: 2 * n,
        numRows: rows.size,
        colCost: [...ups.map(({ cost }) => cost), ...among.map(downCost)],
        colLower: [...ups.map(({ least }) => least), ...among.map(() => 0)],
        colUpper: [
          ...ups.map(({ most }) => most),
          // What must rise does not fall as well.
          ...among.map((j, k) =>
            (ups[k]?.least ?? 0) > 0 ? 0 : Math.max(0, this.#of(j).truth - this.#of(j).floor) / this.#scale,
          ),
        ],
        rowLower: zeros,
        rowUpper: zeros,
        matrix: { format: 'csr', numRows: rows.size, numCols: 2 * n, starts, indices, values },
        ...(whole ? { integrality: Int32Array.from({ length: 2 * n }, () => INTEGER) } : {}),
      })
      if (model.run().modelStatus !== OPTIMAL) return undefined
      const { colValue } = model.getSolution()
      const change = new Float64Array(this.#variables.length)
      for (const [k, j] of among.entries())
        change[j] = ((colValue[k] as number) - (colValue[n + k] as number)) * this.#scale
      return change
    } finally {
      model.dispose()
    }
  }

  /** Rounds, and believes nothing of the solver: every equation and bound is computed again in whole numbers. */
  #wholeOf(change: Float64Array): Float64Array | undefined {
    const whole = change.map((by) => Math.round(by) + 0)
    for (const [j, v] of this.#variables.entries()) {
      const by = whole[j] as number
      if (Math.abs(by - (change[j] as number)) > 1e-4) return undefined
      if (by !== 0 && (!this.#mayChange(j) || v.truth + by < v.floor)) return undefined
    }
    for (const { whole: sum, parts } of this.#equations)
      if ((whole[sum] as number) !== parts.reduce((s, j) => s + (whole[j] as number), 0)) return undefined
    return whole
  }
}
