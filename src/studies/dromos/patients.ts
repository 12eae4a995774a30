import { daysBetween, day, largest, rounded, smallest, sql, step } from '../../engine/index.ts'
import { cdm, concepts } from '../../omop/index.ts'
import type { Period } from '../model.ts'

/*
 * Who is in the study, as steps: one row per registry patient with one primary disease, the dates of the
 * odyssey, and one value of each dimension, so that every table of the report partitions the same persons.
 */

/** Diagnoses of the registry, numbered within the patient: confirmed first, then the earliest. */
export const registryDiagnoses = step('registry_diagnoses', {
  reads: { c: cdm.condition_occurrence },
  gives: {
    person_id: 'bigint',
    condition_occurrence_id: 'bigint',
    orpha: 'integer',
    place: 'bigint',
  },
  sql: ({ c }) => sql`
    select ${c.person_id} as person_id, ${c.condition_occurrence_id} as condition_occurrence_id,
      cast(${c.condition_source_concept_id} - ${concepts.ORPHA_BASE} as integer) as orpha,
      row_number() over (
        partition by ${c.person_id}
        order by case when ${c.condition_status_concept_id} = ${concepts.STATUS_CONFIRMED} then 0 else 1 end,
          ${c.condition_start_date}, ${c.condition_source_concept_id}, ${c.condition_occurrence_id}
      ) as place
    from ${c}
    where ${c.condition_type_concept_id} = ${concepts.TYPE_REGISTRY}
      and ${c.condition_source_concept_id} >= ${concepts.ORPHA_BASE}`,
})

/** Registry patients and the diagnosis that stands for each; `diagnosis` is null without an ORPHA code. */
export const registryPatients = step('registry_patients', {
  reads: { d: registryDiagnoses, o: cdm.observation },
  gives: { person_id: 'bigint', diagnosis: 'bigint', orpha: 'integer' },
  sql: ({ d, o }) => sql`
    select ${d.person_id} as person_id, ${d.condition_occurrence_id} as diagnosis, ${d.orpha} as orpha
    from ${d}
    where ${d.place} = 1
    union all
    select distinct ${o.person_id}, cast(null as bigint), cast(null as integer)
    from ${o}
    where ${o.observation_concept_id} = ${concepts.REGISTRY_NO_ORPHA}
      and ${o.person_id} not in (select person_id from ${d})`,
})

/** The dates and the assertion that belong to the diagnosis that stands for the patient. */
export const odyssey = step('odyssey', {
  reads: { p: registryPatients, o: cdm.observation },
  gives: {
    person_id: 'bigint',
    first_signs: 'date',
    first_contact: 'date',
    diagnosed: 'date',
    assertion: 'varchar',
  },
  sql: ({ p, o }) => sql`
    select ${p.person_id} as person_id,
      min(case when ${o.observation_concept_id} = ${concepts.FIRST_SIGNS} then ${o.observation_date} end) as first_signs,
      min(case when ${o.observation_concept_id} = ${concepts.FIRST_CONTACT} then ${o.observation_date} end) as first_contact,
      min(case when ${o.observation_concept_id} = ${concepts.DIAGNOSIS_DATE} then ${o.observation_date} end) as diagnosed,
      min(case when ${o.observation_concept_id} = ${concepts.ASSERTION} then ${o.value_as_string} end) as assertion
    from ${p} join ${o} on ${o.person_id} = ${p.person_id}
      and (${o.observation_event_id} = ${p.diagnosis} or (${o.observation_event_id} is null and ${p.diagnosis} is null))
    where ${o.observation_concept_id} in
      (${concepts.FIRST_SIGNS}, ${concepts.FIRST_CONTACT}, ${concepts.DIAGNOSIS_DATE}, ${concepts.ASSERTION})
    group by ${p.person_id}`,
})

/** Contacts with expert centres, numbered within the patient by how often: the first is the patient's centre. */
export const centresOfPatients = step('centres_of_patients', {
  reads: { v: cdm.visit_occurrence },
  gives: { person_id: 'bigint', care_site_id: 'bigint', place: 'bigint', last_contact: 'date' },
  sql: ({ v }) => sql`
    select ${v.person_id} as person_id, ${v.care_site_id} as care_site_id,
      row_number() over (
        partition by ${v.person_id}
        order by case when ${v.care_site_id} is null then 1 else 0 end, count(*) desc, min(${v.visit_start_date}), ${v.care_site_id}
      ) as place,
      max(max(${v.visit_start_date})) over (partition by ${v.person_id}) as last_contact
    from ${v}
    where ${v.visit_source_concept_id} = ${concepts.VISIT_BNDMR}
    group by ${v.person_id}, ${v.care_site_id}`,
})

/** Expert centres under the project's own numbers: 1, 2, … in the order of the space's ids. */
export const centreNumbers = step('centre_numbers', {
  reads: { s: cdm.care_site },
  gives: { care_site_id: 'bigint', label: 'varchar', number: 'bigint' },
  sql: ({ s }) => sql`
    select ${s.care_site_id} as care_site_id, ${s.place_of_service_source_value} as label,
      row_number() over (order by ${s.care_site_id}) as number
    from ${s}
    where ${s.place_of_service_source_value} in ('CRMR', 'CCMR')`,
})

/** The last deprivation quintile known by the end of the period. */
export const quintiles = (period: Period) =>
  step('quintiles', {
    reads: { o: cdm.observation },
    gives: { person_id: 'bigint', quintile: 'integer', place: 'bigint' },
    sql: ({ o }) => sql`
      select ${o.person_id} as person_id, ${rounded(sql`${o.value_as_number}`)} as quintile,
        row_number() over (
          partition by ${o.person_id} order by ${o.observation_date} desc, ${o.observation_id}
        ) as place
      from ${o}
      where ${o.observation_concept_id} = ${concepts.DEPRIVATION_QUINTILE}
        and ${o.observation_date} <= ${day(period.until)}`,
  })

/** Days of each linked patient inside both the observation of the SNDS and the period of the permit. */
export const observedDays = (period: Period) =>
  step('observed_days', {
    reads: { o: cdm.observation_period },
    gives: { person_id: 'bigint', days: 'bigint' },
    sql: ({ o }) => sql`
      select ${o.person_id} as person_id,
        cast(sum(${daysBetween(
          largest(o.observation_period_start_date, day(period.from)),
          smallest(o.observation_period_end_date, day(period.until)),
        )} + 1) as bigint) as days
      from ${o}
      where ${o.observation_period_start_date} <= ${day(period.until)}
        and ${o.observation_period_end_date} >= ${day(period.from)}
      group by ${o.person_id}`,
  })

/** One row per patient of the study. `days` is null for a patient who is in the registry alone. */
export const patients = (period: Period) =>
  step('patients', {
    reads: {
      p: registryPatients,
      n: cdm.person,
      l: cdm.location,
      e: odyssey,
      c: centresOfPatients,
      m: centreNumbers,
      q: quintiles(period),
      d: observedDays(period),
      x: cdm.death,
    },
    gives: {
      person_id: 'bigint',
      orpha: 'integer',
      gender_concept_id: 'integer',
      year_of_birth: 'integer',
      region: 'varchar',
      quintile: 'integer',
      centre: 'integer',
      label: 'varchar',
      assertion: 'varchar',
      days_to_diagnosis: 'integer',
      days_to_last_news: 'integer',
      days: 'integer',
      contact_in_period: 'boolean',
    },
    order: ['person_id'],
    sql: ({ p, n, l, e, c, m, q, d, x }) => {
      // Engines differ on least and greatest of a null, so no null reaches them.
      const lastNews = sql`case when ${c.last_contact} is not null or ${e.first_contact} is not null then
        ${smallest(x.death_date, largest(c.last_contact, e.first_contact))} end`
      return sql`
        select ${p.person_id} as person_id, ${p.orpha} as orpha,
          cast(${n.gender_concept_id} as integer) as gender_concept_id, ${n.year_of_birth} as year_of_birth,
          ${l.state} as region, ${q.quintile} as quintile, cast(${m.number} as integer) as centre, ${m.label} as label,
          ${e.assertion} as assertion,
          cast(${daysBetween(sql`${e.first_signs}`, sql`${e.diagnosed}`)} as integer) as days_to_diagnosis,
          cast(${daysBetween(sql`${e.first_signs}`, lastNews)} as integer) as days_to_last_news,
          cast(${d.days} as integer) as days,
          coalesce(${e.first_contact} between ${day(period.from)} and ${day(period.until)}, false) as contact_in_period
        from ${p}
        join ${n} on ${n.person_id} = ${p.person_id}
        left join ${l} on ${l.location_id} = ${n.location_id}
        left join ${e} on ${e.person_id} = ${p.person_id}
        left join ${c} on ${c.person_id} = ${p.person_id} and ${c.place} = 1
        left join ${m} on ${m.care_site_id} = ${c.care_site_id}
        left join ${q} on ${q.person_id} = ${p.person_id} and ${q.place} = 1
        left join ${d} on ${d.person_id} = ${p.person_id}
        left join ${x} on ${x.person_id} = ${p.person_id}`
    },
  })
