/*
 * What an extract must know of the OMOP CDM 5.4: which columns carry ids and of what, when an event happened,
 * and how its rows are put in order. Names and concept numbers are those of the specification.
 */

/** Things whose ids are pseudonyms of the space, by the table that lists them. */
export type Kind = 'person' | 'provider' | 'place' | 'centre'

export const KIND_OF: Readonly<Record<string, Kind>> = {
  person: 'person',
  provider: 'provider',
  location: 'place',
  care_site: 'centre',
}

export interface Shape {
  /** The column that numbers the table's own rows. */
  readonly key?: string
  /** Column → the table that it refers to. */
  readonly refers?: Readonly<Record<string, string>>
  /** A column that refers to one table or another, as a second column says. */
  readonly refersBy?: {
    readonly column: string
    readonly by: string
    readonly targets: Readonly<Record<string, string>>
  }
  /** First and last day of the row, for the period of the permit; `clip` cuts them to it. */
  readonly starts?: string
  readonly ends?: string
  readonly clip?: true
  /** The column that says that a row comes from the registry. */
  readonly type?: string
  /** Which columns put rows in order after the person, where the permit shows them. */
  readonly order?: readonly string[]
  /**
   * `event`: rows of one person. `cost`: rows of events. `thing`: listed because something in the space names it.
   * `facts`: pairs of things. `reference`: vocabulary. `whole`: says what the data are.
   */
  readonly is: 'event' | 'cost' | 'thing' | 'facts' | 'reference' | 'whole'
}

/** `*_type_concept_id` of a row that comes from the registry. */
export const REGISTRY_TYPE = 32879

const person = { person_id: 'person' }
const ofVisit = {
  ...person,
  provider_id: 'provider',
  visit_occurrence_id: 'visit_occurrence',
}

export const SHAPES: Readonly<Record<string, Shape>> = {
  person: {
    is: 'thing',
    key: 'person_id',
    refers: { location_id: 'location', provider_id: 'provider', care_site_id: 'care_site' },
  },
  observation_period: {
    is: 'event',
    key: 'observation_period_id',
    refers: person,
    starts: 'observation_period_start_date',
    ends: 'observation_period_end_date',
    clip: true,
    order: ['observation_period_start_date'],
  },
  visit_occurrence: {
    is: 'event',
    key: 'visit_occurrence_id',
    refers: { ...person, provider_id: 'provider', care_site_id: 'care_site' },
    starts: 'visit_start_date',
    ends: 'visit_end_date',
    type: 'visit_type_concept_id',
    order: ['visit_start_date', 'visit_concept_id'],
  },
  condition_occurrence: {
    is: 'event',
    key: 'condition_occurrence_id',
    refers: ofVisit,
    starts: 'condition_start_date',
    ends: 'condition_end_date',
    type: 'condition_type_concept_id',
    order: ['condition_start_date', 'condition_source_concept_id', 'condition_source_value'],
  },
  drug_exposure: {
    is: 'event',
    key: 'drug_exposure_id',
    refers: ofVisit,
    starts: 'drug_exposure_start_date',
    ends: 'drug_exposure_end_date',
    type: 'drug_type_concept_id',
    order: ['drug_exposure_start_date', 'drug_source_value'],
  },
  procedure_occurrence: {
    is: 'event',
    key: 'procedure_occurrence_id',
    refers: ofVisit,
    starts: 'procedure_date',
    ends: 'procedure_end_date',
    type: 'procedure_type_concept_id',
    order: ['procedure_date', 'procedure_source_value'],
  },
  observation: {
    is: 'event',
    key: 'observation_id',
    refers: ofVisit,
    refersBy: {
      column: 'observation_event_id',
      by: 'obs_event_field_concept_id',
      targets: { 1147127: 'condition_occurrence', 1147070: 'visit_occurrence' },
    },
    starts: 'observation_date',
    type: 'observation_type_concept_id',
    order: ['observation_date', 'observation_concept_id', 'value_as_number', 'value_as_string'],
  },
  payer_plan_period: {
    is: 'event',
    key: 'payer_plan_period_id',
    refers: person,
    starts: 'payer_plan_period_start_date',
    ends: 'payer_plan_period_end_date',
    clip: true,
    order: ['payer_plan_period_start_date', 'payer_source_value', 'plan_source_value'],
  },
  death: { is: 'event', refers: person, starts: 'death_date', type: 'death_type_concept_id' },
  cost: {
    is: 'cost',
    key: 'cost_id',
    refers: { payer_plan_period_id: 'payer_plan_period' },
    refersBy: {
      column: 'cost_event_id',
      by: 'cost_domain_id',
      targets: {
        Visit: 'visit_occurrence',
        Drug: 'drug_exposure',
        Procedure: 'procedure_occurrence',
        Condition: 'condition_occurrence',
        Observation: 'observation',
      },
    },
    order: ['cost_domain_id', 'cost_event_id', 'revenue_code_concept_id', 'paid_by_payer', 'total_charge'],
  },
  provider: { is: 'thing', key: 'provider_id', refers: { care_site_id: 'care_site' } },
  care_site: { is: 'thing', key: 'care_site_id', refers: { location_id: 'location' } },
  location: { is: 'thing', key: 'location_id' },
  fact_relationship: { is: 'facts' },
  concept: { is: 'reference' },
  vocabulary: { is: 'reference' },
  domain: { is: 'reference' },
  concept_class: { is: 'reference' },
  relationship: { is: 'reference' },
  cdm_source: { is: 'whole' },
}

/** `domain_concept_id` of the facts that a space can hold: persons and care sites. */
export const FACT_DOMAINS = { person: 56, centre: 57 } as const
