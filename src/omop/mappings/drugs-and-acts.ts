import { concepts } from '../concepts.ts'
import { outpatientActs, stayActs } from '../hospital-care.ts'
import { eventId } from '../inputs.ts'
import { mapping, text } from '../mapping.ts'
import { cdmTables as T } from '../spec/tables.ts'
import type { Sources } from './sources.ts'

const claim = concepts.TYPE_CLAIM

/** The mappings of drugs delivered and technical acts, in the city and in hospitals. */
export function drugAndActMappings({ drugs, acts, hospital, outpatient }: Sources) {
  const drugExposure = mapping('drug_of_pharmacy_line', T.drug_exposure, drugs, (d) => ({
    drug_exposure_id: eventId(d.row_id, 0),
    person_id: d.person_id,
    drug_concept_id: 0,
    drug_exposure_start_date: d.care,
    drug_exposure_end_date: d.care,
    drug_type_concept_id: claim,
    quantity: d.boxes,
    drug_source_value: text(13, d.cip13),
  }))
  const actOfCity = mapping('procedure_of_city_act', T.procedure_occurrence, acts, (a) => ({
    procedure_occurrence_id: eventId(a.row_id, 0),
    person_id: a.person_id,
    procedure_concept_id: 0,
    procedure_date: a.care,
    procedure_type_concept_id: claim,
    procedure_source_value: text(13, a.ccam),
  }))
  const actOfStay = mapping('procedure_of_stay', T.procedure_occurrence, stayActs(hospital), (a) => ({
    procedure_occurrence_id: eventId(a.row_id, 1),
    person_id: a.person_id,
    procedure_concept_id: 0,
    procedure_date: a.entry,
    procedure_type_concept_id: claim,
    quantity: a.times,
    visit_occurrence_id: eventId(a.visit_row, 1),
    procedure_source_value: text(13, a.ccam),
  }))
  const actOfOutpatient = mapping(
    'procedure_of_outpatient',
    T.procedure_occurrence,
    outpatientActs(outpatient),
    (a) => ({
      procedure_occurrence_id: eventId(a.row_id, 2),
      person_id: a.person_id,
      procedure_concept_id: 0,
      procedure_date: a.care,
      procedure_type_concept_id: claim,
      visit_occurrence_id: eventId(a.visit_row, 2),
      procedure_source_value: text(13, a.ccam),
    }),
  )

  return {
    drug_exposure: [drugExposure],
    procedure_occurrence: [actOfCity, actOfStay, actOfOutpatient],
  }
}
