import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { bytesFor, canonicalJson, ChainonError, exists, requireSpace } from '../base/index.ts'
import { type DuckDb, openDuckDb } from '../engine/index.ts'
import { delayEffects } from './effects.ts'
import { inventCountry, inventStages } from './invent.ts'
import { type Country, type Making, noises, type SynthesiseOptions } from './model.ts'
import { emitSnds, emissionSteps } from './snds/index.ts'
import { writeDelivery, writeTruth } from './write-delivery.ts'

/** Share of the inhabitants in the real registry (1.5 of 68 million). */
const RARE_SHARE = 0.022
/** Bytes of deliveries and scratch that a person-year asks for: measured at 200,000 persons, and as much again. */
const PERSON_YEAR = { parquet: 4_000, csv: 40_000 }
/** Above this many persons the latent tables stand in a file. */
const IN_MEMORY = 200_000

/**
 * Invents a country and writes what its data holders would deliver, with the truth beside: `snds/`, `bndmr/`,
 * `referentials/`, `oppositions/`, `truth/`. The folder appears under its name only when it is whole; one that was
 * made with the same options is kept. The same options write the same bytes, whatever the number of threads.
 * @throws synthetic/bad-options, synthetic/no-commune, synthetic/exists, storage/no-space
 */
export async function synthesise(options: SynthesiseOptions): Promise<Country> {
  const country = countryOf(options)
  const made = canonicalJson({
    ...country,
    departements: options.departements ?? null,
    noise: options.noise ?? 'default',
    defects: options.defects ?? true,
    format: options.format ?? 'parquet',
  })
  const out = resolve(options.out)
  if ((await readFile(join(out, 'truth', 'made.json'), 'utf8').catch(() => '')) === made) return country
  if (await exists(out))
    throw new ChainonError(
      'synthetic/exists',
      `${options.out} is there already, and was not made with these options`,
      { advice: 'Choose another folder, or remove this one.' },
    )
  const unfinished = unfinishedOf(out)
  await rm(unfinished, { recursive: true, force: true })
  await requireSpace(
    out,
    country.persons * country.years * PERSON_YEAR[options.format ?? 'parquet'],
    `a country of ${country.persons} persons and ${country.years} years`,
  )
  await mkdir(join(unfinished, 'truth'), { recursive: true })
  const scratch = join(unfinished, 'scratch')
  try {
    await make(options, country, unfinished, scratch)
    await rm(scratch, { recursive: true, force: true })
    await writeFile(join(unfinished, 'truth', 'made.json'), made)
    await rename(unfinished, out)
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    throw error
  }
  return country
}

/** Where a country is made. Of a fixed name, so that what a killed run left behind goes away with the next one. */
export const unfinishedOf = (out: string): string => `${out}.unfinished`

function countryOf({ persons, years, seed, rare, lastYear = 2019 }: SynthesiseOptions): Country {
  if (!Number.isInteger(persons) || persons < 100 || !Number.isInteger(years) || years < 1 || years > 10)
    throw new ChainonError('synthetic/bad-options', 'a country has at least 100 persons and 1 to 10 years')
  if (rare !== undefined && (!Number.isInteger(rare) || rare < 0 || rare > persons))
    throw new ChainonError('synthetic/bad-options', `${rare} of ${persons} persons cannot be patients`)
  if (!Number.isInteger(lastYear) || lastYear < 2010 || lastYear > 2099)
    throw new ChainonError('synthetic/bad-options', `${lastYear} cannot be the last year of a country`)
  return {
    persons,
    years,
    rare: rare ?? Math.round(persons * RARE_SHARE),
    seed,
    window: { from: `${lastYear - years + 1}-01-01`, until: `${lastYear}-12-31` },
    today: `${lastYear + 2}-01-04`,
  }
}

async function make(
  options: SynthesiseOptions,
  country: Country,
  out: string,
  scratch: string,
): Promise<void> {
  const before = inventStages.length + 1
  const total = before + emissionSteps(country.window, country.persons)
  const tell = (stage: string, done: number): void => options.onStage?.(stage, done, total)
  await mkdir(scratch)
  const engine = await openDuckDb({
    memory: country.persons > IN_MEMORY ? '8GB' : '4GB',
    spill: join(scratch, 'spill'),
    ...(country.persons > IN_MEMORY ? { path: join(scratch, 'latent.duckdb') } : {}),
  })
  try {
    const key = bytesFor(country.seed, 'source')
    await inventCountry(makingOf(engine, country, options), key, country.today, (stage) =>
      tell(stage, inventStages.indexOf(stage)),
    )
    tell('deliveries of the registry', before - 1)
    await writeDelivery(engine, country, out)
    await writeTruth(engine, country, out)
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
      progress: (done, what) => tell(what, before + done),
    })
    const effects = [...(await delayEffects(engine)), ...costs]
    await writeFile(join(out, 'truth', 'effects.json'), `${JSON.stringify(effects, null, 1)}\n`)
  } finally {
    await engine.close()
  }
}

/** What the makers of latent tables are told of a country. */
export function makingOf(
  engine: DuckDb,
  country: Country,
  { noise, departements }: Pick<SynthesiseOptions, 'noise' | 'departements'>,
): Making {
  const { seed, persons, rare, window } = country
  return {
    engine,
    seed,
    persons,
    rare,
    window,
    homeDay: `${window.until.slice(0, 4)}-01-01`,
    noise: noises[noise ?? 'default'],
    departements,
  }
}
