import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DuckDb } from '../engine/index.ts'
import { orphaDisorders } from '../sources/index.ts'
import { delayEffects, mixtureMedian } from './effects.ts'
import { latentCountry, one, SIX } from './small-country.fixture.ts'

let engine: DuckDb
beforeAll(async () => {
  engine = await latentCountry({ persons: 60_000, rare: 40_000, departements: SIX })
})
afterAll(async () => engine?.close())
const count = (query: string): Promise<number> => one(engine, `select count(*) ${query}`)
const mean = (of: string, where = 'true'): Promise<number> =>
  one(engine, `select avg((${of})::double) from rare where ${where}`)

/** Median of the Kaplan-Meier curve from first signs to diagnosis, in years, as the registry holds it. */
const curveMedian = (where: string): Promise<number> =>
  one(
    engine,
    `with t as (
      select (coalesce(r.diagnosis, r.last_activity) - r.first_signs) / 365.25 as t, r.diagnosis is not null as event
      from rare r join person p using (person) where ${where}
    ), instant as (
      select t, count(*) filter (event) d, sum(count(*)) over (order by t desc) risk from t group by t
    ), curve as (
      select t, sum(case when d = risk then -1e9 when d > 0 then ln(1 - d / risk) else 0 end) over (order by t) surviving from instant
    )
    select min(t) from curve where surviving <= ln(0.5)`,
  )
/** The same of the whole truth, where nobody is censored. */
const trueMedian = (where: string): Promise<number> =>
  one(
    engine,
    `select median((r.true_diagnosis - r.first_signs) / 365.25) from rare r join person p using (person) where ${where}`,
  )
const within = (value: number, expected: number, tolerance: number, what = ''): void =>
  expect(Math.abs(value / expected - 1), `${what}: ${value} for ${expected}`).toBeLessThan(tolerance)

describe('the delay to diagnosis', () => {
  const contrasts = [
    ['p.quintile = 5', 'p.quintile = 1', 1.5],
    ['p.quintile = 3', 'p.quintile = 1', 1.5 ** 0.5],
    ["r.label = 'CCMR'", "r.label = 'CRMR'", 1.25],
    ["p.sex = '2'", "p.sex = '1'", 1],
  ] as const
  test('differs by deprivation and by the label of the centre as planted, and not by sex', async () => {
    for (const [a, b, ratio] of contrasts)
      within((await trueMedian(a)) / (await trueMedian(b)), ratio, 0.04, `${a} / ${b}`)
  })
  test('can be found again by a survival curve: the undiagnosed are censored whatever their delay', async () => {
    for (const [a, b, ratio] of contrasts)
      within((await curveMedian(a)) / (await curveMedian(b)), ratio, 0.05, `${a} / ${b}`)
    within(await curveMedian('true'), await trueMedian('true'), 0.02, 'all patients')
    within(await curveMedian('r.coded'), await trueMedian('true'), 0.03, 'coded patients')
  })
  test('has by disease the median of truth/effects.json, in those who have a code as in all', async () => {
    const effects = await delayEffects(engine)
    for (const orpha of ['586', '232', '636', '730']) {
      const effect = effects.find(({ id }) => id === `delay/ORPHA:${orpha}`)
      within(await curveMedian(`r.orpha = '${orpha}' and r.coded`), effect?.parameter as number, 0.09, orpha)
    }
    const diseases = orphaDisorders.map(({ code }) => `delay/ORPHA:${code}`)
    expect(effects.map(({ id }) => id)).toEqual(expect.arrayContaining(diseases))
    expect(effects.filter((effect) => effect.null).length).toBeGreaterThanOrEqual(2)
  })
  test('of a mixture has the median between its parts', () => {
    expect(mixtureMedian([{ share: 1, factor: 2 }], 0.8)).toBeCloseTo(2, 6)
    const median = mixtureMedian(
      [
        { share: 0.5, factor: 1 },
        { share: 0.5, factor: 4 },
      ],
      0.8,
    )
    expect(median).toBeCloseTo(2, 6)
  })
  test('is missing for a good part, and for none that was known before the last news', async () => {
    const undiagnosed = await mean('diagnosis is null')
    expect(undiagnosed).toBeGreaterThan(0.2)
    expect(undiagnosed).toBeLessThan(0.45)
    expect(await count('from rare where diagnosis is null and true_diagnosis <= last_activity')).toBe(0)
    expect(await count('from rare where diagnosis > last_activity or first_contact > last_activity')).toBe(0)
    expect(
      await count(`from rare join person using (person) where first_signs > first_contact or first_signs < birth or first_signs >= true_diagnosis
        or last_activity >= coalesce(death, date '9999-01-01') and last_activity > birth or last_activity > date '2019-12-31'`),
    ).toBe(0)
  })
})

describe('assertions', () => {
  test('say confirmé where there is a diagnosis, and indéterminé only where there is no suspicion with a code', async () => {
    const rows = await engine.rows<{ assertion: string; diagnosed: boolean; coded: boolean }>(
      'select distinct assertion, diagnosis is not null diagnosed, coded from rare',
    )
    for (const { assertion, diagnosed, coded } of rows) {
      expect(assertion === 'confirmé').toBe(diagnosed)
      if (assertion === 'indéterminé') expect(coded).toBe(false)
    }
    expect(new Set(rows.map(({ assertion }) => assertion)).size).toBe(4)
  })
})

describe('diseases', () => {
  test('are forty and more, of different frequency; those of one sex are of one sex', async () => {
    expect(await one(engine, 'select count(distinct orpha) from rare')).toBe(orphaDisorders.length)
    const [row] = await engine.rows<{ most: number; least: number }>(
      'select max(n)::double most, min(n)::double least from (select count(*) n from rare group by orpha)',
    )
    expect((row?.most as number) / (row?.least as number)).toBeGreaterThan(5)
    expect(
      await count(`from rare join person using (person) where orpha in ('881', '778') and sex = '1'`),
    ).toBe(0)
    expect(
      await count(
        `from rare join person using (person) where orpha in ('98896', '98878', '98879', '580') and sex = '2'`,
      ),
    ).toBe(0)
  })
  test('in a demo of 4,000 patients: three or more keep 150 when linked and coded, thirty keep enough to show', async () => {
    const sizes = await engine.rows<{ n: number }>(
      `select (count(*) / 10.0 * 0.73 * 0.92)::double n from rare group by orpha`,
    )
    expect(sizes.filter(({ n }) => n >= 150).length).toBeGreaterThanOrEqual(3)
    expect(sizes.filter(({ n }) => n >= 15).length).toBeGreaterThanOrEqual(40)
  })
  test('are followed in a centre of their network, mostly of the region, and as often by a reference centre everywhere', async () => {
    const home = `from patient t join centre c on c.id = t.centre_id`
    expect(await count(`${home} where c.disease_group <> t.disease_group or c.label <> t.label`)).toBe(0)
    for (const region of ['11', '52', '93'])
      within(
        await mean("label = 'CRMR'", `person in (select person from person where region = '${region}')`),
        1 / 3,
        0.06,
        region,
      )
    expect(
      await one(
        engine,
        `select avg((c.region = t.region)::integer) ${home} where exists (select 1 from centre x where x.disease_group = t.disease_group and x.label = t.label and x.region = t.region)`,
      ),
    ).toBeGreaterThan(0.88)
  })
})

describe('contacts', () => {
  test('are about six in three years, over-dispersed, none for 5 %', async () => {
    within(await mean('contacts'), 6, 0.07, 'mean')
    within(await mean('contacts = 0'), 0.05, 0.06, 'none')
    expect(await one(engine, 'select var_pop(contacts) / avg(contacts) from rare')).toBeGreaterThan(3)
  })
  test('tell nothing of severity, so that those who can be linked cost what the others cost', async () => {
    expect(Math.abs(await one(engine, 'select corr(severity, contacts) from rare'))).toBeLessThan(0.02)
    within(await mean('severity'), 1, 0.02, 'mean severity')
    within(await mean('severity', 'contacts = 0'), 1, 0.08, 'severity of those without contact')
  })
  test('fall in the window and in the life, one a day, in public hospitals', async () => {
    expect(
      await count(`from hospital_contact h join person p using (person) join rare r using (person)
        where h.date < date '2017-01-01' or h.date > date '2019-12-31' or h.date < p.birth or h.date < r.first_contact
          or (h.date >= p.death and h.date > p.birth)`),
    ).toBe(0)
    expect(await one(engine, 'select count(*) - count(distinct (person, date)) from hospital_contact')).toBe(
      0,
    )
    expect(
      await count(
        `from hospital_contact h anti join (select * from institution where status = 'public') i using (finess_geo, finess_legal)`,
      ),
    ).toBe(0)
  })
})
