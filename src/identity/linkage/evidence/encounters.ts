import { type Interpolates, integerDivide, join, sql, step } from '../../../engine/index.ts'
import { CHAINED_STAY, departementOf, GROUPED, type Sides, VISIT } from '../sides.ts'
import type { Candidates } from './candidates.ts'
import type { Events } from './events.ts'

/*
 * What the SNDS tells of days in hospital. A stay is one event with two days by which it may be found, its first and
 * its last; a visit is one with one. Where a registry day meets several, it is used for one of them.
 */

/** The year of a PMSI table's row: numbers of stays begin again each year. */
export const yearOf = (rowId: Interpolates) => integerDivide(sql`${rowId}`, ROWS_OF_A_YEAR)
/** Row ids count files of a table, each year's with a thousand parts of 2^32 rows. */
const ROWS_OF_A_YEAR = 4_294_967_296_000

/** Chemotherapy, dialysis, radiotherapy and the like: stays of a series, group 28 of the GHM. */
const SESSIONS = '28'
/** Groups of stays (CMD) that men, and that women have alone. */
export const OF_MEN = '12'
export const OF_WOMEN = ['13', '14'] as const
/**
 * Everybody who is a candidate of a patient or of a decoy, once: all that is read of anybody from then on. Of one who moved two
 * communes are kept, and the first tells where chance meets the person.
 */
export const candidatePersonsOf = (
  { persons }: Pick<Sides, 'persons'>,
  candidates: Candidates,
  ofDecoys: Candidates,
) =>
  step('candidate_persons', {
    reads: { s: persons, g: candidates, d: ofDecoys },
    gives: {
      person: 'varchar',
      sex: 'varchar',
      birth_year: 'integer',
      birth_month: 'integer',
      death_date: 'date',
      commune: 'varchar',
      other_commune: 'varchar',
      departement: 'varchar',
    },
    sql: ({ s, g, d }) => sql`
      select u.person, u.sex, u.birth_year, u.birth_month, u.death_date, u.commune,
        case when u.other_commune <> u.commune then u.other_commune end as other_commune, ${departementOf(sql`u.commune`)} as departement
      from (
        select ${s.person} as person, min(${s.sex}) as sex, min(${s.birth_year}) as birth_year, min(${s.birth_month}) as birth_month,
          min(${s.death_date}) as death_date, min(${s.commune}) as commune, max(${s.commune}) as other_commune
        from ${s} join (
          select ${g.person} as person from ${g} union select ${d.person} from ${d}
        ) as c on c.person = ${s.person}
        group by ${s.person}
      ) as u`,
  })

export type CandidatePersons = ReturnType<typeof candidatePersonsOf>

/**
 * Hospital events of candidates; two that are alike in all are one where they are used. `series` tells sessions, of which
 * many say what one says; `care` is the group (CMD) of stays that are sessions or that one sex alone has.
 */
export const encountersOf = ({ legal }: Pick<Sides, 'legal'>, persons: CandidatePersons) => {
  const stays = step('stays_of_candidates', {
    reads: { s: CHAINED_STAY, p: persons },
    gives: {
      person: 'varchar',
      entry: 'date',
      leaving: 'date',
      finess: 'varchar',
      rsa: 'varchar',
      file_year: 'bigint',
    },
    sql: ({ s, p }) => sql`
      select ${p.person} as person, ${s.EXE_SOI_DTD} as entry, coalesce(${s.EXE_SOI_DTF}, ${s.EXE_SOI_DTD}) as leaving, ${s.ETA_NUM} as finess,
        ${s.RSA_NUM} as rsa, ${yearOf(s.row_id)} as file_year
      from ${s} join ${p} on ${p.person} = ${s.person} where ${s.EXE_SOI_DTD} is not null`,
  })
  const encounters = step('encounters', {
    reads: { s: stays, b: GROUPED, v: VISIT, l: legal, p: persons },
    gives: {
      person: 'varchar',
      entry: 'date',
      leaving: 'date',
      place: 'varchar',
      kind: 'varchar',
      series: 'boolean',
      care: 'varchar',
    },
    sql: ({ s, b, v, l, p }) => sql`
      select d.person, d.entry, d.leaving, coalesce(${l.legal}, d.finess) as place, d.kind, coalesce(d.care = ${SESSIONS}, false) as series, d.care
      from (
        select ${s.person} as person, ${s.entry} as entry, ${s.leaving} as leaving, ${s.finess} as finess,
          case when ${s.leaving} > ${s.entry} then 'hospitalisation' else 'hospitalisation de jour' end as kind, g.care as care
        from ${s} left join (
          select ${b.ETA_NUM} as finess, ${b.RSA_NUM} as rsa, ${yearOf(b.row_id)} as file_year, substr(${b.GRG_GHM}, 1, 2) as care
          from ${b} where substr(${b.GRG_GHM}, 1, 2) in (${SESSIONS}, ${OF_MEN}, ${join(OF_WOMEN)})
        ) as g on g.finess = ${s.finess} and g.rsa = ${s.rsa} and g.file_year = ${s.file_year}
        union all
        select ${v.person}, ${v.EXE_SOI_DTD}, ${v.EXE_SOI_DTD}, ${v.ETA_NUM}, 'consultation', cast(null as varchar)
        from ${v} join ${p} on ${p.person} = ${v.person} where ${v.EXE_SOI_DTD} is not null
      ) as d
      left join ${l} on ${l.finess} = d.finess`,
  })
  return { stays, encounters }
}

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

export type EncounterStays = ReturnType<typeof encountersOf>['stays']
export type Encounters = ReturnType<typeof encountersOf>['encounters']
