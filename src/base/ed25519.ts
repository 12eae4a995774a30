import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'

/*
 * Ed25519 (RFC 8032) with raw keys: 32 bytes of a private key, and the public key as 43 characters of base64url.
 */

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

/** The public key, in base64url, of a 32-byte private key. */
export function publicKeyFrom(seed: Uint8Array): string {
  const der = createPublicKey(privateKeyOf(seed)).export({ format: 'der', type: 'spki' })
  return der.subarray(PUBLIC_HEAD.length).toString('base64url')
}

/** The signature of bytes by a 32-byte private key, in base64url. */
export const signBytes = (seed: Uint8Array, bytes: Uint8Array): string =>
  sign(null, bytes, privateKeyOf(seed)).toString('base64url')

/** Is this the signature of that key over these bytes, in the one spelling that base64url has for it? */
export function verifyBytes(publicKey: string, bytes: Uint8Array, signature: string): boolean {
  const raw = Buffer.from(signature, 'base64url')
  if (raw.length !== 64 || raw.toString('base64url') !== signature) return false
  if (Buffer.from(publicKey, 'base64url').length !== 32) return false
  return verify(null, bytes, publicKeyOf(publicKey), raw)
}
