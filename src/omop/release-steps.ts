import type { Step } from '../engine/index.ts'
import { tableOf } from './mapping.ts'
import { conditionMappings } from './mappings/conditions.ts'
import { costMappings } from './mappings/costs.ts'
import { descriptionMappings } from './mappings/description.ts'
import { drugAndActMappings } from './mappings/drugs-and-acts.ts'
import { observationMappings } from './mappings/observations.ts'
import { personMappings } from './mappings/persons.ts'
import { placeMappings } from './mappings/places.ts'
import { type Setting, sourcesOf } from './mappings/sources.ts'
import { visitMappings } from './mappings/visits.ts'
import { cdmTables as T } from './spec/tables.ts'

/**
 * The whole release as a graph of steps: intermediate ones that are written first because several tables read
 * them, then one step per table of the CDM. A source is added by a file of mappings and its place in this list.
 */
export function releaseSteps(setting: Setting) {
  const sources = sourcesOf(setting)
  const of = {
    ...personMappings(sources),
    ...visitMappings(sources),
    ...conditionMappings(sources),
    ...drugAndActMappings(sources),
    ...observationMappings(sources),
    ...costMappings(sources),
    ...placeMappings(sources),
    ...descriptionMappings(sources),
  }
  return {
    who: sources.who,
    /** From these a large country's shared steps are made in parts. */
    large: { lines: sources.lines, hospital: sources.hospital },
    /** Several tables read them; in the order in which they read each other. */
    shared: {
      identities: sources.who,
      mco_stays: sources.hospital,
      dcir_lines: sources.lines,
      dcir_visits: sources.visits,
      ace_visits: sources.outpatient,
    } as { readonly identities: Step } & Readonly<Record<string, Step>>,
    tables: {
      person: tableOf(T.person, of.person),
      observation_period: tableOf(T.observation_period, of.observation_period),
      visit_occurrence: tableOf(T.visit_occurrence, of.visit_occurrence),
      condition_occurrence: tableOf(T.condition_occurrence, of.condition_occurrence),
      drug_exposure: tableOf(T.drug_exposure, of.drug_exposure),
      procedure_occurrence: tableOf(T.procedure_occurrence, of.procedure_occurrence),
      observation: tableOf(T.observation, of.observation),
      payer_plan_period: tableOf(T.payer_plan_period, of.payer_plan_period),
      death: tableOf(T.death, of.death),
      cost: tableOf(T.cost, of.cost),
      location: tableOf(T.location, of.location),
      care_site: tableOf(T.care_site, of.care_site),
      provider: tableOf(T.provider, of.provider),
      fact_relationship: tableOf(T.fact_relationship, of.fact_relationship),
      cdm_source: tableOf(T.cdm_source, of.cdm_source),
      concept: tableOf(T.concept, of.concept),
      vocabulary: tableOf(T.vocabulary, of.vocabulary),
    } as Readonly<Record<string, Step>>,
  }
}
