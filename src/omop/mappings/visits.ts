import { largest, sql, step } from '../../engine/index.ts'
import { concepts } from '../concepts.ts'
import { eventId } from '../inputs.ts'
import { mapping, text } from '../mapping.ts'
import { cdmTables as T } from '../spec/tables.ts'
import type { Sources } from './sources.ts'

const claim = concepts.TYPE_CLAIM
const registry = concepts.TYPE_REGISTRY

/** The mappings of visits: to the city's professionals, of hospitals, and the contacts that the registry tells of. */
export function visitMappings({ visits, doctors, sites, hospital, outpatient, contacts }: Sources) {
  const cityVisits = step('city_visits', {
    reads: { v: visits, w: doctors, s: sites },
    gives: {
      first: 'bigint',
      person_id: 'bigint',
      concept: 'integer',
      source: 'integer',
      care: 'date',
      care_end: 'date',
      provider_id: 'bigint',
      care_site_id: 'bigint',
    },
    sql: ({ v, w, s }) => sql`
      select ${v.first} as first, ${v.person_id} as person_id,
        cast(case when ${v.site} <> '' then ${concepts.INPATIENT_VISIT} when ${v.pharmacy} then ${concepts.PHARMACY_VISIT} else ${concepts.OUTPATIENT_VISIT} end as integer) as concept,
        cast(case when ${v.site} <> '' then ${concepts.VISIT_MCO_PRIVATE} else ${concepts.VISIT_DCIR} end as integer) as source,
        ${v.care} as care, ${v.care_end} as care_end, ${w.provider_id} as provider_id, ${s.care_site_id} as care_site_id
      from ${v} left join ${w} on ${w.number} = ${v.executant}
        left join ${s} on ${s.kind} = 'hospital' and ${s.code} = ${v.site}
      where ${v.hospital_row} is null`,
  })
  const visitOfCity = mapping('visit_of_city_care', T.visit_occurrence, cityVisits, (v) => ({
    visit_occurrence_id: eventId(v.first, 0),
    person_id: v.person_id,
    visit_concept_id: v.concept,
    visit_start_date: v.care,
    visit_end_date: largest(v.care, v.care_end),
    visit_type_concept_id: claim,
    provider_id: v.provider_id,
    care_site_id: v.care_site_id,
    visit_source_value: 'DCIR',
    visit_source_concept_id: v.source,
  }))
  const stayed = step('stays_placed', {
    reads: { h: hospital, s: sites },
    gives: {
      row_id: 'bigint',
      person_id: 'bigint',
      entry: 'date',
      leaving: 'date',
      source: 'integer',
      care_site_id: 'bigint',
      key: 'varchar',
    },
    sql: ({ h, s }) => sql`
      select ${h.row_id} as row_id, ${h.person_id} as person_id, ${h.entry} as entry, ${largest(h.entry, h.leaving)} as leaving,
        cast(case when ${h.valued} then ${concepts.VISIT_MCO} else ${concepts.VISIT_MCO_PRIVATE} end as integer) as source,
        ${s.care_site_id} as care_site_id, 'MCO ' || ${h.ETA_NUM} || ' ' || ${h.RSA_NUM} as key
      from ${h} left join ${s} on ${s.kind} = 'hospital' and ${s.code} = ${h.place}`,
  })
  const visitOfStay = mapping('visit_of_stay', T.visit_occurrence, stayed, (s) => ({
    visit_occurrence_id: eventId(s.row_id, 1),
    person_id: s.person_id,
    visit_concept_id: concepts.INPATIENT_VISIT,
    visit_start_date: s.entry,
    visit_end_date: s.leaving,
    visit_type_concept_id: claim,
    care_site_id: s.care_site_id,
    visit_source_value: text(24, s.key),
    visit_source_concept_id: s.source,
  }))
  const came = step('outpatient_placed', {
    reads: { v: outpatient, s: sites },
    gives: { row_id: 'bigint', person_id: 'bigint', care: 'date', care_site_id: 'bigint', key: 'varchar' },
    sql: ({ v, s }) => sql`
      select ${v.row_id} as row_id, ${v.person_id} as person_id, ${v.care} as care, ${s.care_site_id} as care_site_id,
        'ACE ' || ${v.ETA_NUM} || ' ' || ${v.SEQ_NUM} as key
      from ${v} left join ${s} on ${s.kind} = 'hospital' and ${s.code} = ${v.ETA_NUM}`,
  })
  const visitOfOutpatient = mapping('visit_of_outpatient_care', T.visit_occurrence, came, (v) => ({
    visit_occurrence_id: eventId(v.row_id, 2),
    person_id: v.person_id,
    visit_concept_id: concepts.OUTPATIENT_VISIT,
    visit_start_date: v.care,
    visit_end_date: v.care,
    visit_type_concept_id: claim,
    care_site_id: v.care_site_id,
    visit_source_value: text(24, v.key),
    visit_source_concept_id: concepts.VISIT_ACE,
  }))
  const seen = step('contacts_placed', {
    reads: { c: contacts, s: sites },
    gives: {
      row_id: 'bigint',
      person_id: 'bigint',
      care: 'date',
      care_site_id: 'bigint',
      concept: 'integer',
      kind: 'varchar',
    },
    sql: ({ c, s }) => sql`
      select ${c.row_id} as row_id, ${c.person_id} as person_id, ${c.care} as care, ${s.care_site_id} as care_site_id,
        cast(case when ${c.kind} like 'hospitalisation%' then ${concepts.INPATIENT_VISIT} else ${concepts.OUTPATIENT_VISIT} end as integer) as concept,
        'BNDMR ' || coalesce(${c.kind}, '') as kind
      from ${c} left join ${s} on ${s.kind} = 'centre' and ${s.code} = ${c.centre}`,
  })
  const visitOfRegistry = mapping('visit_of_registry', T.visit_occurrence, seen, (v) => ({
    visit_occurrence_id: eventId(v.row_id, 3),
    person_id: v.person_id,
    visit_concept_id: v.concept,
    visit_start_date: v.care,
    visit_end_date: v.care,
    visit_type_concept_id: registry,
    care_site_id: v.care_site_id,
    visit_source_value: text(30, v.kind),
    visit_source_concept_id: concepts.VISIT_BNDMR,
  }))

  return {
    visit_occurrence: [visitOfCity, visitOfStay, visitOfOutpatient, visitOfRegistry],
  }
}
