import { type Interpolates, join, largest, type Sql, smallest, sql, step } from '../../../engine/index.ts'
import { DIAGNOSED, GROUPED, IN_HOSPITAL, type Sides } from '../sides.ts'
import type { Candidates } from './candidates.ts'
import { logarithms, MOST_COUNTED, within } from './chance.ts'
import { type EncounterStays, yearOf } from './encounters.ts'
import { type Found, isAtThePlace } from './evidence.ts'

/*
 * Does a hospital write the patient's disease of the candidate? The registry knows ORPHA codes, stays ICD-10; which goes with
 * which a referential tells. One question for each pair, however many stays: what one says of a lasting disease all say.
 */

/** A code of three signs is a category; after it lists write a point, and the PMSI does not. */
const CATEGORY = 3
const withoutPoint = (code: Interpolates): Sql =>
  sql`case when substr(${code}, ${CATEGORY + 1}, 1) = '.' then substr(${code}, 1, ${CATEGORY}) || substr(${code}, ${CATEGORY + 2}) else ${code} end`
const withoutName = (orpha: Interpolates): Sql =>
  sql`case when substr(${orpha}, 1, ${NAME.length}) = ${NAME} then substr(${orpha}, ${NAME.length + 1}) else ${orpha} end`
const NAME = 'ORPHA:'

/** ICD-10 codes under which hospitals would write what the registry says that a patient, and so their decoy, has. */
export const patientCodesOf = ({ patients }: Pick<Sides, 'patients'>) =>
  step('patient_codes', {
    reads: { p: patients, d: DIAGNOSED, c: IN_HOSPITAL },
    gives: { transit: 'varchar', code: 'varchar' },
    sql: ({ p, d, c }) => sql`
      select distinct ${p.transit} as transit, ${withoutPoint(c.CIM10)} as code
      from ${p} join ${d} on ${d.person} = ${p.person}
      join ${c} on ${withoutName(c.ORPHA)} = ${withoutName(d.ORPHA)}
      where length(${c.CIM10}) >= ${CATEGORY}`,
    order: ['transit', 'code'],
  })

export type PatientCodes = ReturnType<typeof patientCodesOf>

/** Candidates of whom a stay has such a code as its principal or related diagnosis, or one below it. */
export const diagnosedOf = (stays: EncounterStays, codes: PatientCodes) =>
  step('diagnosed', {
    reads: { s: stays, b: GROUPED, r: GROUPED, k: codes },
    gives: { person: 'varchar', code: 'varchar' },
    sql: ({ s, b, r, k }) => {
      const written = (of: typeof b, diagnosis: Sql): Sql =>
        sql`select ${of.ETA_NUM} as finess, ${of.RSA_NUM} as rsa, ${yearOf(of.row_id)} as file_year, ${diagnosis} as diagnosis from ${of} where ${diagnosis} is not null`
      return sql`
      select distinct ${s.person} as person, c.code
      from (
        ${join([written(b, sql`${b.DGN_PAL}`), written(r, sql`${r.DGN_REL}`)], sql` union all `)}
      ) as d
      join (
        select distinct ${k.code} as code, substr(${k.code}, 1, ${CATEGORY}) as category from ${k}
      ) as c on c.category = substr(d.diagnosis, 1, ${CATEGORY}) and c.code = substr(d.diagnosis, 1, length(c.code))
      join ${s} on ${s.finess} = d.finess and ${s.rsa} = d.rsa and ${s.file_year} = d.file_year`
    },
    order: ['person', 'code'],
  })

export type Diagnosed = ReturnType<typeof diagnosedOf>

/** A code of which few are candidates has what all have: as if so many more had been seen. */
const OF_ALL = 20

/**
 * How often chance has a stay with the code, as thousandths of a bit: told by decoys' candidates who were in hospital, apart
 * for those whom chance met on a registry day or near it at its place, for a clinic's day brings patients of one disease together.
 */
export const sharesOfCodesOf = (
  codes: PatientCodes,
  ofDecoys: Candidates,
  foundOfDecoys: Found,
  stays: EncounterStays,
  diagnosed: Diagnosed,
) =>
  step('shares_of_codes', {
    reads: {
      k: codes,
      c: codes,
      g: ofDecoys,
      f: foundOfDecoys,
      s: stays,
      d: diagnosed,
      l: logarithms,
      m: logarithms,
      n: logarithms,
    },
    gives: { code: 'varchar', met: 'integer', chance: 'integer' },
    sql: ({ k, c, g, f, s, d, l, m, n }) => {
      const withIt = sql`cast(sum(t.with_it) as bigint)`
      return sql`
      select u.code, u.met, ${largest(sql`${l.bits} + ${m.bits} - ${n.bits}`, sql`0`)} as chance
      from (
        select t.code, t.met, t.seen + ${OF_ALL} as seen, t.of_all + 2 as of_all,
          ${smallest(sql`t.with_it * (t.of_all + 2) + ${OF_ALL} * (t.with_of_all + 1)`, sql`${MOST_COUNTED}`)} as with_it
        from (
          select v.code, v.met, v.seen, v.with_it, cast(sum(v.seen) over (partition by v.met) as bigint) as of_all,
            cast(sum(v.with_it) over (partition by v.met) as bigint) as with_of_all
          from (
            select a.code, a.met, count(t.person) as seen, coalesce(${withIt}, 0) as with_it
            from (
              select distinct ${c.code} as code, w.met as met from ${c} cross join (values (0), (1)) as w(met)
            ) as a
            left join (
              select ${k.code} as code, ${g.person} as person, case when y.person is null then 0 else 1 end as met,
                case when ${d.person} is null then 0 else 1 end as with_it
              from ${g} join ${k} on ${k.transit} = ${g.transit}
              join (select distinct ${s.person} as person from ${s}) as h on h.person = ${g.person}
              left join ${d} on ${d.person} = ${g.person} and ${d.code} = ${k.code}
              left join (
                select distinct ${f.transit} as transit, ${f.person} as person from ${f} where ${isAtThePlace(f.level)}
              ) as y on y.transit = ${g.transit} and y.person = ${g.person}
            ) as t on t.code = a.code and t.met = a.met
            group by a.code, a.met
          ) as v
        ) as t
      ) as u
      join ${l} on ${within(sql`u.seen`, l)}
      join ${m} on ${within(sql`u.of_all`, m)}
      join ${n} on ${within(sql`u.with_it`, n)}`
    },
    order: ['code', 'met'],
  })

export type SharesOfCodes = ReturnType<typeof sharesOfCodesOf>

/** What evidence reads of diseases. */
export interface Diseases {
  readonly codes: PatientCodes
  readonly stays: EncounterStays
  readonly diagnosed: Diagnosed
  readonly shares: SharesOfCodes
}
