import type { Making } from './model.ts'
import { drawsOf } from './random.ts'

/**
 * Contacts in three years: none for a share, else at least one and over-dispersed; the mean falls to `late` of
 * itself for those who come to their centre at the end of the window.
 */
const CONTACTS = { none: 0.05, mean: 7.1, late: 0.4 }
/** Share of contacts in the hospital of the expert centre; the others are in the patient's département. */
const AT_CENTRE = 0.85
/** Kinds: consultation, then day hospital; the rest are stays. */
const KINDS = { consultation: 0.6, day: 0.85 }
/** No patient is seen more often. */
const MOST = 500

/**
 * `hospital_contact`: what truly happened between patients and hospitals in the window, at most one a day, and
 * whether the SNDS saw it. Neither the number nor the dates hang on severity, so that those who can be linked cost
 * what the others cost.
 */
export async function layContacts({ engine, seed, window, noise }: Making): Promise<void> {
  const { u, geometric } = drawsOf(seed)
  const days = `(date '${window.until}' - date '${window.from}' + 1)`
  await engine.run(`create or replace table hospital_contact as
    with present as (
      select person, centre_id, departement, first_contact, last_day, greatest(first_contact, date '${window.from}') a,
        ${CONTACTS.mean} * ${days} / 365.25 / 3 * (${CONTACTS.late} + ${1 - CONTACTS.late} * (last_day - greatest(first_contact, date '${window.from}') + 1) / ${days}) as mean,
        ${u('contacts', 'person', 1)} < ${CONTACTS.none} as unseen
      from patient where last_day >= date '${window.from}'
    ), counted as (
      select *, case when unseen then 0 else least(${MOST}, 1 + ${geometric('contacts', 'person', 'greatest(mean - 1, 0.5)')}) end n from present
    ), one as (
      select *, person::bigint * 512 + k as id from (select *, unnest(range(n)) k from counted where n > 0)
    ), dated as (
      select person, min(id) id, any_value(departement) departement, any_value(centre_id) centre_id, date
      from (
        select *, case when k = 0 and first_contact >= date '${window.from}' then first_contact
          else a + floor(${u('contact days', 'id')} * (last_day - a + 1))::integer end::date as date
        from one
      ) group by person, date
    ), drawn as (
      select *, ${u('contact kind', 'id')} uk, ${u('contact place', 'id')} up, ${u('contact seen', 'id')} useen from dated
    ), public as (
      select departement, finess_geo, finess_legal, row_number() over (partition by departement order by id) - 1 nth,
        count(*) over (partition by departement) among
      from institution where status = 'public'
    )
    select row_number() over (order by d.person, d.date)::integer contact, d.person, d.date,
      coalesce(x.finess_geo, c.finess_geo) finess_geo, coalesce(x.finess_legal, c.finess_legal) finess_legal,
      case when uk < ${KINDS.consultation} then 'consultation' when uk < ${KINDS.day} then 'hospitalisation de jour'
        else 'hospitalisation' end kind,
      c.centre, useen >= ${noise.activityMissing} in_snds
    from drawn d join centre c on c.id = d.centre_id
      left join public x on x.departement = d.departement and d.up >= ${AT_CENTRE}
        and x.nth = floor((d.up - ${AT_CENTRE}) / ${1 - AT_CENTRE} * x.among)
    order by contact`)
}
