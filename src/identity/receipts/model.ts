import { canonicalJson } from '../../base/index.ts'
import type { RoleName } from '../roles/model.ts'

/*
 * A receipt is the proof that something was destroyed: one file under receipts/, signed with Ed25519 (RFC 8032) by
 * the role that destroyed it, over its canonical JSON (RFC 8785) without the signature. Receipts of all roles are one
 * chain: each has the next number and the hash of the one before it.
 */

/** One thing that is no more, as it was. */
export interface Destroyed {
  readonly name: string
  /** transfer, working-table, space-secret, space-table, key, identity… */
  readonly kind: string
  /** Of the file's bytes before they went; of a table in parts, of the hashes of its parts. */
  readonly sha256: string
  readonly bytes: number
  /** Of a table. */
  readonly rows?: number
}

/** What a role says in a receipt. */
export interface ReceiptBody {
  readonly receipt: string
  readonly what: string
  /** UTC. */
  readonly at: string
  readonly files: readonly Destroyed[]
  readonly [more: string]: unknown
}

export interface Chained {
  readonly n: number
  /** SHA-256 of the file of the receipt before it; zeros before the first. */
  readonly previous: string
  readonly role: RoleName
  /** The role's public key, in base64url. */
  readonly publicKey: string
  /** Of the first receipt only: those that stood unsigned when the chain began, with their hashes. */
  readonly unsigned?: Readonly<Record<string, string>>
}

export interface SignedReceipt extends ReceiptBody {
  readonly chain: Chained
  readonly signature: string
}

export const GENESIS = '0'.repeat(64)

/** Where the chain ends, and the receipt that is being written, in full. */
export interface ChainHead {
  readonly n: number
  readonly hash: string
  readonly pending?: { readonly name: string; readonly text: string }
}

/** Beside the receipts. Whoever removes the last of them would have to alter it too, and the journal. */
export const HEAD = 'chain.head'

export const signedBytes = (receipt: Omit<SignedReceipt, 'signature'>): Buffer =>
  Buffer.from(`chainon receipt 1\n${canonicalJson(receipt)}`)

/** The bytes of a receipt's file. */
export const receiptText = (receipt: SignedReceipt): string => `${canonicalJson(receipt)}\n`

/** A receipt in the very bytes that were written; undefined for one of before receipts were signed, or for anything else. */
export function parseSigned(text: string): SignedReceipt | undefined {
  try {
    const value = JSON.parse(text) as SignedReceipt
    if (typeof value?.signature !== 'string' || typeof value.chain?.n !== 'number') return undefined
    return receiptText(value) === text ? value : undefined
  } catch {
    return undefined
  }
}

/** Does the text claim to be a signed receipt, whether it is one or not? */
export const claimsSignature = (text: string): boolean => /"signature"|"chain"/.test(text)
