import type { Engine } from '../engine/index.ts'

export interface SynthesiseOptions {
  readonly persons: number
  readonly years: number
  readonly seed: string
  /** Folder of the deliveries: made here, whole or not at all. */
  readonly out: string
  /** Last year of the window. */
  readonly lastYear?: number
  /** Registry patients; by default 2.2 % of the persons, the share of the real registry. */
  readonly rare?: number
  /** Codes of the départements of the country; all of France when absent. */
  readonly departements?: readonly string[]
  readonly noise?: 'default' | 'none'
  readonly defects?: boolean
  readonly format?: 'parquet' | 'csv'
  readonly onStage?: (stage: string, done?: number, total?: number) => void
}

export interface Window {
  readonly from: string
  readonly until: string
}

/** What every maker of latent tables is given. */
export interface Making {
  readonly engine: Engine
  readonly seed: string
  readonly persons: number
  readonly rare: number
  readonly window: Window
  readonly noise: Noise
  readonly departements: readonly string[] | undefined
}

/** Shares of what goes wrong between two sources. */
export interface Noise {
  readonly date: number
  readonly commune: number
  readonly finess: number
  readonly birthMonth: number
  readonly sex: number
  readonly activityMissing: number
  readonly absent: number
}

export const noises: Readonly<Record<'default' | 'none', Noise>> = {
  default: {
    date: 0.08,
    commune: 0.15,
    finess: 0.15,
    birthMonth: 0.005,
    sex: 0.003,
    activityMissing: 0.1,
    absent: 0.04,
  },
  none: { date: 0, commune: 0, finess: 0, birthMonth: 0, sex: 0, activityMissing: 0, absent: 0 },
}

/** An effect of known size: what is estimated, in whom, and its true value. */
export interface Effect {
  readonly id: string
  readonly estimand: {
    readonly population: string
    readonly payer: string
    readonly unit: string
    readonly formula: string
  }
  readonly parameter: number
  readonly null?: true
  readonly by?: Readonly<Record<string, string | number>>
}

/** truth/country.json */
export interface Country {
  readonly persons: number
  readonly years: number
  readonly rare: number
  readonly seed: string
  readonly window: Window
  readonly today: string
}
