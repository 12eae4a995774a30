import { sql, step } from '../../engine/index.ts'
import { concepts } from '../concepts.ts'
import { mapping, text } from '../mapping.ts'
import { cdmTables as T } from '../spec/tables.ts'
import type { Sources } from './sources.ts'

/** The mappings of places: communes, institutions and expert centres with their networks, and those who gave care. */
export function placeMappings({ places, sites, doctors }: Sources) {
  const location = mapping('location_of_communes', T.location, places, (l) => ({
    location_id: l.location_id,
    city: text(50, sql`substr(${l.name}, 1, 50)`),
    state: text(2, l.region),
    county: text(3, l.departement),
    location_source_value: text(5, l.commune),
  }))
  const sited = step('sites_placed', {
    reads: { s: sites, l: places },
    gives: {
      care_site_id: 'bigint',
      name: 'varchar',
      place: 'varchar',
      code: 'varchar',
      location_id: 'bigint',
    },
    sql: ({ s, l }) => sql`
      select ${s.care_site_id} as care_site_id, ${s.name} as name, coalesce(${s.place}, 'hospital') as place, ${s.code} as code, ${l.location_id} as location_id
      from ${s} left join ${l} on ${l.commune} = ${s.commune}`,
  })
  const careSite = mapping('care_site_of_sites', T.care_site, sited, (s) => ({
    care_site_id: s.care_site_id,
    care_site_name: text(120, s.name),
    location_id: s.location_id,
    care_site_source_value: text(20, s.code),
    place_of_service_source_value: text(16, s.place),
  }))
  const provider = mapping('provider_of_executants', T.provider, doctors, (p) => ({
    provider_id: p.provider_id,
    provider_source_value: text(8, p.number),
    specialty_source_value: text(2, p.specialty),
  }))
  const networked = step('networked', {
    reads: { c: sites, n: sites },
    gives: { centre: 'bigint', network: 'bigint' },
    sql: ({ c, n }) => sql`
      select ${c.care_site_id} as centre, ${n.care_site_id} as network
      from ${c} join ${n} on ${n.kind} = 'network' and ${n.code} = ${c.network} where ${c.kind} = 'centre'`,
  })
  const factRelationship = mapping('centre_of_network', T.fact_relationship, networked, (f) => ({
    domain_concept_id_1: concepts.CARE_SITE_DOMAIN,
    fact_id_1: f.centre,
    domain_concept_id_2: concepts.CARE_SITE_DOMAIN,
    fact_id_2: f.network,
    relationship_concept_id: concepts.PART_OF,
  }))

  return {
    location: [location],
    care_site: [careSite],
    provider: [provider],
    fact_relationship: [factRelationship],
  }
}
