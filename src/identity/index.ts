import { join } from 'node:path'
import type { DeliveryReport } from '../sources/index.ts'
import { type ReceiveOppositionsInput, receiveOppositionsTask } from './oppositions/receive-oppositions.ts'
import type { OppositionVersion } from './oppositions/resolve.ts'
import { takeOppositionsTask } from './oppositions/take-oppositions.ts'
import {
  type Pseudonymised,
  type PseudonymiseSndsInput,
  pseudonymiseSndsTask,
} from './pseudonymise/pseudonymise-snds.ts'
import { type ReceiveBndmrInput, receiveBndmrTask } from './receive/receive-bndmr.ts'
import { type TakeBndmrInput, takeBndmrTask } from './receive/take-bndmr.ts'
import type { RoleName, RoleProgress } from './roles/model.ts'
import { type RoleJob, spawnHandover, spawnRole } from './roles/spawn-role.ts'

export { createKeys } from './keys.ts'
export { currentOppositions, type OppositionVersion } from './oppositions/resolve.ts'
export type { Pseudonymised } from './pseudonymise/pseudonymise-snds.ts'
export { hubId, idmrText, nirText, producerPseudonym, projectPseudonym, psaText } from './pseudonyms.ts'
export type { RoleContext, RoleName, RoleProgress, RoleTask } from './roles/model.ts'
export { type RoleJob, spawnRole } from './roles/spawn-role.ts'

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
  readonly current: OppositionVersion
}

/** Receives the whole list of oppositions; the version changes when whom it means changes. */
export async function receiveOppositions(
  request: Trusted & { readonly dir: string; readonly lake: string; readonly today: string },
): Promise<ReceivedOppositions> {
  const { dir, lake, today } = request
  const input: ReceiveOppositionsInput = { dir, lastYear: Number(today.slice(0, 4)) }
  const [received, current] = await spawnHandover<Omit<ReceivedOppositions, 'current'>, OppositionVersion>(
    jobFor('source', request, receiveOppositionsTask, input),
    jobFor('matcher', request, takeOppositionsTask, { lake }),
  )
  return { ...received, current }
}
