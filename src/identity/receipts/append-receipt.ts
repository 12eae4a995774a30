import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  canonicalJson,
  ChainonError,
  publicKeyFrom,
  sha256,
  signBytes,
  verifyBytes,
  writeText,
} from '../../base/index.ts'
import { receiptKey } from '../keys.ts'
import type { RoleName } from '../roles/model.ts'
import {
  type ChainHead,
  GENESIS,
  HEAD,
  parseSigned,
  type ReceiptBody,
  receiptText,
  signedBytes,
  type SignedReceipt,
} from './model.ts'

/** Who signs: a role, in its own process, with the key in its own folder. */
export interface Signing {
  /** receipts/ of the hub. */
  readonly receipts: string
  readonly role: RoleName
  /** trusted/<role> */
  readonly folder: string
}

/**
 * Signs a receipt and adds it to the chain. It is written before what it tells of goes, so that what is gone is always
 * accounted for. The receipt stands in chain.head before it stands in its file: after a kill in between, the next
 * completes it.
 * @param name of the file, without .json
 * @throws receipt/taken when another receipt has that name, receipt/chain-altered when the end of the chain is not
 *   what was written
 */
export async function appendReceipt(
  { receipts, role, folder }: Signing,
  name: string,
  body: ReceiptBody,
): Promise<SignedReceipt> {
  await mkdir(receipts, { recursive: true })
  const head = await wholeHead(receipts)
  const path = join(receipts, `${name}.json`)
  if ((await textOf(path)) !== undefined)
    throw new ChainonError(
      'receipt/taken',
      `receipts/${name}.json stands already: a receipt is never replaced`,
    )
  const seed = await receiptKey(folder)
  const chained = {
    ...body,
    chain: {
      n: head.n + 1,
      previous: head.hash,
      role,
      publicKey: publicKeyFrom(seed),
      ...(head.n === 0 ? { unsigned: await unsignedIn(receipts) } : {}),
    },
  }
  const receipt: SignedReceipt = { ...chained, signature: signBytes(seed, signedBytes(chained)) }
  const text = receiptText(receipt)
  await writeHead(receipts, { ...head, pending: { name: `${name}.json`, text } })
  await writeText(path, text)
  await writeHead(receipts, { n: receipt.chain.n, hash: sha256(text) })
  return receipt
}

/** The receipt of a name, if it is a signed one that its own key holds to. */
export async function readReceipt(receipts: string, name: string): Promise<SignedReceipt | undefined> {
  await wholeHead(receipts)
  const text = await textOf(join(receipts, `${name}.json`))
  const receipt = text === undefined ? undefined : parseSigned(text)
  if (receipt === undefined) return undefined
  const { signature, ...rest } = receipt
  return verifyBytes(receipt.chain.publicKey, signedBytes(rest), signature) ? receipt : undefined
}

/** The end of the chain, once a receipt whose writing was cut stands whole. */
async function wholeHead(receipts: string): Promise<ChainHead> {
  const head = await readHead(receipts)
  if (head.pending === undefined) return head
  const { name, text } = head.pending
  await writeText(join(receipts, name), text)
  const next = { n: head.n + 1, hash: sha256(text) }
  await writeHead(receipts, next)
  return next
}

/** @throws receipt/chain-altered */
export async function readHead(receipts: string): Promise<ChainHead> {
  const text = await textOf(join(receipts, HEAD))
  if (text === undefined) return { n: 0, hash: GENESIS }
  try {
    const head = JSON.parse(text) as ChainHead
    if (typeof head.n !== 'number' || typeof head.hash !== 'string') throw new TypeError('head')
    return head
  } catch (cause) {
    throw new ChainonError('receipt/chain-altered', `receipts/${HEAD} is not what chainon wrote`, {
      advice: 'chainon journal verify says which receipts hold. Nothing was destroyed.',
      cause,
    })
  }
}

const writeHead = (receipts: string, head: ChainHead): Promise<void> =>
  writeText(join(receipts, HEAD), `${canonicalJson(head)}\n`)

/** Receipts of before receipts were signed: the first that is signed tells their hashes, and from then on they hold. */
async function unsignedIn(receipts: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const name of (await readdir(receipts)).filter((one) => one.endsWith('.json')).sort())
    found[name] = sha256(await readFile(join(receipts, name), 'utf8'))
  return found
}

const textOf = (path: string): Promise<string | undefined> => readFile(path, 'utf8').catch(() => undefined)
