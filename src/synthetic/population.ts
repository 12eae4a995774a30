import { nirText, producerPseudonym, psaText } from '../identity/index.ts'
import type { Making } from './model.ts'
import { streamsOf } from './random.ts'

/** Share of the inhabitants by age (INSEE, 2018, rounded): upper age, share. */
const AGES = [
  [10, 0.115],
  [20, 0.124],
  [30, 0.115],
  [40, 0.124],
  [50, 0.13],
  [60, 0.131],
  [70, 0.12],
  [80, 0.08],
  [90, 0.048],
  [101, 0.013],
] as const

/** Yearly death rate by age, Gompertz: close to 0.9 % for the whole (INSEE). */
const DEATH = { base: 0.00002, growth: 0.1 }

/** Share of twins among births, and how many of their pairs have one sex. */
const TWINS = { births: 0.017, sameSex: 0.64 }

/** Persons whose own NIR the SNDS knows (SpF example: 66 %). */
const NIR_ANO_KNOWN = 0.66
/** Yearly share of children who pass from one parent's number to the other's. */
const CHANGE_OF_PARENT = 0.012

/** Share of the C2S by deprivation quintile: 11 % for the whole. */
const C2S = [0.05, 0.07, 0.1, 0.13, 0.2]

/**
 * `person`: the inhabitants, and `residence`, where they live when. Twins follow one another in number and share
 * birth, mother and commune.
 */
export async function layPersons({ engine, seed, persons, window, rare }: Making): Promise<void> {
  const stream = streamsOf(seed)
  const cumulated = AGES.map(
    ([, share], index) => AGES.slice(0, index).reduce((sum, [, s]) => sum + s, 0) + share,
  )
  const total = cumulated.at(-1) as number
  const age = `case ${AGES.map(([upto, share], index) => {
    const from = index === 0 ? 0 : (AGES[index - 1]?.[0] ?? 0)
    const before = (cumulated[index] as number) - share
    return `when ua < ${(cumulated[index] as number) / total} then ${from} + (ua * ${total} - ${before}) / ${share} * ${upto - from}`
  }).join(' ')} else 100 end`
  await engine.run(`create or replace table drawn as
    select i::integer person,
      u(${stream('age')}, i, 0) ua, u(${stream('sex')}, i, 0) us, u(${stream('home')}, i, 0) uh, u(${stream('twins')}, i, 0) ut,
      u(${stream('twins')}, i, 1) ut2
    from range(1, ${persons + 1}) r(i)`)
  // Twins follow one another: an even number after the odd one with whom it shares birth, home and, often, sex.
  await engine.run(`create or replace table latent as
    with aged as (select *, date '${window.until}' - cast(floor((${age}) * 365.25) as integer) birth from drawn)
    select a.person, coalesce(b.birth, a.birth) birth, coalesce(b.uh, a.uh) uh, b.person twin_of,
      case when coalesce(case when a.ut2 < ${TWINS.sameSex} then b.us end, a.us) < 0.484 then '1' else '2' end sex
    from aged a left join aged b on b.person = a.person - 1 and b.person % 2 = 1 and b.ut < ${TWINS.births}`)
  const years = `date_diff('day', greatest(birth, date '${window.from}'), date '${window.until}') / 365.25`
  await engine.run(`create or replace table person as
    with housed as (
      select l.*, c.commune, c.departement, c.region, c.quintile, c.number
      from latent l join commune c on l.uh >= c.since and l.uh < c.upto
    ), lived as (
      select l.*, u(${stream('death')}, person, 0) ud, date_diff('day', birth, date '${window.until}') / 365.25 - (${years}) / 2 as middle_age
      from housed l
    )
    select person, birth, sex, ''::varchar nir, person insured, twin_of::integer twin, commune, departement, region, quintile,
      case when us < 0.76 then 'general' when us < 0.87 then 'mutualist' when us < 0.92 then 'independent' when us < 0.98 then 'agricultural' else 'other' end scheme,
      u(${stream('c2s')}, person, 0) < [${C2S.join(', ')}][quintile] c2s,
      case when ud < 1 - exp(-${DEATH.base} * exp(${DEATH.growth} * middle_age) * (${years}))
        then greatest(birth, date '${window.from}') + cast(floor(u(${stream('death')}, person, 1) * (date '${window.until}' - greatest(birth, date '${window.from}'))) as integer) end death,
      true in_snds, false nir_ano_known,
      row_number() over (order by u(${stream('rare')}, person, 0)) <= ${rare} rare
    from (select *, u(${stream('scheme')}, person, 0) us from lived l)
    order by person`)
  await engine.run(`create or replace table residence as
    with moves as (
      select person, commune, u(${stream('moves')}, person, 0) < 0.08 and birth < date '${window.from}' moved,
        date '${window.from}' + cast(floor(u(${stream('moves')}, person, 1) * (date '${window.until}' - date '${window.from}')) as integer) moved_on,
        u(${stream('moves')}, person, 2) uh, departement, birth
      from person
    )
    select m.person, least(m.birth, date '1900-01-01') from_date, coalesce(m.moved_on, date '9999-12-31') until_date, c.commune
    from (select * from moves where moved) m join commune c on m.uh >= c.since and m.uh < c.upto
    union all
    select person, case when moved then moved_on else least(birth, date '1900-01-01') end, date '9999-12-31', commune from moves
    order by person, from_date`)
}

/**
 * NIRs with a valid key and a birthplace that is none (commune codes from 900 of département 90), and under whose
 * number each person was insured when: children under a parent's, with the number they had at birth as their own.
 */
export async function layAffiliations({ engine, seed, window }: Making, key: Uint8Array): Promise<void> {
  const stream = streamsOf(seed)
  await engine.run(`update person set nir = n.nir from (
    with numbered as (
      select person, sex, birth, row_number() over (partition by sex, year(birth) % 100, month(birth) order by person) - 1 k from person
    ), thirteen as (
      select person, sex || lpad((year(birth) % 100)::varchar, 2, '0') || lpad(month(birth)::varchar, 2, '0') || '90'
        || (900 + k // 999)::varchar || lpad((k % 999 + 1)::varchar, 3, '0') n
      from numbered
    )
    select person, n || lpad((97 - n::bigint % 97)::varchar, 2, '0') nir from thirteen
  ) n where n.person = person.person`)
  // Parents: a woman 20 to 40 years older in the country, and a man; twins have the mother of the first.
  const parents = (sex: string, purpose: string): string => `
    select c.person, p.person parent
    from (select person, year(birth) - 20 - floor(u(${stream(purpose)}, coalesce(twin, person), 0) * 20)::integer y,
        u(${stream(purpose)}, coalesce(twin, person), 1) pick from person where birth > date '${window.from}' - interval 18 year) c
    join (select person, year(birth) y, row_number() over (partition by year(birth) order by person) - 1 nth, count(*) over (partition by year(birth)) among
      from person where sex = '${sex}') p on p.y = c.y and p.nth = floor(c.pick * p.among)`
  await engine.run(`create or replace table insurance as
    with mother as (${parents('2', 'mothers')}), father as (${parents('1', 'fathers')}),
    child as (
      select p.person, p.birth, (p.birth + interval 18 year)::date adult, m.parent mother, f.parent father,
        u(${stream('parents')}, coalesce(p.twin, p.person), 0) < ${CHANGE_OF_PARENT} * 18 changes,
        date '${window.from}' + floor(u(${stream('parents')}, coalesce(p.twin, p.person), 1) * (date '${window.until}' - date '${window.from}'))::integer changed_on
      from person p left join mother m on m.person = p.person left join father f on f.person = p.person
      where p.birth > date '${window.from}' - interval 18 year
    ), spans as (
      select person, birth from_date, case when changes and father is not null and changed_on < adult and changed_on > birth then changed_on else adult end until_date, coalesce(mother, father, person) insured from child
      union all
      select person, changed_on, adult, father from child where changes and father is not null and changed_on < adult and changed_on > birth
      union all
      select person, adult, date '9999-12-31', person from child
      union all
      select person, birth, date '9999-12-31', person from person where birth <= date '${window.from}' - interval 18 year
    )
    select s.*, p.birth, p.sex, p.nir, i.nir insured_nir, p.twin,
      u(${stream('nir known')}, s.person, 0) < ${NIR_ANO_KNOWN} and u(${stream('nir known')}, s.person, 1) >= 0.02 known,
      u(${stream('nir known')}, s.person, 1) < 0.02 provisional
    from spans s join person p on p.person = s.person join person i on i.person = s.insured
    where s.from_date < s.until_date and s.from_date <= date '${window.until}'
    order by s.person, s.from_date`)
  const rows = await engine.rows<{
    person: number
    from_date: string
    nir: string
    insured_nir: string
    birth: string
    sex: string
  }>(
    `select person, from_date, nir, insured_nir, strftime(birth, '%Y%m%d') birth, sex from insurance order by person, from_date`,
  )
  await engine.load(
    'pseudonym',
    { person: 'integer', from_date: 'varchar', psa: 'varchar', nir_ano: 'varchar' },
    rows.map((row) => [
      row.person,
      row.from_date,
      producerPseudonym(key, psaText(row.insured_nir, row.birth, row.sex)),
      producerPseudonym(key, nirText(row.nir)),
    ]),
  )
  await engine.run(`create or replace table affiliation as
    select i.person, i.from_date, i.until_date, i.insured, s.psa,
      (dense_rank() over (partition by s.psa order by i.person))::integer rng,
      case when i.known then s.nir_ano end nir_ano, case when i.provisional then '03' else '00' end cdi_nir
    from insurance i join pseudonym s on s.person = i.person and s.from_date = i.from_date::varchar
    order by i.person, i.from_date`)
  await engine.run(
    'update person set nir_ano_known = true from (select person from affiliation where nir_ano is not null) k where k.person = person.person',
  )
  await engine.run(
    `update person set insured = a.insured from (select person, max_by(insured, from_date) insured from affiliation group by person) a where a.person = person.person`,
  )
}
