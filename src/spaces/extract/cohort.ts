import { day, join, type Sql, sql, step, type Step, type Table, table } from '../../engine/index.ts'
import type { Cohort, Permit } from '../../permits/index.ts'
import { REGISTRY_TYPE } from './cdm-shape.ts'
import type { Guards } from './guards.ts'

/** Who is behind a CDM person, as it stands beside a data version. Never in a space. */
export const personIds = table('ids_person', {
  person_id: 'bigint',
  snds: 'varchar',
  bndmr: 'varchar',
  linked: 'boolean',
})

/** A version of the opposition list: hub ids. */
export const oppositions = table('oppositions', {
  person: 'varchar',
  from_date: 'date',
  until_date: 'date',
})

/** Source concept of an ORPHA code: 2,100,000,000 + the code. */
const ORPHA_BASE = 2_100_000_000

/**
 * The persons of the permit who have not objected. An opposition counts from its first to its last day, whatever
 * its scope: to be out of one source only would still leave the person in the space.
 */
export function cohort(
  permit: Permit,
  conditions: Table,
  today: string,
  guards: Guards,
): Step<{ person_id: 'bigint' }> {
  return step('cohort', {
    reads: { p: personIds, c: conditions, o: oppositions },
    gives: { person_id: 'bigint' },
    order: ['person_id'],
    sql: ({ p, c, o }) => {
      const objected = (id: Sql) => sql`exists (
        select 1 from ${o} where ${o.person} = ${id}
          and (${o.from_date} is null or ${o.from_date} <= ${day(today)})
          and (${o.until_date} is null or ${o.until_date} >= ${day(today)}))`
      const withOrpha = (codes: 'all' | readonly number[]) => sql`${p.person_id} in (
        select c.person_id from ${c} where c.condition_type_concept_id = ${REGISTRY_TYPE}
          and ${
            codes === 'all'
              ? sql`c.condition_source_concept_id > ${ORPHA_BASE}`
              : sql`c.condition_source_concept_id in (${join(codes.map((code) => ORPHA_BASE + code))})`
          })`
      const belongs = (one: Cohort): Sql => {
        switch (one.kind) {
          case 'orpha':
            return withOrpha(one.codes)
          case 'registry':
            return sql`${p.bndmr} is not null`
          case 'linked':
            return sql`${p.linked}`
          case 'all-of':
            return sql`(${join(one.cohorts.map(belongs), sql` and `)})`
          case 'any-of':
            return sql`(${join(one.cohorts.map(belongs), sql` or `)})`
        }
      }
      const willing = guards.opposition
        ? sql`
          and not ${objected(sql`${p.snds}`)}
          and not ${objected(sql`${p.bndmr}`)}`
        : sql``
      return sql`
        select ${p.person_id} as person_id from ${p}
        where ${belongs(permit.cohort)}${willing}`
    },
  })
}
