import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** A name beside `path` that no reader looks at; a killed process leaves at most such a file. */
export function temporaryBeside(path: string): string {
  return `${path}.${process.pid}-${randomUUID().slice(0, 8)}.tmp`
}

/**
 * Writes through a temporary name and renames, so that nothing half-written is found under `path`.
 * `write` gets the temporary path and fills it.
 */
export async function writeAtomically(
  path: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const temporary = temporaryBeside(path)
  try {
    await write(temporary)
    const handle = await open(temporary, 'r')
    await handle.sync()
    await handle.close()
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** `writeAtomically` for a text that is already there. */
export async function writeText(path: string, text: string, mode?: number): Promise<void> {
  await writeAtomically(path, async (temporary) => {
    const handle = await open(temporary, 'w', mode)
    await handle.writeFile(text)
    await handle.close()
  })
}

/** SHA-256 of a file's bytes, read as a stream. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash)
  return hash.digest('hex')
}

/** Is this the name of a file that was being written, or that a kill left so? */
export const isTemporary = (name: string): boolean => /\.\d+-[0-9a-f]{8}\.tmp(\.wal)?$/.test(name)
