import { day, empty, type Interpolates, join, name, type Sql, sql, step } from '../engine/index.ts'
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

/** Claims of some months of flow, so that a refinement is in the slice of its line: both bear the flow in their key. */
export interface FlowSlice {
  /** First day, or from the beginning. */
  readonly from?: string
  /** The day after the last, or without an end. */
  readonly until?: string
}

/** The condition of a slice behind `word`; nothing where the slice is the whole. */
const within = (flow: Interpolates, { from, until }: FlowSlice, word: Sql): Sql => {
  if (from !== undefined && until !== undefined)
    return sql` ${word} ${flow} >= ${day(from)} and ${flow} < ${day(until)}`
  if (from !== undefined) return sql` ${word} ${flow} >= ${day(from)}`
  return until === undefined ? empty : sql` ${word} (${flow} is null or ${flow} < ${day(until)})`
}

/**
 * What the refinements say of each line, in one row a line: they are one to many, and the first row bears what the
 * line cost. `site` is the institution of a private stay.
 */
const refinements = (slice: FlowSlice) =>
  step('refinements', {
    reads: { p: lakeTable(ER_PHA_F), c: lakeTable(ER_CAM_F), e: lakeTable(ER_ETE_F) },
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
      drug: 'bigint',
      act: 'bigint',
      site: 'varchar',
    },
    sql: ({ p, c, e }) => {
      const of = (r: { readonly [K in (typeof nineKeys)[number]]: Interpolates }): Sql =>
        join(nineKeys.map((key) => sql`${r[key]} as ${name(key)}`))
      const keys = join(nineKeys.map(name))
      return sql`
      select ${keys}, min(r.drug) as drug, min(r.act) as act, min(r.site) as site from (
        select ${of(p)}, ${p.row_id} as drug, cast(null as bigint) as act, cast(null as varchar) as site from ${p}${within(p.FLX_DIS_DTD, slice, sql`where`)}
        union all
        select ${of(c)}, cast(null as bigint), ${c.row_id}, cast(null as varchar) from ${c}${within(c.FLX_DIS_DTD, slice, sql`where`)}
        union all
        select ${of(e)}, cast(null as bigint), cast(null as bigint), coalesce(${e.ETB_EXE_FIN}, '') from ${e}
        where ${e.PRS_PPU_SEC} = '2' and ${e.ETE_GHS_NUM} is not null${within(e.FLX_DIS_DTD, slice, sql`and`)}
      ) as r group by ${keys}`
    },
  })

/** What a line is: part of a private stay before a drug, a drug before an act. */
const KIND = { other: 0, fee: 1, drug: 2, act: 3, stay: 4 } as const

const lineColumns = {
  row_id: 'bigint',
  person_id: 'bigint',
  care: 'date',
  care_end: 'date',
  executant: 'varchar',
  specialty: 'varchar',
  regime: 'varchar',
  c2s: 'varchar',
  kind: 'integer',
  refinement: 'bigint',
  site: 'varchar',
  paid: 'decimal(12,2)',
  total: 'decimal(12,2)',
} as const

/** Lines of persons of the release, with what each is: one pass over ER_PRS_F, read by everything below. */
export const linesOf = (who: ReturnType<typeof identities>, slice: FlowSlice = {}) =>
  step('dcir_lines', {
    reads: { l: cleaned(ER_PRS_F, 'cost'), i: who, r: refinements(slice) },
    gives: lineColumns,
    // Refinements are fewer than lines, which DuckDB takes for a twentieth of what they are and would keep instead.
    joins: 'as written',
    sql: ({ l, i, r }) => {
      // Nature codes of consultations, visits and the supplements of either (nomenclature IR_NAT_V).
      const begins = (code: string): Sql => sql`${l.PRS_NAT_REF} like ${`${code}%`}`
      const fee = sql`(${join(['10', '11', '12', '191'].map(begins), sql` or `)} or ${l.PRS_NAT_REF} = '1952')`
      const same = join(
        nineKeys.map((key) => sql`${r[key]} = ${l[key]}`),
        sql` and `,
      )
      return sql`
        select ${l.row_id} as row_id, ${i.person_id} as person_id, ${l.EXE_SOI_DTD} as care,
          coalesce(${l.EXE_SOI_DTF}, ${l.EXE_SOI_DTD}) as care_end,
          case when ${r.site} is null then coalesce(${l.PFS_EXE_NUM}, '') else '' end as executant,
          ${l.PSE_SPE_COD} as specialty, ${l.RGM_GRG_COD} as regime, ${l.BEN_CMU_TOP} as c2s,
          cast(case when ${r.site} is not null then ${KIND.stay} when ${r.drug} is not null then ${KIND.drug}
            when ${r.act} is not null then ${KIND.act} when ${fee} then ${KIND.fee} else ${KIND.other} end as integer) as kind,
          coalesce(${r.drug}, ${r.act}) as refinement, coalesce(${r.site}, '') as site,
          cast(coalesce(${l.BSE_REM_MNT}, 0) + coalesce(${l.CPL_REM_MNT}, 0) as decimal(12,2)) as paid,
          ${l.PRS_PAI_MNT} as total
        from ${l} join ${i} on ${i.snds} = ${l.person} left join ${r} on ${same}
        where ${l.EXE_SOI_DTD} is not null${within(l.FLX_DIS_DTD, slice, sql`and`)}`
    },
  })

export type Lines = ReturnType<typeof linesOf>

/** Persons of the release by their numbers, both ends included. */
export interface PersonSlice {
  readonly from?: number
  readonly until?: number
}

const ofPersons = (person: Interpolates, { from, until }: PersonSlice): Sql =>
  from === undefined || until === undefined ? empty : sql` where ${person} between ${from} and ${until}`

/**
 * Visits: lines of one person, day and executant, with what the lines that are neither drug nor act cost (null
 * where there is no such line). A private stay that no hospital record tells of is a visit too, of the institution.
 */
export const visitsOf = (lines: Lines, hospital: ReturnType<typeof stays>, persons: PersonSlice = {}) =>
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
      fee: 'decimal(12,2)',
      fee_total: 'decimal(12,2)',
      other: 'decimal(12,2)',
      other_total: 'decimal(12,2)',
      stay: 'decimal(12,2)',
      stay_total: 'decimal(12,2)',
      hospital_row: 'bigint',
    },
    sql: ({ l, h }) => {
      const sum = (what: Interpolates, kind: number) =>
        sql`cast(sum(case when ${l.kind} = ${kind} then ${what} end) as decimal(12,2))`
      return sql`
        select v.first, v.person_id, v.care, v.care_end, v.executant, v.site, v.specialty, v.pharmacy,
          v.fee, v.fee_total, v.other, v.other_total, v.stay, v.stay_total, k.row_id as hospital_row
        from (
          select min(${l.row_id}) as first, ${l.person_id} as person_id, ${l.care} as care, max(${l.care_end}) as care_end,
            ${l.executant} as executant, ${l.site} as site, min(${l.specialty}) as specialty,
            min(case when ${l.kind} = ${KIND.drug} then 1 else 0 end) = 1 as pharmacy,
            ${sum(l.paid, KIND.fee)} as fee, ${sum(l.total, KIND.fee)} as fee_total,
            ${sum(l.paid, KIND.other)} as other, ${sum(l.total, KIND.other)} as other_total,
            ${sum(l.paid, KIND.stay)} as stay, ${sum(l.total, KIND.stay)} as stay_total
          from ${l}${ofPersons(l.person_id, persons)} group by ${l.person_id}, ${l.care}, ${l.executant}, ${l.site}
        ) as v left join (
          select ${h.person_id} as person_id, ${h.entry} as entry, ${h.place} as place, min(${h.row_id}) as row_id
          from ${h} where not ${h.valued} group by ${h.person_id}, ${h.entry}, ${h.place}
        ) as k on k.person_id = v.person_id and k.entry = v.care and k.place = v.site`
    },
  })

/** Drugs delivered, the first of each line. */
export const drugsOf = (lines: Lines) =>
  step('drugs_delivered', {
    reads: { l: lines, p: lakeTable(ER_PHA_F) },
    gives: {
      row_id: 'bigint',
      person_id: 'bigint',
      care: 'date',
      cip13: 'varchar',
      boxes: 'integer',
    },
    sql: ({ l, p }) => sql`
      select ${p.row_id} as row_id, ${l.person_id} as person_id, ${l.care} as care,
        ${p.PHA_PRS_C13} as cip13, ${p.PHA_ACT_QSN} as boxes
      from ${l} join ${p} on ${p.row_id} = ${l.refinement}
      where ${l.kind} = ${KIND.drug}`,
  })

/** Technical acts of the city. */
export const actsOf = (lines: Lines) =>
  step('acts_done', {
    reads: { l: lines, a: lakeTable(ER_CAM_F) },
    gives: {
      row_id: 'bigint',
      person_id: 'bigint',
      care: 'date',
      ccam: 'varchar',
    },
    sql: ({ l, a }) => sql`
      select ${a.row_id} as row_id, ${l.person_id} as person_id, ${l.care} as care, ${a.CAM_PRS_IDE} as ccam
      from ${l} join ${a} on ${a.row_id} = ${l.refinement}
      where ${l.kind} = ${KIND.act}`,
  })

/**
 * What drugs or acts cost, each amount on the refinement that bears it. The line says which that is: its table need not
 * be looked at.
 */
export const refinementCosts = (lines: Lines, kind: 'drug' | 'act') =>
  step(`${kind}_costs`, {
    reads: { l: lines },
    gives: { row_id: 'bigint', line: 'bigint', paid: 'decimal(12,2)', total: 'decimal(12,2)' },
    sql: ({ l }) => sql`
      select ${l.refinement} as row_id, ${l.row_id} as line, ${l.paid} as paid, ${l.total} as total
      from ${l} where ${l.kind} = ${KIND[kind]}`,
  })
