import { sql, type Step, step } from '../engine/index.ts'
import { cleaned, ER_CAM_F, ER_ETE_F, ER_PHA_F, ER_PRS_F, lakeTable } from '../sources/index.ts'
import type { identities } from './identities.ts'
import type { stays } from './hospital-care.ts'

/*
 * City and private care (DCIR). A line is a drug when ER_PHA_F has it, an act when ER_CAM_F has it, part of a
 * private stay when ER_ETE_F says so, else part of a visit: lines of one person, day and executant.
 */

const nineKeys = [
  'DCT_ORD_NUM',
  'FLX_DIS_DTD',
  'FLX_TRT_DTD',
  'FLX_EMT_TYP',
  'FLX_EMT_NUM',
  'FLX_EMT_ORD',
  'ORG_CLE_NUM',
  'PRS_ORD_NUM',
  'REM_TYP_AFF',
] as const

type NineKeys = {
  readonly [K in (typeof nineKeys)[number]]: K extends 'FLX_DIS_DTD' | 'FLX_TRT_DTD'
    ? 'date'
    : K extends 'ORG_CLE_NUM'
      ? 'varchar'
      : 'integer'
}

/** Refinements are one to many: the first row of each line bears what the line cost. */
const firstOf = (definition: typeof ER_PHA_F | typeof ER_CAM_F): Step<NineKeys & { first: 'bigint' }> =>
  step(`first_${definition.name}`, {
    reads: { r: lakeTable(definition as typeof ER_PHA_F) },
    gives: {
      DCT_ORD_NUM: 'integer',
      FLX_DIS_DTD: 'date',
      FLX_TRT_DTD: 'date',
      FLX_EMT_TYP: 'integer',
      FLX_EMT_NUM: 'integer',
      FLX_EMT_ORD: 'integer',
      ORG_CLE_NUM: 'varchar',
      PRS_ORD_NUM: 'integer',
      REM_TYP_AFF: 'integer',
      first: 'bigint',
    },
    sql: ({ r }) => {
      const keys = sql`${r.DCT_ORD_NUM}, ${r.FLX_DIS_DTD}, ${r.FLX_TRT_DTD}, ${r.FLX_EMT_TYP}, ${r.FLX_EMT_NUM}, ${r.FLX_EMT_ORD}, ${r.ORG_CLE_NUM}, ${r.PRS_ORD_NUM}, ${r.REM_TYP_AFF}`
      return sql`select ${keys}, min(${r.row_id}) as first from ${r} group by ${keys}`
    },
  })

const privateLines = step('private_lines', {
  reads: { e: lakeTable(ER_ETE_F) },
  gives: {
    DCT_ORD_NUM: 'integer',
    FLX_DIS_DTD: 'date',
    FLX_TRT_DTD: 'date',
    FLX_EMT_TYP: 'integer',
    FLX_EMT_NUM: 'integer',
    FLX_EMT_ORD: 'integer',
    ORG_CLE_NUM: 'varchar',
    PRS_ORD_NUM: 'integer',
    REM_TYP_AFF: 'integer',
    site: 'varchar',
  },
  sql: ({ e }) => {
    const keys = sql`${e.DCT_ORD_NUM}, ${e.FLX_DIS_DTD}, ${e.FLX_TRT_DTD}, ${e.FLX_EMT_TYP}, ${e.FLX_EMT_NUM}, ${e.FLX_EMT_ORD}, ${e.ORG_CLE_NUM}, ${e.PRS_ORD_NUM}, ${e.REM_TYP_AFF}`
    return sql`
      select ${keys}, coalesce(min(${e.ETB_EXE_FIN}), '') as site from ${e}
      where ${e.PRS_PPU_SEC} = '2' and ${e.ETE_GHS_NUM} is not null group by ${keys}`
  },
})

const lineColumns = {
  row_id: 'bigint',
  person_id: 'bigint',
  care: 'date',
  care_end: 'date',
  executant: 'varchar',
  specialty: 'varchar',
  nature: 'varchar',
  regime: 'varchar',
  c2s: 'varchar',
  drug: 'bigint',
  act: 'bigint',
  site: 'varchar',
  paid: 'decimal(12,2)',
  total: 'decimal(12,2)',
} as const

/** Lines of persons of the release, with what each is: one pass over ER_PRS_F, read by everything below. */
export const linesOf = (who: ReturnType<typeof identities>) =>
  step('dcir_lines', {
    reads: {
      l: cleaned(ER_PRS_F, 'cost'),
      i: who,
      d: firstOf(ER_PHA_F),
      a: firstOf(ER_CAM_F as unknown as typeof ER_PHA_F),
      s: privateLines,
    },
    gives: lineColumns,
    sql: ({ l, i, d, a, s }) => sql`
      select ${l.row_id} as row_id, ${i.person_id} as person_id, ${l.EXE_SOI_DTD} as care,
        coalesce(${l.EXE_SOI_DTF}, ${l.EXE_SOI_DTD}) as care_end, coalesce(${l.PFS_EXE_NUM}, '') as executant,
        ${l.PSE_SPE_COD} as specialty, ${l.PRS_NAT_REF} as nature, ${l.RGM_GRG_COD} as regime, ${l.BEN_CMU_TOP} as c2s,
        ${d.first} as drug, ${a.first} as act, ${s.site} as site,
        cast(coalesce(${l.BSE_REM_MNT}, 0) + coalesce(${l.CPL_REM_MNT}, 0) as decimal(12,2)) as paid,
        ${l.PRS_PAI_MNT} as total
      from ${l} join ${i} on ${i.snds} = ${l.person}
      left join ${d} on ${d.DCT_ORD_NUM} = ${l.DCT_ORD_NUM} and ${d.FLX_DIS_DTD} = ${l.FLX_DIS_DTD}
        and ${d.FLX_TRT_DTD} = ${l.FLX_TRT_DTD} and ${d.FLX_EMT_TYP} = ${l.FLX_EMT_TYP} and ${d.FLX_EMT_NUM} = ${l.FLX_EMT_NUM}
        and ${d.FLX_EMT_ORD} = ${l.FLX_EMT_ORD} and ${d.ORG_CLE_NUM} = ${l.ORG_CLE_NUM}
        and ${d.PRS_ORD_NUM} = ${l.PRS_ORD_NUM} and ${d.REM_TYP_AFF} = ${l.REM_TYP_AFF}
      left join ${a} on ${a.DCT_ORD_NUM} = ${l.DCT_ORD_NUM} and ${a.FLX_DIS_DTD} = ${l.FLX_DIS_DTD}
        and ${a.FLX_TRT_DTD} = ${l.FLX_TRT_DTD} and ${a.FLX_EMT_TYP} = ${l.FLX_EMT_TYP} and ${a.FLX_EMT_NUM} = ${l.FLX_EMT_NUM}
        and ${a.FLX_EMT_ORD} = ${l.FLX_EMT_ORD} and ${a.ORG_CLE_NUM} = ${l.ORG_CLE_NUM}
        and ${a.PRS_ORD_NUM} = ${l.PRS_ORD_NUM} and ${a.REM_TYP_AFF} = ${l.REM_TYP_AFF}
      left join ${s} on ${s.DCT_ORD_NUM} = ${l.DCT_ORD_NUM} and ${s.FLX_DIS_DTD} = ${l.FLX_DIS_DTD}
        and ${s.FLX_TRT_DTD} = ${l.FLX_TRT_DTD} and ${s.FLX_EMT_TYP} = ${l.FLX_EMT_TYP} and ${s.FLX_EMT_NUM} = ${l.FLX_EMT_NUM}
        and ${s.FLX_EMT_ORD} = ${l.FLX_EMT_ORD} and ${s.ORG_CLE_NUM} = ${l.ORG_CLE_NUM}
        and ${s.PRS_ORD_NUM} = ${l.PRS_ORD_NUM} and ${s.REM_TYP_AFF} = ${l.REM_TYP_AFF}
      where ${l.EXE_SOI_DTD} is not null`,
  })

export type Lines = ReturnType<typeof linesOf>

/**
 * Visits: lines of one person, day and executant, with what the lines that are neither drug nor act cost. A private
 * stay that no hospital record tells of is a visit too, of the institution.
 */
export const visitsOf = (lines: Lines, hospital: ReturnType<typeof stays>) =>
  step('dcir_visits', {
    reads: { l: lines, h: hospital },
    gives: {
      first: 'bigint',
      person_id: 'bigint',
      care: 'date',
      care_end: 'date',
      executant: 'varchar',
      site: 'varchar',
      specialty: 'varchar',
      pharmacy: 'boolean',
      has_fee: 'boolean',
      fee: 'decimal(12,2)',
      fee_total: 'decimal(12,2)',
      has_other: 'boolean',
      other: 'decimal(12,2)',
      other_total: 'decimal(12,2)',
      has_stay: 'boolean',
      stay: 'decimal(12,2)',
      stay_total: 'decimal(12,2)',
      hospital_row: 'bigint',
    },
    sql: ({ l, h }) => {
      // Nature codes of consultations, visits and the supplements of either (nomenclature IR_NAT_V).
      const fee = sql`(substr(n.nature, 1, 2) in ('10', '11', '12') or substr(n.nature, 1, 3) = '191' or n.nature = '1952')`
      const rest = sql`n.drug is null and n.act is null and n.site is null`
      const sum = (column: 'paid' | 'total', where: ReturnType<typeof sql>) =>
        sql`cast(sum(case when ${where} then n.${column === 'paid' ? sql`paid` : sql`total`} end) as decimal(12,2))`
      const any = (where: ReturnType<typeof sql>) => sql`max(case when ${where} then 1 else 0 end) = 1`
      return sql`
        select min(n.row_id) as first, n.person_id, n.care, max(n.care_end) as care_end, n.executant, n.place as site,
          min(n.specialty) as specialty, min(case when n.drug is null then 0 else 1 end) = 1 as pharmacy,
          ${any(sql`${rest} and ${fee}`)} as has_fee, ${sum('paid', sql`${rest} and ${fee}`)} as fee,
          ${sum('total', sql`${rest} and ${fee}`)} as fee_total,
          ${any(sql`${rest} and not ${fee}`)} as has_other, ${sum('paid', sql`${rest} and not ${fee}`)} as other,
          ${sum('total', sql`${rest} and not ${fee}`)} as other_total,
          ${any(sql`n.site is not null`)} as has_stay, ${sum('paid', sql`n.site is not null`)} as stay,
          ${sum('total', sql`n.site is not null`)} as stay_total, min(n.hospital_row) as hospital_row
        from (
          select ${l.row_id} as row_id, ${l.person_id} as person_id, ${l.care} as care, ${l.care_end} as care_end,
            case when ${l.site} is null then ${l.executant} else '' end as executant,
            coalesce(${l.site}, '') as place, ${l.specialty} as specialty, ${l.nature} as nature, ${l.drug} as drug,
            case when ${l.site} is null then ${l.act} end as act, ${l.site} as site, ${l.paid} as paid, ${l.total} as total,
            k.row_id as hospital_row
          from ${l} left join (
            select ${h.person_id} as person_id, ${h.entry} as entry, ${h.place} as place, min(${h.row_id}) as row_id
            from ${h} where not ${h.valued} group by ${h.person_id}, ${h.entry}, ${h.place}
          ) as k on k.person_id = ${l.person_id} and k.entry = ${l.care} and k.place = ${l.site}
        ) as n
        group by n.person_id, n.care, n.executant, n.place`
    },
  })

/** Drugs delivered, each with its line's visit and, on the first of a line, its cost. */
export const drugsOf = (lines: Lines) =>
  step('drugs_delivered', {
    reads: { l: lines, p: lakeTable(ER_PHA_F) },
    gives: {
      row_id: 'bigint',
      line: 'bigint',
      person_id: 'bigint',
      care: 'date',
      cip13: 'varchar',
      boxes: 'integer',
      paid: 'decimal(12,2)',
      total: 'decimal(12,2)',
    },
    sql: ({ l, p }) => sql`
      select ${p.row_id} as row_id, ${l.row_id} as line, ${l.person_id} as person_id, ${l.care} as care,
        ${p.PHA_PRS_C13} as cip13, ${p.PHA_ACT_QSN} as boxes, ${l.paid} as paid, ${l.total} as total
      from ${l} join ${p} on ${p.row_id} = ${l.drug}
      where ${l.site} is null`,
  })

/** Technical acts of the city. */
export const actsOf = (lines: Lines) =>
  step('acts_done', {
    reads: { l: lines, a: lakeTable(ER_CAM_F) },
    gives: {
      row_id: 'bigint',
      line: 'bigint',
      person_id: 'bigint',
      care: 'date',
      ccam: 'varchar',
      paid: 'decimal(12,2)',
      total: 'decimal(12,2)',
    },
    sql: ({ l, a }) => sql`
      select ${a.row_id} as row_id, ${l.row_id} as line, ${l.person_id} as person_id, ${l.care} as care,
        ${a.CAM_PRS_IDE} as ccam, ${l.paid} as paid, ${l.total} as total
      from ${l} join ${a} on ${a.row_id} = ${l.act}
      where ${l.site} is null and ${l.drug} is null`,
  })
