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
    },
    sql: ({ p, e, q, d }) => sql`
      select ${e.on_date} as on_date, ${e.place} as place, ${bornOf(sql`p`)} as born, ${p.birth_year} as birth_year,
        ${p.commune} as commune
      from ${p} join ${e} on ${e.transit} = ${p.transit}
      union
      select ${d.on_date}, ${d.place}, ${bornOf(sql`q`)}, ${q.birth_year}, ${q.commune}
      from ${q} join ${d} on ${d.transit} = ${q.transit}`,
  })

export type AskedDays = ReturnType<typeof askedDaysOf>

/**
 * First and last days of stays and days of visits that lie within three days of a registry day at the same hospital with the
 * same sex and birth; or on a registry day with those and the commune; or on a registry day at the same hospital with the
 * same year of birth and commune. In no order: only links leave the matcher.
 *
 * A person is joined before a stay is written for its two days, with three numbers and no more; and a commune is looked for
 * only where it can be that of somebody born alike (`closeness` 2: sex, year and month; 1: year), which few are.
 */
export const meetingsOf = ({ persons, legal }: Pick<Sides, 'persons' | 'legal'>, asked: AskedDays) =>
  step('meetings', {
    reads: {
      s: CHAINED_STAY,
      v: VISIT,
      l: legal,
      p: persons,
      a: asked,
      b: asked,
      k: asked,
      n: asked,
      m: asked,
    },
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
    sql: ({ s, v, l, p, a, b, k, n, m }) => {
      const yearOfBirth = sql`cast(${integerDivide(sql`(d.born - 2)`, 24)} as integer)`
      return sql`
      select d.person, d.on_date, d.week, d.place, case d.born % 2 when 0 then '1' else '2' end as sex, ${yearOfBirth} as birth_year,
        cast(${integerDivide(sql`d.born`, 2)} as integer) - 12 * ${yearOfBirth} as birth_month, d.born, d.commune, ${departementOf(sql`d.commune`)} as departement
      from (
        select u.person, u.on_date, ${weekOf(sql`u.on_date`)} as week, coalesce(${l.legal}, u.finess) as place, u.born, u.commune,
          case when u.closeness = 2 then u.commune end as neighbours, case when u.closeness >= 1 then u.commune end as town
        from (
          select t.person, case w.n when 0 then t.entry else t.leaving end as on_date, t.finess, p.born, p.commune, p.closeness
          from (
            select ${s.person} as person, ${s.EXE_SOI_DTD} as entry, ${s.EXE_SOI_DTF} as leaving, ${s.ETA_NUM} as finess from ${s}
            union all
            select ${v.person}, ${v.EXE_SOI_DTD}, ${v.EXE_SOI_DTD}, ${v.ETA_NUM} from ${v}
          ) as t
          join (
            select ${p.person} as person, ${p.born} as born, ${p.commune} as commune,
              case when alike.born is not null then 2 when aged.birth_year is not null then 1 else 0 end as closeness
            from ${p}
            left join (select distinct ${n.born} as born, ${n.commune} as commune from ${n}) as alike
              on alike.born = ${p.born} and alike.commune = ${p.commune}
            left join (select distinct ${m.birth_year} as birth_year, ${m.commune} as commune from ${m}) as aged
              on aged.birth_year = ${p.birth_year} and aged.commune = ${p.commune}
            where ${p.born} is not null
          ) as p on p.person = t.person
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
        select distinct ${b.on_date} as on_date, ${b.born} as born, ${b.commune} as commune from ${b}
      ) as area on area.on_date = d.on_date and area.born = d.born and area.commune = d.neighbours
      left join (
        select distinct ${k.on_date} as on_date, ${k.place} as place, ${k.birth_year} as birth_year, ${k.commune} as commune from ${k}
      ) as home on home.on_date = d.on_date and home.place = d.place and home.birth_year = ${yearOfBirth} and home.commune = d.town
      where near.week is not null or area.on_date is not null or home.on_date is not null`
    },
  })

export type Meetings = ReturnType<typeof meetingsOf>
