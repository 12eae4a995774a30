import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { canonicalJson, hashFile, sha256 } from '../../base/index.ts'
import { Ledger } from '../../engine/index.ts'
import { currentLinks, currentOppositions } from '../../identity/index.ts'
import { buildOmop, type OmopReport, releaseVersions, writeDuckDb } from '../../omop/index.ts'
import type { Hub } from '../../store/index.ts'
import { ledgerPath, withEngine } from './engine.ts'
import { silent, stepTold, type Tell } from './model.ts'
import { tellOnce } from './tell-once.ts'

/**
 * Builds the next version of the CDM from the lake. When nothing changed since the newest one was built, that
 * one is looked through again instead (each of its steps is in the ledger) and stays as it is: a version that a
 * permit names is never altered.
 */
export async function build(
  hub: Hub,
  as: string,
  tell: Tell = silent,
  options: { readonly duckdb?: boolean } = {},
): Promise<OmopReport> {
  const lake = hub.path('lake')
  const ledger = await Ledger.open(ledgerPath(hub))
  const links = await currentLinks(lake)
  const oppositions = await currentOppositions(lake)
  const inputs = await inputsOf(lake, ledger, [links, oppositions, hub.config.synthetic, hub.today()])
  const { newest, next } = await releaseVersions(lake)
  const releaseOf = (version: string): string => join(lake, 'omop', version, 'release.json')
  const version = newest !== null && (await builtFrom(releaseOf(newest))) === inputs ? newest : next
  let steps = 0
  const report = await withEngine(hub, (engine) =>
    buildOmop({
      engine,
      ledger,
      lake,
      // In the lake, which is what every engine sees.
      work: hub.path('lake', '.work'),
      version,
      synthetic: hub.config.synthetic,
      links: links?.version ?? null,
      oppositions: oppositions && oppositions.version !== 'v0' ? oppositions.version : null,
      today: hub.today(),
      inputs,
      onStep: (event) => {
        if (event.written) steps += 1
        tell(stepTold(event), steps)
      },
    }),
  )
  if (options.duckdb) {
    tell('one file')
    await writeDuckDb(join(lake, 'omop', version), hub.path('runs', 'spill'))
  }
  await tellOnce(hub, {
    who: as,
    act: 'omop/build',
    subject: version,
    hashes: { release: await hashFile(releaseOf(version)) },
  })
  return report
}

const builtFrom = async (release: string): Promise<unknown> =>
  (JSON.parse(await readFile(release, 'utf8')) as { inputs?: unknown }).inputs

/** What a version depends on: every file of the lake but the versions themselves, as the ledger knows it. */
async function inputsOf(lake: string, ledger: Ledger, more: readonly unknown[]): Promise<string> {
  const keys: [string, string][] = []
  for (const folder of ['snds', 'bndmr', 'referentials']) {
    const files = await readdir(join(lake, folder), { recursive: true, withFileTypes: true }).catch(() => [])
    for (const file of files) {
      if (!file.name.endsWith('.parquet')) continue
      const path = join(file.parentPath, file.name)
      keys.push([relative(lake, path), await ledger.contentOf(path)])
    }
  }
  return sha256(canonicalJson([keys.sort(([a], [b]) => (a < b ? -1 : 1)), ...more]))
}
