import { link, copyFile, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { ChainonError, exists, hashFile, isTemporary, writeText } from '../../base/index.ts'

/*
 * A rotation writes a whole tree beside the one that stands, then the two change places by their names: a reader finds
 * all of the old ids or all of the new ones. Files that hold no id are the same files under a second name.
 */

/** Paths of all files of a folder, inside it, with / between names. What a killed process left is not looked at. */
export async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.split('/').some(isTemporary))
    .sort()
}

/** The same file under a second name; where the disk has no second names, a copy. */
export async function sameFile(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  await rm(to, { force: true })
  await link(from, to).catch(() => copyFile(from, to))
}

/** Removes from a tree that an earlier run had begun what the tree that stands has no more. */
export async function removeOthers(folder: string, wanted: ReadonlySet<string>): Promise<void> {
  for (const path of await filesOf(folder)) if (!wanted.has(path)) await rm(join(folder, path))
}

/** Where a JSON file names another by its hash, it names it by the new one. The hash before → the hash after. */
export async function renameHashes(
  from: string,
  to: string,
  hashes: ReadonlyMap<string, string>,
): Promise<void> {
  const text = await readFile(from, 'utf8')
  const named = text.replace(/\b[0-9a-f]{64}\b/g, (hash) => hashes.get(hash) ?? hash)
  if (named === text && from !== to) await sameFile(from, to)
  else if (named !== text) {
    // A second name of the old file must not be written through.
    if (from !== to) await rm(to, { force: true })
    await writeText(to, named)
  }
}

/** Hashes of a table in parts, which is known by those of all its parts. */
export async function hashesOfFolders(
  before: string,
  after: string,
  paths: readonly string[],
): Promise<[string, string][]> {
  const folders = new Set(paths.map(dirname).filter((path) => path.endsWith('.parquet')))
  return Promise.all(
    [...folders].map(
      async (path): Promise<[string, string]> => [
        await hashFile(join(before, path)),
        await hashFile(join(after, path)),
      ],
    ),
  )
}

/** The tree that was written takes the place of the one that stands, which is called `.old` until it goes. May be done again. */
export async function changePlaces(folder: string): Promise<void> {
  const [old, next] = [`${folder}.old`, `${folder}.next`]
  if (!(await exists(next))) return
  if (await exists(folder)) {
    await rm(old, { recursive: true, force: true })
    await rename(folder, old)
  }
  await rename(next, folder)
}

/** @throws identity/lake-on-its-own-disk: a folder that is a disk of its own cannot change places with another */
export async function requireSameDisk(folder: string): Promise<void> {
  const [own, above] = await Promise.all([stat(folder), stat(dirname(folder))])
  if (own.dev !== above.dev)
    throw new ChainonError(
      'identity/lake-on-its-own-disk',
      `${folder} is a disk of its own: it cannot change places with the tree that a rotation writes beside it`,
      { advice: 'Mount the folder above it instead. Nothing was changed.' },
    )
}
