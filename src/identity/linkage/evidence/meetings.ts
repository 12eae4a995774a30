import { addDays, day, daysBetween, integerDivide, type Sql, sql, step } from '../../../engine/index.ts'
import { bornOf, CHAINED_STAY, departementOf, type Sides, VISIT } from '../sides.ts'
import type { Decoys, Events } from './events.ts'

/*
 * Days of care that a patient of the registry, or a decoy, could have had. The claims hold hundreds of millions of days and
 * the registry a few millions: what nobody of the registry could have had is left out at once, by equalities on keys of
 * the registry's days, and nothing wide is made of the rest.
 */

/** Weeks since then, whole: days that are at most three apart are in one week or in two that follow. */
const BEGINNING = day('1900-01-01')
export const weekOf = (date: Sql): Sql => integerDivide(daysBetween(BEGINNING, date), 7)

/** Registry days with who was seen, as keys to be looked for: patients' and decoys', each once. */
export const askedDaysOf = (
  patients: Sides['patients'],
  events: Events,
  decoys: Decoys,
  decoyEvents: Events,
) =>
  step('asked_days', {
    reads: { p: patients, e: events, q: decoys, d: decoyEvents },
    gives: {
      on_date: 'date',
      place: 'varchar',
      born: 'integer',
      birth_year: 'integer',
      commune: 'varchar',
      departement: 'varchar',
    },
    sql: ({ p, e, q, d }) => sql`
      select ${e.on_date} as on_date, ${e.place} as place, ${bornOf(sql`p`)} as born, ${p.birth_year} as birth_year,
        ${p.commune} as commune, ${departementOf(p.commune)} as departement
      from ${p} join ${e} on ${e.transit} = ${p.transit}
      union
      select ${d.on_date}, ${d.place}, ${bornOf(sql`q`)}, ${q.birth_year}, ${q.commune}, ${departementOf(q.commune)}
      from ${q} join ${d} on ${d.transit} = ${q.transit}`,
  })

export type AskedDays = ReturnType<typeof askedDaysOf>

/**
 * First and last days of stays and days of visits that lie within three days of a registry day at the same hospital with the
 * same sex and birth; or on a registry day with those in the same département; or on a registry day at the same hospital
 * with the same year of birth and commune. In no order: only links leave the matcher. The person is joined before a stay
 * is written for its two days.
 */
export const meetingsOf = ({ persons, legal }: Pick<Sides, 'persons' | 'legal'>, asked: AskedDays) =>
  step('meetings', {
    reads: { s: CHAINED_STAY, v: VISIT, l: legal, p: persons, a: asked, b: asked, k: asked },
    gives: {
      person: 'varchar',
      on_date: 'date',
      week: 'bigint',
      place: 'varchar',
      sex: 'varchar',
      birth_year: 'integer',
      birth_month: 'integer',
      born: 'integer',
      commune: 'varchar',
      departement: 'varchar',
    },
    sql: ({ s, v, l, p, a, b, k }) => sql`
      select d.person, d.on_date, d.week, d.place, d.sex, d.birth_year, d.birth_month, d.born, d.commune, d.departement
      from (
        select u.person, u.on_date, ${weekOf(sql`u.on_date`)} as week, coalesce(${l.legal}, u.finess) as place,
          u.sex, u.birth_year, u.birth_month, u.born, u.commune, u.departement
        from (
          select t.person, case w.n when 0 then t.entry else t.leaving end as on_date, t.finess,
            ${p.sex} as sex, ${p.birth_year} as birth_year, ${p.birth_month} as birth_month, ${p.born} as born, ${p.commune} as commune, ${p.departement} as departement
          from (
            select ${s.person} as person, ${s.EXE_SOI_DTD} as entry, ${s.EXE_SOI_DTF} as leaving, ${s.ETA_NUM} as finess from ${s}
            union all
            select ${v.person}, ${v.EXE_SOI_DTD}, ${v.EXE_SOI_DTD}, ${v.ETA_NUM} from ${v}
          ) as t
          join ${p} on ${p.person} = t.person
          cross join (values (0), (1)) as w(n)
          where w.n = 0 or coalesce(t.leaving <> t.entry, true)
        ) as u
        left join ${l} on ${l.finess} = u.finess
        where u.on_date is not null
      ) as d
      left join (
        select distinct ${a.place} as place, ${a.born} as born, ${weekOf(addDays(sql`${a.on_date}`, sql`w.n`))} as week
        from ${a} cross join (values (-3), (3)) as w(n)
      ) as near on near.place = d.place and near.born = d.born and near.week = d.week
      left join (
        select distinct ${b.on_date} as on_date, ${b.born} as born, ${b.departement} as departement from ${b}
      ) as area on area.on_date = d.on_date and area.born = d.born and area.departement = d.departement
      left join (
        select distinct ${k.on_date} as on_date, ${k.place} as place, ${k.birth_year} as birth_year, ${k.commune} as commune from ${k}
      ) as home on home.on_date = d.on_date and home.place = d.place and home.birth_year = d.birth_year and home.commune = d.commune
      where near.week is not null or area.on_date is not null or home.on_date is not null`,
  })

export type Meetings = ReturnType<typeof meetingsOf>
