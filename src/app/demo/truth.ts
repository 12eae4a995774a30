import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { duckdb, openDuckDb } from '../../engine/index.ts'
import { evaluateLinks, type LinkQuality, truePairs } from '../../identity/index.ts'
import type { Effect } from '../../synthetic/index.ts'

/*
 * The only file of the program that opens the truth of an invented country: the demo's closing balance compares
 * with it what the chain found without it.
 */

export async function plantedEffects(country: string): Promise<readonly Effect[]> {
  return JSON.parse(await readFile(join(country, 'truth', 'effects.json'), 'utf8')) as Effect[]
}

export interface LinkageTruth {
  /** The indirect stage alone, links included that the NIR refuted afterwards. */
  readonly indirect: LinkQuality
  readonly all: LinkQuality
}

/** How right the links are: against patients who are in both sources and object to nothing. */
export async function judgeLinks(
  country: string,
  { lake, version, seed }: { readonly lake: string; readonly version: string; readonly seed: string },
): Promise<LinkageTruth> {
  const engine = await openDuckDb()
  try {
    const truth = (name: string): string =>
      `read_parquet(${duckdb.quoteValue(join(country, 'truth', `${name}.parquet`))})`
    const found = async (name: string) =>
      engine.rows<{ bndmr: string; snds: string; step: string }>(
        `select bndmr, snds, step from ${await engine.table([join(lake, 'links', version, `${name}.parquet`)], {})}`,
      )
    const patients = await engine.rows<{ person: number; idmr: string }>(
      `select person, idmr from ${truth('registry')} where in_snds and not opposed order by person`,
    )
    const identities = await engine.rows<{
      person: number
      psa: string
      rng: number
      nir_ano: string | null
    }>(`select i.person, i.psa, i.rng, i.nir_ano from ${truth('snds_identity')} i
        where i.person in (select person from ${truth('registry')}) order by i.person, i.psa`)
    const pairs = truePairs(seed, patients, identities)
    const links = await found('links')
    const indirect = links.filter(({ step }) => step !== 'nir')
    return {
      all: evaluateLinks(links, pairs),
      indirect: evaluateLinks([...indirect, ...(await found('contradicted'))], pairs),
    }
  } finally {
    await engine.close()
  }
}
