import { chmod, mkdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { bytesFor, ChainonError, writeText } from '../base/index.ts'
import type { RoleName } from './roles/model.ts'

const ROLES: readonly RoleName[] = ['source', 'matcher', 'hub']

/**
 * Makes the three keys of a hub: 32 bytes each under trusted/<role>/key (file 0600, folder 0700). Keys that
 * stand already are kept: another key would make every pseudonym of the hub a stranger.
 *
 * @param seed of a hub that is marked synthetic; without it keys are the system's randomness
 */
export async function createKeys(trustedDir: string, seed?: string): Promise<void> {
  for (const role of ROLES) {
    const folder = join(trustedDir, role)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await chmod(folder, 0o700)
    const path = join(folder, 'key')
    if (await stat(path).catch(() => undefined)) continue
    await writeText(path, `${bytesFor(seed, role).toString('hex')}\n`, 0o600)
  }
  await chmod(trustedDir, 0o700)
}

/**
 * The key in a role's folder.
 * @throws identity/no-key when there is none, identity/bad-key when it is not 32 bytes
 */
export async function readKey(folder: string, role: RoleName): Promise<Buffer> {
  const text = await readFile(join(folder, 'key'), 'utf8').catch(() => {
    throw new ChainonError('identity/no-key', `the ${role} role has no key`, {
      advice:
        'Keys are made by `chainon init`; a hub whose keys are lost cannot be extended, only made anew.',
    })
  })
  const key = Buffer.from(text.trim(), 'hex')
  if (key.length !== 32)
    throw new ChainonError('identity/bad-key', `the key of the ${role} role is not 32 bytes`)
  return key
}
