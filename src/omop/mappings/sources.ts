import { actsOf, drugsOf, linesOf, refinementCosts, visitsOf } from '../city-care.ts'
import { outpatientVisits, stays } from '../hospital-care.ts'
import { identities } from '../identities.ts'
import { careSites, locations, providers } from '../places.ts'
import { registryContacts, registryDiagnoses } from '../registry.ts'

/** What a build must know beside the lake. */
export interface Setting {
  readonly synthetic: boolean
  /** The day of the hub: whose opposition holds, and the date of the release. */
  readonly today: string
  /** First and last day of the claims. */
  readonly window: { readonly from: string; readonly until: string }
}

/** The steps over the lake from which mappings are made: each once, whoever reads it. */
export function sourcesOf(setting: Setting) {
  const who = identities(setting.today)
  const hospital = stays(who)
  const lines = linesOf(who)
  const visits = visitsOf(lines, hospital)
  return {
    setting,
    who,
    hospital,
    lines,
    visits,
    drugs: drugsOf(lines),
    acts: actsOf(lines),
    drugCosts: refinementCosts(lines, 'drug'),
    actCosts: refinementCosts(lines, 'act'),
    outpatient: outpatientVisits(who),
    sites: careSites(hospital),
    places: locations(who),
    doctors: providers(visits),
    diagnoses: registryDiagnoses(who),
    contacts: registryContacts(who),
  }
}

export type Sources = ReturnType<typeof sourcesOf>
