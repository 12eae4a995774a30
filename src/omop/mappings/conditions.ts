import { sql, step } from '../../engine/index.ts'
import { cleaned, IR_IMB_R } from '../../sources/index.ts'
import { concepts } from '../concepts.ts'
import { stayDiagnoses } from '../hospital-care.ts'
import { eventId } from '../inputs.ts'
import { mapping, text } from '../mapping.ts'
import { cdmTables as T } from '../spec/tables.ts'
import type { Sources } from './sources.ts'

const claim = concepts.TYPE_CLAIM
const registry = concepts.TYPE_REGISTRY

/** The mappings of conditions: diagnoses of stays, long-term illnesses, and what the registry has diagnosed. */
export function conditionMappings({ hospital, who, diagnoses }: Sources) {
  const ofStay = (mappingName: string, column: 'principal' | 'related', source: number, status: number) =>
    mapping(
      mappingName,
      T.condition_occurrence,
      step(`${mappingName}_rows`, {
        reads: { h: hospital },
        gives: {
          row: 'bigint',
          visit: 'bigint',
          person_id: 'bigint',
          entry: 'date',
          leaving: 'date',
          code: 'varchar',
        },
        sql: ({ h }) => sql`
          select ${h.stay_row} as row, ${h.row_id} as visit, ${h.person_id} as person_id, ${h.entry} as entry, ${h.leaving} as leaving, ${h[column]} as code
          from ${h} where ${h[column]} is not null`,
      }),
      (c) => ({
        condition_occurrence_id: eventId(c.row, source),
        person_id: c.person_id,
        condition_concept_id: 0,
        condition_start_date: c.entry,
        condition_end_date: c.leaving,
        condition_type_concept_id: claim,
        condition_status_concept_id: status,
        visit_occurrence_id: eventId(c.visit, 1),
        condition_source_value: text(6, c.code),
      }),
    )
  const secondary = mapping(
    'condition_of_secondary_diagnosis',
    T.condition_occurrence,
    stayDiagnoses(hospital),
    (c) => ({
      condition_occurrence_id: eventId(c.row_id, 2),
      person_id: c.person_id,
      condition_concept_id: 0,
      condition_start_date: c.entry,
      condition_end_date: c.leaving,
      condition_type_concept_id: claim,
      condition_status_concept_id: concepts.STATUS_SECONDARY,
      visit_occurrence_id: eventId(c.visit_row, 1),
      condition_source_value: text(6, c.code),
    }),
  )
  // Extractions of several years repeat the illnesses that go on: what equal rows tell is one condition.
  const longTerm = step('long_term_illnesses', {
    reads: { a: cleaned(IR_IMB_R, 'count'), i: who },
    gives: { row_id: 'bigint', person_id: 'bigint', begun: 'date', ended: 'date', code: 'varchar' },
    sql: ({ a, i }) => sql`
      select min(r.row_id) as row_id, r.person_id, r.begun, r.ended, r.code from (
        select ${a.row_id} as row_id, ${i.person_id} as person_id, ${a.IMB_ALD_DTD} as begun, ${a.IMB_ALD_DTF} as ended,
          coalesce(${a.MED_MTF_COD}, 'ALD ' || ${a.IMB_ALD_NUM}) as code
        from ${a} join ${i} on ${i.snds} = ${a.person} where ${a.IMB_ALD_DTD} is not null
      ) as r group by r.person_id, r.begun, r.ended, r.code`,
  })
  const ofLongTerm = mapping('condition_of_ald', T.condition_occurrence, longTerm, (c) => ({
    condition_occurrence_id: eventId(c.row_id, 3),
    person_id: c.person_id,
    condition_concept_id: 0,
    condition_start_date: c.begun,
    condition_end_date: c.ended,
    condition_type_concept_id: claim,
    condition_source_value: text(6, c.code),
    condition_status_source_value: 'ALD',
  }))
  const rare = step('rare_diagnoses', {
    reads: { d: diagnoses },
    gives: {
      row_id: 'bigint',
      person_id: 'bigint',
      orpha: 'integer',
      start: 'date',
      status: 'integer',
      assertion: 'varchar',
    },
    sql: ({ d }) => sql`
      select ${d.row_id} as row_id, ${d.person_id} as person_id, ${d.orpha} as orpha, ${d.start} as start,
        cast(case when ${d.assertion} = 'confirmé' and ${d.diagnosed} is not null then ${concepts.STATUS_CONFIRMED} else ${concepts.STATUS_PRELIMINARY} end as integer) as status,
        ${d.assertion} as assertion
      from ${d} where ${d.orpha} is not null and ${d.start} is not null`,
  })
  const ofRegistry = mapping('condition_of_registry', T.condition_occurrence, rare, (c) => ({
    condition_occurrence_id: eventId(c.row_id, 4),
    person_id: c.person_id,
    condition_concept_id: 0,
    condition_start_date: c.start,
    condition_type_concept_id: registry,
    condition_status_concept_id: c.status,
    condition_source_value: text(16, sql`'ORPHA:' || cast(${c.orpha} as varchar)`),
    condition_source_concept_id: sql`${concepts.ORPHA_BASE} + ${c.orpha}`,
    condition_status_source_value: text(20, c.assertion),
  }))

  return {
    condition_occurrence: [
      ofStay('condition_of_principal_diagnosis', 'principal', 0, concepts.STATUS_PRIMARY),
      ofStay('condition_of_related_diagnosis', 'related', 1, concepts.STATUS_SECONDARY),
      secondary,
      ofLongTerm,
      ofRegistry,
    ],
  }
}
