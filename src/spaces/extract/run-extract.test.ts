import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { EVENTS, writeOppositions } from '../../../test/fixtures/small-release.ts'
import { read, releaseOf, smallHub, widePermit } from '../../../test/fixtures/small-space.ts'
import { hashFile } from '../../base/index.ts'
import type { Row } from '../../engine/index.ts'
import type { Cohort, Permit, Release } from '../../permits/index.ts'
import type { Hub } from '../../store/index.ts'
import { ALL, type Guards } from './guards.ts'
import { runExtract } from './run-extract.ts'

const PERSONS = 120
let hub: Hub
let release: Release

beforeAll(async () => {
  hub = await smallHub(PERSONS)
  release = await releaseOf(hub)
})

interface Made {
  rows(table: string): Promise<Row[]>
  path(table: string): string
  tables: string[]
}

/** An extract of its own, in a trusted folder of its own. */
async function extract(permit: Permit, guards: Guards = ALL, oppositions = 'v1'): Promise<Made> {
  const dir = await mkdtemp(join(tmpdir(), 'chainon-extract-'))
  const path = (table: string) => join(dir, 'tables', `${table}.parquet`)
  const { tables } = await runExtract(
    join(dir, 'role'),
    {
      permit,
      release,
      releaseFolder: hub.path('lake', 'omop', 'v1'),
      oppositions: hub.path('lake', 'oppositions', `${oppositions}.parquet`),
      into: join(dir, 'tables'),
      today: '2021-01-04',
      seed: 'small',
      engine: { engine: 'duckdb' },
    },
    guards,
  )
  return { path, rows: (table) => read(path(table)), tables: Object.keys(tables) }
}

const personsOf = async (made: Made): Promise<number[]> =>
  (await made.rows('person')).map((row) => Number(String(row['marker']).split('|')[1])).sort((a, b) => a - b)

/* --- columns ----------------------------------------------------------------------------------------------- */

/** Columns that are in the files and not in the permit. */
async function columnsOutside(permit: Permit, guards: Guards): Promise<string[]> {
  const made = await extract(permit, guards)
  const outside: string[] = []
  for (const table of made.tables) {
    const found = await read<{ column_name: string }>(made.path(table), 'describe select * from t')
    for (const { column_name } of found)
      if (!permit.tables[table]?.columns[column_name]) outside.push(`${table}.${column_name}`)
  }
  return outside
}

test('a column outside the permit never appears, whatever the permit names', async () => {
  const wide = widePermit(release)
  const needed = /_id$/
  const narrowed = fc
    .record(
      Object.fromEntries(
        Object.entries(wide.tables).map(([table, { columns }]) => [
          table,
          fc.subarray(Object.keys(columns).filter((column) => !needed.test(column))),
        ]),
      ),
    )
    .map((kept): Permit => {
      const tables = Object.entries(wide.tables).map(([table, { columns }]) => [
        table,
        {
          columns: Object.fromEntries(
            Object.entries(columns).filter(
              ([column]) => needed.test(column) || kept[table]?.includes(column),
            ),
          ),
        },
      ])
      return { ...wide, tables: Object.fromEntries(tables.filter(([, one]) => hasColumns(one))) }
    })
  await fc.assert(
    fc.asyncProperty(narrowed, async (permit) => {
      expect(await columnsOutside(permit, ALL)).toEqual([])
    }),
    { numRuns: 6 },
  )
  expect(await columnsOutside(wide, { ...ALL, allowList: false })).toContain('person.canary')
})

const hasColumns = (one: unknown): boolean =>
  Object.keys((one as { columns: Record<string, unknown> }).columns).length > 0

/* --- persons ----------------------------------------------------------------------------------------------- */

const registry = (n: number) => n % 2 === 0
const linked = (n: number) => registry(n) && n % 10 !== 0
const codeOf = (n: number) => (registry(n) ? (n % 8 === 0 ? 558 : 586) : undefined)

/** Who is in a cohort, by a slow reading of its words. */
function belongs(cohort: Cohort, n: number): boolean {
  switch (cohort.kind) {
    case 'registry':
      return registry(n)
    case 'linked':
      return linked(n)
    case 'orpha':
      return codeOf(n) !== undefined && (cohort.codes === 'all' || cohort.codes.includes(codeOf(n) as number))
    case 'all-of':
      return cohort.cohorts.every((one) => belongs(one, n))
    case 'any-of':
      return cohort.cohorts.some((one) => belongs(one, n))
  }
}
const everybody = Array.from({ length: PERSONS }, (_, index) => index + 1)

const leaf: fc.Arbitrary<Cohort> = fc.oneof(
  fc.constant<Cohort>({ kind: 'registry' }),
  fc.constant<Cohort>({ kind: 'linked' }),
  fc.constantFrom<Cohort>(
    { kind: 'orpha', codes: 'all' },
    { kind: 'orpha', codes: [558] },
    { kind: 'orpha', codes: [586, 558] },
    { kind: 'orpha', codes: [99] },
  ),
)
const cohorts: fc.Arbitrary<Cohort> = fc.oneof(
  leaf,
  fc.record({
    kind: fc.constantFrom('all-of' as const, 'any-of' as const),
    cohorts: fc.array(leaf, { minLength: 1, maxLength: 3 }),
  }),
)

test('a space holds the persons of its cohort and nobody else', async () => {
  await fc.assert(
    fc.asyncProperty(cohorts, async (cohort) => {
      const made = await extract(widePermit(release, { cohort }))
      expect(await personsOf(made)).toEqual(everybody.filter((n) => belongs(cohort, n)))
    }),
    { numRuns: 8 },
  )
})

/** Rows of objectors in any table of the space. */
async function rowsOfObjectors(permit: Permit, objectors: number[], guards: Guards): Promise<string[]> {
  const made = await extract(permit, guards, 'objections')
  const found: string[] = []
  const owners = new Map(
    (await made.rows('person')).map((row) => [row['person_id'], Number(String(row['marker']).split('|')[1])]),
  )
  for (const table of made.tables)
    for (const row of await made.rows(table)) {
      if (!('person_id' in row)) continue
      const owner = owners.get(row['person_id'])
      if (owner === undefined || objectors.includes(owner)) found.push(`${table} ${owner}`)
    }
  return found
}

test('an objector never appears, known to the list by either source', async () => {
  const permit = widePermit(release)
  const list = fc.uniqueArray(
    fc.record({ n: fc.constantFrom(...everybody.filter(registry)), by: fc.constantFrom('S', 'B') }),
    { minLength: 1, maxLength: 20, selector: (one) => one.n },
  )
  await fc.assert(
    fc.asyncProperty(list, async (objections) => {
      const known = objections.filter(({ n, by }) => by === 'B' || n % 10 !== 0)
      await writeOppositions(
        hub.path('lake'),
        'objections',
        known.map(({ n, by }) => ({ person: `${by}${n}` })),
      )
      const objectors = known.map(({ n }) => n)
      expect(await rowsOfObjectors(permit, objectors, ALL)).toEqual([])
    }),
    { numRuns: 6 },
  )
  await writeOppositions(hub.path('lake'), 'objections', [{ person: 'B8' }])
  expect((await rowsOfObjectors(permit, [8], { ...ALL, opposition: false })).length).toBeGreaterThan(0)
})

test('an opposition counts from its first to its last day', async () => {
  await writeOppositions(hub.path('lake'), 'dated', [
    { person: 'B2', from: '2021-01-04' },
    { person: 'B4', from: '2021-01-05' },
    { person: 'B6', from: '2020-01-01', until: '2021-01-04' },
    { person: 'B8', from: '2020-01-01', until: '2021-01-03' },
  ])
  const made = await extract(widePermit(release), ALL, 'dated')
  expect((await personsOf(made)).slice(0, 3)).toEqual([4, 8, 10])
})

/* --- time -------------------------------------------------------------------------------------------------- */

test('care that touches the period is in the space, and what the registry tells may be older', async () => {
  const period = { from: '2018-01-01', until: '2018-12-31', registryFrom: '2004-01-01' }
  const made = await extract(widePermit(release, { period }))
  for (const row of await made.rows('drug_exposure'))
    expect(String(row['drug_exposure_start_date']).slice(0, 4)).toBe('2018')
  expect(
    new Set((await made.rows('condition_occurrence')).map((row) => row['condition_start_date'])),
  ).toEqual(new Set(['2005-06-01', '2018-03-04']))
  expect(await made.rows('observation')).toEqual([])
  expect((await made.rows('observation_period'))[0]).toMatchObject({
    observation_period_start_date: '2018-01-01',
    observation_period_end_date: '2018-12-31',
  })
  const older = await extract(widePermit(release, { period: { from: '2018-01-01', until: '2018-12-31' } }))
  expect(
    new Set((await older.rows('condition_occurrence')).map((row) => row['condition_start_date'])),
  ).toEqual(new Set(['2018-03-04']))
})

test('a cost is in the space when its event is', async () => {
  const period = { from: '2018-01-01', until: '2018-12-31' }
  const made = await extract(widePermit(release, { period }))
  const drugs = (await made.rows('drug_exposure')).length
  const costs = await made.rows('cost')
  expect(costs.filter((row) => row['cost_domain_id'] === 'Drug').length).toBe(drugs)
})

/* --- what is shown ----------------------------------------------------------------------------------------- */

test('what is not granted is coarser: year, five years, département', async () => {
  const wide = widePermit(release, { identifiers: {} })
  const tables = {
    person: {
      columns: { person_id: 'as-is', year_of_birth: 'age-band', location_id: 'as-is', marker: 'as-is' },
    },
    visit_occurrence: {
      columns: { visit_occurrence_id: 'as-is', person_id: 'as-is', visit_start_date: 'year' },
    },
    location: {
      columns: { location_id: 'as-is', location_source_value: 'département', state: 'as-is' },
    },
  } as const
  const made = await extract({ ...wide, tables })
  for (const row of await made.rows('person')) expect(Number(row['year_of_birth']) % 5).toBe(0)
  for (const row of await made.rows('visit_occurrence'))
    expect(String(row['visit_start_date'])).toMatch(/-01-01$/)
  const places = await made.rows('location')
  expect(places.map((row) => row['location_source_value']).sort()).toEqual(['10', '11', '12', '13'])
  const used = new Set((await made.rows('person')).map((row) => row['location_id']))
  expect(new Set(places.map((row) => row['location_id']))).toEqual(used)
})

test('listed things are those that the space names: no other centre, provider, place or concept', async () => {
  const made = await extract(widePermit(release, { cohort: { kind: 'orpha', codes: [558] } }))
  const visits = await made.rows('visit_occurrence')
  const sites = await made.rows('care_site')
  const direct = new Set(visits.map((row) => row['care_site_id']))
  expect(
    new Set(
      sites
        .filter((row) => row['place_of_service_source_value'] === 'CRMR')
        .map((row) => row['care_site_id']),
    ),
  ).toEqual(direct)
  expect(sites.some((row) => row['place_of_service_source_value'] === 'network')).toBe(true)
  const known = new Set(sites.map((row) => row['care_site_id']))
  const facts = await made.rows('fact_relationship')
  expect(facts.length).toBeGreaterThan(0)
  for (const row of facts) expect(known.has(row['fact_id_1']) && known.has(row['fact_id_2'])).toBe(true)
  expect((await made.rows('concept')).map((row) => row['concept_id'])).not.toContain(777)
  const drugs = await made.rows('drug_exposure')
  expect(new Set((await made.rows('provider')).map((row) => row['provider_id']))).toEqual(
    new Set([...visits, ...drugs].map((row) => row['provider_id'])),
  )
})

test('references lead to the same rows as before', async () => {
  const made = await extract(widePermit(release))
  const before = async (table: string) =>
    new Map(
      (await read(hub.path('lake', 'omop', 'v1', `${table}.parquet`))).map((row) => [row['marker'], row]),
    )
  const marked = async (table: string, key: string) =>
    new Map((await made.rows(table)).map((row) => [row[key], row['marker']]))
  const names = {
    visit: await marked('visit_occurrence', 'visit_occurrence_id'),
    drug: await marked('drug_exposure', 'drug_exposure_id'),
    condition: await marked('condition_occurrence', 'condition_occurrence_id'),
    plan: await marked('payer_plan_period', 'payer_plan_period_id'),
    person: await marked('person', 'person_id'),
    site: await marked('care_site', 'care_site_id'),
  }
  const costs = await before('cost')
  for (const row of await made.rows('cost')) {
    const old = costs.get(row['marker']) as Row
    const drug = row['cost_domain_id'] === 'Drug'
    expect((drug ? names.drug : names.visit).get(row['cost_event_id'])).toBe(
      `${drug ? 'drug_exposure' : 'visit_occurrence'}|${old['cost_event_id']}`,
    )
    expect(names.plan.get(row['payer_plan_period_id'])).toBe(
      old['payer_plan_period_id'] === null ? undefined : `payer_plan_period|${old['payer_plan_period_id']}`,
    )
  }
  const drugs = await before('drug_exposure')
  for (const row of await made.rows('drug_exposure')) {
    const old = drugs.get(row['marker']) as Row
    expect(names.person.get(row['person_id'])).toBe(`person|${old['person_id']}`)
  }
  const observations = await before('observation')
  for (const row of await made.rows('observation')) {
    const old = observations.get(row['marker']) as Row
    expect(names.condition.get(row['observation_event_id'])).toBe(
      old['observation_event_id'] === null
        ? undefined
        : `condition_occurrence|${old['observation_event_id']}`,
    )
  }
  for (const row of await made.rows('visit_occurrence'))
    expect(names.site.get(row['care_site_id'])).toMatch(/^care_site\|/)
})

/* --- two spaces -------------------------------------------------------------------------------------------- */

const THINGS = {
  person: 'person_id',
  provider: 'provider_id',
  location: 'location_id',
  care_site: 'care_site_id',
}

/** Ids in common, and how far the order of rows agrees (Kendall's tau between the two, by what the rows are). */
async function inCommon(guards: Guards) {
  const [a, b] = [
    await extract(widePermit(release, { id: 'one' }), guards),
    await extract(widePermit(release, { id: 'two' }), guards),
  ]
  let ids = 0
  for (const [table, key] of Object.entries(THINGS)) {
    const known = new Set((await a.rows(table)).map((row) => row[key]))
    expect(known.size).toBeGreaterThan(3)
    ids += (await b.rows(table)).filter((row) => known.has(row[key])).length
  }
  const agreement: Record<string, { sameNumber: number; tau: number; withLake: number }> = {}
  for (const table of EVENTS) {
    const key = table === 'cost' ? 'cost_id' : `${table}_id`
    const first = await a.rows(table)
    const second = await b.rows(table)
    const numberIn = new Map(second.map((row) => [row['marker'], Number(row[key])]))
    const pairs = first.map((row) => [Number(row[key]), numberIn.get(row['marker']) as number] as const)
    const lake = first.map((row) => [Number(row[key]), Number(String(row['marker']).split('|')[1])] as const)
    agreement[table] = {
      sameNumber: pairs.filter(([x, y]) => x === y).length / pairs.length,
      tau: tau(pairs),
      withLake: tau(lake),
    }
  }
  return { ids, agreement }
}

function tau(pairs: readonly (readonly [number, number])[]): number {
  let sum = 0
  let count = 0
  for (let i = 0; i < pairs.length; i++)
    for (let j = 0; j < i; j++) {
      const [a, b] = [pairs[i] as readonly [number, number], pairs[j] as readonly [number, number]]
      sum += Math.sign((a[0] - b[0]) * (a[1] - b[1]))
      count++
    }
  return sum / count
}

test('two spaces of the same people share no id, no event number and no order of rows', async () => {
  const { ids, agreement } = await inCommon(ALL)
  expect(ids).toBe(0)
  for (const [table, { sameNumber, tau: order, withLake }] of Object.entries(agreement)) {
    expect(sameNumber, table).toBeLessThan(0.1)
    // Sixty persons in two orders drawn apart: beyond 0.35 once in more than ten thousand.
    expect(Math.abs(order), table).toBeLessThan(0.35)
    expect(Math.abs(withLake), table).toBeLessThan(0.35)
  }
  const unnumbered = await inCommon({ ...ALL, numbering: false })
  expect(unnumbered.agreement['drug_exposure']).toMatchObject({ sameNumber: 1, tau: 1 })
  expect((await inCommon({ ...ALL, pseudonyms: false })).ids).toBeGreaterThan(100)
})

test('rows that look alike do not keep the order of the data version', async () => {
  const made = await extract(widePermit(release))
  const rows = await made.rows('drug_exposure')
  const pairs: [number, number][] = []
  for (let i = 1; i < rows.length; i++) {
    const [a, b] = [rows[i - 1] as Row, rows[i] as Row]
    const alike = ['person_id', 'drug_exposure_start_date'].every((column) => a[column] === b[column])
    const cdm = (row: Row) => Number(String(row['marker']).split('|')[1])
    if (alike) pairs.push([1, Math.sign(cdm(b) - cdm(a))])
  }
  expect(pairs.length).toBeGreaterThan(100)
  const rising = pairs.filter(([, sign]) => sign > 0).length / pairs.length
  expect(rising).toBeGreaterThan(0.35)
  expect(rising).toBeLessThan(0.65)
})

test('the same permit on the same data gives the same bytes', async () => {
  const [a, b] = [await extract(widePermit(release)), await extract(widePermit(release))]
  for (const table of a.tables)
    expect(await hashFile(a.path(table)), table).toBe(await hashFile(b.path(table)))
})
