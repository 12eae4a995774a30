import { orphaDisorders } from '../sources/index.ts'
import {
  AT_REFERENCE_CENTRE,
  COMPETENCE_RATIO,
  DELAY_RATIO,
  DELAY_SPREAD,
  diseaseCourses,
  SEVERITY_SPREAD,
  totalWeight,
  WITHOUT_ORPHA,
} from './diseases.ts'
import type { Making } from './model.ts'
import { drawsOf } from './random.ts'

/** Years before the end of the window in which patients come to their expert centre. */
const ENTRIES = 12
/** Years from first signs to the expert centre: median, and standard deviation of the logarithm. */
const LAG = { median: 0.4, spread: 0.9 }
/** Share of patients who are followed in a centre of their own region, where there is one. */
const NEAR = 0.9

/**
 * `patient`: who has which disease, how badly, since when, and which expert centre follows them.
 *
 * Everything but the delay is drawn without looking at the delay: the way to the expert centre, the contacts and
 * therefore the last news. So the undiagnosed are censored independently, and what is planted in the delay can be
 * found again by a Kaplan-Meier curve; a patient may well come to the centre with a diagnosis. The label of the
 * centre is drawn before its place, so that it does not hang on deprivation or region.
 */
export async function layPatients(making: Making): Promise<void> {
  const { engine, seed, window } = making
  const { u, normal, lognormal } = drawsOf(seed)
  await layCourses(making)
  await engine.run(`create or replace table patient as
    with drawn as (
      select p.person, p.birth, p.sex, p.quintile, p.region, p.departement,
        ${u('disease', 'person')} ud, ${u('contact', 'person')} uf, ${u('centre of', 'person', 2)} u_which,
        ${u('centre of', 'person', 1)} < ${NEAR} near,
        case when ${u('centre of', 'person')} < ${AT_REFERENCE_CENTRE} then 'CRMR' else 'CCMR' end as label,
        ${lognormal('severity', 'person', SEVERITY_SPREAD)} severity,
        exp(${DELAY_SPREAD} * ${normal('delay', 'person')}) spread,
        floor(${LAG.median * 365.25} * exp(${LAG.spread} * ${normal('lag', 'person')}))::integer lag,
        ${u('coded', 'person')} >= ${WITHOUT_ORPHA} coded, ${u('assertion', 'person')} uassert,
        -- The last day on which a patient can be seen: the day before a death.
        greatest(birth, least(coalesce(death - 1, date '9999-01-01'), date '${window.until}')) last_day
      from person p where rare
    ), ill as (
      select d.*, c.orpha, c.disease_group, c.specialty, c.delay * pow(${DELAY_RATIO}, (d.quintile - 1) / 4.0) * spread
          * case d.label when 'CCMR' then ${COMPETENCE_RATIO} else 1 end delay,
        greatest(birth, last_day - ${Math.round(ENTRIES * 365.25)}) earliest
      from drawn d join course c on c.sex = d.sex and ud >= c.since and ud < c.upto
    ), entered as (
      select *, (earliest + floor(uf * (last_day - earliest + 1))::integer)::date first_contact from ill
    ), begun as (
      select *, greatest(birth, first_contact - lag)::date first_signs from entered
    )
    select b.*, coalesce(h.id, a.id) centre_id,
      b.first_signs + greatest(1, floor(b.delay * 365.25))::integer true_diagnosis
    from begun b
      left join centre h on b.near and h.disease_group = b.disease_group and h.label = b.label and h.region = b.region
        and h.nth_here = floor(b.u_which * h.among_here)
      join centre a on a.disease_group = b.disease_group and a.label = b.label
        and a.nth_anywhere = floor(b.u_which * a.among_anywhere)
    order by b.person`)
}

/** `course`: diseases by sex as intervals of [0, 1). */
async function layCourses({ engine }: Making): Promise<void> {
  const groups = new Map(orphaDisorders.map(({ code, group }) => [code, group]))
  let since = 0
  const rows = diseaseCourses.flatMap(({ men, women, weight, delay, firstSpecialty }) => {
    const from = since / totalWeight
    since += weight
    return [men, women].map(
      (orpha, sex) =>
        `('${orpha}', '${sex + 1}', '${groups.get(orpha)}', ${from}::double, ${since / totalWeight}::double, ${delay}::double, '${firstSpecialty}')`,
    )
  })
  await engine.run(
    `create or replace table course as select * from (values ${rows.join(', ')}) c(orpha, sex, disease_group, since, upto, delay, specialty)`,
  )
}

/**
 * `rare`: what the registry knows of each patient. A diagnosis that comes after the last news is not in it. The
 * ORPHA code is missing independently of the course, so that what is told by disease is not told of the diagnosed
 * alone; a suspicion without a code may also be undetermined after full investigation.
 */
export async function layRare({ engine }: Making): Promise<void> {
  await engine.run(`create or replace table rare as
    with followed as (
      select p.*, c.centre, c.network, coalesce(h.contacts, 0)::integer contacts,
        greatest(p.first_contact, coalesce(h.last_contact, p.first_contact)) last_activity
      from patient p join centre c on c.id = p.centre_id left join (
        select person, count(*) contacts, max(date) last_contact from hospital_contact group by person
      ) h on h.person = p.person
    ), known as (
      select *, case when true_diagnosis <= last_activity then true_diagnosis end diagnosis from followed
    )
    select person, orpha, severity, first_signs, first_contact, specialty first_specialty, diagnosis, true_diagnosis,
      case when diagnosis is not null then 'confirmé' when not coded and uassert < 0.25 then 'indéterminé'
        when uassert < 0.65 then 'en cours' else 'probable' end as assertion,
      coded, centre, label, network,
      ${`case label when 'CCMR' then ${COMPETENCE_RATIO} else 1 end`}::double centre_effect, contacts, last_activity
    from known order by person`)
}
