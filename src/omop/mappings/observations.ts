import { makeDate, sql, step } from '../../engine/index.ts'
import { DEPRIVATION, lakeTable } from '../../sources/index.ts'
import { concepts } from '../concepts.ts'
import { eventId, residence } from '../inputs.ts'
import { mapping, text } from '../mapping.ts'
import { odyssey } from '../registry.ts'
import { cdmTables as T } from '../spec/tables.ts'
import type { Sources } from './sources.ts'

const claim = concepts.TYPE_CLAIM
const registry = concepts.TYPE_REGISTRY

/** The mappings of observations: the odyssey, the group of each stay, deprivation. Few enough to be numbered in one row. */
export function observationMappings({ diagnoses, hospital, who, setting: { window } }: Sources) {
  const facts = step('facts', {
    reads: { o: odyssey(diagnoses), h: hospital, i: who, r: residence, q: lakeTable(DEPRIVATION) },
    gives: {
      n: 'bigint',
      person_id: 'bigint',
      concept: 'integer',
      day: 'date',
      type: 'integer',
      number: 'double',
      said: 'varchar',
      condition_id: 'bigint',
      visit_id: 'bigint',
    },
    sql: ({ o, h, i, r, q }) => sql`
      select row_number() over (order by f.person_id, f.concept, f.day, f.said, f.number, f.condition_id, f.visit_id) as n,
        f.person_id, f.concept, f.day, f.type, f.number, f.said, f.condition_id, f.visit_id
      from (
        select ${o.person_id} as person_id, ${o.concept} as concept, ${o.day} as day, cast(${registry} as integer) as type,
          cast(null as double) as number, ${o.said} as said, ${eventId(o.event_row, 4)} as condition_id, cast(null as bigint) as visit_id
        from ${o} where ${o.day} is not null
        union all
        select ${h.person_id}, cast(${concepts.GHM} as integer), ${h.entry}, cast(${claim} as integer), cast(null as double), ${h.ghm}, cast(null as bigint), ${eventId(h.row_id, 1)}
        from ${h} where ${h.ghm} is not null
        union all
        select ${i.person_id}, cast(${concepts.DEPRIVATION_QUINTILE} as integer), ${makeDate(sql`${q.YEAR}`, sql`1`, sql`1`)}, cast(${claim} as integer), cast(${q.QUINTILE} as double), cast(null as varchar), cast(null as bigint), cast(null as bigint)
        from ${i} join ${r} on ${r.person} = ${i.snds} join ${q} on ${q.COMMUNE} = ${r.commune}
        where ${q.YEAR} between ${Number(window.from.slice(0, 4))} and ${Number(window.until.slice(0, 4))}
          and ${makeDate(sql`${q.YEAR}`, sql`1`, sql`1`)} between ${r.from} and ${r.until}
        union all
        select ${i.person_id}, cast(${concepts.DEPRIVATION_QUINTILE} as integer), ${makeDate(sql`${q.YEAR}`, sql`1`, sql`1`)}, cast(${registry} as integer), cast(${q.QUINTILE} as double), cast(null as varchar), cast(null as bigint), cast(null as bigint)
        from ${i} join ${q} on ${q.COMMUNE} = ${i.commune}
        where ${i.snds} is null and ${q.YEAR} = ${Number(window.until.slice(0, 4))}
      ) as f`,
  })
  const observation = mapping('observation_of_facts', T.observation, facts, (f) => ({
    observation_id: f.n,
    person_id: f.person_id,
    observation_concept_id: f.concept,
    observation_date: f.day,
    observation_type_concept_id: f.type,
    value_as_number: f.number,
    value_as_string: text(20, f.said),
    visit_occurrence_id: f.visit_id,
    observation_event_id: f.condition_id,
    obs_event_field_concept_id: sql`case when ${f.condition_id} is not null then ${concepts.CONDITION_OCCURRENCE_ID} end`,
  }))

  return {
    observation: [observation],
  }
}
