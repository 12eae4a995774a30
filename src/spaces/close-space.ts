import { readFile, rm } from 'node:fs/promises'
import { ChainonError, exists, sizeOf } from '../base/index.ts'
import type { Destroyed } from '../identity/index.ts'
import { INVENTED } from '../permits/index.ts'
import { type Hub, readJournal, record } from '../store/index.ts'
import { type Manifest, readManifest } from './manifest.ts'
import { inHubRole } from './open-space.ts'
import { tellReceipts } from './tell-receipts.ts'

/** What is left of a space: its receipt, signed by the hub's role, and whether all that it tells of is gone. */
export interface Closed {
  readonly permit: string
  readonly who: string
  readonly receipt: string
  readonly finished: true
}

/**
 * Closes a space for good: a receipt that tells what the space was is signed, its secret is destroyed, so that from
 * then on no pseudonym can be computed again, then its files. What was released stays. Closing again finishes a close
 * that was cut, and otherwise changes nothing.
 * @throws space/not-open
 */
export async function closeSpace(
  { hub, permit, as }: { hub: Hub; permit: string; as: string },
  /** For the test that cuts a close between its two acts. */
  betweenActs: () => Promise<void> = async () => undefined,
): Promise<Closed> {
  const path = hub.path('receipts', `space-${permit}.json`)
  const folder = hub.path('spaces', permit)
  const begun = await whoClosed(path)
  if (begun === undefined && !(await exists(folder)))
    throw new ChainonError('space/not-open', `${permit} has no open space`)
  const manifest = begun === undefined ? await readManifest(hub, permit) : undefined
  const who = begun ?? as
  await inHubRole(hub, {
    do: 'destroy',
    permit,
    receipts: hub.path('receipts'),
    body: {
      receipt: 'space-closed',
      what: 'secret and tables of a project space',
      permit,
      ...(hub.config.synthetic ? { notice: INVENTED } : {}),
      who,
      on: hub.today(),
      at: hub.config.synthetic ? `${hub.today()}T00:00:00.000Z` : new Date().toISOString(),
      manifest: manifest ?? null,
      files: await tablesOf(hub, permit, manifest),
    },
  })
  await betweenActs()
  await rm(folder, { recursive: true, force: true })
  const told = await readJournal(hub.path('journal.jsonl'))
  if (!told.some((line) => line.act === 'space/close' && line.subject === permit))
    await record(hub, { who, act: 'space/close', subject: permit })
  await tellReceipts(hub, who)
  return { permit, who, receipt: `receipts/space-${permit}.json`, finished: true }
}

/** Who began to close a space; undefined when nobody did. */
async function whoClosed(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  return text === undefined ? undefined : (JSON.parse(text) as { who: string }).who
}

async function tablesOf(hub: Hub, permit: string, manifest: Manifest | undefined): Promise<Destroyed[]> {
  const held = Object.entries(manifest?.tables ?? {})
  return Promise.all(
    held.map(async ([table, { rows, sha256 }]) => {
      const name = `${table}.parquet`
      const bytes = await sizeOf(hub.path('spaces', permit, 'tables', name)).catch(() => 0)
      return { name, kind: 'space-table', sha256, bytes, rows }
    }),
  )
}
