import type { Making } from './model.ts'
import { streamsOf } from './random.ts'

/**
 * The registry as its centres would write it: `bndmr_patient`, `bndmr_diagnosis`, `bndmr_activity`,
 * `bndmr_centre`, with the errors of two sources that do not know each other.
 */
export async function writeRegistry({ engine, seed, window, noise }: Making): Promise<void> {
  const stream = streamsOf(seed)
  // The NIR is known for 16 %: rather of recent patients, adults, those seen often, and in some centres.
  await engine.run(`create or replace table registered as
    with scored as (
      select r.*, p.birth, p.sex, p.death, p.nir, p.in_snds, p.departement,
        (case when r.first_contact >= date '${window.from}' then 1.6 else 0.8 end)
          * (case when p.birth <= date '${window.until}' - interval 18 year then 1.2 else 0.5 end)
          * (case when r.contacts >= 8 then 1.5 else 0.85 end)
          * (case when hash(r.centre) % 4 = 0 then 2 else 0.7 end) likely
      from rare r join person p on p.person = r.person
    )
    select *, lpad((hash(xor(hash(person::bigint), ${stream('idmr')})) % 10000000000)::varchar, 10, '0')
        || lpad((hash(xor(hash(person::bigint + 500000000), ${stream('idmr')})) % 10000000000)::varchar, 10, '0') idmr,
      u(${stream('nir in registry')}, person, 0) < 0.16 * likely / avg(likely) over () nir_known
    from scored order by person`)
  await engine.run(`create or replace table bndmr_patient as
    with wrong as (
      select r.*, w.commune home, u(${stream('registry errors')}, r.person, 0) uc, u(${stream('registry errors')}, r.person, 1) um,
        u(${stream('registry errors')}, r.person, 2) us, u(${stream('registry errors')}, r.person, 3) un
      from registered r join residence w on w.person = r.person and w.from_date <= r.first_contact and r.first_contact < w.until_date
    ), near as (
      select departement, commune, row_number() over (partition by departement order by commune) - 1 nth, count(*) over (partition by departement) among from commune
    )
    select w.person, idmr IDMR, case when us < ${noise.sex} then case sex when '1' then '2' else '1' end else sex end SEX,
      case when um < ${noise.birthMonth} then make_date(year(birth), 1 + (month(birth) + floor(un * 11)::bigint) % 12, least(day(birth), 28)) else birth end BIRTH_DATE,
      case when uc < ${noise.commune} then n.commune else home end RESIDENCE_COMMUNE,
      death DEATH_DATE, case when nir_known then nir end NIR
    from wrong w left join near n on n.departement = w.departement and n.nth = floor(un * n.among)
    order by IDMR`)
  await engine.run(`create or replace table bndmr_diagnosis as
    select idmr IDMR, case when coded then orpha end ORPHA, assertion as ASSERTION, first_signs FIRST_SIGNS_DATE,
      first_contact FIRST_CONTACT_DATE, diagnosis DIAGNOSIS_DATE
    from registered order by IDMR`)
  await engine.run(`create or replace table bndmr_activity as
    with seen as (
      select person, date, finess_geo, finess_legal, kind, centre, contact id from hospital_contact
      union all
      -- What the registry holds from before the window, and of patients whom no hospital of the SNDS saw.
      select r.person, r.first_contact, c.finess_geo, c.finess_legal, 'consultation', r.centre, 1000000000 + r.person
      from registered r join centre c on c.centre = r.centre
      where not exists (select 1 from hospital_contact h where h.person = r.person and h.date = r.first_contact)
    ), drawn as (
      select s.*, u(${stream('activity errors')}, id, 0) ud, u(${stream('activity errors')}, id, 1) uf, u(${stream('activity errors')}, id, 2) un from seen s
    ), others as (
      select finess_geo, row_number() over (order by id) - 1 nth, count(*) over () among from institution
    )
    select r.idmr IDMR,
      case when uf < ${noise.finess} / 2 then d.finess_legal when uf < ${noise.finess} then o.finess_geo else d.finess_geo end FINESS,
      case when ud < ${noise.date} / 2 then d.date - 1 when ud < ${noise.date} then d.date + 1 else d.date end ACTIVITY_DATE,
      d.kind ACTIVITY_KIND, d.centre CENTRE_ID
    from drawn d join registered r on r.person = d.person left join others o on o.nth = floor(un * o.among)
    order by IDMR, ACTIVITY_DATE, FINESS, ACTIVITY_KIND, d.id`)
  await engine.run(`create or replace table bndmr_centre as
    select centre CENTRE_ID, finess_geo FINESS, name as NAME, label as LABEL, network NETWORK from centre order by CENTRE_ID`)
}

/** Share of the persons who object; and of the objections, those to all uses, to one source, to one project. */
const OPPOSITION = { persons: 0.01, all: 0.6, source: 0.85, ended: 0.05, notBegun: 0.03 }

/**
 * `opposition`: who objects, to what, as the registers of both sources hold it. Whoever is in both and objects to
 * all stands in both registers; a minor stands in the claims' register through the parents, by parent's NIR, birth
 * date and sex.
 */
export async function writeOppositions({ engine, seed, window }: Making, today: string): Promise<void> {
  const stream = streamsOf(seed)
  await engine.run(`create or replace table objector as
    select p.person, p.nir, p.birth, p.sex, p.in_snds, r.idmr, u(${stream('opposition')}, p.person, 1) us, u(${stream('opposition')}, p.person, 2) ut,
      u(${stream('opposition')}, p.person, 3) ub,
      date '${window.from}' + floor(u(${stream('opposition')}, p.person, 4) * 700)::integer since
    from person p left join registered r on r.person = p.person
    where u(${stream('opposition')}, p.person, 0) < ${OPPOSITION.persons} and (p.in_snds or r.idmr is not null)`)
  await engine.run(`create or replace table opposition as
    with scoped as (
      select *, case when us < ${OPPOSITION.all} then 'all' when us < ${OPPOSITION.source} then 'source' else 'project' end as scope,
        case when ut < ${OPPOSITION.notBegun} then date '${today}' + 200 else since end from_date,
        case when ut > ${1 - OPPOSITION.ended} then date '${window.until}' - 30 end until_date
      from objector
    ), named as (
      select person, scope, from_date, until_date, 'snds' as source, 'nir' as kind, nir as id from scoped
        where in_snds and birth <= date '${window.from}' - interval 18 year and (scope <> 'source' or idmr is null or ub < 0.5)
      union all
      select s.person, scope, s.from_date, s.until_date, 'snds', 'nir', i.insured_nir || '/' || strftime(s.birth, '%Y%m%d') || '/' || s.sex
        from scoped s join insurance i on i.person = s.person
        where in_snds and s.birth > date '${window.from}' - interval 18 year and (scope <> 'source' or idmr is null or ub < 0.5)
      union all
      select person, scope, from_date, until_date, 'bndmr', 'idmr', idmr from scoped
        where idmr is not null and (scope <> 'source' or not in_snds or ub >= 0.5)
    )
    select distinct person, source, kind, id, scope, from_date, until_date from named order by source, kind, id`)
}
