import { canonicalJson, signBytes, verifyBytes } from '../base/index.ts'
import { type Permit, type SignedPermit, signedSchema } from './model.ts'

/* Ed25519 (RFC 8032) over the canonical JSON of the permit, after a line that says what is signed. */

const signedBytes = (permit: Permit): Buffer => Buffer.from(`chainon permit 1\n${canonicalJson(permit)}`)

/** Signs a permit with a 32-byte private key; only the hub role calls it. */
export const signWith = (seed: Uint8Array, permit: Permit): string => signBytes(seed, signedBytes(permit))

/** The bytes of permits/<id>.json. */
export const permitText = (signed: SignedPermit): string => `${canonicalJson(signed)}\n`

/** What can be said of a file that claims to be a signed permit, before anything is asked of it. */
export type Reading =
  | { readonly state: 'signed'; readonly signed: SignedPermit }
  | { readonly state: 'unsigned' }
  | { readonly state: 'unreadable' }

/** Reads the bytes of a permit. Another spelling of the same JSON is not what was signed. */
export function readSigned(text: string): Reading {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { state: 'unreadable' }
  }
  if (typeof value === 'object' && value !== null && !('signature' in value)) return { state: 'unsigned' }
  const parsed = signedSchema.safeParse(value)
  if (!parsed.success || permitText(parsed.data) !== text) return { state: 'unreadable' }
  return { state: 'signed', signed: parsed.data }
}

/** Is this the signature of that key over this permit? */
export const signatureHolds = (signed: SignedPermit, publicKey: string): boolean =>
  verifyBytes(publicKey, signedBytes(signed.body), signed.signature.value)
