import { sql, step } from '../engine/index.ts'
import {
  cleaned,
  lakeTable,
  T_MCO_A,
  T_MCO_B,
  T_MCO_C,
  T_MCO_CSTC,
  T_MCO_D,
  T_MCO_FCSTC,
  T_MCO_FMSTC,
  T_MCO_UM,
  T_MCO_VALO,
} from '../sources/index.ts'
import type { identities } from './identities.ts'
import { yearOf } from './inputs.ts'

type Who = ReturnType<typeof identities>

/** Stays of persons of the release: chained to them, grouped, with the site and what a public one was worth. */
export const stays = (who: Who) =>
  step('mco_stays', {
    reads: {
      c: cleaned(T_MCO_C, 'chaining'),
      b: cleaned(T_MCO_B, 'cost'),
      u: lakeTable(T_MCO_UM),
      v: cleaned(T_MCO_VALO, 'cost'),
      i: who,
    },
    gives: {
      row_id: 'bigint',
      stay_row: 'bigint',
      person_id: 'bigint',
      year: 'bigint',
      ETA_NUM: 'varchar',
      RSA_NUM: 'varchar',
      place: 'varchar',
      entry: 'date',
      leaving: 'date',
      ghm: 'varchar',
      principal: 'varchar',
      related: 'varchar',
      valued: 'boolean',
      value_row: 'bigint',
      amount: 'decimal(12,2)',
      base: 'decimal(12,2)',
    },
    sql: ({ c, b, u, v, i }) => sql`
      select ${c.row_id} as row_id, ${b.row_id} as stay_row, ${i.person_id} as person_id, ${yearOf(c.row_id)} as year,
        ${c.ETA_NUM} as ETA_NUM, ${c.RSA_NUM} as RSA_NUM, coalesce(g.place, ${c.ETA_NUM}) as place,
        ${c.EXE_SOI_DTD} as entry, coalesce(${c.EXE_SOI_DTF}, ${c.EXE_SOI_DTD}) as leaving, ${b.GRG_GHM} as ghm,
        ${b.DGN_PAL} as principal, ${b.DGN_REL} as related, w.row_id is not null as valued, w.row_id as value_row,
        w.amount, w.base
      from ${c} join ${i} on ${i.snds} = ${c.person}
      join ${b} on ${b.ETA_NUM} = ${c.ETA_NUM} and ${b.RSA_NUM} = ${c.RSA_NUM} and ${yearOf(b.row_id)} = ${yearOf(c.row_id)}
      left join (
        select ${u.ETA_NUM} as ETA_NUM, ${u.RSA_NUM} as RSA_NUM, ${yearOf(u.row_id)} as year, min(${u.ETA_NUM_GEO}) as place
        from ${u} group by ${u.ETA_NUM}, ${u.RSA_NUM}, ${yearOf(u.row_id)}
      ) as g on g.ETA_NUM = ${c.ETA_NUM} and g.RSA_NUM = ${c.RSA_NUM} and g.year = ${yearOf(c.row_id)}
      left join (
        select ${v.ETA_NUM} as ETA_NUM, ${v.RSA_NUM} as RSA_NUM, ${yearOf(v.row_id)} as year, min(${v.row_id}) as row_id,
          cast(sum(${v.MNT_TOT_AM}) as decimal(12,2)) as amount, cast(sum(${v.MNT_TOT_BR}) as decimal(12,2)) as base
        from ${v} group by ${v.ETA_NUM}, ${v.RSA_NUM}, ${yearOf(v.row_id)}
      ) as w on w.ETA_NUM = ${c.ETA_NUM} and w.RSA_NUM = ${c.RSA_NUM} and w.year = ${yearOf(c.row_id)}
      where ${c.EXE_SOI_DTD} is not null`,
  })

export type Stays = ReturnType<typeof stays>

export const stayDiagnoses = (of: Stays) =>
  step('stay_diagnoses', {
    reads: { s: of, d: lakeTable(T_MCO_D) },
    gives: {
      row_id: 'bigint',
      visit_row: 'bigint',
      person_id: 'bigint',
      entry: 'date',
      leaving: 'date',
      code: 'varchar',
    },
    sql: ({ s, d }) => sql`
      select ${d.row_id} as row_id, ${s.row_id} as visit_row, ${s.person_id} as person_id, ${s.entry} as entry,
        ${s.leaving} as leaving, ${d.ASS_DGN} as code
      from ${s} join ${d} on ${d.ETA_NUM} = ${s.ETA_NUM} and ${d.RSA_NUM} = ${s.RSA_NUM} and ${yearOf(d.row_id)} = ${s.year}
      where ${d.ASS_DGN} is not null`,
  })

export const stayActs = (of: Stays) =>
  step('stay_acts', {
    reads: { s: of, a: lakeTable(T_MCO_A) },
    gives: {
      row_id: 'bigint',
      visit_row: 'bigint',
      person_id: 'bigint',
      entry: 'date',
      ccam: 'varchar',
      times: 'integer',
    },
    sql: ({ s, a }) => sql`
      select ${a.row_id} as row_id, ${s.row_id} as visit_row, ${s.person_id} as person_id, ${s.entry} as entry,
        ${a.CDC_ACT} as ccam, ${a.NBR_EXE_ACT} as times
      from ${s} join ${a} on ${a.ETA_NUM} = ${s.ETA_NUM} and ${a.RSA_NUM} = ${s.RSA_NUM} and ${yearOf(a.row_id)} = ${s.year}
      where ${a.CDC_ACT} is not null`,
  })

/** Hospital outpatient visits (ACE), with their fees summed. */
export const outpatientVisits = (who: Who) =>
  step('ace_visits', {
    reads: { c: cleaned(T_MCO_CSTC, 'chaining'), f: lakeTable(T_MCO_FCSTC), i: who },
    gives: {
      row_id: 'bigint',
      person_id: 'bigint',
      year: 'bigint',
      ETA_NUM: 'varchar',
      SEQ_NUM: 'varchar',
      care: 'date',
      fee_row: 'bigint',
      paid: 'decimal(12,2)',
      total: 'decimal(12,2)',
    },
    sql: ({ c, f, i }) => sql`
      select ${c.row_id} as row_id, ${i.person_id} as person_id, ${yearOf(c.row_id)} as year, ${c.ETA_NUM} as ETA_NUM,
        ${c.SEQ_NUM} as SEQ_NUM, ${c.EXE_SOI_DTD} as care, w.row_id as fee_row, w.paid, w.total
      from ${c} join ${i} on ${i.snds} = ${c.person}
      left join (
        select ${f.ETA_NUM} as ETA_NUM, ${f.SEQ_NUM} as SEQ_NUM, ${yearOf(f.row_id)} as year, min(${f.row_id}) as row_id,
          cast(sum(${f.AMO_MNR}) as decimal(12,2)) as paid, cast(sum(${f.HON_MNT}) as decimal(12,2)) as total
        from ${f} group by ${f.ETA_NUM}, ${f.SEQ_NUM}, ${yearOf(f.row_id)}
      ) as w on w.ETA_NUM = ${c.ETA_NUM} and w.SEQ_NUM = ${c.SEQ_NUM} and w.year = ${yearOf(c.row_id)}
      where ${c.EXE_SOI_DTD} is not null`,
  })

export const outpatientActs = (of: ReturnType<typeof outpatientVisits>) =>
  step('ace_acts', {
    reads: { v: of, a: lakeTable(T_MCO_FMSTC) },
    gives: { row_id: 'bigint', visit_row: 'bigint', person_id: 'bigint', care: 'date', ccam: 'varchar' },
    sql: ({ v, a }) => sql`
      select ${a.row_id} as row_id, ${v.row_id} as visit_row, ${v.person_id} as person_id, ${v.care} as care, ${a.CCAM_COD} as ccam
      from ${v} join ${a} on ${a.ETA_NUM} = ${v.ETA_NUM} and ${a.SEQ_NUM} = ${v.SEQ_NUM} and ${yearOf(a.row_id)} = ${v.year}
      where ${a.CCAM_COD} is not null`,
  })
