import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bytesFor, ChainonError, publicKeyFrom, sha256, writeText } from '../base/index.ts'
import { parsePermit } from './model.ts'
import { signWith } from './signature.ts'

/** The module of the task, for the process of the hub role. */
export const signingTask = import.meta.url

export type SigningInput =
  | { readonly do: 'create'; readonly signer: string; readonly seed?: string }
  | { readonly do: 'sign'; readonly signer: string; readonly permit: unknown }

/**
 * Makes a signing key or signs a permit, in the process of the hub role: private keys stand in
 * trusted/hub/signing and no other process reads them. Returns the public key, or the signature.
 * @throws permit/no-key, permit/bad
 */
export default async function signing(
  { folder }: { readonly folder: string },
  input: SigningInput,
): Promise<string> {
  const path = join(folder, 'signing', sha256(input.signer).slice(0, 16))
  const known = await readFile(path, 'utf8').catch(() => undefined)
  if (input.do === 'create') {
    const seed = known ? Buffer.from(known.trim(), 'hex') : bytesFor(input.seed, `signing|${input.signer}`)
    if (!known) {
      await mkdir(join(folder, 'signing'), { recursive: true, mode: 0o700 })
      await writeText(path, `${seed.toString('hex')}\n`, 0o600)
    }
    return publicKeyFrom(seed)
  }
  if (!known)
    throw new ChainonError('permit/no-key', `this hub holds no signing key of ${input.signer}`, {
      advice: 'Permits are signed where the key is; the key of a signer is made once.',
    })
  return signWith(Buffer.from(known.trim(), 'hex'), parsePermit(input.permit))
}
