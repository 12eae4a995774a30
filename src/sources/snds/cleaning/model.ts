import type { Balance } from '../../delivery/model.ts'
import type { Purpose, Rule } from '../rules/model.ts'

/** What one rule does to one table: rows, and the euros of the mandatory insurance on them (null: no amounts). */
export interface Loss extends Balance {
  readonly rule: Rule['id']
  readonly title: string
  readonly table: string
  /** `drops` rows, `sets` values, or `marks` rows whose value is made anew elsewhere. */
  readonly does: 'drops' | 'sets' | 'marks'
  readonly purposes: readonly Purpose[]
}

/** A table with what is left of it for each purpose. */
export interface Kept extends Balance {
  readonly table: string
  readonly kept: Readonly<Record<Purpose, Balance>>
}

/** Something that must not pass in silence. */
export interface Finding {
  readonly kind:
    | 'rule-not-applied'
    | 'rule-keeps-nothing'
    | 'key-joins-nothing'
    | 'key-repeated'
    | 'row-repeated'
    | 'nobody-named'
    | 'reversal-alone'
  readonly table: string
  readonly says: string
  readonly count?: number
}

export interface CleaningReport {
  readonly losses: readonly Loss[]
  readonly tables: readonly Kept[]
  readonly findings: readonly Finding[]
  readonly residence: {
    readonly persons: number
    /** Persons with a commune at every date. */
    readonly placed: number
    /** Persons with more than one stretch. */
    readonly moved: number
    readonly unplaced: Readonly<Record<string, number>>
  }
}
