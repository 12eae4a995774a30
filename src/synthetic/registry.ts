import type { Making } from './model.ts'
import { drawsOf } from './random.ts'

/**
 * Share of patients whose NIR the registry knows; and how much likelier that is for recent patients, adults, those
 * seen often and in every fourth centre: what is known is not a random sample.
 */
const NIR_KNOWN = { share: 0.16, recent: [1.6, 0.8], adult: [1.2, 0.5], often: [1.5, 0.85], centre: [2, 0.7] }
/** Contacts from which a patient is seen often. */
const OFTEN = 8
/** A wrong commune is one of so many that follow in the list of communes: mostly of the same département. */
const NEIGHBOURS = 20

/**
 * The registry as its centres would write it: `registered`, then `bndmr_patient`, `bndmr_diagnosis`,
 * `bndmr_activity` and `bndmr_centre`, with the errors of two sources that do not know each other.
 */
export async function layRegistry(making: Making): Promise<void> {
  await layRegistered(making)
  await layPatientFile(making)
  await layActivityFile(making)
  const { engine } = making
  await engine.run(`create or replace table bndmr_diagnosis as
    select idmr IDMR, case when coded then orpha end ORPHA, assertion as ASSERTION, first_signs FIRST_SIGNS_DATE,
      first_contact FIRST_CONTACT_DATE, diagnosis DIAGNOSIS_DATE
    from registered order by IDMR`)
  await engine.run(`create or replace table bndmr_centre as
    select centre CENTRE_ID, finess_geo FINESS, name as NAME, label as LABEL, network NETWORK from centre order by CENTRE_ID`)
}

/** `registered`: patients with their IDMR, and whether the registry knows their NIR. */
async function layRegistered({ engine, seed, window }: Making): Promise<void> {
  const { u, bits } = drawsOf(seed)
  const likelier = (condition: string, [yes, no]: readonly number[]): string =>
    `case when ${condition} then ${yes} else ${no} end`
  const ten = (k: number): string => `lpad((${bits('idmr', 'person', k)} % 10000000000)::varchar, 10, '0')`
  await engine.run(`create or replace table registered as
    with scored as (
      select r.*, p.birth, p.sex, p.death, p.nir, p.in_snds,
        (${likelier(`r.first_contact >= date '${window.from}'`, NIR_KNOWN.recent)}
          * ${likelier(`p.birth <= date '${window.until}' - interval 18 year`, NIR_KNOWN.adult)}
          * ${likelier(`r.contacts >= ${OFTEN}`, NIR_KNOWN.often)}
          * ${likelier('c.id % 4 = 0', NIR_KNOWN.centre)})::decimal(9, 4) likely
      from rare r join person p on p.person = r.person join centre c on c.centre = r.centre
    )
    select * exclude (likely), ${ten(0)} || ${ten(1)} idmr,
      ${u('nir in registry', 'person')} < ${NIR_KNOWN.share} * likely / (sum(likely) over () / count(*) over ()) nir_known
    from scored order by person`)
}

async function layPatientFile({ engine, seed, noise }: Making): Promise<void> {
  const { u } = drawsOf(seed)
  await engine.run(`create or replace table bndmr_patient as
    with drawn as (
      select r.*, c.number, c.among, ${u('wrong commune', 'r.person')} uc, ${u('wrong commune', 'r.person', 1)} which,
        ${u('wrong month', 'r.person')} um, ${u('wrong month', 'r.person', 1)} month_off, ${u('wrong sex', 'r.person')} us
      from registered r
        join residence w on w.person = r.person and w.from_date <= r.last_activity and r.last_activity < w.until_date
        join commune c on c.commune = w.commune
    )
    select d.person, d.idmr IDMR, case when us < ${noise.sex} then case sex when '1' then '2' else '1' end else sex end SEX,
      case when um < ${noise.birthMonth}
        then make_date(year(birth), 1 + (month(birth) + floor(month_off * 11)::bigint) % 12, least(day(birth), 28))
        else birth end BIRTH_DATE,
      n.commune RESIDENCE_COMMUNE, d.death DEATH_DATE, case when nir_known then nir end NIR
    from drawn d join commune n on n.number = case when uc < ${noise.commune}
      then (d.number + least(d.among - 1, 1 + floor(which * ${NEIGHBOURS})::integer)) % d.among else d.number end
    order by IDMR`)
}

/**
 * Contacts as the registry holds them, with the first one from before the window. A patient whom no hospital saw
 * has a first contact of another kind in the registry alone.
 */
async function layActivityFile({ engine, seed, window, noise }: Making): Promise<void> {
  const { u } = drawsOf(seed)
  await engine.run(`create or replace table bndmr_activity as
    with seen as (
      select person, date, finess_geo, finess_legal, kind, centre, contact::bigint id from hospital_contact
      union all
      select r.person, r.first_contact, c.finess_geo, c.finess_legal,
        case when r.first_contact < date '${window.from}' then 'consultation' else 'autre' end, r.centre, -r.person::bigint
      from registered r join centre c on c.centre = r.centre
      where not exists (select 1 from hospital_contact h where h.person = r.person and h.date = r.first_contact)
    ), places as (
      select finess_geo, row_number() over (order by id) - 1 nth, count(*) over () among from institution
    ), drawn as (
      select s.*, p.nth, p.among, ${u('wrong day', 'id')} ud, ${u('wrong place', 'id')} uf, ${u('wrong place', 'id', 1)} which
      from seen s join places p on p.finess_geo = s.finess_geo
    )
    select r.idmr IDMR,
      -- Half of the mismatches are the legal entity in place of the site, half another hospital.
      case when uf < ${noise.finess / 2} then d.finess_legal when uf < ${noise.finess} then o.finess_geo else d.finess_geo end FINESS,
      (d.date + case when ud < ${noise.date / 2} then -1 when ud < ${noise.date} then 1 else 0 end)::date ACTIVITY_DATE,
      d.kind ACTIVITY_KIND, d.centre CENTRE_ID, d.id
    from drawn d join registered r on r.person = d.person
      join places o on o.nth = (d.nth + 1 + floor(which * (d.among - 1))::bigint) % d.among
    order by IDMR, ACTIVITY_DATE, FINESS, ACTIVITY_KIND, d.id`)
}
