import { day, largest, makeDate, name, smallest, sql, step } from '../../engine/index.ts'
import { concepts } from '../concepts.ts'
import { mapping, text } from '../mapping.ts'
import { cdmTables as T } from '../spec/tables.ts'
import type { Sources } from './sources.ts'

const claim = concepts.TYPE_CLAIM
const registry = concepts.TYPE_REGISTRY

/** The mappings of persons: who they are, when the claims observe them, when they died, how they are insured. */
export function personMappings({ who, places, lines, setting: { window } }: Sources) {
  const placed = step('persons_placed', {
    reads: { i: who, l: places },
    gives: {
      person_id: 'bigint',
      gender: 'integer',
      year: 'integer',
      month: 'integer',
      location_id: 'bigint',
      key: 'varchar',
      sex: 'varchar',
    },
    sql: ({ i, l }) => sql`
      select ${i.person_id} as person_id,
        cast(case ${i.sex} when '1' then ${concepts.MALE} when '2' then ${concepts.FEMALE} else 0 end as integer) as gender,
        ${i.birth_year} as year, case when ${i.birth_month} between 1 and 12 then ${i.birth_month} end as month,
        ${l.location_id} as location_id, coalesce(${i.snds}, ${i.bndmr}) as key, ${i.sex} as sex
      from ${i} left join ${l} on ${l.commune} = ${i.commune}`,
  })
  const person = mapping('person_of_identities', T.person, placed, (p) => ({
    person_id: p.person_id,
    gender_concept_id: p.gender,
    year_of_birth: p.year,
    month_of_birth: p.month,
    race_concept_id: 0,
    ethnicity_concept_id: 0,
    location_id: p.location_id,
    person_source_value: text(26, p.key),
    gender_source_value: text(1, p.sex),
  }))

  /** Observed by the claims: the window, cut by birth and death. */
  const observed = step('observed', {
    reads: { i: who },
    gives: { person_id: 'bigint', from: 'date', until: 'date' },
    sql: ({ i }) => sql`
      select o.person_id, o.since as ${name('from')}, o.upto as until from (
        select ${i.person_id} as person_id,
          ${largest(day(window.from), makeDate(sql`${i.birth_year}`, sql`coalesce(${i.birth_month}, 1)`, sql`1`))} as since,
          ${smallest(day(window.until), i.death)} as upto
        from ${i} where ${i.snds} is not null
      ) as o where o.since <= o.upto`,
  })
  const observationPeriod = mapping('observation_period_of_claims', T.observation_period, observed, (o) => ({
    observation_period_id: o.person_id,
    person_id: o.person_id,
    observation_period_start_date: o.from,
    observation_period_end_date: o.until,
    period_type_concept_id: claim,
  }))

  const dead = step('dead', {
    reads: { i: who },
    gives: { person_id: 'bigint', death: 'date', type: 'integer' },
    sql: ({ i }) => sql`
      select ${i.person_id} as person_id, ${i.death} as death,
        cast(case when ${i.snds} is null then ${registry} else ${claim} end as integer) as type
      from ${i} where ${i.death} is not null`,
  })
  const death = mapping('death_of_identities', T.death, dead, (d) => ({
    person_id: d.person_id,
    death_date: d.death,
    death_type_concept_id: d.type,
  }))

  const insured = step('insured', {
    reads: { l: lines, o: observed },
    gives: { person_id: 'bigint', from: 'date', until: 'date', regime: 'varchar', c2s: 'varchar' },
    sql: ({ l, o }) => sql`
      select ${o.person_id} as person_id, min(${o.from}) as ${name('from')}, min(${o.until}) as until, min(${l.regime}) as regime,
        case when max(${l.c2s}) in ('1', '2', '3') then 'C2S' end as c2s
      from ${o} join ${l} on ${l.person_id} = ${o.person_id} group by ${o.person_id}`,
  })
  const payerPlanPeriod = mapping('payer_plan_period_of_claims', T.payer_plan_period, insured, (p) => ({
    payer_plan_period_id: p.person_id,
    person_id: p.person_id,
    payer_plan_period_start_date: p.from,
    payer_plan_period_end_date: p.until,
    payer_source_value: text(2, p.regime),
    plan_source_value: text(3, p.c2s),
  }))

  return {
    person: [person],
    observation_period: [observationPeriod],
    death: [death],
    payer_plan_period: [payerPlanPeriod],
  }
}
