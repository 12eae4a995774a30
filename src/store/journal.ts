import { open, readFile } from 'node:fs/promises'
import { canonicalJson, ChainonError, sha256, writeText } from '../base/index.ts'
import type { Hub } from './hub.ts'

/*
 * One line per act: canonical JSON {n, at, who, act, subject, hashes, previous, hash}. `hash` is the SHA-256 of
 * the line without it, `previous` the hash of the line before: whoever alters, removes, adds or moves a line
 * breaks the chain there. The end of the chain has no successor, so journal.head says where it ends; and since
 * the next line stands in the head before it is appended, a process killed half-way through loses nothing.
 * (Someone who rewrites the whole file and the head is not found out: that takes a head published elsewhere.)
 */

const GENESIS = '0'.repeat(64)

/** What happened: `who` did `act` to `subject`; `hashes` name the files or documents concerned. */
export interface Act {
  readonly who: string
  readonly act: string
  readonly subject: string
  readonly hashes?: Readonly<Record<string, string>>
}

export interface JournalLine extends Act {
  readonly n: number
  /** UTC; in a synthetic hub midnight of its fixed day, so that runs repeat. */
  readonly at: string
  readonly previous: string
  readonly hash: string
}

interface Head {
  readonly n: number
  readonly hash: string
  /** The line that is being appended, in full. */
  readonly pending?: string
}

/**
 * Appends one act and returns its line once it is on the disk. For the one process that holds the hub's lock.
 * A line that an earlier process was killed in the middle of is completed first, and said through `notice`.
 * @throws store/journal-altered
 */
export async function record(
  hub: Hub,
  act: Act,
  notice: (sentence: string) => void = (sentence) => process.stderr.write(`${sentence}\n`),
): Promise<JournalLine> {
  const path = hub.path('journal.jsonl')
  let head = await readHead(path)
  const { size, tail } = await readTail(path)
  if (head.pending !== undefined) {
    head = await complete(path, head, tail, notice)
  } else if (lastLine(tail)?.hash !== (head.n === 0 ? undefined : head.hash) || !endsWhole(tail)) {
    throw altered(path, 'its end is not where journal.head says')
  } else if (head.n === 0 && size > 0) throw altered(path, 'it has lines that journal.head does not know')

  const at = hub.config.synthetic ? `${hub.today()}T00:00:00.000Z` : new Date().toISOString()
  const { who, act: verb, subject, hashes } = act
  const body = {
    n: head.n + 1,
    at,
    who,
    act: verb,
    subject,
    ...(hashes ? { hashes } : {}),
    previous: head.hash,
  }
  const line: JournalLine = { ...body, hash: sha256(canonicalJson(body)) }
  const text = `${canonicalJson(line)}\n`
  await writeText(headPath(path), `${canonicalJson({ ...head, pending: text })}\n`)
  await appendDurably(path, text)
  await writeText(headPath(path), `${canonicalJson({ n: line.n, hash: line.hash })}\n`)
  return line
}

/** A kill left the head with a line that may stand in the file wholly, in part or not at all. */
async function complete(
  path: string,
  head: Head,
  tail: string,
  notice: (sentence: string) => void,
): Promise<Head> {
  const pending = head.pending as string
  const line = JSON.parse(pending) as JournalLine
  const cut = tail.slice(tail.lastIndexOf('\n') + 1)
  if (!tail.endsWith(pending)) {
    if (!pending.startsWith(cut)) throw altered(path, 'its last line is cut, and not as it was being written')
    await appendDurably(path, pending.slice(cut.length))
    notice(`the last line of the journal (${line.n}, ${line.act}) had been cut by a kill: completed`)
  }
  const next = { n: line.n, hash: line.hash }
  await writeText(headPath(path), `${canonicalJson(next)}\n`)
  return next
}

export type JournalVerdict =
  | {
      readonly intact: true
      readonly lines: number
      /** Hash of the last line: what to publish or keep elsewhere. */
      readonly head: string
      /** The line that a kill cut; the next act completes it. */
      readonly cut?: number
    }
  | { readonly intact: false; readonly line: number; readonly why: string }

/** Reads a journal from its first line and names the first that is not what was written. */
export async function verifyJournal(path: string): Promise<JournalVerdict> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const head = await readHead(path)
  const lines = text.split('\n')
  const rest = lines.pop() as string
  const no = (line: number, why: string): JournalVerdict => ({ intact: false, line, why })

  let previous = GENESIS
  for (const [index, one] of lines.entries()) {
    const n = index + 1
    const line = parseLine(one)
    if (!line) return no(n, 'is not a line of a journal in canonical form')
    if (!hashHolds(line)) return no(n, 'does not have the hash that it names')
    if (line.n !== n) return no(n, `has the number ${line.n}`)
    if (line.previous !== previous) return no(n, 'does not follow the line before it')
    previous = line.hash
  }
  const n = lines.length
  if (head.pending !== undefined) {
    const pending = JSON.parse(head.pending) as JournalLine
    if (n === pending.n && previous === pending.hash && rest === '')
      return { intact: true, lines: n, head: previous }
    if (n === head.n && previous === head.hash && head.pending.startsWith(rest))
      return { intact: true, lines: n, head: previous, cut: pending.n }
  }
  if (rest !== '') return no(n + 1, 'is cut, and not as it was being written')
  if (n < head.n) return no(n + 1, `is missing: the journal had ${head.n} lines`)
  if (n > head.n) return no(head.n + 1, 'was added by something other than chainon')
  if (previous !== head.hash) return no(n, 'is not the line that stood at the end')
  return { intact: true, lines: n, head: previous }
}

/** All lines of a journal that is intact. @throws store/journal-altered */
export async function readJournal(path: string): Promise<JournalLine[]> {
  const verdict = await verifyJournal(path)
  if (!verdict.intact) throw altered(path, `line ${verdict.line} ${verdict.why}`)
  const text = await readFile(path, 'utf8').catch(() => '')
  return text
    .split('\n')
    .slice(0, verdict.lines)
    .map((line) => JSON.parse(line) as JournalLine)
}

const headPath = (path: string): string => path.replace(/\.jsonl$/, '.head')

async function readHead(path: string): Promise<Head> {
  const text = await readFile(headPath(path), 'utf8').catch(() => undefined)
  if (text === undefined) return { n: 0, hash: GENESIS }
  try {
    const head = JSON.parse(text) as Head
    if (head.pending !== undefined && !parseLine(head.pending.replace(/\n$/, ''))) throw new Error('pending')
    return head
  } catch (cause) {
    throw new ChainonError('store/journal-altered', `${headPath(path)} is not what chainon wrote`, { cause })
  }
}

/** The last megabyte: no line is longer, so the journal is not read whole for each act. */
async function readTail(path: string): Promise<{ size: number; tail: string }> {
  const file = await open(path, 'r').catch(() => undefined)
  if (!file) return { size: 0, tail: '' }
  try {
    const { size } = await file.stat()
    const length = Math.min(size, 1 << 20)
    const buffer = Buffer.alloc(length)
    await file.read(buffer, 0, length, size - length)
    return { size, tail: buffer.toString('utf8') }
  } finally {
    await file.close()
  }
}

const endsWhole = (tail: string): boolean => tail === '' || tail.endsWith('\n')

function lastLine(tail: string): JournalLine | undefined {
  const line = tail.trimEnd().split('\n').at(-1) ?? ''
  const parsed = parseLine(line)
  return parsed && hashHolds(parsed) ? parsed : undefined
}

function hashHolds(line: JournalLine): boolean {
  const { hash, ...body } = line
  return sha256(canonicalJson(body)) === hash
}

/** A line counts only in the very bytes that were written. */
function parseLine(text: string): JournalLine | undefined {
  try {
    const line = JSON.parse(text) as JournalLine
    return typeof line?.hash === 'string' && canonicalJson(line) === text ? line : undefined
  } catch {
    return undefined
  }
}

async function appendDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'a')
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

const altered = (path: string, why: string) =>
  new ChainonError('store/journal-altered', `${path} was altered: ${why}`, {
    advice: 'chainon journal verify names the first altered line. Nothing was written.',
  })
