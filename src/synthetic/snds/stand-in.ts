import type { DuckDb } from '../../engine/index.ts'
import { diseaseCare } from './diseases.ts'
import { drawer, uniform, values } from './draws.ts'

/*
 * A small population of the shape of the latent tables, for the tests of this folder: its own, so that a change
 * of the country does not change what is tested here.
 */

const COMMUNES = ['75056', '69123', '2A004', '97105', '13055', '02408']

export async function standInPopulation(
  engine: DuckDb,
  persons: number,
  rare = 0.1,
  spread = 0.9,
): Promise<void> {
  const draw = drawer('stand-in')
  const u = (stream: string) => uniform(draw(stream, 'person'), 0, 40)
  await engine.run(`create or replace temp table person as
    with a as (
      select i::integer person, case when u < 0.024 then u / 0.012 when u < 0.21 then 2 + (u - 0.024) / 0.186 * 16
        when u < 0.47 then 18 + (u - 0.21) / 0.26 * 22 when u < 0.73 then 40 + (u - 0.47) / 0.26 * 20
        when u < 0.94 then 60 + (u - 0.73) / 0.21 * 20 else 80 + (u - 0.94) / 0.06 * 14 end age, v, w, x, y
      from (select i + 1 i, ${uniform(draw('age', 'i + 1'), 0, 40)} u, ${uniform(draw('v', 'i + 1'), 0, 40)} v,
        ${uniform(draw('w', 'i + 1'), 0, 40)} w, ${uniform(draw('x', 'i + 1'), 0, 40)} x, ${uniform(draw('y', 'i + 1'), 0, 40)} y from range(${persons}) t(i))
    )
    select person, (date '2019-06-30' - (age * 365.25)::integer)::date birth, case when v < 0.52 then '2' else '1' end sex,
      'x' nir, person insured, null::integer twin, [${COMMUNES.map((c) => `'${c}'`).join(', ')}][1 + floor(w * 6)::integer] commune,
      1 + (person % 5) quintile, case when x < 0.76 then 'general' when x < 0.87 then 'mutualist' when x < 0.92 then 'rsi' when x < 0.98 then 'msa' else 'other' end scheme,
      y < 0.11 c2s, case when y > 0.975 then (date '2016-06-30' + (y * 1000000)::integer % 1400) end death, y < 0.98 or y > 0.985 in_snds,
      v > ${1 - rare} rare
    from a`)
  await engine.run(`update person set death = null where death < birth + 10`)
  await engine.run(`create or replace temp table residence as
    select person, birth from_date, null::date until_date, commune from person
    union all select person, date '2018-05-01', null, '69123' from person where person % 13 = 0 and birth < date '2018-01-01'`)
  await engine.run(`create or replace temp table affiliation as
    select person, birth from_date, null::date until_date, person insured,
      case when person % 401 = 1 then upper(substr(md5((person - 1)::varchar), 1, 17)) else upper(substr(md5(person::varchar), 1, 17)) end psa,
      case when person % 401 = 1 then 2 else 1 end rng,
      case when person % 3 > 0 then upper(substr(md5('n' || person), 1, 17)) end nir_ano, '00' cdi_nir from person
    union all select person, date '2017-09-01', null, person, upper(substr(md5('b' || person), 1, 17)), 1, null, '00'
      from person where person % 97 = 5 and birth < date '2017-01-01'`)
  await engine.run(`create or replace temp table rare as
    select person, [${diseaseCare.map((d) => `'${d.orpha}'`).join(', ')}][1 + person % ${diseaseCare.length}] orpha,
      exp(${spread} * sqrt(-2 * ln(${u('s1')})) * cos(2 * pi() * ${u('s2')}) - ${spread ** 2 / 2}) severity
    from person where rare`)
  await engine.run(
    `create or replace temp table institution as select * from (${values([
      ['990000011', '990000010', 'A', 'public', '75056', 1],
      ['990000021', '990000020', 'B', 'public', '75056', 2],
      ['990000031', '990000030', 'C', 'public', '69123', 1],
      ['990000041', '990000040', 'D', 'public', '13055', 1],
      ['990000051', '990000050', 'E', 'public', '2A004', 1],
      ['990000061', '990000060', 'F', 'private', '75056', 1],
      ['990000071', '990000071', 'G', 'private', '69123', 1],
    ])}) i(finess_geo, finess_legal, name, status, commune, weight)`,
  )
  await engine.run(`create or replace temp table hospital_contact as
    select (row_number() over (order by person, k) - 1)::integer contact, person, (date '2017-01-10' + (k * 170 + person % 30)::integer) date,
      '990000011' finess_geo, '990000010' finess_legal,
      case when (person + k) % 10 = 0 then 'hospitalisation' when (person + k) % 5 = 0 then 'hospitalisation de jour' else 'consultation' end kind, 1 centre, k % 7 > 0 in_snds
    from (select person, unnest(range(6)) k from person where rare and birth < date '2017-01-01' and death is null)`)
}
