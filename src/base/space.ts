import { readdir, stat, statfs } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { ChainonError } from './errors.ts'

/**
 * Refuses work that the disk has no room for, before its first row.
 * @param folder where it writes; it need not be there yet
 * @param bytes how much, about
 * @param what the work, as a sentence begins
 * @throws storage/no-space
 */
export async function requireSpace(folder: string, bytes: number, what: string): Promise<void> {
  const free = await freeIn(resolve(folder))
  if (free >= bytes) return
  throw new ChainonError(
    'storage/no-space',
    `${what} asks for about ${gigabytes(bytes)} GB, and ${gigabytes(free)} GB are free in ${folder}`,
    { advice: 'Make room there, choose a folder on a larger disk, or ask for less.' },
  )
}

/** Of a folder that is not there yet: what is free where it would be made. */
async function freeIn(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  } catch (error) {
    if (dirname(folder) === folder) throw error
    return freeIn(dirname(folder))
  }
}

const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1)

/** Bytes of all files below a folder; none when it is not there. Files may come and go meanwhile. */
export async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  let bytes = 0
  for (const entry of entries)
    if (entry.isFile())
      bytes += (await stat(join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0
  return bytes
}
