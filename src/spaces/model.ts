import type { Row, Step } from '../engine/index.ts'

/**
 * What a study is given: its permit's frame, and rows of its own steps over the tables of the space. It holds no
 * connection, no path and no key. Steps read tables by their CDM names; the space binds them to its own files.
 */
export interface ProjectSpace {
  readonly permit: {
    readonly id: string
    readonly title: { readonly fr: string; readonly en: string }
    /** Days of care in the space, `YYYY-MM-DD`, both included. */
    readonly period: { readonly from: string; readonly until: string }
    readonly dataVersion: string
    /** Invented data: everything made from it says so. */
    readonly synthetic: boolean
    /** The day of the hub. */
    readonly today: string
  }
  /** Does the permit hold this table, or this column of it? */
  has(table: string, column?: string): boolean
  /**
   * Rows of a step, in its order when it has one: dates and decimals as text, bigint as bigint.
   * @throws space/not-in-permit when the step reads a table or a column that the permit does not hold
   * @throws space/refused when it is anything but a query over the space's tables
   */
  rows<T = Row>(step: Step): Promise<T[]>
  close(): Promise<void>
}
