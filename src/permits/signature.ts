import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { canonicalJson } from '../base/index.ts'
import { type Permit, type SignedPermit, signedSchema } from './model.ts'

/* Ed25519 (RFC 8032) over the canonical JSON of the permit, after a line that says what is signed. */

const signedBytes = (permit: Permit): Buffer => Buffer.from(`chainon permit 1\n${canonicalJson(permit)}`)

/** DER heads of RFC 8410: node:crypto takes raw Ed25519 keys in no other form. */
const PRIVATE_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')
const PUBLIC_HEAD = Buffer.from('302a300506032b6570032100', 'hex')

const privateKeyOf = (seed: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.concat([PRIVATE_HEAD, seed]), format: 'der', type: 'pkcs8' })

const publicKeyOf = (raw: string): KeyObject =>
  createPublicKey({
    key: Buffer.concat([PUBLIC_HEAD, Buffer.from(raw, 'base64url')]),
    format: 'der',
    type: 'spki',
  })

/** The public key, as chainon.yaml lists it, of a 32-byte private key. */
export function publicKeyFrom(seed: Uint8Array): string {
  const der = createPublicKey(privateKeyOf(seed)).export({ format: 'der', type: 'spki' })
  return der.subarray(PUBLIC_HEAD.length).toString('base64url')
}

/** Signs a permit with a 32-byte private key; only the hub role calls it. */
export const signWith = (seed: Uint8Array, permit: Permit): string =>
  sign(null, signedBytes(permit), privateKeyOf(seed)).toString('base64url')

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

/** Is this the signature of that key over this permit, in the one spelling that base64url has for it? */
export function signatureHolds(signed: SignedPermit, publicKey: string): boolean {
  const bytes = Buffer.from(signed.signature.value, 'base64url')
  if (bytes.length !== 64 || bytes.toString('base64url') !== signed.signature.value) return false
  return verify(null, signedBytes(signed.body), publicKeyOf(publicKey), bytes)
}
