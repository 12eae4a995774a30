import { expect, test } from 'vitest'
import { sql, step } from '../engine/index.ts'
import { mapping, text } from './mapping.ts'
import { cdmTables } from './spec/tables.ts'

const from = step('dead_people', {
  reads: {},
  gives: { person: 'bigint', day: 'date', cause: 'varchar' },
  sql: () => sql`select cast(1 as bigint) as person, date '2019-01-01' as day, 'J47' as cause`,
})
const declare = (set: object) => () =>
  mapping('death_of_somebody', cdmTables.death, from, () => ({ death_type_concept_id: 1, ...set }) as never)

test('a mapping that fits is declared', () => {
  expect(
    declare({ person_id: 1, death_date: sql`s.day`, cause_source_value: text(50, sql`s.cause`) }),
  ).not.toThrow()
})
test('a field that the CDM does not have is an error before a row is read', () => {
  expect(declare({ person_id: 1, death_date: sql`s.day`, death_day: 1 })).toThrow(
    'death_of_somebody: death.death_day is no field of the CDM',
  )
})
test('so is a required field that is not set', () => {
  expect(declare({ death_date: sql`s.day` })).toThrow('death.person_id is required and not set')
})
test('so is a text that may not fit', () => {
  expect(
    declare({ person_id: 1, death_date: sql`s.day`, cause_source_value: text(51, sql`s.cause`) }),
  ).toThrow('death.cause_source_value holds 50 characters; the source may have 51')
})
