export type { HubConfig, Signer } from './config.ts'
export { addSigner, type Hub, initHub, type InitOptions, openHub } from './hub.ts'
export {
  type Act,
  type JournalLine,
  type JournalVerdict,
  readJournal,
  record,
  verifyJournal,
} from './journal.ts'
export { type LockHolder, withLock } from './lock.ts'
