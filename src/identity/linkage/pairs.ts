import { join, type Sql, sql, step } from '../../engine/index.ts'
import type { Sides } from './sides.ts'

const PAIR = {
  transit: 'varchar',
  person: 'varchar',
  dates: 'integer',
  placed_dates: 'integer',
  same_month: 'boolean',
  same_sex: 'boolean',
  same_commune: 'boolean',
} as const

/**
 * Every patient beside every person who shares an exact date with them and nearly all else: what the ladder
 * chooses from. Equality joins only, three ways, so that each lets one criterion go:
 * date, sex, year and month of birth (place free); date, place, sex, year (month differs); date, place, year
 * and month (sex differs). `dates` counts the distinct days that agree, `placed_dates` those that agree in
 * place too; a common day of death is such a day.
 *
 * @param decoys the same with patients who do not exist: born in another month of the year beside. What they
 *   agree with is chance, and tells how often chance agrees.
 */
export function pairsOf({ patients, activities, contacts, persons, communes }: Sides, decoys: boolean) {
  return step(decoys ? 'decoy_pairs' : 'pairs', {
    reads: { p: patients, a: activities, c: contacts, s: persons, r: communes },
    gives: PAIR,
    sql: ({ p, a, c, s, r }) => {
      const year = decoys ? sql`${p.birth_year} + 1 - 2 * (${p.birth_year} % 2)` : sql`${p.birth_year}`
      const month = decoys ? sql`(${p.birth_month} + 4) % 12 + 1` : sql`${p.birth_month}`
      const columns = (on: Sql, placed: Sql, sameMonth: boolean, sameSex: boolean): Sql =>
        sql`select ${p.transit} as transit, ${c.person} as person, ${on} as on_date, ${placed} as placed, ${sameMonth} as same_month, ${sameSex} as same_sex`
      const from = sql`from ${p} join ${a} on ${a.transit} = ${p.transit} join ${c} on ${c.on_date} = ${a.on_date}`
      const agreeing = join(
        [
          sql`${columns(sql`${a.on_date}`, sql`coalesce(${c.place} = ${a.place}, false)`, true, true)}
          ${from} and ${c.sex} = ${p.sex} and ${c.birth_year} = ${year} and ${c.birth_month} = ${month}`,
          sql`${columns(sql`${a.on_date}`, sql`true`, false, true)}
          ${from} and ${c.place} = ${a.place} and ${c.sex} = ${p.sex} and ${c.birth_year} = ${year}
          where coalesce(${c.birth_month} <> ${month}, true)`,
          sql`${columns(sql`${a.on_date}`, sql`true`, true, false)}
          ${from} and ${c.place} = ${a.place} and ${c.birth_year} = ${year} and ${c.birth_month} = ${month}
          where coalesce(${c.sex} <> ${p.sex}, true)`,
          sql`select ${p.transit}, ${s.person}, ${p.death_date}, false, true, true
          from ${p} join ${s} on ${s.death_date} = ${p.death_date} and ${s.sex} = ${p.sex} and ${s.birth_year} = ${year} and ${s.birth_month} = ${month}`,
        ],
        sql`
        union all
        `,
      )
      return sql`
        select g.transit, g.person, g.dates, g.placed_dates, g.same_month, g.same_sex, ${r.commune} is not null as same_commune
        from (
          select d.transit, d.person, d.same_month, d.same_sex,
            cast(count(distinct d.on_date) as integer) as dates,
            cast(count(distinct case when d.placed then d.on_date end) as integer) as placed_dates
          from (
        ${agreeing}
          ) as d
          group by d.transit, d.person, d.same_month, d.same_sex
        ) as g
        join ${p} on ${p.transit} = g.transit
        left join ${r} on ${r.person} = g.person and ${r.commune} = ${p.commune}`
    },
    order: ['transit', 'person', 'same_month', 'same_sex'],
  })
}

export type Pairs = ReturnType<typeof pairsOf>
