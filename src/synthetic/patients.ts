import {
  COMPETENCE_RATIO,
  DELAY_RATIO,
  DELAY_SPREAD,
  diseaseCourses,
  SEVERITY_SPREAD,
  WITHOUT_ORPHA,
} from './diseases.ts'
import type { Making } from './model.ts'
import { streamsOf } from './random.ts'

/** Patients per expert centre, roughly; every centre is a place in a public hospital. */
const PATIENTS_PER_CENTRE = 140
/** Hospital contacts of a patient in three years: none in 5 %, else over-dispersed around this mean. */
const CONTACTS = { none: 0.05, mean: 6.3 }

/** `centre`: expert centres in public hospitals, a third of them reference centres. */
export async function layCentres({ engine, seed, rare }: Making): Promise<void> {
  const stream = streamsOf(seed)
  const centres = Math.max(4, Math.min(300, Math.round(rare / PATIENTS_PER_CENTRE)))
  await engine.run(`create or replace table centre as
    with hosts as (
      select finess_geo, finess_legal, departement, row_number() over (order by u(${stream('centres')}, id, 0)) - 1 nth, count(*) over () among
      from institution where status = 'public'
    )
    select 'CENTRE-' || lpad(k::varchar, 4, '0') centre, h.finess_geo, h.finess_legal, h.departement,
      'Centre expert inventé ' || k as name, case when k % 3 = 1 then 'CRMR' else 'CCMR' end as label,
      'RESEAU-' || (1 + k % 8) network, k::integer id
    from range(1, ${centres + 1}) c(k) join hosts h on h.nth = (k - 1) % h.among
    order by k`)
}

/**
 * `rare`: registry patients with disease, severity, course and centre. What the registry records of a diagnosis
 * ends with the last contact: a diagnosis that comes later is not in it, so that follow-up is censored by
 * contacts, which do not depend on the delay.
 */
export async function layPatients(making: Making): Promise<void> {
  const { engine, seed, window } = making
  const stream = streamsOf(seed)
  const total = diseaseCourses.reduce((sum, disease) => sum + disease.weight, 0)
  let since = 0
  await engine.load(
    'course',
    { orpha: 'varchar', since: 'varchar', upto: 'varchar', delay: 'varchar', specialty: 'varchar' },
    diseaseCourses.map(({ orpha, weight, delay, firstSpecialty }) => {
      const from = since
      since += weight
      return [orpha, String(from / total), String(since / total), String(delay), firstSpecialty]
    }),
  )
  const years = `date_diff('day', date '${window.from}', date '${window.until}') / 365.25`
  await engine.run(`create or replace table patient as
    with drawn as (
      select p.*, u(${stream('disease')}, person, 0) ud, u(${stream('centre of')}, person, 0) uc,
        u(${stream('signs')}, person, 0) us, u(${stream('contact')}, person, 0) uf,
        exp(${SEVERITY_SPREAD} * normal(${stream('severity')}, person, 0) - ${SEVERITY_SPREAD ** 2 / 2}) severity,
        exp(${DELAY_SPREAD} * normal(${stream('delay')}, person, 0)) spread,
        u(${stream('coded')}, person, 0) ucode, u(${stream('assertion')}, person, 0) uassert,
        u(${stream('contacts')}, person, 0) un, normal(${stream('contacts')}, person, 5) zn
      from person p where rare
    ), placed as (
      select d.*, c.orpha, c.specialty, c.delay::double * pow(${DELAY_RATIO}, (d.quintile - 1) / 4.0) * spread
          * case when e.label = 'CCMR' then ${COMPETENCE_RATIO} else 1 end delay,
        e.centre, e.label, least(coalesce(death, date '9999-01-01'), date '${window.until}') last_day,
        case when un < ${CONTACTS.none} then 0
          else 1 + floor(-${CONTACTS.mean - 1} * ${years} / 3 * ln(u(${stream('contacts')}, person, 1)))::integer end contacts
      from drawn d join course c on ud >= c.since::double and ud < c.upto::double
        join centre e on e.id = 1 + floor(uc * (select count(*) from centre))::integer
    ), begun as (
      select *, greatest(birth, (last_day - cast(floor(30 + us * least(14 * 365.25, greatest(date_diff('day', birth, last_day) - 60, 1))) as integer)))::date first_signs
      from placed
    )
    select *, least(last_day, first_signs + greatest(1, floor((0.05 + 0.25 * uf) * delay * 365.25))::integer) first_contact,
      first_signs + greatest(2, floor(delay * 365.25))::integer true_diagnosis
    from begun order by person`)
  await layContacts(making)
  await engine.run(`create or replace table rare as
    with followed as (
      select p.*, greatest(p.first_contact, coalesce(h.last_contact, p.first_contact)) last_activity
      from patient p left join (select person, max(date) last_contact from hospital_contact group by person) h on h.person = p.person
    ), known as (
      select *, case when true_diagnosis <= last_activity then true_diagnosis end diagnosis from followed
    ), shares as (select avg((diagnosis is null)::integer) undiagnosed from known)
    select person, orpha true_orpha, orpha, severity, first_signs, first_contact, specialty first_specialty, diagnosis,
      last_activity, centre, label, contacts, last_day,
      -- Half of the undiagnosed have no suspected disease yet; the rest of the uncoded wait for their code.
      case when diagnosis is null then ucode >= least(1, 0.6) else ucode >= greatest(0, (${WITHOUT_ORPHA} - 0.6 * undiagnosed) / (1 - undiagnosed)) end coded,
      case when diagnosis is not null then 'confirmé' when uassert < 0.55 then 'en cours' when uassert < 0.9 then 'probable' else 'indéterminé' end as assertion
    from known, shares order by person`)
}

/** `hospital_contact`: what happened between patient and hospitals in the window, seen by the SNDS or not. */
async function layContacts({ engine, seed, window, noise }: Making): Promise<void> {
  const stream = streamsOf(seed)
  await engine.run(`create or replace table hospital_contact as
    with one as (
      select p.person, p.centre, k, p.person * 512 + k as id, greatest(p.first_contact, date '${window.from}') a, p.last_day b, p.first_contact, p.departement
      from patient p, range(1, 513) r(k)
      where k <= p.contacts and p.last_day >= date '${window.from}'
    ), dated as (
      select *, case when k = 1 and first_contact >= date '${window.from}' then first_contact
          else a + floor(u(${stream('contact days')}, id, 0) * (b - a + 1))::integer end date,
        u(${stream('contact kind')}, id, 0) uk, u(${stream('contact place')}, id, 0) up, u(${stream('contact seen')}, id, 0) useen
      from one
    ), elsewhere as (
      select departement, finess_geo, finess_legal, row_number() over (partition by departement order by id) - 1 nth, count(*) over (partition by departement) among
      from institution where status = 'public'
    )
    select row_number() over (order by d.person, d.date, d.k)::integer contact, d.person, d.date,
      case when d.up < 0.85 or x.finess_geo is null then c.finess_geo else x.finess_geo end finess_geo,
      case when d.up < 0.85 or x.finess_geo is null then c.finess_legal else x.finess_legal end finess_legal,
      case when uk < 0.6 then 'consultation' when uk < 0.85 then 'hospitalisation de jour' else 'hospitalisation' end kind,
      d.centre, useen >= ${noise.activityMissing} in_snds
    from dated d join centre c on c.centre = d.centre
      left join elsewhere x on x.departement = d.departement and x.nth = floor((d.up - 0.85) / 0.15 * x.among) and d.up >= 0.85
    order by contact`)
}
