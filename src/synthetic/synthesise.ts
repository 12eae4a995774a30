import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { bytesFor, canonicalJson, ChainonError, temporaryBeside } from '../base/index.ts'
import { type Engine, openDuckDb } from '../engine/index.ts'
import { COMPETENCE_RATIO, DELAY_RATIO } from './diseases.ts'
import { type Country, type Effect, type Making, noises, type SynthesiseOptions } from './model.ts'
import { layCentres, layPatients } from './patients.ts'
import { layPlaces } from './places.ts'
import { layAffiliations, layPersons } from './population.ts'
import { createDraws, streamsOf } from './random.ts'
import { writeOppositions, writeRegistry } from './registry.ts'
import { emitSnds } from './snds/index.ts'

/** Share of the inhabitants in the real registry (1.5 of 68 million). */
const RARE_SHARE = 0.022

/**
 * Invents a country and writes what its data holders would deliver, with the truth beside: `snds/`, `bndmr/`,
 * `referentials/`, `oppositions/`, `truth/`. The folder appears under its name only when it is whole; one that was
 * made with the same options is kept.
 * @throws synthetic/bad-options, synthetic/exists
 */
export async function synthesise(options: SynthesiseOptions): Promise<Country> {
  const { persons, years, seed } = options
  if (!Number.isInteger(persons) || persons < 100 || !Number.isInteger(years) || years < 1 || years > 10)
    throw new ChainonError('synthetic/bad-options', 'a country has at least 100 persons and 1 to 10 years')
  const lastYear = options.lastYear ?? 2019
  const country: Country = {
    persons,
    years,
    rare: options.rare ?? Math.round(persons * RARE_SHARE),
    seed,
    window: { from: `${lastYear - years + 1}-01-01`, until: `${lastYear}-12-31` },
    today: `${lastYear + 2}-01-04`,
  }
  const made = canonicalJson({
    ...country,
    departements: options.departements ?? null,
    noise: options.noise ?? 'default',
    defects: options.defects ?? true,
    format: options.format ?? 'parquet',
  })
  const out = resolve(options.out)
  const stamp = join(out, 'truth', 'made.json')
  if ((await readFile(stamp, 'utf8').catch(() => '')) === made) return country
  if (await stat(out).catch(() => undefined))
    throw new ChainonError(
      'synthetic/exists',
      `${options.out} is there already, and was not made with these options`,
      {
        advice: 'Choose another folder, or remove this one.',
      },
    )
  const unfinished = temporaryBeside(out)
  await mkdir(join(unfinished, 'truth'), { recursive: true })
  const scratch = persons > 200_000 ? join(unfinished, 'scratch.duckdb') : undefined
  const engine = await openDuckDb({
    memory: '10GB',
    spill: join(unfinished, 'spill'),
    ...(scratch === undefined ? {} : { path: scratch }),
  })
  try {
    await make(engine, options, country, unfinished)
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    throw error
  } finally {
    await engine.close()
  }
  for (const left of ['scratch.duckdb', 'scratch.duckdb.wal', 'spill'])
    await rm(join(unfinished, left), { recursive: true, force: true })
  await writeFile(join(unfinished, 'truth', 'made.json'), made)
  await rename(unfinished, out)
  return country
}

async function make(
  engine: Engine,
  options: SynthesiseOptions,
  country: Country,
  out: string,
): Promise<void> {
  const tell = options.onStage ?? (() => undefined)
  const making: Making = {
    engine,
    seed: country.seed,
    persons: country.persons,
    rare: country.rare,
    window: country.window,
    noise: noises[options.noise ?? 'default'],
    departements: options.departements,
  }
  const key = bytesFor(country.seed, 'source')
  await createDraws(engine)
  tell('population')
  await layPlaces(making)
  await layPersons(making)
  await layAffiliations(making, key)
  tell('patients')
  await layCentres(making)
  await layPatients(making)
  // Patients whom the claims do not know at all.
  await engine.run(
    `update person set in_snds = false where rare and u(${streamsOf(country.seed)('absent')}, person, 0) < ${making.noise.absent}`,
  )
  await writeRegistry(making)
  await writeOppositions(making, country.today)
  tell('files')
  await writeDelivery(engine, out)
  await writeTruth(engine, out, country)
  const costs = await emitSnds({
    engine,
    options: {
      persons: country.persons,
      defects: options.defects ?? true,
      format: options.format ?? 'parquet',
    },
    window: country.window,
    out,
    seed: country.seed,
    key,
    progress: (done, total, what) => tell(what, done, total),
  })
  await writeFile(
    join(out, 'truth', 'effects.json'),
    `${JSON.stringify([...delayEffects(), ...costs], null, 1)}\n`,
  )
}

async function writeDelivery(engine: Engine, out: string): Promise<void> {
  const csv = async (query: string, path: string): Promise<void> =>
    engine.run(
      `copy (${query}) to '${join(out, path).replaceAll("'", "''")}' (format csv, header, delimiter ';')`,
    )
  for (const folder of ['bndmr', 'referentials', 'oppositions'])
    await mkdir(join(out, folder), { recursive: true })
  for (const table of ['patient', 'diagnosis', 'activity', 'centre'])
    await csv(
      `select * ${table === 'patient' ? 'exclude (person)' : ''} from bndmr_${table}`,
      `bndmr/${table.toUpperCase()}.csv`,
    )
  await csv(
    `select c.commune COMMUNE, p.postal_code POSTAL_CODE, c.name as NAME, c.departement DEPARTEMENT, c.region REGION
      from commune c join postal p on p.commune = c.commune order by 1, 2`,
    'referentials/COMMUNE.csv',
  )
  await csv(
    `select commune as COMMUNE, y::integer as "YEAR", quintile as QUINTILE from commune, range(2010, 2022) r(y) order by 1, 2`,
    'referentials/DEPRIVATION.csv',
  )
  await csv(
    'select finess_geo FINESS_GEO, finess_legal FINESS_LEGAL, name as NAME, status STATUS, commune COMMUNE from institution order by 1',
    'referentials/FINESS.csv',
  )
  await csv(
    'select source as SOURCE, kind ID_KIND, id ID, scope as SCOPE, from_date as "FROM", until_date as "UNTIL" from opposition order by 1, 2, 3',
    'oppositions/OPPOSITION.csv',
  )
}

async function writeTruth(engine: Engine, out: string, country: Country): Promise<void> {
  const truth = (query: string, name: string): Promise<number> =>
    engine.writeParquet(query, join(out, 'truth', `${name}.parquet`))
  await truth(
    'select person, nir, birth birth_date, sex, death death_date, commune, departement, quintile, region, in_snds from person order by person',
    'person',
  )
  await truth(
    'select distinct person, psa, rng, nir_ano from affiliation join person using (person) where in_snds order by person, psa, rng',
    'snds_identity',
  )
  await truth(
    `select r.person, idmr, nir_known, case when coded then orpha end orpha, true_orpha, in_snds, first_signs, first_contact, diagnosis diagnosis_date, assertion, centre centre_id, label, contacts, severity,
      exists (select 1 from opposition o where o.person = r.person and o.from_date <= date '${country.today}' and (o.until_date is null or o.until_date >= date '${country.today}')) opposed
      from registered r order by r.person`,
    'registry',
  )
  await truth(
    'select person, source, kind, id, scope, from_date, until_date from opposition order by person, source, id',
    'opposition',
  )
  await writeFile(join(out, 'truth', 'country.json'), `${JSON.stringify(country, null, 1)}\n`)
}

/** What is planted in the delay from first signs to diagnosis. */
function delayEffects(): Effect[] {
  const estimand = {
    population: 'patients of the registry, from first signs to diagnosis',
    payer: 'none',
    unit: 'ratio of medians',
    formula: 'lognormal delay, multiplied by the ratio: the whole distribution is scaled',
  }
  return [
    {
      id: 'delay/quintile-5-against-1',
      estimand,
      parameter: DELAY_RATIO,
      by: { quintile: '5', against: '1' },
    },
    {
      id: 'delay/ccmr-against-crmr',
      estimand,
      parameter: COMPETENCE_RATIO,
      by: { label: 'CCMR', against: 'CRMR' },
    },
    { id: 'delay/women-against-men', estimand, parameter: 1, null: true, by: { sex: '2', against: '1' } },
  ]
}
