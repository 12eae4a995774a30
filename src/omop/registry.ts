import { sql, step, wholeNumber } from '../engine/index.ts'
import { ACTIVITY, DIAGNOSIS, lakeTable } from '../sources/index.ts'
import { concepts } from './concepts.ts'
import type { identities } from './identities.ts'

type Who = ReturnType<typeof identities>

/** Diagnoses of the registry with the first day on which anything is known of them. */
export const registryDiagnoses = (who: Who) =>
  step('diagnoses_of_registry', {
    reads: { d: lakeTable(DIAGNOSIS), a: lakeTable(ACTIVITY), i: who },
    gives: {
      row_id: 'bigint',
      person_id: 'bigint',
      orpha: 'integer',
      assertion: 'varchar',
      first_signs: 'date',
      first_contact: 'date',
      diagnosed: 'date',
      start: 'date',
    },
    sql: ({ d, a, i }) => sql`
      select ${d.row_id} as row_id, ${i.person_id} as person_id, ${wholeNumber(sql`${d.ORPHA}`)} as orpha, ${d.ASSERTION} as assertion,
        ${d.FIRST_SIGNS_DATE} as first_signs, ${d.FIRST_CONTACT_DATE} as first_contact, ${d.DIAGNOSIS_DATE} as diagnosed,
        coalesce(${d.DIAGNOSIS_DATE}, ${d.FIRST_CONTACT_DATE}, f.first) as start
      from ${d} join ${i} on ${i.bndmr} = ${d.person}
      left join (
        select ${a.person} as person, min(${a.ACTIVITY_DATE}) as first from ${a} group by ${a.person}
      ) as f on f.person = ${d.person}`,
  })

export type Diagnoses = ReturnType<typeof registryDiagnoses>

/** Contacts with expert centres: one a day and centre. */
export const registryContacts = (who: Who) =>
  step('contacts_of_registry', {
    reads: { a: lakeTable(ACTIVITY), i: who },
    gives: { row_id: 'bigint', person_id: 'bigint', care: 'date', centre: 'varchar', kind: 'varchar' },
    sql: ({ a, i }) => sql`
      select min(${a.row_id}) as row_id, ${i.person_id} as person_id, ${a.ACTIVITY_DATE} as care,
        ${a.CENTRE_ID} as centre, min(${a.ACTIVITY_KIND}) as kind
      from ${a} join ${i} on ${i.bndmr} = ${a.person}
      group by ${i.person_id}, ${a.ACTIVITY_DATE}, ${a.CENTRE_ID}`,
  })

/** The dates of the odyssey and the assertion, one fact a row; `event` is the diagnosis they belong to. */
export const odyssey = (of: Diagnoses) =>
  step('odyssey_facts', {
    reads: { d: of },
    gives: {
      person_id: 'bigint',
      concept: 'integer',
      day: 'date',
      said: 'varchar',
      event_row: 'bigint',
    },
    sql: ({ d }) => {
      const event = sql`case when ${d.orpha} is not null then ${d.row_id} end`
      const fact = (concept: number, when: ReturnType<typeof sql>, said: ReturnType<typeof sql>) => sql`
        select ${d.person_id} as person_id, cast(${concept} as integer) as concept, ${when} as day, ${said} as said, ${event} as event_row
        from ${d} where ${when} is not null`
      const nothing = sql`cast(null as varchar)`
      return sql`${fact(concepts.FIRST_SIGNS, sql`${d.first_signs}`, nothing)}
        union all ${fact(concepts.FIRST_CONTACT, sql`${d.first_contact}`, nothing)}
        union all ${fact(concepts.DIAGNOSIS_DATE, sql`${d.diagnosed}`, nothing)}
        union all ${fact(concepts.ASSERTION, sql`${d.start}`, sql`${d.assertion}`)}
        union all
        select ${d.person_id}, cast(${concepts.REGISTRY_NO_ORPHA} as integer), ${d.start}, cast(null as varchar), cast(null as bigint)
        from ${d} where ${d.orpha} is null and ${d.start} is not null`
    },
  })
