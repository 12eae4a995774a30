import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { bytesFor, writeText } from '../../base/index.ts'
import { destroySecretFile } from '../../identity/index.ts'

/*
 * The secret of a space: 32 bytes, one per permit, in trusted/hub/spaces/<permit>/secret and nowhere else.
 * Without it no pseudonym of the space can be computed again. Only the process of the hub role reads it.
 */

/** The folder of a space inside the folder of the hub role. */
export const trustedFolder = (roleFolder: string, permit: string): string =>
  join(roleFolder, 'spaces', permit)

/**
 * The secret of a space, made when the space is opened for the first time.
 * @param seed of a synthetic hub, whose spaces can be repeated to the byte
 */
export async function spaceSecret(folder: string, permit: string, seed?: string): Promise<Buffer> {
  const path = join(folder, 'secret')
  const known = await readFile(path, 'utf8').catch(() => undefined)
  if (known !== undefined) return Buffer.from(known.trim(), 'hex')
  const secret = bytesFor(seed, `space|${permit}`)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeText(path, `${secret.toString('hex')}\n`, 0o600)
  return secret
}

/** Removes the secret and whatever else stood beside it. */
export async function destroySecret(folder: string): Promise<void> {
  await destroySecretFile(join(folder, 'secret'))
  await rm(folder, { recursive: true, force: true })
}
