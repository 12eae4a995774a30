import type { Needs } from '../model.ts'

/** What DROMOS reads, column by column: a permit that grants this and no more lets it run. */
export const needs: Needs = {
  linkage: 'bndmr-snds',
  tables: {
    person: ['person_id', 'gender_concept_id', 'year_of_birth', 'location_id'],
    location: ['location_id', 'state'],
    observation_period: [
      'observation_period_id',
      'person_id',
      'observation_period_start_date',
      'observation_period_end_date',
    ],
    condition_occurrence: [
      'condition_occurrence_id',
      'person_id',
      'condition_start_date',
      'condition_type_concept_id',
      'condition_status_concept_id',
      'condition_source_concept_id',
    ],
    observation: [
      'observation_id',
      'person_id',
      'observation_concept_id',
      'observation_date',
      'value_as_number',
      'value_as_string',
      'observation_event_id',
    ],
    visit_occurrence: [
      'visit_occurrence_id',
      'person_id',
      'visit_concept_id',
      'visit_start_date',
      'visit_end_date',
      'provider_id',
      'care_site_id',
      'visit_source_concept_id',
    ],
    drug_exposure: ['drug_exposure_id', 'person_id', 'drug_exposure_start_date'],
    procedure_occurrence: ['procedure_occurrence_id', 'person_id', 'procedure_date'],
    cost: ['cost_id', 'cost_event_id', 'cost_domain_id', 'paid_by_payer', 'revenue_code_concept_id'],
    provider: ['provider_id', 'specialty_source_value'],
    care_site: ['care_site_id', 'place_of_service_source_value'],
    death: ['person_id', 'death_date'],
  },
  identifiers: {
    'care-dates': {
      fr: 'Le délai jusqu’au diagnostic et l’ordre des soins se mesurent en jours.',
      en: 'The delay to diagnosis and the order of care are measured in days.',
    },
    'death-date': {
      fr: 'Le décès clôt l’observation et le suivi du délai.',
      en: 'Death ends observation and the follow-up of the delay.',
    },
  },
}
