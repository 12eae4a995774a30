import { INVENTED, parsePermit, type Permit } from './model.ts'
import type { Release } from './release.ts'

export interface DraftOptions {
  readonly id?: string
  /** Who may open the space. */
  readonly users: readonly string[]
  readonly parties?: Permit['parties']
  /** Days of care; by default the window of the release. */
  readonly period?: { readonly from: string; readonly until: string; readonly registryFrom?: string }
  readonly from: string
  readonly until: string
  /** What the study reads, table by table; by default the columns below. */
  readonly needs?: Readonly<Record<string, readonly string[]>>
}

const ids = ['visit_occurrence_id', 'provider_id']

/** What the DROMOS study reads, and no more. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  person: ['person_id', 'gender_concept_id', 'year_of_birth', 'location_id'],
  location: ['location_id', 'county', 'state'],
  observation_period: [
    'observation_period_id',
    'person_id',
    'observation_period_start_date',
    'observation_period_end_date',
  ],
  condition_occurrence: [
    'condition_occurrence_id',
    'person_id',
    'condition_concept_id',
    'condition_start_date',
    'condition_type_concept_id',
    'condition_status_concept_id',
    'condition_source_value',
    'condition_source_concept_id',
    'visit_occurrence_id',
  ],
  observation: [
    'observation_id',
    'person_id',
    'observation_concept_id',
    'observation_date',
    'observation_type_concept_id',
    'value_as_number',
    'value_as_string',
    'observation_event_id',
    'obs_event_field_concept_id',
  ],
  visit_occurrence: [
    'visit_occurrence_id',
    'person_id',
    'visit_concept_id',
    'visit_start_date',
    'visit_end_date',
    'visit_type_concept_id',
    'visit_source_concept_id',
    'provider_id',
    'care_site_id',
  ],
  drug_exposure: ['drug_exposure_id', 'person_id', 'drug_exposure_start_date', ...ids],
  procedure_occurrence: ['procedure_occurrence_id', 'person_id', 'procedure_date', ...ids],
  cost: [
    'cost_id',
    'cost_event_id',
    'cost_domain_id',
    'cost_type_concept_id',
    'total_charge',
    'paid_by_payer',
    'currency_concept_id',
    'revenue_code_concept_id',
  ],
  death: ['person_id', 'death_date'],
  provider: ['provider_id', 'specialty_source_value', 'specialty_concept_id'],
  care_site: ['care_site_id', 'place_of_service_source_value'],
  fact_relationship: [
    'domain_concept_id_1',
    'fact_id_1',
    'domain_concept_id_2',
    'fact_id_2',
    'relationship_concept_id',
  ],
  concept: ['concept_id', 'concept_name', 'domain_id', 'vocabulary_id', 'concept_class_id', 'concept_code'],
  cdm_source: ['cdm_source_name', 'cdm_source_abbreviation', 'source_description', 'cdm_version'],
}

const REASONS = {
  'care-dates': {
    fr: 'Le délai avant le diagnostic et le coût par jour d’observation se calculent au jour près.',
    en: 'The delay to diagnosis and the cost per observed day are counted in days.',
  },
  'death-date': {
    fr: 'Le suivi s’arrête au jour du décès.',
    en: 'Follow-up ends on the day of death.',
  },
}

/**
 * A permit for DROMOS (pathways and costs of rare diseases) on this data version, ready to be read, amended and
 * signed: the columns that the study reads, exact dates of care and death with their reasons, year of birth and
 * département only.
 * @throws permit/bad
 */
export function draftDromos(release: Release, options: DraftOptions): Permit {
  const tables: Permit['tables'] = {}
  for (const [table, needed] of Object.entries(options.needs ?? NEEDS)) {
    const columns: Permit['tables'][string]['columns'] = {}
    for (const column of release.tables[table]?.columns ?? []) {
      if (!needed.includes(column.name) || column.source) continue
      columns[column.name] =
        column.identifier === 'birth-year-month'
          ? 'year'
          : column.identifier === 'residence-commune' || column.identifier === 'death-commune'
            ? 'département'
            : 'as-is'
    }
    if (Object.keys(columns).length > 0) tables[table] = { columns }
  }
  const reason = ({ fr, en }: { fr: string; en: string }) => ({ reason: `${fr} / ${en}` })
  return parsePermit({
    permit: 1,
    id: options.id ?? 'dromos',
    title: {
      fr: 'Parcours de soins et coûts des maladies rares',
      en: 'Care pathways and costs of rare diseases',
    },
    purpose:
      'Décrire le délai avant le diagnostic, le parcours et le coût des soins des personnes atteintes de maladies rares, selon la maladie, le territoire et la situation sociale. / Describe the delay to diagnosis, the pathway and the cost of care of people with rare diseases, by disease, territory and social situation.',
    parties: options.parties ?? [
      { name: 'DROMOS', role: 'controller' },
      { name: 'SNDS', role: 'data-holder' },
      { name: 'BNDMR', role: 'data-holder' },
    ],
    users: options.users.map((name) => ({ name })),
    tables,
    identifiers: {
      'care-dates': reason(REASONS['care-dates']),
      'death-date': reason(REASONS['death-date']),
    },
    cohort: { kind: 'registry' },
    period: { registryFrom: '1900-01-01', ...(options.period ?? release.window) },
    linkage: release.links ?? 'newest',
    opposition: 'newest-list',
    disclosure: 'FR-SNDS',
    from: options.from,
    until: options.until,
    dataVersion: release.version,
    ...(release.synthetic ? { notice: INVENTED } : {}),
  })
}
