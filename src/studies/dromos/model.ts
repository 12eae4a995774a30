import type { Observed } from '../statistics/kaplan-meier.ts'

/** Items of expenditure in the order in which every figure shows them. */
export const items = [
  'consultation',
  'pharmacy',
  'city_other',
  'hospital_outpatient',
  'public_stay',
  'private_stay',
] as const
export type Item = (typeof items)[number]

/** The dimensions of the study. Each patient has exactly one value of each. */
export const dimensionNames = [
  'disease',
  'block',
  'group',
  'quintile',
  'region',
  'centre',
  'site',
  'label',
  'sex',
  'age',
  'linked',
  'delay',
  'contact',
] as const
export type DimensionName = (typeof dimensionNames)[number]

/** A patient of the study as its tables see it. */
export interface Patient {
  readonly at: Readonly<Record<DimensionName, string>>
  /** Years inside the observation; null for a patient who is in the registry alone. */
  readonly years: number | null
  /** Whole cents per item; an item without cost is absent. */
  readonly cents: ReadonlyMap<Item, number>
  /** From first signs, in years; null where a date is missing or the order of dates impossible. */
  readonly delay: Observed | null
}

/** Diseases with fewer patients are merged by group wherever they are crossed with another dimension. */
export const ownTableFrom = 150

/** As many of the largest centres are told apart where they are crossed with diseases; the others by their kind. */
export const ownSites = 30

export const UNKNOWN = 'unknown'
/** The disease of patients whom the registry knows without an ORPHA code. */
export const WITHOUT_CODE = 'no-code'

/** Age reached in the last year of the period. */
export const ageBands = ['0-17', '18-39', '40-64', '65+'] as const
