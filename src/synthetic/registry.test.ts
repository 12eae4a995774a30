import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bytesFor } from '../base/index.ts'
import type { DuckDb } from '../engine/index.ts'
import { nirText, producerPseudonym, psaText } from '../identity/index.ts'
import { noises } from './model.ts'
import { latentCountry, LATENT_TODAY, one, SIX } from './small-country.fixture.ts'

const SEED = 'registry'
let noisy: DuckDb
let clean: DuckDb
beforeAll(async () => {
  noisy = await latentCountry({ persons: 40_000, rare: 30_000, departements: SIX, seed: SEED })
  clean = await latentCountry({ persons: 3000, rare: 1500, departements: SIX, noise: 'none' })
})
afterAll(async () => {
  await noisy?.close()
  await clean?.close()
})

/** What the registry holds beside what is true, for contacts that the window saw. */
const activities = `(select b.*, h.date, h.finess_geo, h.finess_legal, h.kind from bndmr_activity b join hospital_contact h on h.contact = b.id)`
const patients = `(select b.*, p.birth, p.sex sex_true, w.commune home from bndmr_patient b join person p on p.person = b.person
  join rare r on r.person = b.person join residence w on w.person = b.person and w.from_date <= r.last_activity and r.last_activity < w.until_date)`
/** Shares that the country promises, kept here a second time so that a change of them is seen. */
const errors: readonly [keyof typeof noises.default, number, string, string][] = [
  ['date', 0.08, activities, 'ACTIVITY_DATE <> date'],
  ['finess', 0.15, activities, 'FINESS <> finess_geo'],
  ['commune', 0.15, patients, 'RESIDENCE_COMMUNE <> home'],
  ['birthMonth', 0.005, patients, 'month(BIRTH_DATE) <> month(birth)'],
  ['sex', 0.003, patients, 'SEX <> sex_true'],
  ['activityMissing', 0.1, 'hospital_contact', 'not in_snds'],
  ['absent', 0.04, '(select p.* from person p semi join rare using (person))', 'not in_snds'],
]

describe('the noise between the sources', () => {
  test('is as large as planted', async () => {
    for (const [name, expected, from, wrong] of errors) {
      expect(noises.default[name], name).toBe(expected)
      const n = await one(noisy, `select count(*) from ${from}`)
      const share = await one(noisy, `select avg((${wrong})::integer) from ${from}`)
      const spread = Math.sqrt((expected * (1 - expected)) / n)
      expect(Math.abs(share - expected) / spread, `${name}: ${share} for ${expected}`).toBeLessThan(4)
    }
  })
  test('moves a date by one day and takes the legal entity for the site half of the time', async () => {
    expect(await one(noisy, `select max(abs(ACTIVITY_DATE - date)) from ${activities}`)).toBe(1)
    const legal = await one(
      noisy,
      `select avg((FINESS = finess_legal)::integer) from ${activities} where FINESS <> finess_geo`,
    )
    expect(legal).toBeGreaterThan(0.47)
    expect(legal).toBeLessThan(0.53)
  })
  test('can be switched off altogether', async () => {
    for (const [name, , from, wrong] of errors)
      expect(await one(clean, `select count(*) from ${from} where ${wrong}`), name).toBe(0)
    expect(await one(clean, `select count(*) from ${patients} where BIRTH_DATE <> birth`)).toBe(0)
  })
})

describe('the registry', () => {
  test('has one patient and one diagnosis for each, and all activities belong to them', async () => {
    const n = await one(noisy, 'select count(distinct IDMR) from bndmr_patient where length(IDMR) = 20')
    expect(n).toBe(30_000)
    expect(
      await one(noisy, 'select count(*) from bndmr_diagnosis semi join bndmr_patient using (IDMR)'),
    ).toBe(n)
    expect(await one(noisy, 'select count(*) from bndmr_activity anti join bndmr_patient using (IDMR)')).toBe(
      0,
    )
    expect(
      await one(noisy, 'select count(*) from bndmr_activity anti join bndmr_centre using (CENTRE_ID)'),
    ).toBe(0)
    expect(await one(noisy, 'select count(*) from bndmr_patient anti join bndmr_activity using (IDMR)')).toBe(
      0,
    )
  })
  test('leaves the code empty for 27 %, and gives their dates', async () => {
    const empty = await one(noisy, 'select avg((ORPHA is null)::integer) from bndmr_diagnosis')
    expect(empty).toBeGreaterThan(0.26)
    expect(empty).toBeLessThan(0.28)
    expect(
      await one(
        noisy,
        'select count(*) from bndmr_diagnosis where FIRST_SIGNS_DATE is null or FIRST_CONTACT_DATE is null',
      ),
    ).toBe(0)
  })
  test('knows the NIR more often of recent patients, adults, those seen often, and in some centres', async () => {
    const known = (where: string): Promise<number> =>
      one(noisy, `select avg(nir_known::integer) from registered where ${where}`)
    const pairs = [
      ["first_contact >= date '2017-01-01'", "first_contact < date '2017-01-01'"],
      ["birth <= date '2001-12-31'", "birth > date '2001-12-31'"],
      ['contacts >= 8', 'contacts < 8'],
    ] as const
    for (const [more, less] of pairs)
      expect((await known(more)) / (await known(less)), more).toBeGreaterThan(1.4)
    const [row] = await noisy.rows<{ ratio: number }>(
      'select (max(k) / min(k))::double ratio from (select avg(nir_known::integer) k from registered group by centre)',
    )
    expect(row?.ratio).toBeGreaterThan(2)
    expect(
      await one(
        noisy,
        'select count(*) from bndmr_patient b join person p using (person) where b.NIR <> p.nir',
      ),
    ).toBe(0)
  })
})

describe('oppositions', () => {
  test('are those of one person in a hundred, to all, to a source, to a project; some ended, some not begun', async () => {
    const n = await one(noisy, 'select count(distinct person) from opposition')
    expect(n).toBeGreaterThan(40_000 * 0.01 * 0.85)
    expect(n).toBeLessThan(40_000 * 0.01 * 1.15)
    expect(await one(noisy, 'select count(distinct scope) from opposition')).toBe(3)
    const ended = await one(
      noisy,
      `select count(*) from opposition where until_date < date '${LATENT_TODAY}'`,
    )
    const begun = await one(
      noisy,
      `select count(*) from opposition where from_date <= date '${LATENT_TODAY}'`,
    )
    const all = await one(noisy, 'select count(*) from opposition')
    expect(ended).toBeGreaterThan(0)
    expect(ended).toBeLessThan(all * 0.12)
    expect(begun).toBeLessThan(all)
    expect(begun).toBeGreaterThan(all * 0.92)
    expect(await one(noisy, 'select count(*) from opposition where until_date < from_date')).toBe(0)
  })
  test('to all stand in the registers of both sources, to one source in its own alone', async () => {
    const both = `from (select person, scope, count(distinct source) sources from opposition group by all)
      join (select person from registered where in_snds) using (person)`
    expect(await one(noisy, `select count(*) ${both} where scope = 'all' and sources <> 2`)).toBe(0)
    expect(await one(noisy, `select count(*) ${both} where scope = 'source' and sources <> 1`)).toBe(0)
    for (const source of ['snds', 'bndmr'])
      expect(
        await one(
          noisy,
          `select count(*) from opposition o join registered r using (person) where in_snds and scope = 'source' and source = '${source}'`,
        ),
      ).toBeGreaterThan(5)
  })
  test('name somebody whom the claims know: an adult by the own NIR, a child by a parent’s', async () => {
    const key = bytesFor(SEED, 'source')
    const rows = await noisy.rows<{ person: number; id: string; birth: string; sex: string; child: boolean }>(
      `select o.person, o.id, strftime(p.birth, '%Y%m%d') birth, p.sex, q.person is not null child from opposition o
        join person p using (person) left join parents q using (person) where source = 'snds'`,
    )
    const known = new Set<string>()
    for (const { person, psa, nir_ano } of await noisy.rows<{
      person: number
      psa: string
      nir_ano: string | null
    }>('select distinct person, psa, nir_ano from affiliation'))
      known.add(`${person} ${psa}`).add(`${person} ${nir_ano}`)
    for (const { person, id, birth, sex, child } of rows) {
      const [nir, ...more] = id.split('/') as [string, ...string[]]
      expect(more).toEqual(child ? [birth, sex] : [])
      const named = [producerPseudonym(key, nirText(nir)), producerPseudonym(key, psaText(nir, birth, sex))]
      expect(
        named.some((pseudonym) => known.has(`${person} ${pseudonym}`)),
        id,
      ).toBe(true)
    }
    expect(rows.filter(({ child }) => child).length).toBeGreaterThan(20)
    expect(
      await one(
        noisy,
        `select count(*) from opposition o join person p using (person) where source = 'snds' and o.id[:15] = p.nir and contains(o.id, '/') and p.birth > date '2001-12-31'`,
      ),
    ).toBeLessThan(5)
  })
})
