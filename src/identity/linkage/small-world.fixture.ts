import { mkdir, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { type Columns, type DuckDb, Plan, type Table } from '../../engine/index.ts'
import { bindLinkage } from './open-lake.ts'
import { BEN, DIAGNOSED, GROUPED, IN_HOSPITAL, STAY, VISIT } from './sides.ts'
import * as tables from './tables.ts'

/*
 * Small worlds written by hand. A patient is [sex, birth year, month, commune, days and places]; a person of the
 * SNDS the same; both under letters that say who is who: a is A.
 */

export type Day = readonly [date: string, finess: string]
export interface Who {
  sex?: string
  born?: readonly [number, number]
  commune?: string
  days?: readonly Day[]
  death?: string
  nir?: string
  /** Of patients: their disease. */
  orpha?: string
  /** Of persons: stays with their group, and principal and related diagnosis. */
  stays?: readonly (readonly [
    entry: string,
    leaving: string,
    finess: string,
    ghm: string,
    principal?: string,
    related?: string | undefined,
  ])[]
}

type Values = readonly (string | number | null)[]
async function write<C extends Columns>(
  engine: DuckDb,
  relation: Table<C>,
  path: string,
  names: string,
  rows: readonly Values[],
) {
  const given = names.split(' ')
  await engine.load(
    'given',
    Object.fromEntries(given.map((name) => [name, 'varchar' as const])),
    rows.map((row) => row.map((value) => (value === null ? null : String(value)))),
  )
  const columns = Object.entries(relation.columns).map(([name, type]) =>
    given.includes(name) ? `cast(${name} as ${type}) as ${name}` : `cast(null as ${type}) as ${name}`,
  )
  await mkdir(join(path, '..'), { recursive: true })
  await engine.writeParquet(`select ${columns.join(', ')} from given`, path)
}

/** ORPHA and ICD-10 as lists write them. */
const CODES_OF_DISEASES = [
  ['586', 'E84'],
  ['ORPHA:558', 'Q87.4'],
  ['244', 'Q3'],
] as const

export const H = '990000010'
export const SITE = '990000011'
export const OTHER = '990000020'

/** A world as the matcher finds it, bound to a plan; `work` is the folder for what is written. */
export async function worldOf(
  engine: DuckDb,
  root: string,
  patients: Readonly<Record<string, Who>>,
  people: Readonly<Record<string, Who>>,
): Promise<{ plan: Plan; work: string }> {
  const dir = await mkdtemp(join(root, 'world-'))
  const folder = join(dir, 'matcher')
  const lake = join(dir, 'lake')
  const work = join(dir, 'work')
  await mkdir(work, { recursive: true })
  const born = (who: Who) => who.born ?? [1980, 6]
  const rows = Object.entries(patients)
  const persons = Object.entries(people)
  await write(
    engine,
    tables.transferPatients,
    join(folder, 'transfers', 'bndmr', 'patients.parquet'),
    'transit level1 nir sex birth_year birth_month commune death_date',
    rows.map(([name, who]) => [
      `t${name}`,
      name,
      who.nir ?? null,
      who.sex ?? '1',
      ...born(who),
      who.commune ?? '01001',
      who.death ?? null,
    ]),
  )
  await write(
    engine,
    tables.transferActivities,
    join(folder, 'transfers', 'bndmr', 'activities.parquet'),
    'transit activity_date finess',
    rows.flatMap(([name, who]) => (who.days ?? []).map(([date, finess]) => [`t${name}`, date, finess])),
  )
  await write(
    engine,
    tables.bndmrIdentity,
    join(folder, 'identity', 'bndmr.parquet'),
    'level1 person',
    rows.map(([name]) => [name, name]),
  )
  await write(
    engine,
    tables.sndsIdentity,
    join(folder, 'identity', 'snds.parquet'),
    'psa rng own person',
    persons.map(([name, who]) => [`p${name}`, 1, who.nir ?? null, name]),
  )
  await write(
    engine,
    BEN,
    join(lake, 'snds', 'IR_BEN_R', '0.parquet'),
    'person BEN_SEX_COD BEN_NAI_ANN BEN_NAI_MOI BEN_DCD_DTE',
    persons.map(([name, who]) => [name, who.sex ?? '1', ...born(who), who.death ?? '1600-01-01']),
  )
  await write(
    engine,
    tables.residence,
    join(lake, 'snds', 'RESIDENCE.parquet'),
    'person commune',
    persons.map(([name, who]) => [name, who.commune ?? '01001']),
  )
  await write(
    engine,
    VISIT,
    join(lake, 'snds', 'T_MCO_CSTC', '2019.parquet'),
    'person ETA_NUM EXE_SOI_DTD',
    persons.flatMap(([name, who]) => (who.days ?? []).map(([date, finess]) => [name, finess, date])),
  )
  const stays = persons.flatMap(([name, who], of) =>
    (who.stays ?? []).map((stay, at) => ({ row: 2019 * 4_294_967_296_000 + of * 100 + at, name, stay })),
  )
  await write(
    engine,
    STAY,
    join(lake, 'snds', 'T_MCO_C', '2019.parquet'),
    'row_id person ETA_NUM RSA_NUM EXE_SOI_DTD EXE_SOI_DTF',
    stays.map(({ row, name, stay: [entry, leaving, finess] }) => [row, name, finess, row, entry, leaving]),
  )
  await write(
    engine,
    GROUPED,
    join(lake, 'snds', 'T_MCO_B', '2019.parquet'),
    'row_id ETA_NUM RSA_NUM GRG_GHM DGN_PAL DGN_REL',
    stays.map(({ row, stay: [, , finess, ghm, principal = 'J189', related = null] }) => [
      row,
      finess,
      row,
      ghm,
      principal,
      related,
    ]),
  )
  await write(
    engine,
    DIAGNOSED,
    join(lake, 'bndmr', 'DIAGNOSIS.parquet'),
    'person ORPHA',
    rows.flatMap(([name, who]) => (who.orpha ? [[name, who.orpha]] : [])),
  )
  await write(
    engine,
    IN_HOSPITAL,
    join(lake, 'referentials', 'ORPHA_CIM10.parquet'),
    'ORPHA CIM10',
    CODES_OF_DISEASES,
  )
  await write(
    engine,
    tables.finess,
    join(lake, 'referentials', 'FINESS.parquet'),
    'FINESS_GEO FINESS_LEGAL',
    [[SITE, H]],
  )
  const plan = new Plan(engine)
  await bindLinkage(plan, { folder, lake, work }, 'v0')
  return { plan, work }
}
