import { addDays, type Interpolates, integerDivide, sql, step } from '../../../engine/index.ts'
import { CHAINED_STAY, GROUPED, type Sides, VISIT } from '../sides.ts'
import { transferActivities } from '../tables.ts'

/*
 * What either side tells of days in hospital. A stay is one event with two days by which it may be found, its first and
 * its last; a visit is one with one. Where a registry day meets several, it is used for one of them.
 */

/** The year of a PMSI table's row: numbers of stays begin again each year. */
export const yearOf = (rowId: Interpolates) => integerDivide(sql`${rowId}`, ROWS_OF_A_YEAR)
/** Row ids count files of a table, each year's with a thousand parts of 2^32 rows. */
const ROWS_OF_A_YEAR = 4_294_967_296_000

/** Chemotherapy, dialysis, radiotherapy and the like: stays of a series, group 28 of the GHM. */
const SESSIONS = '28'
/** A kind of activity that no hospital bills. */
const ELSEWHERE = 'autre'

/** Hospital events of persons of the SNDS; two that are alike in all are one where they are used. `series` tells sessions, of which many say what one says. */
export const encountersOf = ({ persons, legal }: Pick<Sides, 'persons' | 'legal'>) =>
  step('encounters', {
    reads: { s: CHAINED_STAY, b: GROUPED, v: VISIT, l: legal, p: persons },
    gives: {
      person: 'varchar',
      entry: 'date',
      leaving: 'date',
      place: 'varchar',
      kind: 'varchar',
      series: 'boolean',
    },
    sql: ({ s, b, v, l, p }) => sql`
      select d.person, d.entry, d.leaving, coalesce(${l.legal}, d.finess) as place, d.kind, d.series
      from (
        select ${s.person} as person, ${s.EXE_SOI_DTD} as entry, coalesce(${s.EXE_SOI_DTF}, ${s.EXE_SOI_DTD}) as leaving, ${s.ETA_NUM} as finess,
          case when ${s.EXE_SOI_DTF} > ${s.EXE_SOI_DTD} then 'hospitalisation' else 'hospitalisation de jour' end as kind,
          coalesce(substr(${b.GRG_GHM}, 1, 2) = ${SESSIONS}, false) as series
        from ${s} left join ${b} on ${b.ETA_NUM} = ${s.ETA_NUM} and ${b.RSA_NUM} = ${s.RSA_NUM} and ${yearOf(b.row_id)} = ${yearOf(s.row_id)}
        where ${s.EXE_SOI_DTD} is not null
        union all
        select ${v.person}, ${v.EXE_SOI_DTD}, ${v.EXE_SOI_DTD}, ${v.ETA_NUM}, 'consultation', false
        from ${v} where ${v.EXE_SOI_DTD} is not null
      ) as d
      join ${p} on ${p.person} = d.person
      left join ${l} on ${l.finess} = d.finess`,
    order: ['person', 'entry', 'leaving', 'place', 'kind', 'series'],
  })

/** First and last day on which the SNDS saw anybody in hospital: of days outside it can say nothing. */
export const coverageOf = (encounters: Encounters) =>
  step('coverage', {
    reads: { e: encounters },
    gives: { since: 'date', upto: 'date' },
    sql: ({ e }) => sql`select min(${e.entry}) as since, max(${e.entry}) as upto from ${e}`,
  })

/** Registry days that the SNDS could have seen, each place once a day. */
export const eventsOf = ({ activities, legal }: Pick<Sides, 'activities' | 'legal'>, coverage: Coverage) =>
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

/** Kinds of care on both sides, for how often they agree by chance. */
export const kindsOf = (encounters: Encounters, events: Events) =>
  step('kinds', {
    reads: { c: encounters, e: events },
    gives: { kind: 'varchar', encounters: 'bigint', events: 'bigint' },
    sql: ({ c, e }) => sql`
      select k.kind, cast(sum(k.of_snds) as bigint) as encounters, cast(sum(1 - k.of_snds) as bigint) as events
      from (
        select ${c.kind} as kind, 1 as of_snds from ${c}
        union all
        select ${e.kind}, 0 from ${e} where ${e.kind} is not null
      ) as k
      group by k.kind`,
    order: ['kind'],
  })

const EVENT = { transit: 'varchar', on_date: 'date', place: 'varchar', kind: 'varchar' } as const

/** How far a decoy's days are from those of the patient after whom it is made: whole weeks, so that weekdays stay. */
const SHIFT = 35

/**
 * Patients who do not exist: after each patient one that was born in another month of the year beside, and was seen 35
 * days earlier or later at the same places. What they agree with is chance, in the same communes and hospitals.
 */
export const decoysOf = ({ patients }: Pick<Sides, 'patients'>) =>
  step('decoy_patients', {
    reads: { p: patients },
    gives: patients.columns,
    sql: ({ p }) => sql`
      select ${p.transit} as transit, ${p.person} as person, cast(null as varchar) as nir, cast(null as varchar) as psa, ${p.sex} as sex,
        ${p.birth_year} + 1 - 2 * (${p.birth_year} % 2) as birth_year, (${p.birth_month} + 4) % 12 + 1 as birth_month,
        ${p.commune} as commune, ${addDays(sql`${p.death_date}`, SHIFT)} as death_date
      from ${p}`,
    order: ['transit'],
  })

export const decoyEventsOf = (events: Events, decoys: Decoys, coverage: Coverage) =>
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

export type Encounters = ReturnType<typeof encountersOf>
export type Coverage = ReturnType<typeof coverageOf>
export type Events = ReturnType<typeof eventsOf>
export type Decoys = ReturnType<typeof decoysOf>
