import { daysBetween, type Interpolates, join, largest, sql, type Sql, step } from '../../../engine/index.ts'
import { CHAINED_STAY, type Sides, VISIT } from '../sides.ts'
import { coverage } from './coverage.ts'
import { thinned } from './thinned.ts'

/*
 * How often chance agrees, told by the SNDS itself: how many were born in that month, live in that commune, are seen in
 * that hospital on a day. So a birth in 1921, a hamlet and a small hospital weigh more than a common year, a city and a
 * large one, and all weights follow the size of the country. Shares are kept as thousandths of a bit, -log2 of them,
 * in whole numbers: engines add them alike.
 */

/** Thousandths of a bit in one. */
export const BIT = 1000
/** Contacts by which rates are told, at most about so many. */
const SAMPLED = 8_000_000
/** In place of a département: all. */
export const ALL = '*'
/** Steps of the table of logarithms in one doubling: an error of a sixteenth of a bit at most. */
const STEPS = 8

/** Doublings that the table of logarithms holds, and the largest number that it knows. */
const DOUBLINGS = 52
export const MOST_COUNTED = 2 ** (DOUBLINGS - 1)

/** log2 of whole numbers from 1, as a table: `bits` of every number from `lo` to below `hi`. */
export const logarithms = step('logarithms', {
  reads: {},
  gives: { lo: 'bigint', hi: 'bigint', bits: 'integer' },
  sql: () => {
    const bounds = [
      ...new Set(Array.from({ length: DOUBLINGS * STEPS }, (_, k) => Math.ceil(2 ** (k / STEPS)))),
    ]
    const rows = bounds
      .slice(0, -1)
      .map((lo, at) => sql`(${lo}, ${bounds[at + 1] as number}, ${Math.round(Math.log2(lo) * BIT)})`)
    return sql`select cast(t.lo as bigint) as lo, cast(t.hi as bigint) as hi, t.bits as bits from (values ${join(rows)}) as t(lo, hi, bits)`
  },
})

export const within = (n: Sql, b: { lo: Interpolates; hi: Interpolates }): Sql =>
  sql`${n} >= ${b.lo} and ${n} < ${b.hi}`

export function chancesOf({ persons, legal }: Pick<Sides, 'persons' | 'legal'>) {
  const population = step('population', {
    reads: { p: persons, l: logarithms },
    gives: { persons: 'bigint', dead: 'bigint', men: 'bigint', women: 'bigint', bits: 'integer' },
    sql: ({ p, l }) => sql`
      select n.persons, n.dead, n.men, n.women, ${l.bits} as bits
      from (
        select count(*) as persons, count(${p.death_date}) as dead, count(case when ${p.sex} = '1' then 1 end) as men,
          count(case when ${p.sex} = '2' then 1 end) as women
        from ${p}
      ) as n
      join ${l} on ${within(sql`n.persons`, l)}`,
  })

  const births = step('births', {
    reads: { p: persons, l: logarithms, k: logarithms },
    gives: { birth_year: 'integer', birth_month: 'integer', same: 'integer', of_year: 'integer' },
    sql: ({ p, l, k }) => sql`
      select n.birth_year, n.birth_month, ${l.bits} as same, ${k.bits} as of_year
      from (
        select m.birth_year, m.birth_month, m.n, cast(sum(m.n) over (partition by m.birth_year) as bigint) - m.n + 1 as others
        from (
          select ${p.birth_year} as birth_year, ${p.birth_month} as birth_month, count(*) as n
          from ${p} where ${p.birth_year} is not null and ${p.birth_month} is not null
          group by ${p.birth_year}, ${p.birth_month}
        ) as m
      ) as n
      join ${l} on ${within(sql`n.n`, l)}
      join ${k} on ${within(sql`n.others`, k)}`,
    order: ['birth_year', 'birth_month'],
  })

  const inhabitants = step('inhabitants', {
    reads: { c: persons, l: logarithms, k: logarithms },
    gives: { commune: 'varchar', same: 'integer', near: 'integer' },
    sql: ({ c, l, k }) => sql`
      select n.commune, ${l.bits} as same, ${k.bits} as near
      from (
        select m.commune, m.n, cast(sum(m.n) over (partition by m.departement) as bigint) - m.n + 1 as others
        from (
          select ${c.commune} as commune, min(${c.departement}) as departement, count(*) as n
          from ${c} where ${c.commune} is not null group by ${c.commune}
        ) as m
      ) as n
      join ${l} on ${within(sql`n.n`, l)}
      join ${k} on ${within(sql`n.others`, k)}`,
    order: ['commune'],
  })

  /*
   * Days of care by which rates are told: all, or those of every so manieth day of a large country, whichever the weekday.
   */
  const sampled = step('sampled_days', {
    reads: { s: CHAINED_STAY, v: VISIT, l: legal, c: coverage },
    gives: { person: 'varchar', on_date: 'date', place: 'varchar' },
    sql: ({ s, v, l, c }) => sql`
      select d.person, d.on_date, coalesce(${l.legal}, d.finess) as place
      from (
        select ${s.person} as person, case w.n when 0 then ${s.EXE_SOI_DTD} else ${s.EXE_SOI_DTF} end as on_date, ${s.ETA_NUM} as finess
        from ${s} cross join (values (0), (1)) as w(n)
        where w.n = 0 or coalesce(${s.EXE_SOI_DTF} <> ${s.EXE_SOI_DTD}, true)
        union all
        select ${v.person}, ${v.EXE_SOI_DTD}, ${v.ETA_NUM} from ${v}
      ) as d
      cross join ${c}
      left join ${l} on ${l.finess} = d.finess
      where d.on_date >= ${c.since} and ${thinned(sql`${c.contacts}`, SAMPLED, daysBetween(sql`${c.since}`, sql`d.on_date`))}`,
  })

  /*
   * Of one inhabitant of a département (the empty one: of those without a home; a star: of all), how probable a contact is
   * on a day on which the place sees people; the empty place is any.
   */
  const counted = step('contacts_by_day', {
    reads: { c: sampled, p: persons },
    gives: { place: 'varchar', on_date: 'date', departement: 'varchar', contacts: 'bigint' },
    sql: ({ c, p }) => sql`
      select ${c.place} as place, ${c.on_date} as on_date, coalesce(${p.departement}, '') as departement, count(*) as contacts
      from ${c} join ${p} on ${p.person} = ${c.person} group by ${c.place}, ${c.on_date}, coalesce(${p.departement}, '')`,
  })
  const rates = step('rates', {
    reads: { c: counted, h: persons, l: logarithms, k: logarithms, m: logarithms },
    gives: { place: 'varchar', departement: 'varchar', chance: 'integer' },
    sql: ({ c, h, l, k, m }) => {
      const contacts = sql`cast(sum(${c.contacts}) as bigint)`
      return sql`
      select n.place, n.departement, ${largest(sql`${k.bits} + ${m.bits} - ${l.bits}`, sql`0`)} as chance
      from (
        select ${c.place} as place, ${c.departement} as departement, ${contacts} as contacts
        from ${c} where ${c.place} is not null group by ${c.place}, ${c.departement}
        union all
        select '', ${c.departement}, ${contacts} from ${c} group by ${c.departement}
        union all
        select ${c.place}, ${ALL}, ${contacts} from ${c} where ${c.place} is not null group by ${c.place}
      ) as n
      join (
        select ${c.place} as place, count(distinct ${c.on_date}) as days from ${c} where ${c.place} is not null group by ${c.place}
        union all
        select '', count(distinct ${c.on_date}) from ${c}
      ) as d on d.place = n.place
      join (
        select coalesce(${h.departement}, '') as departement, count(*) as persons from ${h} group by coalesce(${h.departement}, '')
        union all
        select ${ALL}, count(*) from ${h}
      ) as q on q.departement = n.departement
      join ${l} on ${within(sql`n.contacts`, l)}
      join ${k} on ${within(sql`d.days`, k)}
      join ${m} on ${within(sql`q.persons`, m)}`
    },
    order: ['place', 'departement'],
  })

  return { population, births, inhabitants, sampled, counted, rates }
}

export type Chances = ReturnType<typeof chancesOf>
