import type { FalseMatches } from '../../identity/index.ts'
import type { LinkageTruth } from './truth.ts'
import type { Found } from './planted.ts'

/** What came in, what was set aside, what was linked, does it balance, where is the report. */
export interface ClosingBalance {
  readonly rows: { readonly received: number; readonly setAside: number; readonly cleanedForCost: number }
  readonly linkage: {
    readonly patients: number
    readonly opposed: number
    readonly linked: number
    /** Only an invented country of ours has a truth. */
    readonly truth?: LinkageTruth
    /** The share of false links before the NIR, as four methods see it without the truth. */
    readonly falseMatches?: readonly FalseMatches[]
  }
  readonly euros?: {
    readonly lines: readonly { readonly table: string; readonly lake: string; readonly told: string }[]
    readonly balances: boolean
  }
  readonly effects?: readonly Found[]
  readonly released?: {
    readonly report: string
    readonly shown: number
    readonly hidden: number
    readonly diseases: number
    readonly diseaseQuintiles: number
  }
}

/** A stage as it went. */
export interface Stage {
  readonly stage: string
  readonly seconds: number
  /** Rows that went through it, where it has any. */
  readonly rows?: number
  /** Why it could not be done with these deliveries. */
  readonly lacked?: string
}

export interface DemoResult {
  readonly dir: string
  readonly stages: readonly Stage[]
  readonly balance: ClosingBalance
  readonly complete: boolean
}
