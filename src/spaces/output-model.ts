/*
 * What a study hands in, before anybody may see it outside: every figure with the number of persons behind it
 * and its place among the others. The check looks at all tables of one submission together, so a cell is named
 * by its coordinates, not by its table: the same coordinates in two tables are the same persons.
 *
 * Two populations are therefore two values of a dimension, never two tables: where costs are known for linked
 * patients only, their cells stand at `{ linked: 'yes', … }` and the dimension `linked` has the values yes and no.
 */

/** Where a cell stands: dimension → value. A dimension that is absent is summed over. `{}` is everybody. */
export type At = Readonly<Record<string, string>>

export interface Dimension {
  /** Every value, "unknown" included: values partition the persons, each person has exactly one. */
  readonly values: readonly string[]
  /** A coarser dimension that each value belongs to (disease → group): value → value of the coarser one. */
  readonly within?: { readonly dimension: string; readonly of: Readonly<Record<string, string>> }
}

/**
 * Figures derived from the persons of one cell (a mean and its interval): shown only where the cell is. A name is
 * one of the allowed stems or continues one (`mean`, `meanLow`, `medianHigh`, `ratioLow`); a count, a minimum or a
 * maximum is no figure, and a name that is not known is refused.
 */
export type Figures = Readonly<Record<string, number | null>>

/** What a figure may be called, alone or continued by a capital letter. Times, rates and euros, never counts. */
export const FIGURE_STEMS = [
  'mean',
  'median',
  'p25',
  'p75',
  'sd',
  'se',
  'low',
  'high',
  'rate',
  'ratio',
  'difference',
  'share',
  'smd',
  'slope',
  'index',
  'precision',
  'recall',
  'p',
] as const

/** Persons in each cell. Give every cell of a partition, small and zero ones too: the check hides them. */
export interface CountTable {
  readonly kind: 'count'
  readonly name: string
  readonly cells: readonly { readonly at: At; readonly n: number; readonly figures?: Figures }[]
}

/** The item that is the sum of the others. */
export const TOTAL = 'total'

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

/** Costs per cell: `n` persons, their observed years, each item, and their sum as the item `TOTAL`. */
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

/**
 * Curves on one common grid of times, without gaps. Steps may be merged by the check, never moved. Figures that
 * are times on the curve are named `median…`, `p25…`, `p75…`: the check blanks those beyond the shown steps.
 */
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

/**
 * Persons who go from one node to the next; all flows out of a node add up to those who came in (whoever stops
 * goes on to a node that says so: death, end of follow-up).
 */
export interface FlowTable {
  readonly kind: 'flow'
  readonly name: string
  readonly at: At
  /** Persons who start; the flows of level 0 add up to it, those of level 1 leave the nodes that level 0 reached. */
  readonly n: number
  readonly flows: readonly Flow[]
}

export interface Flow {
  readonly level: number
  readonly from: string
  readonly to: string
  readonly n: number
}

export type OutputTable = CountTable | CostTable | SurvivalTable | FlowTable

export interface Submission {
  /** The study that made it, for the receipt. */
  readonly study: string
  readonly dimensions: Readonly<Record<string, Dimension>>
  readonly tables: readonly OutputTable[]
}

/* What comes back: the same tables in the same order, with nothing of a hidden cell but its place. */

/** A cell that is not shown: "hidden (rule of 11)", whether it is small itself or protects a neighbour. */
export interface HiddenCell {
  readonly at: At
  readonly hidden: true
}

export interface ShownCount {
  readonly at: At
  readonly hidden: false
  readonly n: number
  readonly figures: Figures
}

export interface CheckedCountTable {
  readonly kind: 'count'
  readonly name: string
  readonly cells: readonly (ShownCount | HiddenCell)[]
}

export type CheckedItem =
  | { readonly item: string; readonly hidden: false; readonly cents: number; readonly figures: Figures }
  | { readonly item: string; readonly hidden: true }

export interface ShownCost {
  readonly at: At
  readonly hidden: false
  readonly n: number
  readonly personYears: number
  /** In the order handed in; `TOTAL` is always shown where the cell is. */
  readonly items: readonly CheckedItem[]
  /** What the hidden items make together: total minus shown, which the check has found safe. */
  readonly rest?: { readonly items: readonly string[]; readonly cents: number }
}

export interface CheckedCostTable {
  readonly kind: 'cost'
  readonly name: string
  readonly cells: readonly (ShownCost | HiddenCell)[]
}

/**
 * A step of one or several intervals; `censored` is null in the last one, which the curve leaves open. Estimates are
 * told to the thousandth.
 */
export interface CheckedStep extends Omit<CurveStep, 'censored'> {
  readonly censored: number | null
}

export interface ShownCurve {
  readonly at: At
  readonly hidden: false
  readonly n: number
  readonly steps: readonly CheckedStep[]
  readonly figures: Figures
}

export interface CheckedSurvivalTable {
  readonly kind: 'survival'
  readonly name: string
  readonly curves: readonly (ShownCurve | HiddenCell)[]
}

/** The node that holds what was too small to stand alone. */
export const OTHER = 'other'

export interface ShownFlow {
  readonly kind: 'flow'
  readonly name: string
  readonly at: At
  readonly hidden: false
  readonly n: number
  /** Largest first within a level; flows of nobody are left out. */
  readonly flows: readonly Flow[]
  /** Depth of the node (0 = where persons start) → the nodes that went into `OTHER` there. */
  readonly merged: Readonly<Record<string, readonly string[]>>
}

export type CheckedFlowTable =
  | ShownFlow
  | { readonly kind: 'flow'; readonly name: string; readonly at: At; readonly hidden: true }

export type CheckedTable = CheckedCountTable | CheckedCostTable | CheckedSurvivalTable | CheckedFlowTable

/** What the check did, in numbers that may be read by anybody: the content of check.json. */
export interface CheckSummary {
  readonly profile: string
  readonly threshold: number
  /** Per table: cells (items, steps, flows) shown, hidden and merged. */
  readonly tables: readonly {
    readonly name: string
    readonly kind: OutputTable['kind']
    readonly shown: number
    readonly hidden: number
    readonly merged: number
  }[]
  readonly shown: number
  /** One reason for all, so that it does not tell a small cell from its neighbour. */
  readonly hidden: Readonly<Record<string, number>>
  /** The rules applied, in words. */
  readonly rules: readonly string[]
  /** How the result was proved: hidden cells that another possible table gives 11 persons or more. */
  readonly audit: { readonly proved: boolean; readonly cells: number; readonly earlierReleases: number }
}

export interface CheckedSubmission {
  readonly study: string
  readonly dimensions: Readonly<Record<string, Dimension>>
  readonly tables: readonly CheckedTable[]
  readonly summary: CheckSummary
}
