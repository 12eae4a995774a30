import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** Does something stand at a path? */
export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

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
    await take(temporary, path)
  } catch (error) {
    await rm(temporary, { recursive: true, force: true })
    throw error
  }
}

/** A file replaces a file at once; where one of the two is a folder, the old one goes first. */
async function take(temporary: string, path: string): Promise<void> {
  await rename(temporary, path).catch(async (error: NodeJS.ErrnoException) => {
    if (!['ENOTEMPTY', 'EEXIST', 'EISDIR', 'ENOTDIR'].includes(error.code ?? '')) throw error
    await rm(path, { recursive: true, force: true })
    await rename(temporary, path)
  })
}

/** `writeAtomically` for a text that is already there. */
export async function writeText(path: string, text: string, mode?: number): Promise<void> {
  await writeAtomically(path, async (temporary) => {
    const handle = await open(temporary, 'w', mode)
    await handle.writeFile(text)
    await handle.close()
  })
}

/**
 * The files of a table: itself, or the parts of a folder that several machines wrote, in order of name.
 * A path at which nothing stands is given back, for whoever opens it to complain about.
 */
export async function partsOf(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined)
  if (!found?.isDirectory()) return [path]
  const names = await readdir(path)
  return names
    .filter((name) => name.endsWith('.parquet'))
    .sort()
    .map((name) => join(path, name))
}

/** How a part of a table is called, so that their names are in the order of their rows. */
export const partName = (index: number): string => `part-${String(index).padStart(5, '0')}.parquet`

/** Bytes of a file, or of all parts of a table. */
export async function sizeOf(path: string): Promise<number> {
  const sizes = await Promise.all((await partsOf(path)).map(async (part) => (await stat(part)).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** SHA-256 of a file's bytes, read as a stream; of a table in parts, that of the hashes of its parts. */
export async function hashFile(path: string): Promise<string> {
  const parts = await partsOf(path)
  if (parts.length === 1 && parts[0] === path) return hashOf(path)
  const whole = createHash('sha256')
  for (const part of parts) whole.update(`${await hashOf(part)}\n`)
  return whole.digest('hex')
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash)
  return hash.digest('hex')
}

/** Is this the name of a file that was being written, or that a kill left so? */
export const isTemporary = (name: string): boolean => /\.\d+-[0-9a-f]{8}\.tmp(\.wal)?$/.test(name)
