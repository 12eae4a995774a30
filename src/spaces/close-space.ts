import { readFile, rm, stat } from 'node:fs/promises'
import { ChainonError, writeText } from '../base/index.ts'
import { INVENTED } from '../permits/index.ts'
import { type Hub, readJournal, record } from '../store/index.ts'
import { readManifest } from './manifest.ts'
import { inHubRole } from './open-space.ts'

/** What is left of a space. */
export interface Receipt {
  readonly receipt: 'space-closed'
  readonly permit: string
  readonly notice?: string
  readonly who: string
  readonly on: string
  readonly manifest: unknown
  /** False until the last file is gone: a close that was cut is finished by the next. */
  readonly finished: boolean
}

/**
 * Closes a space for good: its secret is destroyed first, so that from then on no pseudonym can be computed
 * again, then its files. What was released stays, and a receipt tells what the space was. Closing again finishes
 * a close that was cut, and otherwise changes nothing.
 * @throws space/not-open
 */
export async function closeSpace(
  { hub, permit, as }: { hub: Hub; permit: string; as: string },
  /** For the test that cuts a close between its two acts. */
  betweenActs: () => Promise<void> = async () => undefined,
): Promise<Receipt> {
  const path = hub.path('receipts', `space-${permit}.json`)
  const begun = await readFile(path, 'utf8').then(
    (text) => JSON.parse(text) as Receipt,
    () => undefined,
  )
  const folder = hub.path('spaces', permit)
  if (!begun && !(await exists(folder)))
    throw new ChainonError('space/not-open', `${permit} has no open space`)
  const receipt: Receipt = begun ?? {
    receipt: 'space-closed',
    permit,
    ...(hub.config.synthetic ? { notice: INVENTED } : {}),
    who: as,
    on: hub.today(),
    manifest: (await readManifest(hub, permit)) ?? null,
    finished: false,
  }
  if (!begun) await writeReceipt(path, receipt)
  await inHubRole(hub, { do: 'destroy', permit })
  await betweenActs()
  await rm(folder, { recursive: true, force: true })
  const done: Receipt = { ...receipt, finished: true }
  if (!receipt.finished) await writeReceipt(path, done)
  const told = await readJournal(hub.path('journal.jsonl'))
  if (!told.some((line) => line.act === 'space/close' && line.subject === permit))
    await record(hub, { who: receipt.who, act: 'space/close', subject: permit })
  return done
}

const writeReceipt = (path: string, receipt: Receipt): Promise<void> =>
  writeText(path, `${JSON.stringify(receipt, null, 2)}\n`)

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
