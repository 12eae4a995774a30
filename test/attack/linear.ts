import * as highsModule from 'highs'
import type { Highs, Model } from 'highs'

const loadHighs = highsModule.default as unknown as () => Promise<Highs>
let loaded: Promise<Highs> | undefined

/** A sum of variables: column → coefficient. */
export type Form = readonly (readonly [column: number, by: number])[]

/** A quantity that an attacker would like to know. */
export interface Target {
  readonly name: string
  readonly form: Form
  /** A cell that the release calls hidden: zeros are shown, so it holds at least one. */
  readonly hidden: boolean
}

export interface Bounds {
  readonly least: number
  readonly most: number
}

const OPTIMAL = 7
const NOISE = 1e-5

/** Everything that an attacker knows, as linear equations over what he does not. */
export class Knowledge {
  readonly #lower: number[] = []
  readonly #upper: number[] = []
  readonly #starts: number[] = [0]
  readonly #indices: number[] = []
  readonly #values: number[] = []
  readonly #rowLower: number[] = []
  readonly #rowUpper: number[] = []

  get columns(): number {
    return this.#lower.length
  }

  variable(least = 0, most = Number.POSITIVE_INFINITY): number {
    this.#lower.push(least)
    this.#upper.push(most)
    return this.#lower.length - 1
  }

  /** What is already a variable lies between two values. */
  within(column: number, least: number, most: number): void {
    this.#lower[column] = Math.max(this.#lower[column] as number, least)
    this.#upper[column] = Math.min(this.#upper[column] as number, most)
  }

  learn(form: Form, least: number, most = least): void {
    const sums = new Map<number, number>()
    for (const [column, by] of form) sums.set(column, (sums.get(column) ?? 0) + by)
    for (const [column, by] of sums)
      if (by !== 0) {
        this.#indices.push(column)
        this.#values.push(by)
      }
    this.#starts.push(this.#indices.length)
    this.#rowLower.push(least)
    this.#rowUpper.push(most)
  }

  /** Solves what is asked, again and again from where the last answer was. */
  async ask<T>(use: (oracle: Oracle) => T): Promise<T> {
    loaded ??= loadHighs()
    const highs = await loaded
    const bound = (x: number) => (Number.isFinite(x) ? x : highs.infinity)
    const model = highs.createModel()
    try {
      model.options.set({ output_flag: false, solver: 'simplex' })
      model.passModel({
        numCols: this.columns,
        numRows: this.#rowLower.length,
        colCost: new Float64Array(this.columns),
        colLower: this.#lower,
        colUpper: this.#upper.map(bound),
        rowLower: this.#rowLower,
        rowUpper: this.#rowUpper.map(bound),
        matrix: {
          format: 'csr',
          numRows: this.#rowLower.length,
          numCols: this.columns,
          starts: this.#starts,
          indices: this.#indices,
          values: this.#values,
        },
      })
      return use(new Oracle(model, this.columns))
    } finally {
      model.dispose()
    }
  }
}

export class Oracle {
  readonly #model: Model
  readonly #columns: number

  constructor(model: Model, columns: number) {
    this.#model = model
    this.#columns = columns
  }

  /** A possible world in which the form is as large as it can be. */
  largest(form: Form): { value: number; world: Float64Array } {
    const costs = new Float64Array(this.#columns)
    for (const [column, by] of form) costs[column] = (costs[column] as number) - by
    this.#model.changeColsCost({ kind: 'range', from: 0, to: this.#columns - 1 }, costs)
    const { modelStatus } = this.#model.run()
    // Unbounded: as large as one likes.
    if (modelStatus === 9 || modelStatus === 10)
      return { value: Number.POSITIVE_INFINITY, world: new Float64Array(0) }
    if (modelStatus !== OPTIMAL)
      throw new Error(`what was released contradicts itself (status ${modelStatus})`)
    const world = Float64Array.from(this.#model.getSolution().colValue as Float64Array)
    return { value: valueOf(form, world), world }
  }

  bounds(form: Form): Bounds {
    const negated = form.map(([column, by]) => [column, -by] as const)
    return { least: -this.largest(negated).value, most: this.largest(form).value }
  }
}

export const valueOf = (form: Form, world: Float64Array): number =>
  form.reduce((sum, [column, by]) => sum + by * (world[column] as number), 0)

/** An attacker who has found so many leaks has won. */
const ENOUGH = 25

/** What an attacker has proved: that a quantity is 1 to 10 persons. */
export interface Leak extends Bounds {
  readonly name: string
}

/**
 * The targets that are proved to be between 1 and `threshold` - 1. A target is no leak when one possible world gives
 * it the threshold or more, or (where it is not called hidden) nobody: worlds are looked for that clear many targets
 * at once; the rest are bounded one by one.
 */
export function leaksAmong(oracle: Oracle, targets: readonly Target[], threshold: number): Leak[] {
  let suspects = [...targets]
  const clear = (world: Float64Array) => {
    suspects = suspects.filter(({ form, hidden }) => {
      const value = valueOf(form, world)
      return value < threshold - NOISE && (hidden || value > NOISE)
    })
  }
  for (let round = 0; round < 12 && suspects.length > 20; round++) {
    const before = suspects.length
    // Another half of them each time, up in even rounds and down in odd ones.
    const some = suspects.filter((_, i) => ((i * 2654435761) >>> (round + 3)) % 2 === 0)
    const sign = round % 2 === 0 ? 1 : -1
    const sum = some.flatMap(({ form }) => form.map(([column, by]) => [column, sign * by] as const))
    const { world } = oracle.largest(sum)
    if (world.length > 0) clear(world)
    if (round > 4 && before - suspects.length < before / 50) break
  }
  const leaks: Leak[] = []
  while (suspects.length > 0 && leaks.length < ENOUGH) {
    const [{ name, form, hidden }, ...rest] = suspects as [Target, ...Target[]]
    suspects = rest
    const top = oracle.largest(form)
    if (top.world.length > 0) clear(top.world)
    if (top.value >= threshold - NOISE) continue
    const bottom = oracle.largest(form.map(([column, by]) => [column, -by] as const))
    if (bottom.world.length > 0) clear(bottom.world)
    const least = -bottom.value
    if (hidden || least > NOISE) leaks.push({ name, least, most: top.value })
  }
  return leaks
}
