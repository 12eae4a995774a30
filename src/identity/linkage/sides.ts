import { day, type Interpolates, type Sql, step, sql, type Step } from '../../engine/index.ts'
import {
  cleaned,
  DIAGNOSIS,
  IR_BEN_R,
  lakeTable,
  ORPHA_CIM10,
  T_MCO_B,
  T_MCO_C,
  T_MCO_CSTC,
} from '../../sources/index.ts'
import {
  bndmrIdentity,
  finess,
  oppositions,
  residence,
  transferActivities,
  transferPatients,
} from './tables.ts'

/*
 * The two sides of the linkage, without those who object: patients of the registry with their contacts at
 * expert centres, and persons of the SNDS with the days on which they entered, left or visited a hospital.
 * Places are compared as legal entities, because the registry writes now the legal FINESS and now that of a
 * site. A stay that the chaining could not give to one person (a PSA shared by twins) is on no side.
 */

export const BEN = lakeTable(IR_BEN_R)
export const STAY = lakeTable(T_MCO_C)
/** Diagnoses and groups of stays. */
export const GROUPED = lakeTable(T_MCO_B)
/** What the registry says that a patient has, and how hospitals write it. */
export const DIAGNOSED = lakeTable(DIAGNOSIS)
export const IN_HOSPITAL = lakeTable(ORPHA_CIM10)
export const VISIT = lakeTable(T_MCO_CSTC)
/** Without the stays whose chaining failed (rule R8): they are under somebody's number and not theirs. */
export const CHAINED_STAY = cleaned(T_MCO_C, 'chaining')

/** Département of an INSEE commune. */
export const departementOf = (commune: Interpolates | Sql): Sql =>
  sql`case when substr(${commune}, 1, 2) in ('97', '98') then substr(${commune}, 1, 3) else substr(${commune}, 1, 2) end`

/** Hub ids that are opposed on a day. A line without dates holds always. */
export const opposedOn = (today: string): Step<{ person: 'varchar' }> =>
  step('opposed', {
    reads: { o: oppositions },
    gives: { person: 'varchar' },
    sql: ({ o }) => sql`
      select distinct ${o.person} as person from ${o}
      where coalesce(${o.from_date} <= ${day(today)}, true) and coalesce(${o.until_date} >= ${day(today)}, true)`,
  })

/** Of a row with sex, birth_year and birth_month: the three in one number, null where one is not known. */
export const bornOf = (of: Sql): Sql =>
  sql`(${of}.birth_year * 12 + ${of}.birth_month) * 2 + case ${of}.sex when '1' then 0 when '2' then 1 end`

/** Columns of persons of the SNDS. */
export const PERSON = {
  person: 'varchar',
  sex: 'varchar',
  birth_year: 'integer',
  birth_month: 'integer',
  born: 'integer',
  death_date: 'date',
  commune: 'varchar',
  departement: 'varchar',
} as const

export function sides(today: string) {
  const opposed = opposedOn(today)

  const legal = step('legal_entities', {
    reads: { f: finess },
    gives: { finess: 'varchar', legal: 'varchar' },
    sql: ({ f }) => sql`
      select ${f.FINESS_GEO} as finess, min(${f.FINESS_LEGAL}) as legal
      from ${f} where ${f.FINESS_LEGAL} is not null group by ${f.FINESS_GEO}`,
  })

  const patients = step('patients', {
    reads: { p: transferPatients, i: bndmrIdentity, o: opposed },
    gives: {
      transit: 'varchar',
      person: 'varchar',
      nir: 'varchar',
      psa: 'varchar',
      sex: 'varchar',
      birth_year: 'integer',
      birth_month: 'integer',
      commune: 'varchar',
      death_date: 'date',
    },
    sql: ({ p, i, o }) => sql`
      select ${p.transit} as transit, ${i.person} as person, ${p.nir} as nir, ${p.psa} as psa, ${p.sex} as sex,
        ${p.birth_year} as birth_year, ${p.birth_month} as birth_month, ${p.commune} as commune, ${p.death_date} as death_date
      from ${p} join ${i} on ${i.level1} = ${p.level1}
      left join ${o} on ${o.person} = ${i.person}
      where ${o.person} is null`,
    order: ['transit'],
  })

  // A day in the month of birth proves nothing: every newborn of that hospital shares it.
  const activities = step('activities', {
    reads: { a: transferActivities, l: legal, p: patients },
    gives: { transit: 'varchar', on_date: 'date', place: 'varchar' },
    sql: ({ a, l, p }) => sql`
      select distinct ${a.transit} as transit, ${a.activity_date} as on_date, coalesce(${l.legal}, ${a.finess}) as place
      from ${a} join ${p} on ${p.transit} = ${a.transit}
      left join ${l} on ${l.finess} = ${a.finess}
      where not coalesce(year(${a.activity_date}) = ${p.birth_year} and month(${a.activity_date}) = ${p.birth_month}, false)`,
    order: ['transit', 'on_date', 'place'],
  })

  // A row for each that IR_BEN_R has of a person (two insured parents, say) and for each of their communes: rows of one
  // person agree, or one says nothing where the other speaks (1600 and 0 are sentinels). They are made one where few
  // are left; to group everybody in a country would take as long as all that follows. `born` is sex, year and month of
  // birth in one number, where all are known: large tables are joined by it.
  const persons = step('persons', {
    reads: { b: BEN, r: residence, o: opposed },
    gives: PERSON,
    sql: ({ b, r, o }) => sql`
      select u.person, u.sex, u.birth_year, u.birth_month, ${bornOf(sql`u`)} as born, u.death_date, u.commune, ${departementOf(sql`u.commune`)} as departement
      from (
        select ${b.person} as person,
          case when ${b.BEN_SEX_COD} in ('1', '2') then ${b.BEN_SEX_COD} end as sex,
          case when ${b.BEN_NAI_ANN} > 1800 then ${b.BEN_NAI_ANN} end as birth_year,
          case when ${b.BEN_NAI_MOI} between 1 and 12 then ${b.BEN_NAI_MOI} end as birth_month,
          case when ${b.BEN_DCD_DTE} > ${day('1600-01-01')} then ${b.BEN_DCD_DTE} end as death_date, ${r.commune} as commune
        from ${b}
        left join ${r} on ${r.person} = ${b.person}
        left join ${o} on ${o.person} = ${b.person}
        where ${b.person} is not null and ${o.person} is null
      ) as u`,
  })

  const communes = step('communes', {
    reads: { r: residence },
    gives: { person: 'varchar', commune: 'varchar' },
    sql: ({ r }) => sql`
      select distinct ${r.person} as person, ${r.commune} as commune from ${r}
      where ${r.person} is not null and ${r.commune} is not null`,
    order: ['person', 'commune'],
  })

  const contacts = step('contacts', {
    reads: { s: CHAINED_STAY, v: VISIT, l: legal, p: persons },
    gives: {
      person: 'varchar',
      on_date: 'date',
      place: 'varchar',
      sex: 'varchar',
      birth_year: 'integer',
      birth_month: 'integer',
    },
    sql: ({ s, v, l, p }) => sql`
      select d.person as person, d.on_date as on_date, coalesce(${l.legal}, d.finess) as place, p.sex, p.birth_year, p.birth_month
      from (
        select ${s.person} as person, ${s.EXE_SOI_DTD} as on_date, ${s.ETA_NUM} as finess from ${s} where ${s.EXE_SOI_DTD} is not null
        union
        select ${s.person}, ${s.EXE_SOI_DTF}, ${s.ETA_NUM} from ${s} where ${s.EXE_SOI_DTF} is not null
        union
        select ${v.person}, ${v.EXE_SOI_DTD}, ${v.ETA_NUM} from ${v} where ${v.EXE_SOI_DTD} is not null
      ) as d
      join (
        select ${p.person} as person, min(${p.sex}) as sex, min(${p.birth_year}) as birth_year, min(${p.birth_month}) as birth_month
        from ${p} group by ${p.person}
      ) as p on p.person = d.person
      left join ${l} on ${l.finess} = d.finess`,
    order: ['person', 'on_date', 'place'],
  })

  return { opposed, legal, patients, activities, persons, contacts, communes }
}

export type Sides = ReturnType<typeof sides>
