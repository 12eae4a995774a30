import { type ReceiptsVerdict, signedReceipts, type Told, verifyReceipts } from '../identity/index.ts'
import { type Hub, type JournalLine, readJournal, record } from '../store/index.ts'

const ACT = 'receipt/sign'

/**
 * Tells in the journal of each receipt that it does not know of yet: its hash and the public key of the role that
 * signed it. So the receipts and the journal vouch for one another, and one published head of the journal for both.
 */
export async function tellReceipts(hub: Hub, who: string): Promise<void> {
  const known = toldIn(await readJournal(hub.path('journal.jsonl')))
  for (const { name, hash, role, publicKey } of await signedReceipts(hub.path('receipts')))
    if (!known.has(name))
      await record(hub, {
        who,
        act: ACT,
        subject: `${role}/${name}`,
        hashes: { receipt: hash, publicKey: Buffer.from(publicKey, 'base64url').toString('hex') },
      })
}

/** The receipts of a hub, held against its journal. @throws store/journal-altered */
export async function verifyHubReceipts(hub: Hub): Promise<ReceiptsVerdict> {
  return verifyReceipts(hub.path('receipts'), toldIn(await readJournal(hub.path('journal.jsonl'))))
}

function toldIn(journal: readonly JournalLine[]): Map<string, Told> {
  const told = new Map<string, Told>()
  for (const { act, subject, hashes } of journal) {
    if (act !== ACT) continue
    const [role, name] = subject.split('/') as [string, string]
    const publicKey = Buffer.from(hashes?.['publicKey'] ?? '', 'hex').toString('base64url')
    // The first word holds.
    if (!told.has(name)) told.set(name, { hash: hashes?.['receipt'] ?? '', role, publicKey })
  }
  return told
}
