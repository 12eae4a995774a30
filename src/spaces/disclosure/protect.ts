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
  /** Or possibly nobody: the cell was not handed in, so that nobody knows that it is not empty. */
  readonly orNobody?: boolean
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
}

/** Hides what is needed (changing `state` in place) and proves every need, or says which it cannot. */
export function protect(
  highs: Highs,
  variables: readonly Variable[],
  equations: readonly Equation[],
  needs: readonly Need[],
  options: ProtectOptions,
): Protection {
  if (needs.length === 0) return { hid: [], proved: 0, open: [] }
  const changes = new Changes(highs, variables, equations, options)
  try {
    return hideFor(changes, variables, needs)
  } finally {
    changes.dispose()
  }
}

function hideFor(changes: Changes, variables: readonly Variable[], needs: readonly Need[]): Protection {
  const hid: number[] = []
  const open: Need[] = []
  let proved = 0
  let pending = [...needs]
  const valueIn = (change: Change, j: number) => (variables[j] as Variable).truth + (change[j] as number)
  const isPossible = (change: Change, by: number) =>
    changes.touched(change).every((j) => {
      const { truth, floor } = variables[j] as Variable
      return truth + by * (change[j] as number) >= floor - changes.tolerance
    })
  /** A change may be made several times or undone: what lifted one need may, turned round, lift another. */
  const liftsAgain = (change: Change, { variable, atLeast }: Need) => {
    const by = (atLeast - (variables[variable] as Variable).truth) / (change[variable] as number)
    const times = changes.whole ? Math.sign(by) * Math.ceil(Math.abs(by)) : by
    return Number.isFinite(times) && isPossible(change, times)
  }
  const meet = (change: Change): number => {
    const before = pending.length
    pending = pending.filter((need) => {
      const value = valueIn(change, need.variable)
      const met = value >= need.atLeast - changes.tolerance
      const empty = need.orNobody === true && value <= changes.tolerance
      return !met && !empty && !liftsAgain(change, need)
    })
    proved += before - pending.length
    return before - pending.length
  }
  const meetTogether = () => {
    for (let round = 0; round < ROUNDS && pending.length > 0; round++) {
      const change = changes.meetingMany(pending, round)
      if (!change || meet(change) < FEW) break
    }
  }
  meetTogether()
  for (let asked = 1; pending.length > 0; asked++) {
    // Some far from each other at once: each has its own neighbours, which is as cheap as one by one.
    const apart = Math.ceil(pending.length / AT_ONCE)
    const some = pending.filter((_, i) => i % apart === 0)
    const [need, ...rest] = pending as [Need, ...Need[]]
    const change = changes.cheapest(some) ?? changes.cheapest([need])
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
    // What was hidden for one may be enough for others.
    if (asked % SEVERAL === 0) meetTogether()
  }
  return { hid, proved, open }
}

/** A joint change that meets fewer needs than this is not worth asking for another. */
const FEW = 4
const ROUNDS = 8
/** So many needs are met one by one before all are looked at together again. */
const SEVERAL = 12
const AT_ONCE = 5

const OPTIMAL = 7
const INFEASIBLE = 8
const INTEGER = 1

/** By how much each variable changes. */
type Change = Float64Array

/** Least and most that a variable goes up, how far it may come down, and what a unit of each costs. */
interface Move {
  readonly least: number
  readonly most: number
  readonly down: number
  readonly upCost: number
  readonly downCost: number
}

const STILL: Move = { least: 0, most: 0, down: 0, upCost: 0, downCost: 0 }

/**
 * Changes of the table that keep every equation: what goes up and what comes down cancel in each. One model of the
 * whole table is kept: the next question starts from the last answer, and the solver has little left to do.
 */
class Changes {
  readonly #highs: Highs
  readonly #variables: readonly Variable[]
  readonly #equations: readonly Equation[]
  readonly #options: ProtectOptions
  readonly #scale: number
  /** Variables that were not fixed when the model was made: its columns. */
  readonly #among: readonly number[]
  #model: Model | undefined
  /** Below this a change is the solver's noise, in the unit of the values. */
  readonly tolerance: number
  readonly whole: boolean

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
    this.whole = options.whole
    this.#among = variables.flatMap(({ state }, j) => (state === 'fixed' ? [] : [j]))
  }

  dispose(): void {
    this.#model?.dispose()
    this.#model = undefined
  }

  /** Variables that a change is more than noise for. */
  touched(change: Change): number[] {
    return this.#among.filter((j) => Math.abs(change[j] as number) > this.tolerance)
  }

  #of(j: number): Variable {
    return this.#variables[j] as Variable
  }

  #lift(j: number, atLeast: number): number {
    return (atLeast - this.#of(j).truth) / this.#scale
  }

  /** How far a value may come down. */
  #room(j: number): number {
    return Math.max(0, this.#of(j).truth - this.#of(j).floor) / this.#scale
  }

  /**
   * One change of what is hidden already that meets many needs at once. Needs of one equation stand in each other's
   * way and would all be met by half, so in each round another eighth of them is asked for.
   */
  meetingMany(needs: readonly Need[], round: number): Change | undefined {
    const some = needs.length < 2 * ROUNDS ? needs : needs.filter((_, i) => i % ROUNDS === round % ROUNDS)
    const lifts = new Map(some.map(({ variable, atLeast }) => [variable, this.#lift(variable, atLeast)]))
    return this.#solve((j) => {
      if (this.#of(j).state !== 'hidden') return STILL
      const lift = lifts.get(j)
      return {
        least: 0,
        most: lift ?? this.#highs.infinity,
        down: this.#room(j),
        upCost: lift === undefined ? 0 : -1 / lift,
        downCost: 0,
      }
    })
  }

  /** The cheapest change of the whole table that lifts the needed variables; undefined when there is none. */
  cheapest(needs: readonly Need[]): Change | undefined {
    const lifts = new Map(needs.map(({ variable, atLeast }) => [variable, this.#lift(variable, atLeast)]))
    return this.#solve((j) => {
      const { state, weight } = this.#of(j)
      const cost = state === 'shown' ? weight : 0
      const lift = lifts.get(j)
      return {
        least: lift ?? 0,
        most: this.#highs.infinity,
        // What must rise does not fall as well.
        down: lift === undefined ? this.#room(j) : 0,
        upCost: cost,
        downCost: cost,
      }
    })
  }

  /** A change in whole numbers where that is asked for: nested tables nearly always give one at once. */
  #solve(move: (j: number) => Move): Change | undefined {
    const change = this.#asFraction(move)
    if (!change || !this.#options.whole) return change
    const whole = this.#wholeOf(change)
    if (whole) return whole
    const model = this.#newModel(true, 'choose')
    try {
      const asked = this.#ask(model, move)
      return asked && asked !== 'lost' ? this.#wholeOf(asked) : undefined
    } finally {
      model.dispose()
    }
  }

  /**
   * From where the last answer stood; when the solver loses its footing there (it says neither "this" nor "nothing"),
   * from the beginning, and at last by another way.
   */
  #asFraction(move: (j: number) => Move): Change | undefined {
    for (const way of ['as it stands', 'simplex', 'ipm'] as const) {
      if (way !== 'as it stands') this.dispose()
      this.#model ??= this.#newModel(false, way === 'ipm' ? 'ipm' : 'simplex')
      const change = this.#ask(this.#model, move)
      if (change !== 'lost') return change
    }
    this.dispose()
    return undefined
  }

  /** Columns: every variable up, then every variable down. Rows: the equations. */
  #newModel(whole: boolean, solver: 'choose' | 'simplex' | 'ipm'): Model {
    const n = this.#among.length
    const column = new Map(this.#among.map((j, k) => [j, k]))
    const starts = [0]
    const indices: number[] = []
    const values: number[] = []
    for (const { whole: sum, parts } of this.#equations) {
      const before = indices.length
      for (const [j, sign] of [[sum, 1] as const, ...parts.map((part) => [part, -1] as const)]) {
        const k = column.get(j)
        if (k === undefined) continue
        indices.push(k, n + k)
        values.push(sign, -sign)
      }
      if (indices.length > before) starts.push(indices.length)
    }
    const zeros = new Float64Array(starts.length - 1)
    const model = this.#highs.createModel()
    model.options.set({ output_flag: false, solver })
    model.passModel({
      numCols: 2 * n,
      numRows: zeros.length,
      colCost: new Float64Array(2 * n),
      colLower: new Float64Array(2 * n),
      colUpper: new Float64Array(2 * n),
      rowLower: zeros,
      rowUpper: zeros,
      matrix: { format: 'csr', numRows: zeros.length, numCols: 2 * n, starts, indices, values },
      ...(whole ? { integrality: Int32Array.from({ length: 2 * n }, () => INTEGER) } : {}),
    })
    return model
  }

  /** The best change, nothing where there is none, or that the solver lost itself. */
  #ask(model: Model, move: (j: number) => Move): Change | 'lost' | undefined {
    const n = this.#among.length
    const costs = new Float64Array(2 * n)
    const lower = new Float64Array(2 * n)
    const upper = new Float64Array(2 * n)
    for (const [k, j] of this.#among.entries()) {
      const { least, most, down, upCost, downCost } = move(j)
      costs[k] = upCost
      costs[n + k] = downCost
      lower[k] = least
      upper[k] = most
      upper[n + k] = down
    }
    const all = { kind: 'range', from: 0, to: 2 * n - 1 } as const
    model.changeColsCost(all, costs)
    model.changeColsBounds(all, lower, upper)
    const { modelStatus } = model.run()
    if (modelStatus !== OPTIMAL) return modelStatus === INFEASIBLE ? undefined : 'lost'
    const { colValue } = model.getSolution()
    const change = new Float64Array(this.#variables.length)
    for (const [k, j] of this.#among.entries())
      change[j] = ((colValue[k] as number) - (colValue[n + k] as number)) * this.#scale
    return change
  }

  /** Rounds, and believes nothing of the solver: every equation and bound is computed again in whole numbers. */
  #wholeOf(change: Change): Change | undefined {
    const whole = change.map((by) => Math.round(by) + 0)
    for (const [j, v] of this.#variables.entries()) {
      const by = whole[j] as number
      if (Math.abs(by - (change[j] as number)) > 1e-4) return undefined
      if (by !== 0 && (v.state === 'fixed' || v.truth + by < v.floor)) return undefined
    }
    for (const { whole: sum, parts } of this.#equations)
      if ((whole[sum] as number) !== parts.reduce((s, j) => s + (whole[j] as number), 0)) return undefined
    return whole
  }
}
