import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { ChainonError, exists, hashFile, sha256, writeText } from '../base/index.ts'
import { spawnRole } from '../identity/index.ts'
import {
  checkOpen,
  INVENTED,
  linkageFits,
  type Permit,
  permitHash,
  readRelease,
  requestFor,
} from '../permits/index.ts'
import { type Hub, record } from '../store/index.ts'
import { showsCommunes } from './extract/columns.ts'
import { compileExtract, type Extract } from './extract/compile-extract.ts'
import { extractTask, type SpaceTaskInput } from './extract/extract-task.ts'
import { type Manifest, manifestPath, queryHash, readManifest, sameInputs } from './manifest.ts'
import type { ExtractResult } from './extract/run-extract.ts'

export interface OpenOptions {
  readonly hub: Hub
  /** The id of a signed permit. */
  readonly permit: string
  /** Who opens: one of the users that the permit names. */
  readonly as: string
  readonly onStep?: (table: string) => void
}

export interface Opened {
  readonly manifest: Manifest
  /** The space stood already and nothing from which it was made has changed. */
  readonly unchanged: boolean
}

/**
 * Opens the space of a permit, or refreshes it when it is open: a newer opposition list or data version takes
 * the place of the older. The manifest goes first and comes back last, so a space that has one is whole.
 * @throws a denial of `canOpen`; what compiling refuses; space/closed, space/other-linkage, space/no-oppositions
 */
export async function openSpace({ hub, permit: id, as, onStep }: OpenOptions): Promise<Opened> {
  const request = await requestFor(hub, id)
  checkOpen({ ...request, as })
  if (request.reading.state !== 'signed') throw new Error('a permit that was checked is signed')
  const permit = request.reading.signed.body
  if (await isClosed(hub, id))
    throw new ChainonError('space/closed', `the space of ${id} was closed, for good`, {
      advice: 'Its secret is gone. New work needs a new permit.',
      exitCode: 3,
    })

  const { release, extract, frame, list } = await compiled(hub, permit)
  const before = await readManifest(hub, id)
  if (before && sameInputs(before, frame) && (await stands(hub, before)))
    return { manifest: before, unchanged: true }

  const into = hub.path('spaces', id, 'tables')
  await rm(manifestPath(hub, id), { force: true })
  await mkdir(into, { recursive: true, mode: 0o700 })
  const { persons, tables } = await inHubRole<ExtractResult>(
    hub,
    {
      do: 'extract',
      permit,
      release,
      releaseFolder: hub.path('lake', 'omop', permit.dataVersion),
      oppositions: list,
      into,
      today: hub.today(),
      engine: hub.engine,
      ...(hub.config.seed === undefined ? {} : { seed: hub.config.seed }),
    },
    onStep,
  )
  const manifest: Manifest = {
    ...frame,
    at: hub.config.synthetic ? `${hub.today()}T00:00:00.000Z` : new Date().toISOString(),
    persons,
    tables: Object.fromEntries(
      extract.exported.map(({ name: table, columns }) => [
        table,
        {
          ...(tables[table] as { rows: number; sha256: string }),
          columns: columns.map(({ name, type, transform }) => ({ name, type, shown: transform })),
        },
      ]),
    ),
    notes: notes(permit, extract),
  }
  const text = `${JSON.stringify(manifest, null, 2)}\n`
  // The journal first: a space that stands is always told of.
  await record(hub, {
    who: as,
    act: before ? 'space/refresh' : 'space/open',
    subject: id,
    hashes: {
      permit: frame.permitHash,
      manifest: sha256(text),
      oppositions: frame.oppositions.sha256,
    },
  })
  await writeText(manifestPath(hub, id), text)
  return { manifest, unchanged: false }
}

/** Runs a task of spaces in the process of the hub role. */
export const inHubRole = async <R>(
  hub: Hub,
  input: SpaceTaskInput,
  onStep?: (table: string) => void,
): Promise<R> =>
  spawnRole<R>({
    role: 'hub',
    folder: hub.path('trusted', 'hub'),
    module: extractTask,
    input,
    ...(onStep ? { onProgress: ({ stage }: { stage: string }) => onStep(stage) } : {}),
  })

/** The statements that a permit would run, without running them: for `chainon explain` and for the signer. */
export async function compilePermit(hub: Hub, permit: Permit): Promise<Extract> {
  return (await compiled(hub, permit)).extract
}

async function compiled(hub: Hub, permit: Permit) {
  const release = await readRelease(hub, permit.dataVersion)
  if (!linkageFits(permit, release))
    throw new ChainonError(
      'space/other-linkage',
      `data version ${release.version} was built with linkage ${release.links ?? 'none'}, the permit asks for ${permit.linkage}`,
      { exitCode: 3 },
    )
  const extract = compileExtract({ permit, release, today: hub.today() })
  const { list, oppositions } = await newestList(hub)
  const frame: Omit<Manifest, 'at' | 'persons' | 'tables' | 'notes'> = {
    manifest: 1,
    permit: permit.id,
    ...(hub.config.synthetic ? { notice: INVENTED } : {}),
    permitHash: permitHash(permit),
    queryHash: queryHash(extract),
    releaseHash: await hashFile(hub.path('lake', 'omop', permit.dataVersion, 'release.json')),
    dataVersion: release.version,
    links: release.links ?? null,
    oppositions,
    period: { from: permit.period.from, until: permit.period.until },
    code: await codeVersion(),
  }
  return { release, extract, frame, list }
}

/** The newest opposition list, whole as it was written. @throws space/no-oppositions, space/altered-oppositions */
async function newestList(hub: Hub) {
  const text = await readFile(hub.path('lake', 'oppositions', 'current.json'), 'utf8').catch(() => {
    throw new ChainonError('space/no-oppositions', 'this hub has no opposition list', {
      advice: 'Receive one, even an empty one: no space is opened without asking who objected.',
    })
  })
  const { version, sha256: hash } = JSON.parse(text) as { version: string; sha256: string }
  const list = hub.path('lake', 'oppositions', `${version}.parquet`)
  if ((await hashFile(list)) !== hash)
    throw new ChainonError(
      'space/altered-oppositions',
      `the opposition list ${version} is not what was written`,
    )
  return { list, oppositions: { version, sha256: hash } }
}

/** Was the space closed, or is it being closed? */
export async function isClosed(hub: Hub, permit: string): Promise<boolean> {
  const receipts = await readdir(hub.path('receipts')).catch(() => [] as string[])
  return receipts.includes(`space-${permit}.json`)
}

async function stands(hub: Hub, manifest: Manifest): Promise<boolean> {
  for (const [table, held] of Object.entries(manifest.tables)) {
    const path = hub.path('spaces', manifest.permit, 'tables', `${table}.parquet`)
    if (!(await exists(path)) || (await hashFile(path)) !== held.sha256) return false
  }
  return true
}

async function codeVersion(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
  return `chainon ${(JSON.parse(text) as { version: string }).version}`
}

function notes(permit: Permit, extract: Extract): string[] {
  const shown = (transform: string) =>
    extract.exported.flatMap(({ name: table, columns }) =>
      columns.filter((one) => one.transform === transform).map((one) => `${table}.${one.name}`),
    )
  const note = (columns: string[], fr: string, en: string) =>
    columns.length === 0 ? [] : [`${columns.join(', ')}: ${fr} / ${en}`]
  return [
    ...note(shown('year'), "l'année, au 1er janvier", 'the year, as its 1 January'),
    ...note(shown('age-band'), 'première année de cinq', 'first year of five'),
    ...note(shown('département'), 'le département', 'the département'),
    ...(showsCommunes(permit) ? [] : ['location_id: un lieu par département / one place per département']),
  ]
}
