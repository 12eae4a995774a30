import { day, sql, step } from '../../engine/index.ts'
import { concepts } from '../concepts.ts'
import { mapping, text } from '../mapping.ts'
import { cdmTables as T } from '../spec/tables.ts'
import { conceptsOf, vocabularies } from '../vocabulary.ts'
import type { Sources } from './sources.ts'

const INVENTED = 'invented data / données inventées'

/** The mappings of what the release is, and the concepts of its own. */
export function descriptionMappings({ diagnoses, setting: { synthetic, today } }: Sources) {
  const once = step('once', { reads: {}, gives: { one: 'integer' }, sql: () => sql`select 1 as one` })
  const cdmSource = mapping('cdm_source_of_hub', T.cdm_source, once, () => ({
    cdm_source_name: synthetic ? `SNDS and BNDMR: ${INVENTED}` : 'SNDS and BNDMR',
    cdm_source_abbreviation: synthetic ? 'INVENTED' : 'SNDS-BNDMR',
    cdm_holder: synthetic ? INVENTED : 'health data hub',
    source_description: synthetic
      ? `National claims and rare-disease registry of a country that does not exist: ${INVENTED}`
      : 'National claims (SNDS) and rare-disease registry (BNDMR), linked person by person',
    cdm_etl_reference: 'chainon',
    source_release_date: day(today),
    cdm_release_date: day(today),
    cdm_version: '5.4',
    cdm_version_concept_id: concepts.CDM_54,
    vocabulary_version: 'chainon 1',
  }))
  const concept = mapping('concept_of_project', T.concept, conceptsOf(diagnoses), (c) => ({
    concept_id: c.id,
    concept_name: text(255, c.name),
    domain_id: text(20, c.domain),
    vocabulary_id: text(20, c.vocabulary),
    concept_class_id: text(20, c.kind),
    standard_concept: text(1, sql`case when ${c.id} between 1 and 2000000000 then 'S' end`),
    concept_code: text(50, c.code),
    valid_start_date: day('1970-01-01'),
    valid_end_date: day('2099-12-31'),
  }))
  const vocabulary = mapping('vocabulary_of_project', T.vocabulary, vocabularies, (v) => ({
    vocabulary_id: text(20, v.id),
    vocabulary_name: text(255, v.name),
    vocabulary_reference: text(255, v.reference),
    vocabulary_concept_id: 0,
  }))

  return {
    cdm_source: [cdmSource],
    concept: [concept],
    vocabulary: [vocabulary],
  }
}
