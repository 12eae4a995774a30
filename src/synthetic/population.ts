import type { Making } from './model.ts'
import { drawsOf } from './random.ts'

/** Share of the inhabitants by age: age reached, share up to it. Births: 722,000 among 68 million; else INSEE 2018, rounded. */
const AGES = [
  [3, 0.0319],
  [10, 0.0801],
  [20, 0.124],
  [30, 0.115],
  [40, 0.125],
  [50, 0.131],
  [60, 0.132],
  [70, 0.12],
  [80, 0.08],
  [90, 0.048],
  [101, 0.013],
] as const

/** Yearly death rate at an age, Gompertz: 0.9 % of all inhabitants in a year (INSEE). */
const DEATH = { base: 0.000025, growth: 0.095 }
/** Share of men. */
const MEN = 0.484
/** Share of persons who are twins (1.7 % of the births of today, fewer before), and of pairs that have one sex. */
const TWINS = { persons: 0.028, sameSex: 0.64 }
/** Share of households that move to another commune in a year. */
const MOVES = 0.027
/** Schemes in 2016 (SpF): the first share that a uniform stays below. */
const SCHEMES = [
  ['general', 0.76],
  ['mutualist', 0.87],
  ['independent', 0.92],
  ['agricultural', 0.98],
  ['other', 1],
] as const
/** Share of the C2S by deprivation quintile: 7.4 of 68 million for the whole. */
const C2S = [0.05, 0.07, 0.1, 0.13, 0.195]

/** Uniforms through the inverse of a piecewise linear distribution. */
function ageOf(uniform: string): string {
  const total = AGES.reduce((sum, [, share]) => sum + share, 0)
  let from = 0
  let before = 0
  const pieces = AGES.map(([upto, share]) => {
    const low = before / total
    const high = (before + share) / total
    const piece = `when ${uniform} < ${high} then ${from} + (${uniform} - ${low}) / ${high - low} * ${upto - from}`
    from = upto
    before += share
    return piece
  })
  return `case ${pieces.join(' ')} else ${from} end`
}

/**
 * `person`: the inhabitants with their deaths in the window, and `residence`: where each lives when. Children live
 * with their mother and share her scheme and C2S; twins follow one another in number and share birth and parents.
 * `commune` and `quintile` of a person are those of 1 January of the last year, or of birth after it.
 */
export async function layPersons(making: Making): Promise<void> {
  await drawBirths(making)
  await findParents(making)
  await settle(making)
}

/** `born`: birth, sex and twin of each person. An even number may be the twin of the odd one before it. */
async function drawBirths({ engine, seed, persons, window }: Making): Promise<void> {
  const { u } = drawsOf(seed)
  await engine.run(`create or replace table born as
    with drawn as (
      select i::integer person, ${u('sex', 'i')} us, ${u('twins', 'i')} pair, ${u('twins', 'i', 1)} same,
        date '${window.until}' - floor((${ageOf(u('age', 'i'))}) * 365.25)::integer birth
      from range(1, ${persons + 1}) r(i)
    )
    select a.person, coalesce(b.birth, a.birth) birth, b.person twin,
      case when case when a.same < ${TWINS.sameSex} then coalesce(b.us, a.us) else a.us end < ${MEN} then '1' else '2' end sex
    from drawn a left join drawn b on b.person = a.person - 1 and b.person % 2 = 1 and b.pair < ${TWINS.persons}
    order by a.person`)
}

/** `parents`: of everyone who is a child at some time of the window, a woman and a man 20 to 40 years older. */
async function findParents({ engine, seed, window }: Making): Promise<void> {
  const { u } = drawsOf(seed)
  const pair = 'coalesce(twin, person)'
  const parent = (sex: string, purpose: string): string => `
    select k.person, a.person parent
    from (
      select c.person, c.y, floor(c.pick * y.among)::bigint nth
      from (
        select person, year(birth) - 20 - floor(${u(purpose, pair)} * 20)::integer y, ${u(purpose, pair, 1)} pick
        from born where birth > date '${window.from}' - interval 18 year
      ) c join (select year(birth) y, count(*) among from born where sex = '${sex}' group by 1) y on y.y = c.y
    ) k join (
      select person, year(birth) y, row_number() over (partition by year(birth) order by person) - 1 nth from born where sex = '${sex}'
    ) a on a.y = k.y and a.nth = k.nth`
  await engine.run(`create or replace table parents as
    select c.person, m.parent mother, f.parent father
    from born c left join (${parent('2', 'mothers')}) m on m.person = c.person
      left join (${parent('1', 'fathers')}) f on f.person = c.person
    where c.birth > date '${window.from}' - interval 18 year
    order by c.person`)
}

/** Homes and moves of households, then what hangs on the person: scheme, C2S, death, whether rare. */
async function settle({ engine, seed, window, rare, homeDay }: Making): Promise<void> {
  const { u } = drawsOf(seed)
  const years = `date_diff('day', date '${window.from}', date '${window.until}') / 365.25`
  await engine.run(`create or replace table residence as
    with household as (
      select b.person, coalesce(p.mother, b.person) house from born b left join parents p on p.person = b.person
    ), drawn as (
      select person, ${u('home', 'house')} here, ${u('moves', 'house')} < ${MOVES} * ${years} moves,
        ${u('moves', 'house', 2)} there,
        date '${window.from}' + floor(${u('moves', 'house', 1)} * (date '${window.until}' - date '${window.from}'))::integer moved_on
      from household
    ), homes as (
      select d.person, h.commune home, o.commune other, d.moves and o.commune <> h.commune moves, d.moved_on
      from drawn d asof join commune h on d.here >= h.since asof join commune o on d.there >= o.since
    )
    select person, date '1900-01-01' from_date, case when moves then moved_on else date '9999-12-31' end until_date,
      case when moves and moved_on <= date '${homeDay}' then other else home end commune
    from homes
    union all
    select person, moved_on, date '9999-12-31', case when moved_on <= date '${homeDay}' then home else other end
    from homes where moves
    order by person, from_date`)
  const lived = `(date_diff('day', greatest(birth, date '${window.from}'), date '${window.until}') / 365.25)`
  await engine.run(`create or replace table person as
    with housed as (
      select b.*, coalesce(p.mother, b.person) house, c.commune, c.departement, c.region, c.quintile
      from born b left join parents p on p.person = b.person
        join residence r on r.person = b.person and r.from_date <= date '${homeDay}' and date '${homeDay}' < r.until_date
        join commune c on c.commune = r.commune
    ), drawn as (
      select *, ${u('scheme', 'house')} us, ${u('c2s', 'house')} uc, ${u('death', 'person')} ud,
        date_diff('day', birth, date '${window.until}') / 365.25 - ${lived} / 2 age
      from housed
    )
    select person, birth, sex, ''::varchar nir, person insured, twin, commune, departement, region, quintile,
      case ${SCHEMES.map(([name, upto]) => `when us < ${upto} then '${name}'`).join(' ')} end scheme,
      uc < [${C2S.join(', ')}][quintile] c2s,
      case when ud < 1 - exp(-${DEATH.base} * exp(${DEATH.growth} * age) * ${lived})
        then greatest(birth, date '${window.from}') + floor(${u('death', 'person', 1)}
          * (date '${window.until}' - greatest(birth, date '${window.from}')))::integer end death,
      true in_snds, false nir_ano_known,
      row_number() over (order by ${u('rare', 'person')}, person) <= ${rare} rare
    from drawn order by person`)
}
