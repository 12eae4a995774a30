import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256, verifyBytes } from '../../base/index.ts'
import { readHead } from './append-receipt.ts'
import { claimsSignature, GENESIS, parseSigned, signedBytes, type SignedReceipt } from './model.ts'

/** What the journal tells of a receipt: the hash of its file, and the key of the role that signed it. */
export interface Told {
  readonly hash: string
  readonly role: string
  readonly publicKey: string
}

export type ReceiptsVerdict =
  | {
      readonly intact: true
      /** How many are signed and follow one another. */
      readonly signed: number
      /** Names of those of before receipts were signed: they can be read, and nothing proves them before the first that is signed. */
      readonly unsigned: readonly string[]
      /** Hash of the last. */
      readonly head: string
    }
  | { readonly intact: false; readonly receipt: string; readonly why: string }

interface Held {
  readonly name: string
  readonly text: string
  /** Undefined when it is not signed, or when its signature does not hold. */
  readonly receipt: SignedReceipt | undefined
}

/**
 * Reads the receipts of a hub in the order of their chain and names the first that was altered, removed or inserted.
 * @param told what the journal says, by name of the file: a second witness, so that a chain that was made anew with
 *   other keys, or whose end was removed with its head, is found too. A receipt that it does not tell of yet is one
 *   whose command was cut.
 */
export async function verifyReceipts(
  receipts: string,
  told: ReadonlyMap<string, Told> = new Map(),
): Promise<ReceiptsVerdict> {
  const head = await readHead(receipts)
  const files = await heldIn(receipts)
  const no = (receipt: string, why: string): ReceiptsVerdict => ({ intact: false, receipt, why })

  const keys = new Map<string, string>([...told.values()].map(({ role, publicKey }) => [role, publicKey]))
  const numbered = files.flatMap(({ receipt }) => (receipt ? [receipt.chain.n] : []))
  const last = Math.max(head.n, ...numbered, 0)
  const seen = new Set<string>()
  let previous = GENESIS
  let first: SignedReceipt | undefined
  for (let n = 1; n <= last; n++) {
    const here = files.filter(({ receipt }) => receipt?.chain.n === n)
    // One whose hash the next names, or the journal, is the one that was written; another is an insertion.
    const [found, another] = here
    if (found === undefined) return missing(n, files, told, seen)
    if (another) return no(another.name, `has the number ${n}, as ${found.name} has`)
    const { chain } = found.receipt as SignedReceipt
    const witness = told.get(found.name)
    if ((keys.get(chain.role) ?? chain.publicKey) !== chain.publicKey)
      return no(found.name, `is signed with another key than that of the ${chain.role}`)
    if (chain.previous !== previous) return no(found.name, 'does not follow the receipt before it')
    if (witness && witness.hash !== sha256(found.text)) return no(found.name, 'is not what the journal tells')
    keys.set(chain.role, chain.publicKey)
    previous = sha256(found.text)
    first ??= found.receipt
    seen.add(found.name)
  }
  for (const name of told.keys()) if (!seen.has(name)) return no(name, 'was removed: the journal tells of it')
  if (head.pending === undefined && last > 0 && (head.n !== last || head.hash !== previous))
    return no(nameOf(files, last), 'was inserted: the chain did not end with it')

  const unsigned = files.filter(({ name }) => !seen.has(name) && name !== head.pending?.name)
  const known = first?.chain.unsigned
  for (const { name, text } of unsigned) {
    if (claimsSignature(text)) return no(name, 'was altered: its signature does not hold')
    if (known && known[name] === undefined) return no(name, 'was inserted: no chain tells of it')
    if (known && known[name] !== sha256(text)) return no(name, 'was altered since the chain began')
  }
  for (const name of Object.keys(known ?? {}))
    if (!unsigned.some((one) => one.name === name)) return no(name, 'was removed')
  return { intact: true, signed: seen.size, unsigned: unsigned.map(({ name }) => name), head: previous }
}

/** Nothing that holds has this number: a file that pretends to have it was altered, or none is there. */
function missing(
  n: number,
  files: readonly Held[],
  told: ReadonlyMap<string, Told>,
  seen: ReadonlySet<string>,
): ReceiptsVerdict {
  const broken = files.filter(
    ({ name, text, receipt }) => !receipt && !seen.has(name) && claimsSignature(text),
  )
  const claims = (text: string): boolean => text.includes(`"n":${n},`)
  const altered = broken.find(({ text }) => claims(text)) ?? broken.find(({ name }) => told.has(name))
  if (altered)
    return { intact: false, receipt: altered.name, why: 'was altered: its signature does not hold' }
  const gone = [...told.keys()].find((name) => !files.some((file) => file.name === name))
  return { intact: false, receipt: gone ?? `number ${n}`, why: 'was removed' }
}

const nameOf = (files: readonly Held[], n: number): string =>
  files.find(({ receipt }) => receipt?.chain.n === n)?.name ?? `number ${n}`

/** The receipts of a hub, each with what can be said of it alone. */
async function heldIn(receipts: string): Promise<Held[]> {
  const names = (await readdir(receipts).catch(() => [])).filter((name) => name.endsWith('.json')).sort()
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(receipts, name), 'utf8')
      const receipt = parseSigned(text)
      if (receipt === undefined) return { name, text, receipt }
      const { signature, ...rest } = receipt
      const holds = verifyBytes(receipt.chain.publicKey, signedBytes(rest), signature)
      return { name, text, receipt: holds ? receipt : undefined }
    }),
  )
}

/** Signed receipts in the order of their chain, as the journal tells of them. */
export async function signedReceipts(
  receipts: string,
): Promise<(Told & { readonly name: string; readonly n: number })[]> {
  return (await heldIn(receipts))
    .flatMap(({ name, text, receipt }) =>
      receipt
        ? [
            {
              name,
              n: receipt.chain.n,
              hash: sha256(text),
              role: receipt.chain.role,
              publicKey: receipt.chain.publicKey,
            },
          ]
        : [],
    )
    .sort((a, b) => a.n - b.n)
}
