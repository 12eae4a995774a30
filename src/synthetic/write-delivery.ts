import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDb } from '../engine/index.ts'
import type { Country } from './model.ts'
import { diseaseCare } from './snds/diseases.ts'
import { values } from './snds/draws.ts'

const quote = (path: string): string => `'${path.replaceAll("'", "''")}'`

/** What registry, rights office and referentials deliver: `bndmr/`, `oppositions/`, `referentials/`, as CSV with `;`. */
export async function writeDelivery(engine: DuckDb, country: Country, out: string): Promise<void> {
  const csv = async (query: string, path: string): Promise<void> =>
    engine.run(`copy (${query}) to ${quote(join(out, path))} (format csv, header, delimiter ';')`)
  for (const folder of ['bndmr', 'referentials', 'oppositions'])
    await mkdir(join(out, folder), { recursive: true })
  await csv('select * exclude (person) from bndmr_patient order by IDMR', 'bndmr/PATIENT.csv')
  await csv('select * from bndmr_diagnosis order by IDMR', 'bndmr/DIAGNOSIS.csv')
  await csv(
    'select * exclude (id) from bndmr_activity order by IDMR, ACTIVITY_DATE, FINESS, ACTIVITY_KIND, id',
    'bndmr/ACTIVITY.csv',
  )
  await csv('select * from bndmr_centre order by CENTRE_ID', 'bndmr/CENTRE.csv')
  await csv(
    `select c.commune COMMUNE, p.postal_code POSTAL_CODE, c.name as NAME, c.departement DEPARTEMENT, c.region REGION
      from commune c join postal p on p.commune = c.commune order by 1, 2`,
    'referentials/COMMUNE.csv',
  )
  const [first, last] = [country.window.from, country.today].map((day) => Number(day.slice(0, 4)))
  await csv(
    `select commune as COMMUNE, y::integer as "YEAR", quintile as QUINTILE from commune, range(${first}, ${(last as number) + 1}) r(y) order by 1, 2`,
    'referentials/DEPRIVATION.csv',
  )
  await csv(
    'select finess_geo FINESS_GEO, finess_legal FINESS_LEGAL, name as NAME, status STATUS, commune COMMUNE from institution order by 1',
    'referentials/FINESS.csv',
  )
  await csv(
    `select orpha as ORPHA, cim10 as CIM10 from (${values(diseaseCare.map(({ orpha, cim10 }) => [orpha, cim10]))}) t(orpha, cim10) order by orpha, cim10`,
    'referentials/ORPHA_CIM10.csv',
  )
  await csv(
    'select source as SOURCE, kind ID_KIND, id ID, scope as SCOPE, from_date as "FROM", until_date as "UNTIL" from opposition order by 1, 2, 3',
    'oppositions/OPPOSITION.csv',
  )
}

/** What is true (`truth/`): tests, benchmarks and the closing balance of the demo alone may open it. */
export async function writeTruth(engine: DuckDb, country: Country, out: string): Promise<void> {
  await mkdir(join(out, 'truth'), { recursive: true })
  const truth = (name: string, query: string): Promise<number> =>
    engine.writeParquet(query, join(out, 'truth', `${name}.parquet`))
  await truth(
    'person',
    'select person, nir, birth birth_date, sex, death death_date, commune, departement, quintile, region, in_snds from person order by person',
  )
  await truth(
    'snds_identity',
    'select distinct person, psa, rng, nir_ano from affiliation semi join (select person from person where in_snds) p using (person) order by person, psa, rng',
  )
  const today = `date '${country.today}'`
  await truth(
    'registry',
    `select r.person, idmr, nir_known, case when coded then orpha end orpha, orpha true_orpha, in_snds, first_signs, first_contact,
      diagnosis diagnosis_date, assertion, centre centre_id, label, contacts, severity, true_diagnosis,
      exists (select 1 from opposition o where o.person = r.person and o.from_date <= ${today} and (o.until_date is null or o.until_date >= ${today})) opposed
    from registered r order by r.person`,
  )
  await truth(
    'opposition',
    'select person, source, kind, id, scope, from_date, until_date from opposition order by person, source, id',
  )
  await writeFile(join(out, 'truth', 'country.json'), `${JSON.stringify(country, null, 1)}\n`)
}
