import { addDays, daysBetween, join, sql, step, type Sql } from '../../../engine/index.ts'
import { bornOf, departementOf, type Sides } from '../sides.ts'
import { BIT, type Chances } from './chance.ts'
import type { Decoys, Events } from './events.ts'
import { type Meetings, weekOf } from './meetings.ts'

/** A side of patients: those of the registry, or their decoys. */
export interface Asked {
  readonly patients: Sides['patients'] | Decoys
  readonly events: Events
  /** Of the names of steps. */
  readonly suffix: '' | '_of_decoys'
}

/**
 * What levels are taken to weigh before anything is learnt, in thousandths of a bit: on the high side, for it only says who is
 * not worth a look. Of sex and birth agreeing and not, of home (commune, département, neither), of a day found
 * exactly, elsewhere, beside, two or three days off.
 */
const ABOUT = {
  sex: [BIT, -7 * BIT],
  birth: [0, -6 * BIT],
  home: [0, -2.5 * BIT, -4 * BIT],
  day: [1.5 * BIT, -2 * BIT, -3 * BIT, -5 * BIT],
} as const
/** Odds of a pair that is looked at, at best: nothing is linked at so little. */
const LEAST = -4 * BIT
/** And of a day of such a pair: the other days are a dozen bits at most, mostly less. */
const LEAST_OF_A_DAY = -12 * BIT

/**
 * Every patient beside every person with whom they share enough to be looked at. Equality joins only; days that are a
 * few off are found in weeks.
 * Ways to meet, so that no single error hides a pair: nearly the day, at the place, sex, year and month of birth; the day
 * elsewhere with those and the commune; the day and place with year of birth and commune but another month, or
 * another sex; no day at all, but sex, birth and commune; the day of death.
 * Of patients those are left out that could not be one by all that was met: in a large country many share a day of a
 * large hospital and a birth. Decoys keep all, for they tell how often chance meets.
 */
export function candidatesOf(
  { persons }: Pick<Sides, 'persons'>,
  meetings: Meetings,
  { population, births, inhabitants, rates }: Chances,
  { patients, events, suffix }: Asked,
) {
  return step(`candidates${suffix}`, {
    reads: {
      p: patients,
      e: events,
      c: meetings,
      s: persons,
      o: persons,
      n: population,
      b: births,
      i: inhabitants,
      q: rates,
    },
    gives: { transit: 'varchar', person: 'varchar' },
    sql: ({ p, e, c, s, o, n, b, i, q }) => {
      const off = sql`abs(${daysBetween(sql`${c.on_date}`, sql`${e.on_date}`)})`
      const home = sql`case when ${p.commune} = ${c.commune} then 0 when ${departementOf(p.commune)} = ${c.departement} then 1 else 2 end`
      const met = (columns: Sql): Sql =>
        sql`select ${p.transit} as transit, ${c.person} as person, ${e.on_date} as on_date, coalesce(${c.departement}, '') as departement, ${home} as home,
              p.bits, p.of_birth, p.of_year, p.of_home, p.of_area, ${columns}
            from (${asked}) as p join ${e} on ${e.transit} = ${p.transit}`
      // What birth and home say of each patient when they agree: of which chance has the rest.
      const asked = sql`select ${p.transit} as transit, ${p.sex} as sex, ${p.birth_year} as birth_year, ${p.birth_month} as birth_month, ${p.commune} as commune,
                ${p.death_date} as death_date, ${bornOf(sql`p`)} as born, ${n.bits} as bits,
                ${n.bits} - coalesce(${b.same}, ${n.bits}) as of_birth, ${n.bits} - coalesce(${b.of_year}, ${n.bits}) as of_year,
                ${n.bits} - coalesce(${i.same}, 0) as of_home, ${n.bits} - coalesce(${i.near}, 0) as of_area
              from ${p}
              left join ${b} on ${b.birth_year} = ${p.birth_year} and ${b.birth_month} = ${p.birth_month}
              left join ${i} on ${i.commune} = ${p.commune}
              cross join ${n}`
      const agreements = join(
        [
          sql`${met(sql`${e.place} as place, 0 as birth, 0 as sex, case ${off} when 0 then ${ABOUT.day[0]} when 1 then ${ABOUT.day[2] - BIT} else ${ABOUT.day[3] - 2 * BIT} end as day`)}
            cross join (values (-3), (3)) as w(n)
            join ${c} on ${c.week} = ${weekOf(addDays(sql`${e.on_date}`, sql`w.n`))} and ${c.place} = ${e.place} and ${c.born} = p.born
            where ${off} <= 3 and (w.n = -3 or ${weekOf(addDays(sql`${e.on_date}`, 3))} <> ${weekOf(addDays(sql`${e.on_date}`, -3))})`,
          sql`${met(sql`'' as place, 0 as birth, 0 as sex, ${ABOUT.day[1]} as day`)}
            join ${c} on ${c.on_date} = ${e.on_date} and ${c.born} = p.born and ${c.commune} = ${p.commune}`,
          sql`${met(sql`${e.place} as place, case when ${c.birth_month} = ${p.birth_month} then 0 else 1 end as birth, case when ${c.sex} = ${p.sex} then 0 else 1 end as sex, ${ABOUT.day[0]} as day`)}
            join ${c} on ${c.on_date} = ${e.on_date} and ${c.place} = ${e.place} and ${c.birth_year} = ${p.birth_year} and ${c.commune} = ${p.commune}
            where ${c.birth_month} = ${p.birth_month} or ${c.sex} = ${p.sex}`,
        ],
        sql`
            union all
            `,
      )
      const alone = sql`${ABOUT.sex[0]} + p.of_birth + p.of_home - p.bits >= ${LEAST}`
      return sql`
      select f.transit, f.person
      from (
        select d.transit, d.person, max(d.who) as who, d.on_date, max(d.day) as day
        from (
          select a.transit, a.person, a.on_date, coalesce(${q.chance}, 0) + a.day as day,
            case a.sex when 0 then ${ABOUT.sex[0]} else ${ABOUT.sex[1]} end + case a.birth when 0 then a.of_birth else a.of_year + ${ABOUT.birth[1]} end
              + case a.home when 0 then a.of_home when 1 then a.of_area + ${ABOUT.home[1]} else ${ABOUT.home[2]} end - a.bits as who
          from (
            ${agreements}
          ) as a
          left join ${q} on ${q.place} = a.place and ${q.departement} = a.departement
        ) as d
        where ${suffix === '' ? sql`d.who + d.day >= ${LEAST_OF_A_DAY}` : sql`true`}
        group by d.transit, d.person, d.on_date
      ) as f
      group by f.transit, f.person
      having ${suffix === '' ? sql`max(f.who) + sum(f.day) >= ${LEAST}` : sql`true`}
      union
      select ${p.transit}, ${s.person} from (${asked}) as p
      join ${s} on ${s.born} = p.born and ${s.commune} = ${p.commune}
      where ${alone}
      union
      select ${p.transit}, ${o.person} from ${p}
      join ${o} on ${o.death_date} = ${p.death_date} and ${o.sex} = ${p.sex} and ${o.birth_year} = ${p.birth_year}`
    },
  })
}

export type Candidates = ReturnType<typeof candidatesOf>
