import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { dirname, relative, resolve } from 'node:path'
import { hashFile, sizeOf } from '../base/index.ts'

/** One finished step: what it was (key), where it went, what it gave, how long it took. */
export interface LedgerEntry {
  readonly key: string
  readonly step: string
  readonly output: string
  readonly rows: number
  readonly bytes: number
  readonly seconds: number
  readonly at: string
}

/**
 * The memory of what was done. A step is written under a temporary name, renamed, and only then entered here:
 * after a kill at any moment, what is entered stands whole, and what is not entered is done again.
 */
export class Ledger {
  readonly #path: string
  /** A kill can cut the last line: the next entry must then begin on a line of its own. */
  #cut = false
  readonly #byOutput = new Map<string, LedgerEntry>()

  private constructor(path: string) {
    this.#path = path
  }

  static async open(path: string): Promise<Ledger> {
    const ledger = new Ledger(path)
    const text = await readFile(path, 'utf8').catch(() => '')
    ledger.#cut = text !== '' && !text.endsWith('\n')
    for (const line of text.split('\n')) {
      const entry = parse(line)
      if (entry) ledger.#keep({ ...entry, output: resolve(dirname(path), entry.output) })
    }
    return ledger
  }

  /** The entry of `output` if it was made by this very key and its file still stands with the same size. */
  async done(output: string, key: string): Promise<LedgerEntry | undefined> {
    const entry = this.entryOf(output)
    if (entry?.key !== key) return undefined
    const bytes = await sizeOf(output).catch(() => undefined)
    return bytes === entry.bytes ? entry : undefined
  }

  /** What a reader of a file depends on: the key under which it was last made, or the hash of its bytes. */
  async contentOf(file: string): Promise<string> {
    return this.entryOf(file)?.key ?? (await hashFile(file))
  }

  /** The newest entry of `output`, whatever it was made by. */
  entryOf(output: string): LedgerEntry | undefined {
    return this.#byOutput.get(resolve(output))
  }

  /** Its file is on the disk already; the entry is not waited for: one that a power cut loses is a step done again. */
  async enter(entry: LedgerEntry): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true })
    // From the ledger on: what was done stays done where the folder of both is moved.
    const line = JSON.stringify({ ...entry, output: relative(dirname(this.#path), entry.output) })
    await appendFile(this.#path, `${this.#cut ? '\n' : ''}${line}\n`)
    this.#cut = false
    this.#keep(entry)
  }

  #keep(entry: LedgerEntry): void {
    this.#byOutput.set(resolve(entry.output), entry)
  }
}

/** The last line may have been cut by a kill: it is then no entry. */
function parse(line: string): LedgerEntry | undefined {
  try {
    return JSON.parse(line) as LedgerEntry
  } catch {
    return undefined
  }
}
