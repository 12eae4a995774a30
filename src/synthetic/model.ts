import type { DuckDb } from '../engine/index.ts'

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
  /** Of the SNDS; the registry and the referentials are CSV. */
  readonly format?: 'parquet' | 'csv'
  /** Told before each step what it is, how many steps are done and how many there are: about equal ones in a large country. */
  readonly onStage?: (stage: string, done: number, total: number) => void
}

interface Window {
  readonly from: string
  readonly until: string
}

/**
 * What every maker of latent tables is given. They stand in its engine:
 *
 * - `commune` (commune, departement, region, quintile, postal_code, …), `postal`, `institution` (finess_geo,
 *   finess_legal, name, status public | private, commune, weight), `centre` (centre, label, network, finess_geo, …)
 * - `person` (person 1..n, birth, sex '1' | '2', nir, insured, twin, commune, departement, region, quintile, scheme,
 *   c2s, death, in_snds, nir_ano_known, rare), `residence` (person, from_date, until_date, commune), `parents`
 * - `affiliation` (person, from_date, until_date, insured, psa, rng, nir_ano, cdi_nir)
 * - `rare` (person, orpha, severity, first_signs, first_contact, first_specialty, diagnosis, true_diagnosis,
 *   assertion, coded, centre, label, network, centre_effect, contacts, last_activity)
 * - `hospital_contact` (contact, person, date, finess_geo, finess_legal, kind, centre, in_snds)
 *
 * `until_date` is the first day that no longer counts; dates of the window are its first and its last day.
 */
export interface Making {
  readonly engine: DuckDb
  readonly seed: string
  readonly persons: number
  readonly rare: number
  readonly window: Window
  /** 1 January of the last year: where a person lives then is the person's commune, and gives the quintile. */
  readonly homeDay: string
  readonly noise: Noise
  readonly departements: readonly string[] | undefined
}

/** Shares of what goes wrong between two sources. */
export interface Noise {
  /** Registry date one day off. */
  readonly date: number
  /** Registry commune that is another one. */
  readonly commune: number
  /** Registry FINESS that is the legal entity's or another hospital's, half and half. */
  readonly finess: number
  readonly birthMonth: number
  readonly sex: number
  /** Contact that the SNDS did not see. */
  readonly activityMissing: number
  /** Registry patient whom the SNDS does not know. */
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
