import { diseaseCare, otherDisease } from './diseases.ts'
import { choose, drawer, skewed, uniform, values } from './draws.ts'
import type { SndsContext } from './model.ts'

/** Share of persons with a common chronic disease under ALD, by age band. */
const CHRONIC = [0.01, 0.03, 0.05, 0.13, 0.33, 0.56]
/** How much more medicine the chronically ill take; the others take less, so that the band's mean stays. */
const CHRONIC_DRUGS = [2, 2, 2, 1.8, 1.6, 1.3]
/** ALD number, CIM-10, share in 256ths. */
export const chronicDiseases = [
  ['8', 'E119', 78],
  ['30', 'C509', 62],
  ['5', 'I48', 34],
  ['13', 'I259', 30],
  ['23', 'F322', 30],
  ['14', 'J449', 10],
  ['19', 'N189', 6],
  ['15', 'G301', 6],
] as const
/** Spread of personal factors (standard deviation of the logarithm); the mean is 1. */
const SPREAD = { care: 0.5, drugs: 0.45, hospital: 1.25 }

export const bandOf = (age: string): string =>
  `case when ${age} < 2 then 0 when ${age} < 18 then 1 when ${age} < 40 then 2 when ${age} < 60 then 3 when ${age} < 80 then 4 else 5 end`

/**
 * `snds_patient`: what stays with a person (factors, chronic or rare disease, ALD); `snds_segment`: pieces of a
 * person's observed time in which year, affiliation and residence do not change. All care hangs on a segment.
 */
export async function layTime(context: SndsContext): Promise<void> {
  const { engine, window, seed } = context
  const draw = drawer(seed)
  const personal = draw('person', 'person')
  const other = draw('person illness', 'person')
  const byBand = (numbers: readonly number[], band: string): string => `(${choose(numbers, band)})::double`
  await engine.run(`create or replace temp table snds_disease as
    select row_number() over () - 1 disease, * from (${values(
      [otherDisease, ...diseaseCare].map((d) => [d.orpha, d.cim10, d.ald, d.drugs, d.box, d.stays]),
    )}) d(orpha, cim10, ald, drugs, box, stays)`)
  await engine.run(`create or replace temp table snds_patient as
    with p as (
      select *, ${bandOf(`date_diff('year', birth, date '${window.until}')`)} band,
        ${personal} h, ${other} h2
      from person where in_snds and birth <= date '${window.until}'
        and (death is null or death > date '${window.from}')
    ), q as (
      select p.*, r.person is not null is_rare, coalesce(r.severity, 1)::double severity,
        coalesce(d.disease, 0) disease, d.cim10 rare_cim10, d.ald rare_ald,
        r.person is null and ${uniform('h2', 0, 24)} < ${byBand(CHRONIC, 'band')} chronic,
        ${uniform('h2', 24, 8)} u_which, ${uniform('h2', 32, 16)} u_since, ${uniform('h2', 48, 16)} u_other
      from p left join rare r on r.person = p.person
        left join snds_disease d on d.orpha = r.orpha or (d.orpha = '' and r.orpha not in (${diseaseCare
          .map((d) => `'${d.orpha}'`)
          .join(', ')}))
    )
    select person, birth, death, sex, c2s, scheme, band, is_rare, severity, disease, chronic,
      ${skewed(SPREAD.care, uniform('h', 0, 20), uniform('h', 20, 20))} f_care,
      ${skewed(SPREAD.hospital, uniform('h2', 8, 20), uniform('h', 40, 20))} f_hospital,
      case when is_rare then 1 when chronic then ${byBand(CHRONIC_DRUGS, 'band')}
        else (1 - ${byBand(CHRONIC, 'band')} * ${byBand(CHRONIC_DRUGS, 'band')}) / (1 - ${byBand(CHRONIC, 'band')}) end
        * ${skewed(SPREAD.drugs, uniform('h', 10, 20), uniform('h', 30, 20))} f_drugs,
      case when is_rare then greatest(birth, date '${window.from}' - (30 + floor(u_since * 3000))::integer)
        when chronic then greatest(birth, date '${window.from}' - 2900 + floor(u_since * 3900)::integer) end ald_from,
      case when is_rare then rare_ald when chronic then ${choose(
        chronicDiseases.flatMap(([ald, , share]) => Array.from({ length: share }, () => ald)),
        'floor(u_which * 256)',
      )} end ald,
      rare_cim10,
      not is_rare and chronic and band >= 3 and u_other < 0.004 renal,
      u_other > 0.96 chemo, u_other
    from q`)
  await engine.run(`create or replace temp table snds_segment as
    with span as (
      select person, greatest(birth, date '${window.from}') a, least(coalesce(death, date '9999-01-01'), date '${window.until}' + 1) b
      from snds_patient
    ), aff as (
      select person, psa, rng,
        case when row_number() over w = 1 then date '1800-01-01' else from_date end a,
        coalesce(lead(from_date) over w, date '9999-01-01') b
      from affiliation window w as (partition by person order by from_date, psa)
    ), home as (
      select person, commune,
        case when row_number() over w = 1 then date '1800-01-01' else from_date end a,
        coalesce(lead(from_date) over w, date '9999-01-01') b
      from residence window w as (partition by person order by from_date, commune)
    ), years as (
      select make_date(y::integer, 1, 1) a, make_date(y::integer + 1, 1, 1) b
      from range(${Number(window.from.slice(0, 4))}, ${Number(window.until.slice(0, 4)) + 1}) y(y)
    ), piece as (
      select s.person, aff.psa, aff.rng, home.commune,
        greatest(s.a, aff.a, home.a, years.a) from_date, least(s.b, aff.b, home.b, years.b) until_date
      from span s join aff on aff.person = s.person and aff.a < s.b and aff.b > s.a
        join home on home.person = s.person and home.a < s.b and home.b > s.a
        join years on years.a < s.b and years.b > s.a
    )
    select row_number() over (order by i.person, i.from_date)::integer segment,
      i.person * 64::bigint + row_number() over (partition by i.person order by i.from_date) sid,
      i.person, i.psa, i.rng::utinyint rng, i.commune, i.from_date, i.until_date,
      (i.until_date - i.from_date)::integer len, ((i.until_date - i.from_date) / 365.25)::double span,
      ${bandOf("date_diff('year', p.birth, i.from_date)")}::utinyint band,
      date_diff('year', p.birth, i.from_date) >= 18 adult,
      coalesce(p.ald_from <= i.from_date, false) covered,
      p.c2s, p.sex, p.is_rare, p.disease::usmallint disease, p.severity, p.f_care, p.f_hospital, p.f_drugs,
      p.renal, coalesce(p.ald = '30', false) and p.chemo and p.chronic cancer,
      year(i.from_date)::integer care_year
    from piece i join snds_patient p on p.person = i.person
    where i.from_date < i.until_date`)
}
