import { sql, step } from '../engine/index.ts'
import { ACTIVITY, CENTRE, COMMUNE, FINESS, lakeTable, T_MCO_CSTC, T_MCO_UM } from '../sources/index.ts'
import type { visitsOf } from './city-care.ts'
import type { stays } from './hospital-care.ts'
import type { identities } from './identities.ts'

/** Communes of persons and institutions. */
export const locations = (who: ReturnType<typeof identities>) =>
  step('locations', {
    reads: { i: who, f: lakeTable(FINESS), c: lakeTable(COMMUNE) },
    gives: {
      location_id: 'bigint',
      commune: 'varchar',
      name: 'varchar',
      departement: 'varchar',
      region: 'varchar',
    },
    sql: ({ i, f, c }) => sql`
      select row_number() over (order by p.commune) as location_id, p.commune, min(${c.NAME}) as name,
        min(coalesce(${c.DEPARTEMENT}, case when substr(p.commune, 1, 2) = '97' then substr(p.commune, 1, 3) else substr(p.commune, 1, 2) end)) as departement,
        min(${c.REGION}) as region
      from (
        select ${i.commune} as commune from ${i} where ${i.commune} is not null
        union select ${f.COMMUNE} from ${f} where ${f.COMMUNE} is not null
      ) as p left join ${c} on ${c.COMMUNE} = p.commune
      group by p.commune`,
  })

/** Institutions, expert centres and networks: what a care site is. */
export const careSites = (hospital: ReturnType<typeof stays>) =>
  step('care_sites', {
    reads: {
      f: lakeTable(FINESS),
      c: lakeTable(CENTRE),
      a: lakeTable(ACTIVITY),
      u: lakeTable(T_MCO_UM),
      v: lakeTable(T_MCO_CSTC),
      h: hospital,
    },
    gives: {
      care_site_id: 'bigint',
      kind: 'varchar',
      code: 'varchar',
      name: 'varchar',
      place: 'varchar',
      commune: 'varchar',
      network: 'varchar',
    },
    sql: ({ f, c, a, u, v, h }) => sql`
      select row_number() over (order by s.kind, s.code) as care_site_id, s.kind, s.code, min(s.name) as name,
        min(s.place) as place, min(s.commune) as commune, min(s.network) as network
      from (
        select 'hospital' as kind, ${f.FINESS_GEO} as code, ${f.NAME} as name, 'hospital ' || ${f.STATUS} as place,
          ${f.COMMUNE} as commune, cast(null as varchar) as network from ${f}
        union all
        select 'hospital', ${f.FINESS_LEGAL}, null, 'hospital ' || ${f.STATUS}, null, null from ${f} where ${f.FINESS_LEGAL} is not null
        union all
        select 'hospital', ${h.place}, null, null, null, null from ${h} where ${h.place} is not null
        union all
        select 'hospital', ${u.ETA_NUM}, null, null, null, null from ${u}
        union all
        select 'hospital', ${v.ETA_NUM}, null, null, null, null from ${v}
        union all
        select 'centre', ${c.CENTRE_ID}, ${c.NAME}, ${c.LABEL}, null, ${c.NETWORK} from ${c}
        union all
        select 'centre', ${a.CENTRE_ID}, null, null, null, null from ${a} where ${a.CENTRE_ID} is not null
        union all
        select 'network', ${c.NETWORK}, ${c.NETWORK}, 'network', null, null from ${c} where ${c.NETWORK} is not null
      ) as s
      group by s.kind, s.code`,
  })

/** Who gave care in the city, with the specialty that most often stands beside the number. */
export const providers = (visits: ReturnType<typeof visitsOf>) =>
  step('providers', {
    reads: { v: visits },
    gives: { provider_id: 'bigint', number: 'varchar', specialty: 'varchar' },
    sql: ({ v }) => sql`
      select row_number() over (order by ${v.executant}) as provider_id, ${v.executant} as number, min(${v.specialty}) as specialty
      from ${v} where ${v.executant} <> '' group by ${v.executant}`,
  })
