import { join } from 'node:path'
import { canonicalJson, writeText } from '../base/index.ts'
import type { DeliveryReport } from '../sources/index.ts'
import type { LakeVersion } from './current-version.ts'
import { type Linked, type LinkInput, linkTask } from './linkage/link-bndmr-snds.ts'
import type { LinkageSubmission } from './linkage/report/model.ts'
import { type ReceiveOppositionsInput, receiveOppositionsTask } from './oppositions/receive-oppositions.ts'
import { takeOppositionsTask } from './oppositions/take-oppositions.ts'
import {
  type Pseudonymised,
  type PseudonymiseSndsInput,
  pseudonymiseSndsTask,
} from './pseudonymise/pseudonymise-snds.ts'
import { type ReceiveBndmrInput, receiveBndmrTask } from './receive/receive-bndmr.ts'
import { type TakeBndmrInput, takeBndmrTask } from './receive/take-bndmr.ts'
import type { RoleName, RoleProgress } from './roles/model.ts'
import type { RotateInput, Rotated } from './rotation/model.ts'
import { rotateMatcherTask } from './rotation/rotate-matcher.ts'
import { type RoleJob, spawnHandover, spawnRole } from './roles/spawn-role.ts'

interface Trusted {
  /** The hub's folder trusted/; each role is given its own folder of it only. */
  readonly trusted: string
  readonly onProgress?: (event: RoleProgress) => void
}

const jobFor = (role: RoleName, request: Trusted, module: string, input: unknown): RoleJob => ({
  role,
  folder: join(request.trusted, role),
  module,
  input,
  ...(request.onProgress ? { onProgress: request.onProgress } : {}),
})

/**
 * Replaces the producers' pseudonyms of accepted SNDS files by hub ids, in the matcher's process, and writes
 * lake/snds/<TABLE>/<period>.parquet in the order of the delivered rows.
 */
export function pseudonymiseSnds(request: Trusted & PseudonymiseSndsInput): Promise<Pseudonymised> {
  const { files, lake, ledgerPath } = request
  return spawnRole(jobFor('matcher', request, pseudonymiseSndsTask, { files, lake, ledgerPath }))
}

export interface ReceivedBndmr {
  /** Without any value of a row: those stay in trusted/source/quarantine. */
  readonly report: DeliveryReport
  readonly patients: number
  /** Patients whose NIR the registry knows. */
  readonly withNir: number
}

/**
 * Receives a delivery of the registry: the source's process opens it, the matcher's takes the linkage variables
 * through a pipe, and deliveries/bndmr and lake/bndmr hold the rest.
 */
export async function receiveBndmr(
  request: Trusted & ReceiveBndmrInput & TakeBndmrInput,
): Promise<ReceivedBndmr> {
  const { dir, deliveries, lake, ledgerPath, seed } = request
  const [report, taken] = await spawnHandover<DeliveryReport, { patients: number; withNir: number }>(
    jobFor('source', request, receiveBndmrTask, { dir, deliveries, ...(seed === undefined ? {} : { seed }) }),
    jobFor('matcher', request, takeBndmrTask, { deliveries, lake, ledgerPath }),
  )
  return { report, ...taken }
}

export interface ReceivedOppositions {
  readonly report: DeliveryReport
  /** Lines of the list, and how many of them name nobody that can be read. */
  readonly entries: number
  readonly unreadable: number
  /** The version that now holds, and how many hub ids it names. */
  readonly current: LakeVersion
}

/** Receives the whole list of oppositions; the version changes when whom it means changes. */
export async function receiveOppositions(
  request: Trusted & { readonly dir: string; readonly lake: string; readonly today: string },
): Promise<ReceivedOppositions> {
  const { dir, lake, today } = request
  const input: ReceiveOppositionsInput = { dir, lastYear: Number(today.slice(0, 4)) }
  const [received, current] = await spawnHandover<Omit<ReceivedOppositions, 'current'>, LakeVersion>(
    jobFor('source', request, receiveOppositionsTask, input),
    jobFor('matcher', request, takeOppositionsTask, { lake }),
  )
  return { ...received, current }
}

export interface LinkRequest<C> extends Trusted, LinkInput {
  /** The hub's check of outputs. Without it the report does not leave the matcher. */
  readonly check?: (submission: LinkageSubmission) => C | Promise<C>
  /** Of a synthetic hub: stands in the report that these persons are invented. */
  readonly notice?: string
}

/** A linkage as the hub may see it: the report only as it was checked. */
export type LinkResult<C> = Omit<Linked, 'submission'> & { readonly report: C | undefined }

/**
 * Links the registry to the SNDS in the matcher's process: lake/links/<version>/links.parquet (hub id of the
 * registry, hub id of the SNDS, step), `contradicted.parquet` (indirect links that the NIR refuted) and, once it
 * was checked, `report.json` beside. Transit ids and working tables are destroyed, with a receipt.
 *
 * @throws identity/no-transfer when the last transfer was linked already and something else changed since
 */
export async function link<C>(request: LinkRequest<C>): Promise<LinkResult<C>> {
  const { lake, receipts, today, engine, method, compare, mostFalse, check, notice } = request
  const input: LinkInput = {
    lake,
    receipts,
    today,
    engine,
    ...(method === undefined ? {} : { method }),
    ...(compare === undefined ? {} : { compare }),
    ...(mostFalse === undefined ? {} : { mostFalse }),
  }
  const { submission, ...linked } = await spawnRole<Linked>(jobFor('matcher', request, linkTask, input))
  const report = await check?.(submission)
  if (report !== undefined)
    await writeText(
      join(lake, 'links', linked.version, 'report.json'),
      `${canonicalJson({ ...(notice ? { notice } : {}), version: linked.version, oppositions: linked.oppositions, report })}\n`,
    )
  return { ...linked, report }
}

/**
 * Gives the matcher another key and every hub id that stands in the lake what follows from it, in the matcher's
 * process; proves that none is left, then destroys the old key and the old tables with a receipt. Killed at any
 * moment, it goes on when it is run again.
 *
 * @throws identity/untagged-id when hub ids stand where no tag says so; then nothing was changed
 */
export function rotateMatcherKey(request: Trusted & RotateInput): Promise<Rotated> {
  const { trusted: _trusted, onProgress: _onProgress, ...input } = request
  return spawnRole(jobFor('matcher', request, rotateMatcherTask, input))
}
