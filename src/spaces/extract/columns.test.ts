import { beforeAll, expect, test } from 'vitest'
import { releaseOf, smallHub, widePermit } from '../../../test/fixtures/small-space.ts'
import type { Permit, Release, Transform } from '../../permits/index.ts'
import { exportedTables } from './columns.ts'

let release: Release
beforeAll(async () => {
  release = await releaseOf(await smallHub(2))
})

const asking = (table: string, columns: Record<string, Transform>, change: Partial<Permit> = {}) =>
  exportedTables({ ...widePermit(release, change), tables: { [table]: { columns } } }, release)

test.each<[string, string, Record<string, Transform>, string]>([
  ['space/unknown-table', 'note', { note_id: 'as-is' }, 'note'],
  ['space/unknown-column', 'person', { person_id: 'as-is', nir: 'as-is' }, 'person.nir'],
  [
    'space/source-value',
    'person',
    { person_id: 'as-is', person_source_value: 'as-is' },
    'person.person_source_value',
  ],
  ['space/bad-transform', 'person', { person_id: 'year' }, 'person.person_id'],
  ['space/bad-transform', 'person', { month_of_birth: 'age-band' }, 'person.month_of_birth'],
  ['space/bad-transform', 'death', { person_id: 'as-is', death_date: 'département' }, 'death.death_date'],
  [
    'space/unmapped-id',
    'visit_occurrence',
    { visit_occurrence_id: 'as-is', person_id: 'as-is', preceding_visit_occurrence_id: 'as-is' },
    'visit_occurrence.preceding_visit_occurrence_id',
  ],
  ['space/key-needed', 'visit_occurrence', { person_id: 'as-is' }, 'visit_occurrence.visit_occurrence_id'],
  ['space/key-needed', 'death', { death_date: 'as-is' }, 'death.person_id'],
])('%s: a permit that asks %s for %j does not compile', (code, table, columns, named) => {
  expect(() => asking(table, columns)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(named) }),
  )
})

test.each<[string, Record<string, Transform>]>([
  ['person', { person_id: 'as-is', month_of_birth: 'as-is' }],
  ['death', { person_id: 'as-is', death_date: 'as-is' }],
  ['visit_occurrence', { visit_occurrence_id: 'as-is', person_id: 'as-is', visit_start_date: 'as-is' }],
  ['location', { location_id: 'as-is', location_source_value: 'as-is' }],
  ['location', { location_id: 'as-is', marker: 'as-is' }],
])('a potential identifier that is not granted by name is not shown as it is: %s %j', (table, columns) => {
  expect(() => asking(table, columns, { identifiers: {} })).toThrow(
    expect.objectContaining({ code: 'space/identifier-not-granted' }),
  )
  expect(asking(table, columns)[0]?.columns.length).toBe(Object.keys(columns).length)
})
