import { join } from 'node:path'
import {
  type Pseudonymised,
  type PseudonymiseSndsInput,
  pseudonymiseSndsTask,
} from './pseudonymise/pseudonymise-snds.ts'
import type { RoleProgress } from './roles/model.ts'
import { spawnRole } from './roles/spawn-role.ts'

export { createKeys } from './keys.ts'
export type { Pseudonymised } from './pseudonymise/pseudonymise-snds.ts'
export { hubId, idmrText, nirText, producerPseudonym, projectPseudonym, psaText } from './pseudonyms.ts'
export type { RoleContext, RoleName, RoleProgress, RoleTask } from './roles/model.ts'
export { type RoleJob, spawnRole } from './roles/spawn-role.ts'

interface Trusted {
  /** The hub's folder trusted/; each role is given its own folder of it only. */
  readonly trusted: string
  readonly onProgress?: (event: RoleProgress) => void
}

/**
 * Replaces the producers' pseudonyms of accepted SNDS files by hub ids, in the matcher's process, and writes
 * lake/snds/<TABLE>/<period>.parquet in the order of the delivered rows.
 */
export function pseudonymiseSnds(request: Trusted & PseudonymiseSndsInput): Promise<Pseudonymised> {
  const { trusted, onProgress, ...input } = request
  return spawnRole<Pseudonymised>({
    role: 'matcher',
    folder: join(trusted, 'matcher'),
    module: pseudonymiseSndsTask,
    input,
    ...(onProgress ? { onProgress } : {}),
  })
}
