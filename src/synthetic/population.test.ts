import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bytesFor } from '../base/index.ts'
import type { DuckDb } from '../engine/index.ts'
import { producerPseudonym, psaText } from '../identity/index.ts'
import { finessOf, luhnKey } from './finess.ts'
import { latentCountry, one } from './small-country.fixture.ts'

const PERSONS = 200_000
let engine: DuckDb
beforeAll(async () => {
  engine = await latentCountry({ persons: PERSONS, rare: Math.round(PERSONS * 0.022) })
})
afterAll(async () => engine?.close())
const count = (query: string): Promise<number> => one(engine, `select count(*) ${query}`)
const share = (condition: string, from = 'person'): Promise<number> =>
  one(engine, `select avg((${condition})::integer) from ${from}`)

describe('a plain country', () => {
  test('has the published marginals, within a tenth', async () => {
    // A person as the tables tell one: BEN_IDT_ANO.
    const numbers = `(select count(distinct psa) psas, count(distinct (psa, rng)) filter (nir_ano is not null) ranks, max(nir_ano) nir_ano
      from affiliation group by coalesce(nir_ano, psa))`
    const shares: [string, number, string, string?][] = [
      ['general scheme, 2016', 0.76, "scheme = 'general'"],
      ['mutualist sections, 2016', 0.11, "scheme = 'mutualist'"],
      ['independents, 2016', 0.05, "scheme = 'independent'"],
      ['agricultural scheme, 2016', 0.06, "scheme = 'agricultural'"],
      ['other schemes, 2016', 0.02, "scheme = 'other'"],
      ['C2S, 2022', 7.4 / 68, 'c2s'],
      ['births, three years', (3 * 0.722) / 68, "birth >= date '2017-01-01'"],
      ['deaths, three years (INSEE)', 3 * 0.009, 'death is not null'],
      ['persons with two numbers or more', 0.0084, 'psas > 1', numbers],
      ['false twins', 0.0018, 'ranks > psas', numbers],
      ['BEN_NIR_ANO filled', 0.66, 'nir_ano is not null', numbers],
      ['persons in the registry', 0.022, 'rare'],
      ['patients without ORPHA code', 0.27, 'not coded', 'rare'],
      ['patients whose NIR is known', 0.16, 'nir_known', 'registered'],
    ]
    for (const [quantity, published, condition, from] of shares) {
      const obtained = await share(condition, from)
      expect(
        Math.abs(obtained / published - 1),
        `${quantity}: published ${published}, obtained ${obtained}`,
      ).toBeLessThan(0.1)
    }
  })
  test('is one life per person: nobody dies unborn, and everyone lives in one commune on each day', async () => {
    expect(await count('from person where death < birth')).toBe(0)
    expect(
      await count(`from (select person, from_date, until_date, lead(from_date) over (partition by person order by from_date) successor
        from residence) where coalesce(successor, date '9999-12-31') <> until_date`),
    ).toBe(0)
    expect(await count(`from residence where from_date > date '1900-01-01'`)).toBeGreaterThan(PERSONS * 0.05)
    expect(
      await count(
        `from residence r join person p using (person) where r.from_date <= date '2019-01-01' and date '2019-01-01' < r.until_date and r.commune <> p.commune`,
      ),
    ).toBe(0)
  })
  test('has fifths of deprivation', async () => {
    for (const quintile of [1, 2, 3, 4, 5]) {
      const obtained = await share(`quintile = ${quintile}`)
      expect(obtained, `quintile ${quintile}`).toBeGreaterThan(0.17)
      expect(obtained, `quintile ${quintile}`).toBeLessThan(0.23)
    }
  })
})

describe('numbers', () => {
  test('are NIRs of the person with a valid key, one each', async () => {
    expect(
      await count(`from person where 97 - nir[:13]::bigint % 97 <> nir[14:]::integer or length(nir) <> 15`),
    ).toBe(0)
    expect(
      await count(
        `from person where nir[1] <> sex or nir[2:3] <> strftime(birth, '%y') or nir[4:5] <> strftime(birth, '%m')`,
      ),
    ).toBe(0)
    expect(await one(engine, 'select count(*) - count(distinct nir) from person')).toBe(0)
  })
  test('tell a birthplace that was never assigned', async () => {
    const communes = createRequire(import.meta.url)('@etalab/decoupage-administratif/data/communes.json') as {
      code: string
    }[]
    const assigned = new Set(communes.map(({ code }) => code))
    const places = await engine.rows<{ place: string }>('select distinct nir[6:10] place from person')
    expect(places.filter(({ place }) => assigned.has(place) || !/^909\d\d$/.test(place))).toEqual([])
    expect(assigned.has('90010')).toBe(true)
  })
})

describe('affiliation', () => {
  test('of a child is a parent’s, and BEN_NIR_PSA hashes the parent’s number with the child’s birth and sex', async () => {
    const key = bytesFor('latent', 'source')
    const rows = await engine.rows<{ psa: string; nir: string; birth: string; sex: string }>(
      `select a.psa, i.nir, strftime(p.birth, '%Y%m%d') birth, p.sex from affiliation a join person p on p.person = a.person
        join person i on i.person = a.insured where a.insured <> a.person order by a.person limit 2000`,
    )
    expect(rows.length).toBe(2000)
    for (const { psa, nir, birth, sex } of rows)
      expect(psa).toBe(producerPseudonym(key, psaText(nir, birth, sex)))
    expect(
      await count(`from affiliation a join parents q on q.person = a.person
        where a.insured not in (a.person, coalesce(q.mother, 0), coalesce(q.father, 0))`),
    ).toBe(0)
    expect(
      await share(
        'a.insured <> a.person',
        `affiliation a join person p on p.person = a.person and p.birth > date '2001-12-31' and a.from_date = p.birth`,
      ),
    ).toBeGreaterThan(0.99)
  })
  test('of twins of one sex under a parent is one number with two ranks, of other twins two numbers', async () => {
    const twins = `from person a join person b on b.person = a.twin join affiliation x on x.person = a.person
      join affiliation y on y.person = b.person and y.insured = x.insured`
    expect(await count(`${twins} where a.sex = b.sex`)).toBeGreaterThan(300)
    expect(await count(`${twins} where a.sex = b.sex and (x.psa <> y.psa or x.rng = y.rng)`)).toBe(0)
    expect(await count(`${twins} where a.sex <> b.sex`)).toBeGreaterThan(100)
    expect(await count(`${twins} where a.sex <> b.sex and x.psa = y.psa`)).toBe(0)
    expect(
      await count(
        'from person a join person b on b.person = a.twin where a.birth <> b.birth or a.nir = b.nir',
      ),
    ).toBe(0)
  })
  test('changes at adulthood and with the parent, and a number and rank are one person’s', async () => {
    expect(
      await count(
        `from affiliation a join person p using (person) where a.insured = a.person and a.from_date = p.birth + interval 18 year`,
      ),
    ).toBeGreaterThan(500)
    expect(
      await count(
        `from affiliation a join affiliation b on b.person = a.person and b.from_date = a.until_date where a.insured <> b.insured and b.insured <> b.person`,
      ),
    ).toBeGreaterThan(300)
    expect(
      await count('from (select psa, rng from affiliation group by all having count(distinct person) > 1)'),
    ).toBe(0)
  })
})

describe('a hospital', () => {
  test('has a FINESS number of its own that cannot be a real one, and a name that says that it is invented', async () => {
    const rows = await engine.rows<{ finess_geo: string; finess_legal: string; name: string }>(
      'select * from institution',
    )
    const numbers = rows.flatMap((row) => [row.finess_geo, row.finess_legal])
    expect(new Set(numbers).size).toBe(numbers.length)
    for (const number of numbers) {
      expect(number).toMatch(/^\d{9}$/)
      expect(Number(number[8])).not.toBe(luhnKey(number.slice(0, 8)))
    }
    expect(rows.filter(({ name }) => !name.includes('inventé'))).toEqual([])
    expect(await count(`from centre where name not like '%inventé%'`)).toBe(0)
  })
  test('of real numbers the last digit is the key', () => {
    // From the public register: numbers of large public hospitals that every claims analyst knows.
    for (const number of ['750712184', '690781810', '130786049'])
      expect(luhnKey(number.slice(0, 8))).toBe(Number(number[8]))
    expect(finessOf('01', 3)).toMatch(/^0199/)
    expect(new Set([finessOf('2A', 1), finessOf('2B', 1), finessOf('971', 1), finessOf('976', 1)]).size).toBe(
      4,
    )
  })
})
