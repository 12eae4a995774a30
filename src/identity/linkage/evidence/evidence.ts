import {
  addDays,
  daysBetween,
  type Interpolates,
  largest,
  smallest,
  type Sql,
  sql,
  step,
} from '../../../engine/index.ts'
import { departementOf } from '../sides.ts'
import type { Asked, Candidates } from './candidates.ts'
import { ALL, BIT, type Chances } from './chance.ts'
import type { CandidatePersons, Encounters } from './encounters.ts'
import type { Diseases } from './diseases.ts'
import { weekOf } from './meetings.ts'

/** Of a comparison whose sides do not both speak: no weight. */
export const UNKNOWN = -1

/** Of the levels of `found`: all but the day elsewhere. */
export const isAtThePlace = (level: Sql | Interpolates): Sql => sql`${level} <> 2`

/**
 * Registry days that a candidate's care answers: each day by the nearest event, each event for one day. One round: a day
 * whose event was nearer to another is not found, although a second one might do.
 * Levels: 1 the day and the place, 2 the day elsewhere, 3 a day beside at the place, 4 two or three days off at the place.
 * `once` is false for what a series of sessions at one place says again.
 */
export function foundOf(candidates: Candidates, { events, suffix }: Asked, encounters: Encounters) {
  return step(`found${suffix}`, {
    reads: { g: candidates, e: events, c: encounters },
    gives: {
      transit: 'varchar',
      person: 'varchar',
      on_date: 'date',
      place: 'varchar',
      met_at: 'varchar',
      level: 'integer',
      unlike: 'integer',
      once: 'boolean',
    },
    sql: ({ g, e, c }) => {
      const off = sql`cast(${smallest(
        sql`abs(${daysBetween(sql`c.entry`, sql`${e.on_date}`)})`,
        sql`abs(${daysBetween(sql`c.leaving`, sql`${e.on_date}`)})`,
      )} as integer)`
      return sql`
      select w.transit, w.person, w.on_date, w.place, w.met_at, w.level, w.unlike,
        not w.series or row_number() over (partition by w.transit, w.person, w.series, w.met_at order by w.level, w.on_date, w.place) = 1 as once
      from (
        select v.transit, v.person, v.on_date, v.place, v.met_at, v.level, v.unlike, v.series,
          row_number() over (partition by v.transit, v.person, v.entry, v.leaving, v.met_at, v.kind order by v.level, v.unlike, v.on_date, v.place) as of_encounter
        from (
          select u.transit, u.person, u.on_date, u.place, u.met_at, u.level, u.unlike, u.series, u.entry, u.leaving, u.kind,
            row_number() over (partition by u.transit, u.person, u.on_date, u.place order by u.level, u.unlike, u.entry, u.leaving, u.met_at, u.kind, u.series) as of_event
          from (
            select t.transit, t.person, t.on_date, t.place, t.met_at, t.unlike, t.series, t.entry, t.leaving, t.kind,
              case when t.off = 0 and t.there then 1 when t.off = 0 then 2 when t.off = 1 then 3 else 4 end as level
            from (
              select ${g.transit} as transit, ${g.person} as person, ${e.on_date} as on_date, ${e.place} as place,
                c.place as met_at, c.entry as entry, c.leaving as leaving, c.kind as kind, c.series as series,
                coalesce(c.place = ${e.place}, false) as there, ${off} as off,
                case when ${e.kind} is null then 0 when ${e.kind} = c.kind then -1 else 1 end as unlike
              from ${g} join ${e} on ${e.transit} = ${g.transit}
              cross join (values (-3), (3)) as w(n)
              join (
                select ${c.person} as person, ${c.entry} as entry, ${c.leaving} as leaving, ${c.place} as place, ${c.kind} as kind, ${c.series} as series,
                  ${weekOf(sql`case x.n when 0 then ${c.entry} else ${c.leaving} end`)} as week
                from ${c} cross join (values (0), (1)) as x(n) where x.n = 0 or ${weekOf(sql`${c.leaving}`)} <> ${weekOf(sql`${c.entry}`)}
              ) as c on c.person = ${g.person} and c.week = ${weekOf(addDays(sql`${e.on_date}`, sql`w.n`))}
              where w.n = -3 or ${weekOf(addDays(sql`${e.on_date}`, 3))} <> ${weekOf(addDays(sql`${e.on_date}`, -3))}
            ) as t
            where t.off = 0 or (t.there and t.off <= 3)
          ) as u
        ) as v
        where v.of_event = 1
      ) as w
      where w.of_encounter = 1`
    },
    order: ['transit', 'person', 'on_date', 'place'],
  })
}

/**
 * What speaks for and against each candidate. Levels of comparisons are numbered from the best; `days` registry days could
 * have been seen, of which so many were found at each level; `chance` is -log2 of how often chance would agree as much in
 * birth, home and care, in thousandths of a bit.
 */
export function evidenceOf(
  candidates: Candidates,
  { patients, events, suffix }: Asked,
  found: Found,
  persons: CandidatePersons,
  { population, births, inhabitants, rates }: Chances,
  { codes, stays, diagnosed, shares }: Diseases,
) {
  return step(`evidence${suffix}`, {
    reads: {
      g: candidates,
      p: patients,
      e: events,
      f: found,
      s: persons,
      z: persons,
      n: population,
      b: births,
      i: inhabitants,
      q: rates,
      y: rates,
      a: candidates,
      k: codes,
      c: codes,
      h: stays,
      x: diagnosed,
      u: shares,
    },
    gives: {
      transit: 'varchar',
      person: 'varchar',
      sex: 'integer',
      birth: 'integer',
      home: 'integer',
      death: 'integer',
      disease: 'integer',
      days: 'integer',
      exact: 'integer',
      elsewhere: 'integer',
      beside: 'integer',
      near: 'integer',
      alike: 'integer',
      unlike: 'integer',
      chance: 'integer',
    },
    sql: ({ g, p, e, f, s, z, n, b, i, q, y, a, k, c, h, x, u }) => sql`
      select d.transit, d.person, d.sex, d.birth, d.home, d.death, d.disease, d.days, d.exact, d.elsewhere, d.beside, d.near, d.alike, d.unlike,
        d.met + case d.birth when 0 then d.people - d.same_birth when 1 then d.people - d.same_year else 0 end
          + case d.home when 0 then d.people - d.same_home when 1 then d.people - d.same_area else 0 end + d.same_disease as chance
      from (
        select ${g.transit} as transit, ${g.person} as person,
          case when ${p.sex} in ('1', '2') and ${s.sex} is not null then case when ${p.sex} = ${s.sex} then 0 else 1 end else ${UNKNOWN} end as sex,
          case when ${p.birth_year} is null or ${s.birth_year} is null then ${UNKNOWN}
            when ${p.birth_year} <> ${s.birth_year} then 2
            when ${p.birth_month} is null or ${s.birth_month} is null then ${UNKNOWN}
            when ${p.birth_month} = ${s.birth_month} then 0 else 1 end as birth,
          case when ${p.commune} is null or ${s.commune} is null then ${UNKNOWN}
            when ${p.commune} = ${s.commune} or coalesce(${p.commune} = ${s.other_commune}, false) then 0
            when ${departementOf(p.commune)} = ${s.departement} then 1 else 2 end as home,
          case when ${p.death_date} is null then case when ${s.death_date} is null then 4 else 3 end
            when ${s.death_date} is null then 2 when ${s.death_date} = ${p.death_date} then 0 else 1 end as death,
          case when o.transit is null or r.person is null then ${UNKNOWN} when v.transit is null then 1 else 0 end as disease,
          coalesce(case when coalesce(m.at_place, 0) > 0 then v.met else v.apart end, 0) as same_disease,
          coalesce(w.days, 0) - coalesce(m.again, 0) as days,
          coalesce(m.exact, 0) as exact, coalesce(m.elsewhere, 0) as elsewhere, coalesce(m.beside, 0) as beside, coalesce(m.near, 0) as near,
          coalesce(m.alike, 0) as alike, coalesce(m.unlike, 0) as unlike, coalesce(m.chance, 0) as met, ${n.bits} as people,
          coalesce(${b.same}, 0) as same_birth, coalesce(${b.of_year}, 0) as same_year,
          coalesce(${i.same}, 0) as same_home, coalesce(${i.near}, 0) as same_area
        from ${g} join ${p} on ${p.transit} = ${g.transit} join ${s} on ${s.person} = ${g.person}
        cross join ${n}
        left join ${b} on ${b.birth_year} = ${p.birth_year} and ${b.birth_month} = ${p.birth_month}
        left join ${i} on ${i.commune} = ${p.commune}
        left join (
          select ${e.transit} as transit, cast(count(*) as integer) as days from ${e} group by ${e.transit}
        ) as w on w.transit = ${g.transit}
        left join (select distinct ${c.transit} as transit from ${c}) as o on o.transit = ${g.transit}
        left join (select distinct ${h.person} as person from ${h}) as r on r.person = ${g.person}
        left join (
          select ${a.transit} as transit, ${a.person} as person, min(case when ${u.met} = 1 then ${u.chance} end) as met,
            min(case when ${u.met} = 0 then ${u.chance} end) as apart
          from ${a} join ${k} on ${k.transit} = ${a.transit} join ${x} on ${x.person} = ${a.person} and ${x.code} = ${k.code}
          join ${u} on ${u.code} = ${k.code}
          group by ${a.transit}, ${a.person}
        ) as v on v.transit = ${g.transit} and v.person = ${g.person}
        left join (
          select o.transit, o.person, cast(count(case when not o.once then 1 end) as integer) as again,
            cast(count(case when o.once and o.level = 1 then 1 end) as integer) as exact,
            cast(count(case when o.once and o.level = 2 then 1 end) as integer) as elsewhere,
            cast(count(case when o.once and o.level = 3 then 1 end) as integer) as beside,
            cast(count(case when o.once and o.level = 4 then 1 end) as integer) as near,
            cast(count(case when ${isAtThePlace(sql`o.level`)} then 1 end) as integer) as at_place,
            cast(count(case when o.once and o.unlike = -1 then 1 end) as integer) as alike,
            cast(count(case when o.once and o.unlike = 1 then 1 end) as integer) as unlike,
            cast(sum(case when o.once then o.chance else 0 end) as integer) as chance
          from (
            select ${f.transit} as transit, ${f.person} as person, ${f.once} as once, ${f.level} as level, ${f.unlike} as unlike,
              ${largest(sql`0`, sql`coalesce(${q.chance}, ${y.chance}, 0) - case ${f.level} when 3 then ${BIT} when 4 then ${2 * BIT} else 0 end`)} as chance
            from ${f}
            left join ${z} on ${z.person} = ${f.person}
            left join ${q} on ${q.departement} = coalesce(${z.departement}, '') and ${q.place} = case when ${f.level} = 2 then '' else ${f.place} end
            left join ${y} on ${y.departement} = ${ALL} and ${y.place} = ${f.place}
          ) as o
          group by o.transit, o.person
        ) as m on m.transit = ${g.transit} and m.person = ${g.person}
      ) as d`,
    order: ['transit', 'person'],
  })
}

/**
 * How often chance meets a candidate again whom it met once: registry days of decoys beside the chance that they had, and
 * whether they were found. Few rows: by chance, in quarters of a bit.
 */
export function metAgainOf(
  evidence: Evidence,
  { events }: Asked,
  found: Found,
  persons: CandidatePersons,
  { rates }: Chances,
) {
  return step('met_again', {
    reads: { v: evidence, e: events, f: found, h: persons, q: rates },
    gives: { chance: 'integer', found: 'boolean', n: 'bigint' },
    sql: ({ v, e, f, h, q }) => sql`
      select d.chance, d.found, count(*) as n
      from (
        select coalesce(${q.chance} - ${q.chance} % ${BIT / 4}, 0) as chance, ${f.transit} is not null as found
        from ${v} join ${e} on ${e.transit} = ${v.transit}
        left join ${h} on ${h.person} = ${v.person}
        join ${q} on ${q.departement} = coalesce(${h.departement}, '') and ${q.place} = ${e.place}
        left join ${f} on ${f.transit} = ${e.transit} and ${f.person} = ${v.person} and ${f.on_date} = ${e.on_date} and ${f.place} = ${e.place} and ${f.level} = 1 and ${f.once}
        where ${v.exact} > 0
      ) as d
      group by d.chance, d.found`,
    order: ['chance', 'found'],
  })
}

/** Decoys' candidates whom chance met on the day and at the place. */
export const metOnceOf = (evidence: Evidence) =>
  step('met_once', {
    reads: { v: evidence },
    gives: { n: 'bigint' },
    sql: ({ v }) => sql`select count(*) as n from ${v} where ${v.exact} > 0`,
  })

export type Found = ReturnType<typeof foundOf>
export type Evidence = ReturnType<typeof evidenceOf>
