import { addDays, smallest, sql, step } from '../../../engine/index.ts'
import type { Sides } from '../sides.ts'
import { transferActivities } from '../tables.ts'
import { MOST_DAYS } from './choose.ts'
import { coverage } from './coverage.ts'
import { thinned } from './thinned.ts'

/* Days in hospital that the registry tells of, and those of patients who do not exist. */

/** A kind of activity that no hospital bills. */
const ELSEWHERE = 'autre'

/** Registry days that the SNDS could have seen, each place once a day. */
export const eventsOf = ({ activities, legal }: Pick<Sides, 'activities' | 'legal'>) =>
  step('registry_events', {
    reads: { a: activities, t: transferActivities, l: legal, c: coverage },
    gives: EVENT,
    sql: ({ a, t, l, c }) => sql`
      select ${a.transit} as transit, ${a.on_date} as on_date, ${a.place} as place, min(${t.kind}) as kind
      from ${a} join ${t} on ${t.transit} = ${a.transit} and ${t.activity_date} = ${a.on_date}
      left join ${l} on ${l.finess} = ${t.finess}
      cross join ${c}
      where coalesce(${l.legal}, ${t.finess}) = ${a.place} and ${a.on_date} between ${c.since} and ${c.upto}
        and coalesce(${t.kind} <> ${ELSEWHERE}, true)
      group by ${a.transit}, ${a.on_date}, ${a.place}`,
    order: ['transit', 'on_date', 'place'],
  })

const EVENT = { transit: 'varchar', on_date: 'date', place: 'varchar', kind: 'varchar' } as const

/** How far a decoy's days are from those of the patient after whom it is made: whole weeks, so that weekdays stay. */
const SHIFT = 35

/** No more decoys than this tell how often chance links: so many are linked falsely by thousandths that their number is known. */
const DECOYS = 50_000

/**
 * Patients who do not exist: after each patient (of a large registry, after one in so many) one that was born in another
 * month of the year beside, and was seen 35 days earlier or later at the same places. What they agree with is chance, in
 * the same communes and hospitals.
 */
export const decoysOf = ({ patients }: Pick<Sides, 'patients'>) =>
  step('decoy_patients', {
    reads: { p: patients },
    gives: patients.columns,
    sql: ({ p }) => sql`
      select p.transit as transit, p.person as person, cast(null as varchar) as nir, cast(null as varchar) as psa, p.sex as sex,
        p.birth_year + 1 - 2 * (p.birth_year % 2) as birth_year, (p.birth_month + 4) % 12 + 1 as birth_month,
        p.commune as commune, ${addDays(sql`p.death_date`, SHIFT)} as death_date
      from (
        select ${p.transit} as transit, ${p.person} as person, ${p.sex} as sex, ${p.birth_year} as birth_year, ${p.birth_month} as birth_month,
          ${p.commune} as commune, ${p.death_date} as death_date, row_number() over (order by ${p.transit}) as nth, count(*) over () as n
        from ${p}
      ) as p
      where ${thinned(sql`p.n`, DECOYS, sql`p.nth`)}`,
    order: ['transit'],
  })

export const decoyEventsOf = (events: Events, decoys: Decoys) =>
  step('decoy_events', {
    reads: { e: events, p: decoys, c: coverage },
    gives: EVENT,
    sql: ({ e, p, c }) => sql`
      select d.transit, d.on_date, d.place, d.kind
      from (
        select ${e.transit} as transit, ${addDays(sql`${e.on_date}`, sql`${SHIFT} - ${2 * SHIFT} * (coalesce(${p.birth_year}, 0) % 2)`)} as on_date,
          ${e.place} as place, ${e.kind} as kind, ${p.birth_year} as birth_year, ${p.birth_month} as birth_month
        from ${e} join ${p} on ${p.transit} = ${e.transit}
      ) as d
      cross join ${c}
      where d.on_date between ${c.since} and ${c.upto}
        and not coalesce(year(d.on_date) = d.birth_year and month(d.on_date) = d.birth_month, false)`,
    order: ['transit', 'on_date', 'place'],
  })

/** How many registry days each patient, or decoy, has: beyond `MOST_DAYS` it makes no difference. */
export const strataOf = (patients: Sides['patients'] | Decoys, events: Events, suffix: '' | '_of_decoys') =>
  step(`strata${suffix}`, {
    reads: { p: patients, e: events },
    gives: { transit: 'varchar', stratum: 'integer' },
    sql: ({ p, e }) => sql`
      select ${p.transit} as transit, cast(${smallest(sql`count(${e.transit})`, sql`${MOST_DAYS}`)} as integer) as stratum
      from ${p} left join ${e} on ${e.transit} = ${p.transit} group by ${p.transit}`,
    order: ['transit'],
  })

export type Strata = ReturnType<typeof strataOf>

/** Patients and decoys by stratum. */
export const countStrataOf = (strata: Strata, ofDecoys: Strata) =>
  step('count_strata', {
    reads: { s: strata, d: ofDecoys },
    gives: { stratum: 'integer', patients: 'bigint', decoys: 'bigint' },
    sql: ({ s, d }) => sql`
      select c.stratum, cast(sum(c.patient) as bigint) as patients, cast(sum(1 - c.patient) as bigint) as decoys
      from (select ${s.stratum} as stratum, 1 as patient from ${s} union all select ${d.stratum}, 0 from ${d}) as c
      group by c.stratum`,
    order: ['stratum'],
  })

export type Events = ReturnType<typeof eventsOf>
export type Decoys = ReturnType<typeof decoysOf>
