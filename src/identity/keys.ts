import { chmod, mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { bytesFor, ChainonError, exists, writeText } from '../base/index.ts'
import type { RoleName } from './roles/model.ts'

const ROLES: readonly RoleName[] = ['source', 'matcher', 'hub']

/**
 * Makes the three keys of a hub: 32 bytes each under trusted/<role>/key (file 0600, folder 0700), and beside each
 * the one with which the role signs receipts of what it destroys. Keys that stand already are kept: another key
 * would make every pseudonym of the hub a stranger.
 *
 * @param seed of a hub that is marked synthetic; without it keys are the system's randomness
 */
export async function createKeys(trustedDir: string, seed?: string): Promise<void> {
  for (const role of ROLES) {
    const folder = join(trustedDir, role)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await chmod(folder, 0o700)
    await keepOrMake(join(folder, 'key'), () => bytesFor(seed, role))
    await keepOrMake(join(folder, RECEIPTS), () => bytesFor(seed, `receipts ${role}`))
  }
  await chmod(trustedDir, 0o700)
}

const RECEIPTS = 'receipts.key'

async function keepOrMake(path: string, make: () => Buffer): Promise<void> {
  if (await exists(path)) return
  await writeText(path, `${make().toString('hex')}\n`, 0o600)
}

/** A key with how many came before it: a key that was never rotated is the first. */
export interface VersionedKey {
  readonly version: number
  readonly key: Buffer
}

/**
 * The key in a role's folder.
 * @throws identity/no-key when there is none, identity/bad-key when it is not 32 bytes
 */
export const readKey = async (folder: string, role: RoleName): Promise<Buffer> =>
  (await readVersionedKey(folder, role)).key

/** As `readKey`, with its version. */
export async function readVersionedKey(
  folder: string,
  role: RoleName,
  file: 'key' | 'key.next' = 'key',
): Promise<VersionedKey> {
  const text = await readFile(join(folder, file), 'utf8').catch(() => {
    throw new ChainonError('identity/no-key', `the ${role} role has no key`, {
      advice:
        'Keys are made by `chainon init`; a hub whose keys are lost cannot be extended, only made anew.',
    })
  })
  const [, version = '1', hex = ''] = /^(?:v(\d+) )?([0-9a-f]*)$/.exec(text.trim()) ?? []
  const key = Buffer.from(hex, 'hex')
  if (key.length !== 32)
    throw new ChainonError('identity/bad-key', `the key of the ${role} role is not 32 bytes`)
  return { version: Number(version), key }
}

/** The text of a key's file. */
export const keyText = ({ version, key }: VersionedKey): string => `v${version} ${key.toString('hex')}\n`

/** The private key with which a role signs receipts; a hub of before receipts were signed gets one at the first. */
export async function receiptKey(folder: string): Promise<Buffer> {
  const path = join(folder, RECEIPTS)
  await keepOrMake(path, () => bytesFor(undefined, 'receipts'))
  const key = Buffer.from((await readFile(path, 'utf8')).trim(), 'hex')
  if (key.length !== 32)
    throw new ChainonError('identity/bad-key', 'the key that signs receipts is not 32 bytes')
  return key
}

/** Removes a secret: written over before it is unlinked, because the name alone going would leave the bytes on some disks. */
export async function destroySecretFile(path: string): Promise<void> {
  const known = await stat(path).catch(() => undefined)
  if (!known) return
  const file = await open(path, 'r+')
  try {
    await file.write(Buffer.alloc(known.size))
    await file.sync()
  } finally {
    await file.close()
  }
  await rm(path)
}
