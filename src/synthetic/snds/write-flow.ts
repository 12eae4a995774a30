import { join } from 'node:path'
import { writeAtomically } from '../../base/index.ts'
import { ER_CAM_F, ER_ETE_F, ER_PHA_F, ER_PRS_F, type SourceTable } from '../../sources/index.ts'
import type { FlowPeriod } from './flow-periods.ts'
import type { SndsContext } from './model.ts'

/** Expressions of a table's columns, by name. Every column of the definition must be there. */
export type Expressions<T extends SourceTable> = {
  readonly [K in Exclude<keyof T['columns'] & string, 'NIR_ANO_DUMMY'>]: string
}

const money = (cents: string): string => `(${cents}) * 0.01::decimal(3,2)`
const keys = {
  DCT_ORD_NUM: 'dct',
  FLX_DIS_DTD: 'flow',
  FLX_TRT_DTD: 'treated',
  FLX_EMT_TYP: '2::integer',
  FLX_EMT_NUM: 'fund::integer',
  FLX_EMT_ORD: '1::integer',
  ORG_CLE_NUM: 'org',
  PRS_ORD_NUM: 'slot::integer',
  REM_TYP_AFF: 'case when affiliation is null then 1 else 2 end::integer',
} as const

/** Qualifiers of a line: 71 says that it is for information only. Some true lines have none, or another one. */
const qualifier = (true_: string, first: number): string =>
  `case when role = 1 and spare % 2 = ${first} then 71 ${true_} else 0 end::integer`

const lineColumns: Expressions<typeof ER_PRS_F> = {
  ...keys,
  BEN_NIR_PSA: 'psa',
  BEN_RNG_GEM: 'rng::integer',
  EXE_SOI_DTD: 'care',
  EXE_SOI_DTF: 'care + days',
  PRE_PRE_DTD: `case when odd and spare in (24, 25) then date '1600-01-01' else prescribed end`,
  PRS_NAT_REF: 'nature',
  BSE_PRS_NAT: `case when affiliation is null then nature else '0'::snds_nature end`,
  CPL_MAJ_TOP: 'case when affiliation is null then 0 else 2 end::integer',
  CPL_AFF_COD: 'coalesce(affiliation, 0)::integer',
  DPN_QLF: qualifier(
    'when odd and spare < 8 then null when odd and spare < 12 then 70 when odd and spare < 16 then 72',
    0,
  ),
  PRS_DPN_QLP: qualifier('when odd and spare between 16 and 23 then null', 1),
  PRS_ACT_QTE: 'units::integer',
  PRS_PAI_MNT: money('case when affiliation is null then paid else greatest(due, 0) end'),
  BSE_REM_BSE: money('case when affiliation is null then base else 0 end'),
  BSE_REM_MNT: money('case when affiliation is null then due else 0 end'),
  CPL_REM_BSE: money('case when affiliation is null then 0 else greatest(due, 0) end'),
  CPL_REM_MNT: money('case when affiliation is null then 0 else due end'),
  RGO_REM_TAU: 'rate::decimal(5,2)',
  PSE_SPE_COD: 'specialty',
  PSP_SPE_COD: 'prescriber_specialty',
  PFS_EXE_NUM: 'executant',
  PFS_PRE_NUM: 'prescriber',
  ETB_PRE_FIN: 'case when prescriber is not null and spare % 13 = 5 then hospital end',
  BEN_CMU_TOP: `case when c2s then '1' else '0' end`,
  BEN_RES_DPT: 'dpt',
  BEN_RES_COM: 'com',
  RGM_COD: 'rgm',
  RGM_GRG_COD: 'grg',
}
const drugColumns: Expressions<typeof ER_PHA_F> = {
  ...keys,
  PHA_PRS_C13: 'cip13',
  PHA_ACT_QSN: 'units::integer',
  PHA_ACT_PRU: money('price'),
  PHA_DEC_TOP: `'S'`,
  PHA_DEC_QSU: '0::integer',
  PHA_DEC_PRU: money('0'),
  PHA_SEQ_RNV: '0::integer',
}
const actColumns: Expressions<typeof ER_CAM_F> = {
  ...keys,
  CAM_PRS_IDE: 'ccam',
  CAM_ACT_COD: `'1'`,
  CAM_TRT_PHA: '0::integer',
  CAM_REM_BSE: money('base'),
  CAM_ASS_COD: `'0'`,
  CAM_MOD_COD: 'null::varchar',
}
/** Private clinics, direct billing (a defect), and practice in the liberal sector of a public hospital. */
const placeColumns: Expressions<typeof ER_ETE_F> = {
  ...keys,
  ETB_EXE_FIN: 'coalesce(site, hospital)',
  ETE_IND_TAA: 'case when site is null then (spare // 32) % 2 * 2 else direct end::integer',
  ETE_GHS_NUM: 'ghs',
  PRS_PPU_SEC: `case sector when 2 then '2' else '1' end`,
  ETE_CAT_COD: `case when sector = 2 then '365' else '355' end`,
  MDT_COD: `case when site is null then '07' else '03' end`,
}
/** Lines given in an institution: those of stays, and some technical acts. */
export const inInstitution = '(site is not null or (ccam is not null and role = 0 and spare % 32 = 0))'

export const flowTables = [
  { definition: ER_PRS_F, columns: lineColumns, where: 'true' },
  { definition: ER_PHA_F, columns: drugColumns, where: 'cip13 is not null' },
  { definition: ER_CAM_F, columns: actColumns, where: 'ccam is not null' },
  { definition: ER_ETE_F, columns: placeColumns, where: inInstitution },
] as const

/** Writes one table of the delivery from a query of its rows, which are in order already. */
export async function writeTable(
  context: SndsContext,
  name: string,
  columns: Readonly<Record<string, string>>,
  from: string,
  folder = 'snds',
): Promise<void> {
  const csv = context.options.format === 'csv' && folder === 'snds'
  const path = join(context.out, folder, `${name}.${csv ? 'csv' : 'parquet'}`)
  const list = Object.entries(columns).map(([column, expression]) => `${expression} as ${column}`)
  await writeAtomically(path, async (temporary) => {
    await context.engine.run(
      `copy (select ${list.join(', ')} from ${from}) to '${temporary.replaceAll("'", "''")}' (${
        csv
          ? `format csv, header, delimiter ';'`
          : 'format parquet, compression snappy, row_group_size 245760'
      })`,
    )
  })
}

/** The four flow tables of one period from `snds_line`. */
export async function writeFlow(context: SndsContext, period: FlowPeriod): Promise<void> {
  // Rare qualifiers of true lines are wanted as near-misses only where defects are.
  const odd = context.options.defects ? 'role = 0 and site is null' : 'false'
  for (const { definition, columns, where } of flowTables)
    await writeTable(
      context,
      `${definition.name}_${period.name}`,
      columns,
      `(select *, ${odd} odd from snds_line where ${where})`,
    )
}
