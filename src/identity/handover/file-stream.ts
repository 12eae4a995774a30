import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { ChainonError, hashFile, temporaryBeside } from '../../base/index.ts'

/*
 * What passes from one role to another: files one after the other, each announced by a line (name, bytes,
 * hash), and a last line that says that all of them came. A stream that ends without it was cut.
 */

interface Header {
  readonly name: string
  readonly bytes: number
  readonly sha256: string
}
type Line = Header | { readonly end: number }

/** Sends files whole, under the names given. */
export async function sendFiles(
  out: Writable,
  files: readonly { readonly name: string; readonly path: string }[],
): Promise<void> {
  // A taker that died is told of by its own process; here it only means that nobody listens.
  let broken = false
  out.on('error', () => {
    broken = true
  })
  const write = async (data: string | Buffer): Promise<void> => {
    if (!out.write(data) && !broken)
      await Promise.race([once(out, 'drain'), once(out, 'close')]).catch(() => undefined)
    if (broken) throw cut('the taker is gone')
  }
  for (const { name, path } of files) {
    const header: Header = { name, bytes: (await stat(path)).size, sha256: await hashFile(path) }
    await write(`${JSON.stringify(header)}\n`)
    for await (const data of createReadStream(path)) await write(data as Buffer)
  }
  await write(`${JSON.stringify({ end: files.length })}\n`)
  await new Promise<void>((resolve) => out.end(() => resolve()))
  if (broken) throw cut('the taker is gone')
}

/**
 * Takes what was sent into `folder`, which appears under its name only once everything came as announced; a
 * folder that stood there is replaced.
 * @throws identity/handover-cut
 */
export async function takeFiles(input: Readable, folder: string): Promise<void> {
  const temporary = temporaryBeside(folder)
  await mkdir(temporary, { recursive: true, mode: 0o700 })
  try {
    await receive(new ByteReader(input), temporary)
    await rm(folder, { recursive: true, force: true })
    await rename(temporary, folder)
  } catch (error) {
    await rm(temporary, { recursive: true, force: true })
    throw error
  }
}

async function receive(reader: ByteReader, folder: string): Promise<void> {
  for (let taken = 0; ; taken += 1) {
    const line = JSON.parse(await reader.line()) as Line
    if ('end' in line) {
      if (line.end !== taken) throw cut(`${taken} of ${line.end} files came`)
      return
    }
    if (!/^[a-z]+\.parquet$/.test(line.name)) throw cut('a file has a name that is not expected')
    const hash = createHash('sha256')
    const file = await open(join(folder, line.name), 'wx', 0o600)
    try {
      for (let left = line.bytes; left > 0; ) {
        const data = await reader.some(left)
        hash.update(data)
        await file.write(data)
        left -= data.length
      }
      await file.sync()
    } finally {
      await file.close()
    }
    if (hash.digest('hex') !== line.sha256) throw cut(`${line.name} came altered`)
  }
}

const cut = (what: string): ChainonError =>
  new ChainonError('identity/handover-cut', `the hand-over was cut: ${what}`, {
    advice: 'Run the command again; nothing of a hand-over that was cut is kept.',
  })

/** Lines and bytes of one stream, in turn. */
class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>
  #held: Buffer = Buffer.alloc(0)

  constructor(input: Readable) {
    this.#chunks = input[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  }

  async #more(): Promise<void> {
    const next = await this.#chunks.next()
    if (next.done) throw cut('it ended early')
    this.#held = this.#held.length === 0 ? next.value : Buffer.concat([this.#held, next.value])
  }

  async line(): Promise<string> {
    for (;;) {
      const end = this.#held.indexOf(10)
      if (end >= 0) {
        const text = this.#held.subarray(0, end).toString()
        this.#held = this.#held.subarray(end + 1)
        return text
      }
      await this.#more()
    }
  }

  /** At least one byte and at most `wanted`. */
  async some(wanted: number): Promise<Buffer> {
    if (this.#held.length === 0) await this.#more()
    const data = this.#held.subarray(0, wanted)
    this.#held = this.#held.subarray(data.length)
    return data
  }
}
