import type { Lang, Width } from '../../page/index.ts'
import type { CheckedSubmission } from '../../spaces/index.ts'
import type { Messages } from './messages.ts'

/** What a figure is made from: checked tables only. */
export interface Source {
  readonly checked: CheckedSubmission
  readonly lang: Lang
  readonly m: Messages
}

export type Section = 'patients' | 'costs' | 'delay' | 'pathway' | 'inequality'

/** A figure with its twins: the same numbers drawn, as a table, as CSV, and the queries that made them. */
export interface Figure {
  readonly id: string
  readonly section: Section
  /** The finding, as carefully as its interval asks. */
  readonly title: string
  /** What, unit, population, period. */
  readonly about: string
  /** Further sentences under the figure. */
  readonly notes: readonly string[]
  /** Null when a table says it all. */
  readonly draw: ((width: Width) => string) | null
  readonly table: Table
  /** Persons behind it, null when that is hidden itself. */
  readonly n: number | null
  readonly hidden: number
  /** The released tables that it shows. */
  readonly from: readonly string[]
  readonly queries: readonly string[]
}

export interface Table {
  readonly columns: readonly { readonly name: string; readonly numeric: boolean }[]
  /** As shown; null is a hidden cell. */
  readonly rows: readonly (readonly (string | null)[])[]
  /** As numbers, for the CSV: a hidden cell is the word `hidden`. */
  readonly data: readonly (readonly (string | number | null)[])[]
}
