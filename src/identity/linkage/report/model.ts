/*
 * What the linkage tells of itself: counts of persons with their place among the others, in the shape that the
 * hub's check of outputs reads. It leaves the matcher's process only to be checked.
 */

/** Where a cell stands: dimension → value; a dimension that is absent is summed over. */
export type At = Readonly<Record<string, string>>

export interface LinkageDimension {
  readonly values: readonly string[]
  /** A coarser dimension that each value belongs to. */
  readonly within?: { readonly dimension: string; readonly of: Readonly<Record<string, string>> }
}

export interface LinkageCounts {
  readonly kind: 'count'
  readonly name: string
  readonly cells: readonly {
    readonly at: At
    readonly n: number
    readonly figures?: Readonly<Record<string, number | null>>
  }[]
}

export interface LinkageSubmission {
  readonly study: string
  readonly dimensions: Readonly<Record<string, LinkageDimension>>
  readonly tables: readonly LinkageCounts[]
}

/** A share with its interval. */
export interface Share {
  readonly value: number | null
  readonly low: number | null
  readonly high: number | null
}
