import type { RungOutcome } from './climb-ladder.ts'
import type { Weighed } from './evidence/weigh.ts'
import type { FalseMatches } from './quality/estimate.ts'
import type { Combination } from './quality/robustness.ts'

/** How the indirect stage decides: by weighing all evidence, or down the ladder. */
export type Method = 'probabilistic' | 'ladder'

/** What the methods say beside one another; links are those of the indirect stage. */
export interface Compared {
  /** What the linkage sees of its own false links without the NIR. */
  readonly falseMatches: readonly FalseMatches[]
  /** The method that did not decide. */
  readonly other?: {
    readonly method: Method
    readonly links: number
    readonly agree: number
    readonly contradicted: number
  }
  readonly combinations: readonly Combination[]
}

/** Where the matcher wrote what it found, in its working folder. */
export interface Matched {
  readonly method: Method
  /** How links of the indirect stage may be called. */
  readonly steps: readonly string[]
  /** Of the ladder, where it was climbed. */
  readonly rungs: readonly RungOutcome[]
  readonly weighed?: Weighed
  readonly compared: Compared
  readonly links: string
  readonly contradicted: string
  readonly indirect: string
  readonly nir: string
  readonly patients: string
  /** Patients beside persons who were looked at. */
  readonly candidates: string
  readonly activities: string
}
