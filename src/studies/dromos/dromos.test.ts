import { describe, expect, test } from 'vitest'
import { concepts } from '../../omop/index.ts'
import type { Sql, Step } from '../../engine/index.ts'
import type { CostTable, CountTable, SurvivalTable } from '../../spaces/index.ts'
import { costs } from './costs.ts'
import { dromos } from './dromos.ts'
import { flowTable } from './flow-table.ts'
import { delayOf, sitesOf } from './read.ts'
import { stepsOf } from './delay-tables.ts'
import { kaplanMeier } from '../statistics/kaplan-meier.ts'
import { type PathwayRow } from './flow-table.ts'
import { pathways } from './pathway.ts'
import { type TinyRows, tinySpace } from './tiny-space.fixture.ts'

const period = { from: '2017-01-01', until: '2019-12-31' }
type Rows = { -readonly [T in keyof TinyRows]: Record<string, string | number | null>[] }

/** A country of six: what each person is there for stands beside it. */
function country(): Rows {
  const person = (id: number, gender: number, born: number) => ({
    person_id: id,
    gender_concept_id: gender,
    year_of_birth: born,
    location_id: 1,
  })
  let event = 100
  let number = 0
  const rows: Rows = {
    person: [
      person(1, 8507, 1980),
      person(2, 8532, 2010),
      person(3, 8532, 1950),
      person(4, 8507, 1990),
      person(5, 8507, 1960),
      person(6, 8507, 1970),
    ],
    location: [{ location_id: 1, state: '11' }],
    // 4 is in the registry alone; 5 was seen for one year; 6 is no registry patient.
    observation_period: [
      {
        observation_period_id: 1,
        person_id: 1,
        observation_period_start_date: '2016-01-01',
        observation_period_end_date: '2019-12-31',
      },
      {
        observation_period_id: 2,
        person_id: 2,
        observation_period_start_date: '2017-01-01',
        observation_period_end_date: '2019-12-31',
      },
      {
        observation_period_id: 3,
        person_id: 3,
        observation_period_start_date: '2017-01-01',
        observation_period_end_date: '2018-06-30',
      },
      {
        observation_period_id: 5,
        person_id: 5,
        observation_period_start_date: '2019-01-01',
        observation_period_end_date: '2019-12-31',
      },
      {
        observation_period_id: 6,
        person_id: 6,
        observation_period_start_date: '2017-01-01',
        observation_period_end_date: '2019-12-31',
      },
    ],
    care_site: [
      { care_site_id: 900, place_of_service_source_value: 'CCMR' },
      { care_site_id: 30, place_of_service_source_value: 'hospital public' },
      { care_site_id: 70, place_of_service_source_value: 'CRMR' },
    ],
    provider: [
      { provider_id: 1, specialty_source_value: '01' },
      { provider_id: 2, specialty_source_value: '03' },
    ],
    death: [{ person_id: 3, death_date: '2018-06-30' }],
    condition_occurrence: [],
    observation: [],
    visit_occurrence: [],
    drug_exposure: [],
    procedure_occurrence: [],
    cost: [],
  }
  const said = (person_id: number, concept: number, date: string, diagnosis: number | null, more = {}) =>
    rows.observation?.push({
      observation_id: ++number,
      person_id,
      observation_concept_id: concept,
      observation_date: date,
      observation_event_id: diagnosis,
      ...more,
    })
  const diagnosis = (
    person_id: number,
    orpha: number,
    date: string,
    confirmed: boolean,
    assertion: string,
    signs: string,
    contact: string,
    diagnosed: string | null,
  ) => {
    const id = ++event
    rows.condition_occurrence?.push({
      condition_occurrence_id: id,
      person_id,
      condition_start_date: date,
      condition_type_concept_id: concepts.TYPE_REGISTRY,
      condition_status_concept_id: confirmed ? concepts.STATUS_CONFIRMED : 32899,
      condition_source_concept_id: concepts.ORPHA_BASE + orpha,
    })
    said(person_id, concepts.FIRST_SIGNS, signs, id)
    said(person_id, concepts.FIRST_CONTACT, contact, id)
    said(person_id, concepts.ASSERTION, contact, id, { value_as_string: assertion })
    if (diagnosed) said(person_id, concepts.DIAGNOSIS_DATE, diagnosed, id)
  }
  // 1: an earlier suspicion of Marfan, then confirmed cystic fibrosis: the confirmed one stands.
  diagnosis(1, 558, '2010-01-01', false, 'probable', '2009-01-01', '2010-01-01', null)
  diagnosis(1, 586, '2015-01-01', true, 'confirmé', '2011-01-01', '2014-01-01', '2015-01-01')
  // 2: still seeking, last seen on 1 March 2018.
  diagnosis(2, 586, '2018-01-01', false, 'en cours', '2016-03-01', '2018-01-01', null)
  // 3: still seeking, dead before the last news that the registry holds.
  diagnosis(3, 586, '2017-02-01', false, 'probable', '2016-06-30', '2017-02-01', null)
  // 4: a doubt that nobody follows has no delay.
  diagnosis(4, 558, '2017-05-01', false, 'indéterminé', '2016-01-01', '2017-05-01', null)
  // 5: without a code.
  said(5, concepts.REGISTRY_NO_ORPHA, '2019-02-01', null)
  said(5, concepts.FIRST_SIGNS, '2018-02-01', null)
  said(5, concepts.FIRST_CONTACT, '2019-02-01', null)
  // The quintile of 1 changes; the one of 2020 is after the period.
  said(1, concepts.DEPRIVATION_QUINTILE, '2017-01-01', null, { value_as_number: 2 })
  said(1, concepts.DEPRIVATION_QUINTILE, '2019-01-01', null, { value_as_number: 5 })
  said(1, concepts.DEPRIVATION_QUINTILE, '2020-01-01', null, { value_as_number: 1 })

  const visit = (
    person_id: number,
    source: number,
    start: string,
    end = start,
    more: Record<string, number | string | null> = {},
  ) => {
    rows.visit_occurrence?.push({
      visit_occurrence_id: ++event,
      person_id,
      visit_concept_id: 9202,
      visit_start_date: start,
      visit_end_date: end,
      visit_source_concept_id: source,
      ...more,
    })
    return event
  }
  const charge = (id: number, domain: string, item: number, euros: string) =>
    rows.cost?.push({
      cost_id: ++number,
      cost_event_id: id,
      cost_domain_id: domain,
      paid_by_payer: euros,
      revenue_code_concept_id: item,
    })
  // 1: two contacts with 70, one with 900: centre 70, which is the project's number 1.
  visit(1, concepts.VISIT_BNDMR, '2017-03-01', '2017-03-01', { care_site_id: 70 })
  visit(1, concepts.VISIT_BNDMR, '2018-03-01', '2018-03-01', { care_site_id: 70 })
  visit(1, concepts.VISIT_BNDMR, '2018-04-01', '2018-04-01', { care_site_id: 900 })
  visit(2, concepts.VISIT_BNDMR, '2018-03-01', '2018-03-01', { care_site_id: 900 })
  visit(3, concepts.VISIT_BNDMR, '2018-12-01', '2018-12-01', { care_site_id: 900 })
  charge(
    visit(1, concepts.VISIT_DCIR, '2017-05-05', '2017-05-05', { provider_id: 1 }),
    'Visit',
    concepts.ITEM_CONSULTATION,
    '16.50',
  )
  charge(
    visit(1, concepts.VISIT_DCIR, '2018-05-05', '2018-05-05', { provider_id: 1 }),
    'Visit',
    concepts.ITEM_CONSULTATION,
    '0.10',
  )
  // A stay counts on the day on which it ends: in the period, though it began before.
  charge(
    visit(1, concepts.VISIT_MCO, '2016-12-28', '2017-01-02'),
    'Visit',
    concepts.ITEM_PUBLIC_STAY,
    '1000.00',
  )
  // Outside the period: not counted.
  charge(
    visit(1, concepts.VISIT_DCIR, '2016-12-31', '2016-12-31', { provider_id: 1 }),
    'Visit',
    concepts.ITEM_CONSULTATION,
    '99.99',
  )
  // The same number as a visit and as a drug are two events.
  rows.drug_exposure?.push({ drug_exposure_id: 105, person_id: 1, drug_exposure_start_date: '2017-06-01' })
  charge(105, 'Drug', concepts.ITEM_PHARMACY, '30.25')
  rows.procedure_occurrence?.push({ procedure_occurrence_id: 7, person_id: 1, procedure_date: '2017-06-02' })
  charge(7, 'Procedure', concepts.ITEM_CITY_OTHER, '12.00')
  // 6 is no patient of the registry.
  charge(
    visit(6, concepts.VISIT_DCIR, '2018-05-05', '2018-05-05', { provider_id: 1 }),
    'Visit',
    concepts.ITEM_CONSULTATION,
    '500.00',
  )
  return rows
}

const run = async () => dromos.run(await tinySpace(country()))
const find = <T>(tables: readonly { name: string }[], name: string): T =>
  tables.find((table) => table.name === name) as T
const n = (table: CountTable, dimension: string, value: string) =>
  table.cells.find((cell) => cell.at[dimension] === value)?.n

describe('the patients', () => {
  test('are the registry’s, one primary disease each: a confirmed one before an earlier suspicion', async () => {
    const { tables } = await run()
    expect(find<CountTable>(tables, 'patients').cells).toEqual([{ at: {}, n: 5 }])
    const diseases = find<CountTable>(tables, 'patients_by_disease')
    expect(n(diseases, 'disease', 'ORPHA:586')).toBe(3)
    expect(n(diseases, 'disease', 'no-code')).toBe(1)
  })
  test('of a disease are counted among the linked, so that the few others are not given away', async () => {
    const { tables } = await run()
    const diseases = find<CountTable>(tables, 'patients_by_disease')
    expect(diseases.cells.every((cell) => cell.at['linked'] === 'yes')).toBe(true)
    expect(n(diseases, 'disease', 'ORPHA:558')).toBe(0)
    expect(find<CountTable>(tables, 'patients_by_linked').cells.map(({ n: persons }) => persons)).toEqual([
      4, 1,
    ])
  })
  test('every dimension partitions them, unknown included', async () => {
    const { tables, dimensions } = await run()
    for (const table of tables)
      if (table.kind === 'count')
        expect(
          table.cells.reduce((sum, cell) => sum + cell.n, 0),
          table.name,
        ).toBe(/disease|group|centre/.test(table.name) ? 4 : 5)
    for (const [name, { values, within }] of Object.entries(dimensions)) {
      expect(new Set(values).size, name).toBe(values.length)
      if (within)
        for (const value of values) expect(dimensions[within.dimension]?.values).toContain(within.of[value])
    }
  })
  test('have the last quintile of the period, and the centre that they saw most, under a number of the project', async () => {
    const { tables } = await run()
    expect(n(find(tables, 'patients_by_quintile'), 'quintile', '5')).toBe(1)
    expect(n(find(tables, 'patients_by_quintile'), 'quintile', 'unknown')).toBe(4)
    expect(n(find(tables, 'patients_by_centre'), 'centre', '1')).toBe(1)
    expect(n(find(tables, 'patients_by_centre'), 'centre', '2')).toBe(2)
    expect(JSON.stringify(tables)).not.toContain('900')
  })
})

test('of many centres the 30 largest are crossed with diseases, the others by kind: a table stays one that is read', () => {
  const rows = Array.from({ length: 300 }, (_, i) => Array.from({ length: i + 1 }, () => ({ centre: i })))
  const own = sitesOf([...rows.flat(), { centre: null }])
  expect(own).toEqual(Array.from({ length: 30 }, (_, i) => 299 - i))
})

describe('the costs', () => {
  test('are those of all events of the patients in the period, to the cent, a stay on its last day', async () => {
    const space = await tinySpace(country())
    const rows = await space.rows<{ person_id: bigint; item: number; cents: bigint }>(costs(period))
    expect(rows.map((row) => [Number(row.person_id), row.item, Number(row.cents)])).toEqual([
      [1, concepts.ITEM_CONSULTATION, 1660],
      [1, concepts.ITEM_PHARMACY, 3025],
      [1, concepts.ITEM_CITY_OTHER, 1200],
      [1, concepts.ITEM_PUBLIC_STAY, 100000],
    ])
  })
  test('are shared by observed days inside the period, for linked patients only', async () => {
    const { tables } = await run()
    const [cell] = find<CostTable>(tables, 'cost').cells
    expect(cell?.at).toEqual({ linked: 'yes' })
    expect(cell?.n).toBe(4)
    const days = 1095 + 1095 + (365 + 181) + 365
    expect(cell?.personYears).toBeCloseTo(days / 365.25, 4)
    const total = cell?.items.find((item) => item.item === 'total')
    expect(total?.cents).toBe(105885)
    expect(total?.top).toEqual([105885, 0])
    expect(total?.contributors).toBe(1)
    expect(total?.figures.mean).toBeCloseTo(1058.85 / (days / 365.25), 6)
    const items = cell?.items.filter((item) => item.item !== 'total')
    expect(items?.reduce((sum, item) => sum + item.cents, 0)).toBe(total?.cents)
  })
  test('of every crossing add up to the whole', async () => {
    const { tables } = await run()
    for (const table of tables)
      if (table.kind === 'cost')
        expect(
          table.cells
            .flatMap((cell) => cell.items.filter((item) => item.item === 'total'))
            .reduce((sum, item) => sum + item.cents, 0),
          table.name,
        ).toBe(105885)
  })
})

describe('the delay', () => {
  const row = { orpha: 586, assertion: 'probable', days_to_diagnosis: null, days_to_last_news: 400 }
  test('ends with the diagnosis, or is censored at the last news while the diagnosis is sought', () => {
    expect(delayOf({ ...row, days_to_diagnosis: 0 })).toEqual({ time: 0, event: true })
    expect(delayOf(row)).toEqual({ time: 400 / 365.25, event: false })
    expect(delayOf({ ...row, orpha: null, assertion: null })?.event).toBe(false)
    expect(delayOf({ ...row, orpha: null, days_to_diagnosis: 10 })?.event).toBe(true)
  })
  test('is unknown for a doubt that nobody follows, a confirmed disease without date, and impossible dates', () => {
    expect(delayOf({ ...row, assertion: 'indéterminé' })).toBeNull()
    expect(delayOf({ ...row, assertion: 'confirmé' })).toBeNull()
    expect(delayOf({ ...row, days_to_diagnosis: -3 })).toBeNull()
    expect(delayOf({ ...row, days_to_last_news: null })).toBeNull()
  })
  test('counts death before the last news, and keeps patients without a code in the pooled curve', async () => {
    const { tables } = await run()
    const [pooled] = find<SurvivalTable>(tables, 'delay').curves
    expect(pooled?.n).toBe(4)
    const grid = pooled?.steps ?? []
    // 1 is diagnosed at 4 years; 2, 3 and 5 are followed 2 years (two of them a day more or less) and 1 year.
    expect(grid.reduce((sum, step) => sum + step.events, 0)).toBe(1)
    expect(grid.find((step) => step.until === 4)?.events).toBe(1)
    expect(grid.reduce((sum, step) => sum + step.censored, 0)).toBe(3)
    const byDisease = find<SurvivalTable>(tables, 'delay_by_disease').curves
    expect(byDisease.find((curve) => curve.at.disease === 'ORPHA:586')?.n).toBe(3)
  })
  test('on the grid, those at risk are those who were and neither had the event nor left', () => {
    const people = [0, 0.2, 0.5, 0.7, 1.2, 6, 40].map((time, i) => ({ time, event: i % 2 === 0 }))
    const steps = stepsOf(kaplanMeier(people), people.length)
    for (const [i, step] of steps.entries()) {
      const before = steps[i - 1]
      if (before) {
        expect(step.atRisk).toBe(before.atRisk - before.events - before.censored)
        expect(step.after).toBe(before.until)
      }
    }
    expect(steps[0]).toMatchObject({ after: 0, events: 2, censored: 1 })
  })
})

describe('the first steps of care', () => {
  const entrantsCountry = (): Rows => {
    const rows = country()
    rows.observation?.push({
      observation_id: 9999,
      person_id: 1,
      observation_concept_id: concepts.FIRST_CONTACT,
      observation_date: '2013-01-01',
      observation_event_id: 102,
    })
    let id = 5000
    const visit = (person_id: number, source: number, date: string, provider: number | null = null) =>
      rows.visit_occurrence?.push({
        visit_occurrence_id: ++id,
        person_id,
        visit_concept_id: 9202,
        visit_start_date: date,
        visit_end_date: date,
        visit_source_concept_id: source,
        provider_id: provider,
      })
    // 2 entered on 1 January 2018: twice the GP (one step), a stay that is the centre's contact of 1 March, a specialist.
    visit(2, concepts.VISIT_DCIR, '2018-01-10', 1)
    visit(2, concepts.VISIT_DCIR, '2018-01-20', 1)
    visit(2, concepts.VISIT_MCO, '2018-02-28')
    visit(2, concepts.VISIT_DCIR, '2018-04-01', 2)
    // More than a year later: not followed.
    visit(2, concepts.VISIT_ACE, '2019-02-01')
    return rows
  }
  test('follow changes of kind for a year, tell a contact once, and say how they end', async () => {
    const space = await tinySpace(entrantsCountry())
    const rows = await space.rows<PathwayRow & { person_id: bigint }>(pathways(period))
    const of = (id: number) => rows.find((row) => Number(row.person_id) === id)
    expect(of(2)).toMatchObject({
      step_1: 'gp',
      step_2: 'centre',
      step_3: 'specialist',
      step_4: null,
      ending: 'no-further-care',
    })
    expect(of(5)).toMatchObject({ step_1: null, ending: 'end-of-follow-up' })
    // 1 entered before the period, 4 is in the registry alone.
    expect(of(1)).toBeUndefined()
    expect(of(4)).toBeUndefined()
  })
  test('flows out of a node add up to those who came in', () => {
    const rows: PathwayRow[] = [
      { step_1: 'gp', step_2: 'stay', step_3: null, step_4: null, ending: 'death' },
      { step_1: 'gp', step_2: 'centre', step_3: 'gp', step_4: 'stay', ending: 'end-of-follow-up' },
      { step_1: null, step_2: null, step_3: null, step_4: null, ending: 'no-further-care' },
    ]
    const { flows, n: all } = flowTable(rows)
    const sum = (level: number, side: 'from' | 'to', node: string) =>
      flows
        .filter((flow) => flow.level === level && flow[side] === node)
        .reduce((total, flow) => total + flow.n, 0)
    expect(sum(0, 'from', 'first-contact')).toBe(all)
    for (const level of [1, 2, 3])
      for (const node of ['gp', 'specialist', 'outpatient', 'stay', 'centre'])
        expect(sum(level, 'from', node), `${level} ${node}`).toBe(sum(level - 1, 'to', node))
  })
})

/** Columns that a step names of each table, itself and all that it stands on. */
function columnsRead(step: Step, found: Map<string, Set<string>> = new Map()): Map<string, Set<string>> {
  for (const [alias, read] of Object.entries(step.reads)) {
    if (read.is === 'step') {
      columnsRead(read, found)
      continue
    }
    const named = found.get(read.name) ?? new Set<string>()
    found.set(read.name, named)
    const walk = ({ parts }: Sql): void => {
      for (const [i, part] of parts.entries()) {
        if (part.is === 'operation') part.args.forEach(walk)
        const column = parts[i + 2]
        if (part.is === 'name' && part.name === alias && column?.is === 'name') named.add(column.name)
      }
    }
    walk(step.body)
  }
  return found
}

describe('what the study needs', () => {
  test('is every column that its queries name, and no other than the keys of the rows', () => {
    const read = new Map<string, Set<string>>()
    for (const step of Object.values(dromos.steps(period))) columnsRead(step, read)
    for (const [table, columns] of read)
      for (const column of columns) expect(dromos.needs.tables[table], `${table}.${column}`).toContain(column)
    for (const [table, columns] of Object.entries(dromos.needs.tables))
      for (const column of columns)
        if (column !== `${table}_id`)
          expect([...(read.get(table) ?? [])], `${table}.${column}`).toContain(column)
  })
  test('an empty space gives empty tables, not an error', async () => {
    const { tables } = await dromos.run(await tinySpace({}))
    expect(tables.length).toBeGreaterThan(10)
  })
})
