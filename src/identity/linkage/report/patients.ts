import { join } from 'node:path'
import { openDuckDb } from '../../../engine/index.ts'
import type { Matched } from '../matched.ts'

export const UNKNOWN = 'unknown'

/** Why a patient has no link: they are outcomes like the rungs, and partition the patients with them. */
export const OPPOSED = 'opposed'
const NO_DAY = 'no day of care'
const NO_CANDIDATE = 'nobody agrees'
const TOO_LITTLE = 'one agrees, too little'
const SEVERAL = 'several agree'

export const NOT_FOUND = [NO_DAY, NO_CANDIDATE, TOO_LITTLE, SEVERAL]

export const CHARACTERISTICS = [
  'year',
  'age',
  'sex',
  'departement',
  'region',
  'deprivation',
  'disease',
] as const
export type Characteristic = (typeof CHARACTERISTICS)[number]

/** A patient of the transfer as the report counts them. `gold` says what the NIR says of the indirect link. */
export type Patient = Record<Characteristic, string> & {
  readonly outcome: string
  readonly gold: 'none' | 'missed' | 'agrees' | 'differs'
}

export interface Places {
  readonly transfer: string
  readonly identity: string
  readonly diagnoses: string | undefined
  /** Of communes: their region, and their fifth of deprivation. */
  readonly communes: string | undefined
  readonly deprivation: string | undefined
}

/** Reads what the linkage wrote, on this machine: it is as large as the registry, not as the claims. */
export async function readPatients(
  matched: Matched,
  { transfer, identity, diagnoses, communes, deprivation }: Places,
  lastYear: number,
): Promise<{ rows: Patient[]; indirect: number; contradicted: number }> {
  const engine = await openDuckDb()
  const files = {
    transferred: join(transfer, 'patients.parquet'),
    activities: join(transfer, 'activities.parquet'),
    identity,
    pairs: matched.candidates,
    eligible: matched.patients,
    links: matched.links,
    nir: matched.nir,
    indirect: matched.indirect,
    contradicted: matched.contradicted,
    ...(diagnoses === undefined ? {} : { diagnosed: diagnoses }),
    ...(communes === undefined ? {} : { geography: communes }),
    ...(deprivation === undefined ? {} : { deprived: deprivation }),
  }
  const size = async (name: 'indirect' | 'contradicted'): Promise<number> =>
    Number((await engine.rows<{ n: bigint }>(`select count(*) as n from ${name}`))[0]?.n ?? 0)
  try {
    for (const [name, path] of Object.entries(files))
      await engine.run(`create view ${name} as select * from ${await engine.table([path], {})}`)
    return {
      rows: await engine.rows<Patient>(
        patientsQuery(
          {
            diagnosed: diagnoses !== undefined,
            geography: communes !== undefined,
            deprived: deprivation !== undefined,
          },
          lastYear,
        ),
      ),
      indirect: await size('indirect'),
      contradicted: await size('contradicted'),
    }
  } finally {
    await engine.close()
  }
}

/** One row per patient of the transfer with what became of them. DuckDB's own SQL. */
function patientsQuery(
  has: Readonly<Record<'diagnosed' | 'geography' | 'deprived', boolean>>,
  lastYear: number,
): string {
  const none = (...columns: string[]): string =>
    `select ${columns.map((column) => `cast(null as varchar) as ${column}`).join(', ')} where false`
  return `
    with everybody as (
      select t.*, i.person from transferred t join identity i on i.level1 = t.level1
    ), days as (
      select transit, min(year(activity_date)) as first_year from activities group by transit
    ), candidates as (
      select transit, count(distinct person) as n from pairs group by transit
    ), diagnoses as (
      ${has.diagnosed ? 'select person, min(ORPHA) as orpha from diagnosed where ORPHA is not null group by person' : none('person', 'orpha')}
    ), regions as (
      ${has.geography ? 'select COMMUNE as commune, min(REGION) as region from geography group by COMMUNE' : none('commune', 'region')}
    ), fifths as (
      ${has.deprived ? 'select COMMUNE as commune, cast(arg_max(QUINTILE, YEAR) as varchar) as fifth from deprived group by COMMUNE' : none('commune', 'fifth')}
    )
    select
      case
        when a.transit is null then '${OPPOSED}'
        when l.step is not null then l.step
        when d.transit is null and c.n is null then '${NO_DAY}'
        when c.n is null then '${NO_CANDIDATE}'
        when c.n = 1 then '${TOO_LITTLE}'
        else '${SEVERAL}'
      end as outcome,
      case
        when n.transit is null then 'none'
        when x.transit is null then 'missed'
        when x.person = n.person then 'agrees' else 'differs'
      end as gold,
      coalesce(cast(d.first_year as varchar), '${UNKNOWN}') as year,
      case
        when e.birth_year is null then '${UNKNOWN}'
        when ${lastYear} - e.birth_year < 18 then '0-17'
        when ${lastYear} - e.birth_year < 40 then '18-39'
        when ${lastYear} - e.birth_year < 65 then '40-64'
        else '65 and over'
      end as age,
      case e.sex when '1' then 'men' when '2' then 'women' else '${UNKNOWN}' end as sex,
      coalesce(case when left(e.commune, 2) in ('97', '98') then left(e.commune, 3) else left(e.commune, 2) end, '${UNKNOWN}') as departement,
      coalesce(t.region, '${UNKNOWN}') as region,
      coalesce('fifth ' || q.fifth, '${UNKNOWN}') as deprivation,
      coalesce('ORPHA:' || g.orpha, 'no ORPHA code yet') as disease
    from everybody e
    left join eligible a on a.transit = e.transit
    left join links l on l.bndmr = e.person
    left join days d on d.transit = e.transit
    left join candidates c on c.transit = e.transit
    left join nir n on n.transit = e.transit
    left join indirect x on x.transit = e.transit
    left join diagnoses g on g.person = e.person
    left join regions t on t.commune = e.commune
    left join fifths q on q.commune = e.commune`
}
