/*
 * What a study hands in, before anybody may see it outside: every figure with the number of persons behind it
 * and its place among the others. The check looks at all tables of one submission together, so a cell is named
 * by its coordinates, not by its table: the same coordinates in two tables are the same persons.
 */

/** Where a cell stands: dimension → value. A dimension that is absent is summed over. */
export type At = Readonly<Record<string, string>>

export interface Dimension {
  /** Every value, "unknown" included: values partition the persons, each person has exactly one. */
  readonly values: readonly string[]
  /** A coarser dimension that each value belongs to (disease → group): value → value of the coarser one. */
  readonly within?: { readonly dimension: string; readonly of: Readonly<Record<string, string>> }
}

/** Figures derived from the persons of one cell (a mean and its interval): shown only where the cell is. */
export type Figures = Readonly<Record<string, number | null>>

/** Persons in each cell. Give every cell of a partition, small and zero ones too: the check hides them. */
export interface CountTable {
  readonly kind: 'count'
  readonly name: string
  readonly cells: readonly { readonly at: At; readonly n: number; readonly figures?: Figures }[]
}

/** One item of the cost of a cell. The items of a cell add up to its total. */
export interface CostItem {
  readonly item: string
  /** Whole cents over the observed time of the cell's persons. */
  readonly cents: number
  /** Persons with an amount other than zero. */
  readonly contributors: number
  /** The two largest amounts of one person each, in cents: for the dominance rule. */
  readonly top: readonly [number, number]
  readonly figures: Figures
}

/** Costs per cell: `n` persons, their observed years, each item, and the total as the item "total". */
export interface CostTable {
  readonly kind: 'cost'
  readonly name: string
  readonly cells: readonly {
    readonly at: At
    readonly n: number
    readonly personYears: number
    readonly items: readonly CostItem[]
  }[]
}

/** One interval of a curve's time grid, `(after, until]` in years. */
export interface CurveStep {
  readonly after: number
  readonly until: number
  /** At risk at the beginning of the interval. */
  readonly atRisk: number
  readonly events: number
  readonly censored: number
  /** Kaplan-Meier estimate at `until` and its 95 % interval, from the exact times. */
  readonly survival: number
  readonly low: number
  readonly high: number
}

/** Curves on one common grid of times. Steps may be merged by the check, never moved. */
export interface SurvivalTable {
  readonly kind: 'survival'
  readonly name: string
  readonly curves: readonly {
    readonly at: At
    readonly n: number
    readonly steps: readonly CurveStep[]
    readonly figures: Figures
  }[]
}

/** Persons who go from one node to the next; all flows out of a node add up to those who came in. */
export interface FlowTable {
  readonly kind: 'flow'
  readonly name: string
  readonly at: At
  /** Persons who start; `level` counts from 0, ends (death, end of follow-up) are nodes too. */
  readonly n: number
  readonly flows: readonly {
    readonly level: number
    readonly from: string
    readonly to: string
    readonly n: number
  }[]
}

export type OutputTable = CountTable | CostTable | SurvivalTable | FlowTable

export interface Submission {
  /** The study that made it, for the receipt. */
  readonly study: string
  readonly dimensions: Readonly<Record<string, Dimension>>
  readonly tables: readonly OutputTable[]
}
