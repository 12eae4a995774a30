import { type Interpolates, integerDivide, type Sql, sql, table } from '../engine/index.ts'
import { residenceColumns } from '../sources/index.ts'

/* What the build reads of the lake beside the tables of the sources. */

/** lake/links/<version>/links.parquet */
export const links = table('links', { bndmr: 'varchar', snds: 'varchar', step: 'varchar' })

/** lake/oppositions/<version>.parquet */
export const oppositions = table('oppositions', {
  person: 'varchar',
  source: 'varchar',
  scope: 'varchar',
  from_date: 'date',
  until_date: 'date',
})

/** lake/bndmr/PATIENT.parquet: the year of birth is what stays of the date. */
export const registryPatients = table('PATIENT', {
  row_id: 'bigint',
  person: 'varchar',
  SEX: 'varchar',
  RESIDENCE_COMMUNE: 'varchar',
  DEATH_DATE: 'date',
  BIRTH_YEAR: 'integer',
})

/** lake/snds/RESIDENCE.parquet */
export const residence = table('RESIDENCE', residenceColumns)

const ROWS_OF_A_PART = 4_294_967_296
const PARTS_OF_A_PERIOD = 1000

/** The year of a PMSI table's row: numbers of stays begin again each year. */
export const yearOf = (rowId: Interpolates): Sql =>
  integerDivide(sql`${rowId}`, ROWS_OF_A_PART * PARTS_OF_A_PERIOD)

/**
 * Ids of events are made of the source's row, so that they lead back to it, and of a number that says which of
 * the sources of the CDM table it was: at most eight.
 */
export const SOURCES = {
  visit_occurrence: ['ER_PRS_F', 'T_MCO_C', 'T_MCO_CSTC', 'ACTIVITY'],
  condition_occurrence: ['T_MCO_B', 'T_MCO_B', 'T_MCO_D', 'IR_IMB_R', 'DIAGNOSIS'],
  drug_exposure: ['ER_PHA_F'],
  procedure_occurrence: ['ER_CAM_F', 'T_MCO_A', 'T_MCO_FMSTC'],
  cost: ['ER_PRS_F', 'ER_PRS_F', 'ER_PRS_F', 'ER_PRS_F', 'ER_PRS_F', 'T_MCO_VALO', 'T_MCO_FCSTC'],
} as const

/** The id of an event: eight times the row, plus which source it is. */
export const eventId = (rowId: Interpolates | Sql, source: number): Sql => sql`(${rowId} * 8 + ${source})`

export interface Lineage {
  readonly table: string
  readonly period: number
  readonly part: number
  /** 1-based row of the delivered file. */
  readonly row: number
}

/** Where an event of the release comes from: table, delivered file and row. */
export function lineage(cdmTable: keyof typeof SOURCES, id: bigint): Lineage {
  const rowId = id / 8n
  const file = rowId / BigInt(ROWS_OF_A_PART)
  return {
    table: SOURCES[cdmTable][Number(id % 8n)] ?? 'unknown',
    period: Number(file / BigInt(PARTS_OF_A_PERIOD)),
    part: Number(file % BigInt(PARTS_OF_A_PERIOD)),
    row: Number(rowId % BigInt(ROWS_OF_A_PART)),
  }
}
