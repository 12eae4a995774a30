import type { DuckDb } from '../../engine/index.ts'

/** What the emitter is told. Dates are ISO; `until` is the last day of the window. */
export interface SndsContext {
  readonly engine: DuckDb
  readonly options: SndsOptions
  readonly window: { readonly from: string; readonly until: string }
  /** Delivery folder: `snds/` and `truth/` are written in it. */
  readonly out: string
  readonly seed: string
  /** The producer's key, under which pseudonyms of nobody (wrongly chained stays) are made. */
  readonly key: Uint8Array
  /** Told before each of the `emissionSteps` how many are done, and what comes. */
  readonly progress?: (done: number, what: string) => void
}

export interface SndsOptions {
  readonly persons: number
  /** Plants the defects of the ledger. */
  readonly defects: boolean
  readonly format?: 'parquet' | 'csv'
}

/** One effect of known size on costs, for truth/effects.json. */
export interface CostEffect {
  readonly id: string
  readonly estimand: {
    readonly population: string
    readonly payer: string
    readonly unit: string
    readonly formula: string
  }
  /** Euros per 365.25 observed days, or a ratio. */
  readonly parameter: number
  readonly null?: true
  readonly by?: Readonly<Record<string, string | number>>
}
export type CostEffects = readonly CostEffect[]
