import { bytesFor } from '../base/index.ts'
import { type DuckDb, openDuckDb } from '../engine/index.ts'
import { demoCountry } from './demo-country.ts'
import { inventCountry } from './invent.ts'
import { makingOf } from './synthesise.ts'

/** The latent tables of a country without its deliveries, for tests. */
export async function latentCountry(options: {
  readonly persons: number
  readonly rare: number
  readonly seed?: string
  readonly departements?: readonly string[]
  readonly noise?: 'default' | 'none'
  readonly threads?: number
}): Promise<DuckDb> {
  const { persons, rare, seed = 'latent', threads = 2 } = options
  const engine = await openDuckDb({ threads })
  const country = { persons, rare, seed, years: 3, window: LATENT_WINDOW, today: LATENT_TODAY }
  await inventCountry(makingOf(engine, country, options), bytesFor(seed, 'source'), country.today)
  return engine
}

const LATENT_WINDOW = { from: '2017-01-01', until: '2019-12-31' } as const
export const LATENT_TODAY = '2021-01-04'
export const SIX = demoCountry.departements

/** The one value of the one row that a query gives, as a number. */
export async function one(engine: DuckDb, query: string): Promise<number> {
  const [row] = await engine.rows<Record<string, unknown>>(query)
  return Number(Object.values(row ?? {})[0])
}
