import { addDays, day, smallest, sql, step } from '../../engine/index.ts'
import { cdm, concepts } from '../../omop/index.ts'
import type { Period } from '../model.ts'
import { odyssey, observedDays, registryPatients } from './patients.ts'

/** How many steps of care are followed after the first contact, and for how long. */
export const depth = 4
export const followedDays = 365

/** Linked patients whose first contact with an expert centre lies in the period. */
export const entrants = (period: Period) =>
  step('entrants', {
    reads: { p: registryPatients, e: odyssey, d: observedDays(period) },
    gives: { person_id: 'bigint', entry: 'date', until: 'date' },
    sql: ({ p, e, d }) => sql`
      select ${p.person_id} as person_id, ${e.first_contact} as entry,
        ${addDays(sql`${e.first_contact}`, followedDays)} as until
      from ${p} join ${e} on ${e.person_id} = ${p.person_id} join ${d} on ${d.person_id} = ${p.person_id}
      where ${e.first_contact} between ${day(period.from)} and ${day(period.until)}`,
  })

/** Care of the entrants after their first contact, in five kinds. A pharmacy or a laboratory is not a step of care. */
export const careContacts = (period: Period) =>
  step('care_contacts', {
    reads: { e: entrants(period), v: cdm.visit_occurrence, w: cdm.provider },
    gives: { person_id: 'bigint', happened: 'date', kind: 'varchar' },
    sql: ({ e, v, w }) => sql`
      select ${v.person_id} as person_id, ${v.visit_start_date} as happened,
        case
          when ${v.visit_source_concept_id} = ${concepts.VISIT_BNDMR} then 'centre'
          when ${v.visit_source_concept_id} in (${concepts.VISIT_MCO}, ${concepts.VISIT_MCO_PRIVATE}) then 'stay'
          when ${v.visit_source_concept_id} = ${concepts.VISIT_ACE} then 'outpatient'
          when ${w.specialty_source_value} in ('01', '1', '22', '23') then 'gp'
          else 'specialist'
        end as kind
      from ${e}
      join ${v} on ${v.person_id} = ${e.person_id}
        and ${v.visit_start_date} > ${e.entry} and ${v.visit_start_date} <= ${e.until}
        and ${v.visit_start_date} <= ${day(period.until)}
      left join ${w} on ${w.provider_id} = ${v.provider_id}
      where ${v.visit_source_concept_id} in
          (${concepts.VISIT_BNDMR}, ${concepts.VISIT_MCO}, ${concepts.VISIT_MCO_PRIVATE}, ${concepts.VISIT_ACE})
        or (${v.visit_source_concept_id} = ${concepts.VISIT_DCIR} and ${v.visit_concept_id} = ${concepts.OUTPATIENT_VISIT}
          and ${w.specialty_source_value} is not null and ${w.specialty_source_value} not in ('00', '0', '99'))`,
  })

/**
 * The same contact is told twice, by the registry and by the hospital: a stay or outpatient visit within a day
 * of a contact with the centre, first contact included, is that contact.
 */
export const distinctContacts = (period: Period) => {
  const contacts = careContacts(period)
  return step('distinct_contacts', {
    reads: { c: contacts, o: contacts, e: entrants(period) },
    gives: { person_id: 'bigint', happened: 'date', kind: 'varchar' },
    sql: ({ c, o, e }) => sql`
      select distinct ${c.person_id} as person_id, ${c.happened} as happened, ${c.kind} as kind
      from ${c}
      where ${c.kind} not in ('stay', 'outpatient')
        or not exists (
          select 1 from ${o}
          where ${o.person_id} = ${c.person_id} and ${o.kind} = 'centre'
            and ${o.happened} between ${addDays(sql`${c.happened}`, -1)} and ${addDays(sql`${c.happened}`, 1)})
        and not exists (
          select 1 from ${e}
          where ${e.person_id} = ${c.person_id} and ${e.entry} >= ${addDays(sql`${c.happened}`, -1)})`,
  })
}

/** Each change of kind of care, numbered: the same kind again is the same step. */
export const careSteps = (period: Period) => {
  const contacts = distinctContacts(period)
  const changes = step('care_changes', {
    reads: { c: contacts },
    gives: { person_id: 'bigint', happened: 'date', kind: 'varchar', before: 'varchar' },
    sql: ({ c }) => sql`
      select ${c.person_id} as person_id, ${c.happened} as happened, ${c.kind} as kind,
        lag(${c.kind}) over (partition by ${c.person_id} order by ${c.happened}, ${c.kind}) as before
      from ${c}`,
  })
  return step('care_steps', {
    reads: { c: changes },
    gives: { person_id: 'bigint', kind: 'varchar', place: 'bigint' },
    sql: ({ c }) => sql`
      select ${c.person_id} as person_id, ${c.kind} as kind,
        row_number() over (partition by ${c.person_id} order by ${c.happened}, ${c.kind}) as place
      from ${c}
      where ${c.before} is null or ${c.before} <> ${c.kind}`,
  })
}

/** One row per entrant: the first kinds of care in their order, and how the year after the first contact ended. */
export const pathways = (period: Period) =>
  step('pathways', {
    reads: { e: entrants(period), s: careSteps(period), x: cdm.death, o: cdm.observation_period },
    gives: {
      person_id: 'bigint',
      step_1: 'varchar',
      step_2: 'varchar',
      step_3: 'varchar',
      step_4: 'varchar',
      ending: 'varchar',
    },
    order: ['person_id'],
    sql: ({ e, s, x, o }) => sql`
      select ${e.person_id} as person_id,
        max(case when ${s.place} = 1 then ${s.kind} end) as step_1,
        max(case when ${s.place} = 2 then ${s.kind} end) as step_2,
        max(case when ${s.place} = 3 then ${s.kind} end) as step_3,
        max(case when ${s.place} = 4 then ${s.kind} end) as step_4,
        case
          when min(${x.death_date}) <= min(${e.until}) then 'death'
          when min(${e.until}) > ${smallest(sql`max(${o.observation_period_end_date})`, day(period.until))} then 'end-of-follow-up'
          else 'no-further-care'
        end as ending
      from ${e}
      left join ${s} on ${s.person_id} = ${e.person_id} and ${s.place} <= ${depth}
      left join ${x} on ${x.person_id} = ${e.person_id}
      left join ${o} on ${o.person_id} = ${e.person_id}
      group by ${e.person_id}`,
  })
