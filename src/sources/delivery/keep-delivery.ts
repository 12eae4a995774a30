import { constants, copyFile, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { basename, join, relative, resolve, sep } from 'node:path'
import { canonicalJson, writeAtomically, writeText } from '../../base/index.ts'
import type { AcceptedFile } from './model.ts'
import { rowsBeside } from './quarantine.ts'

/** The list of what is kept, beside the files. */
const LIST = 'accepted.json'

/** What was accepted of a source so far, as `keepDelivery` left it; empty before the first delivery. */
export async function keptDelivery(folder: string): Promise<AcceptedFile[]> {
  const text = await readFile(join(folder, LIST), 'utf8').catch(() => undefined)
  const files = text === undefined ? [] : (JSON.parse(text) as AcceptedFile[])
  return files.map((file) => withPaths(file, (path) => resolve(folder, path)))
}

/**
 * Keeps a copy of the accepted files of a delivery under `folder`, each in a folder named after its content, so that a
 * list never names what it was not made of: not after a kill, and not when the sender writes over what was sent. A
 * file of a table, period and part that is already there takes the earlier one's place; the others stay.
 * @param isAll whether the delivery is all that its source has to say: then no other stays
 * @returns all files that are now kept, with their paths there
 */
export async function keepDelivery(
  folder: string,
  accepted: readonly AcceptedFile[],
  isAll = false,
): Promise<AcceptedFile[]> {
  await mkdir(folder, { recursive: true })
  const earlier = await keptDelivery(folder)
  const kept = new Map((isAll ? [] : earlier).map((file) => [slot(file), file]))
  for (const file of accepted) {
    const path = join(folder, nameOf(file))
    if (path !== file.path) await place(file.path, path)
    kept.set(slot(file), { ...file, path, reads: file.reads === file.path ? path : file.reads })
  }
  const files = [...kept.values()].sort((a, b) => (slot(a) < slot(b) ? -1 : 1))
  // From the folder on: a hub may be moved.
  const listed = files.map((file) => withPaths(file, (path) => relative(folder, path)))
  await writeText(join(folder, LIST), canonicalJson(listed))
  const named = new Set([LIST, ...files.map((file) => relative(folder, file.path).split(sep)[0])])
  for (const name of await readdir(folder))
    if (!named.has(name)) await rm(join(folder, name), { recursive: true, force: true })
  await clearReplaced(earlier, files)
  return files
}

/** What the check left beside a file whose place was taken: the quarantine tells of what is kept now. */
async function clearReplaced(
  earlier: readonly AcceptedFile[],
  files: readonly AcceptedFile[],
): Promise<void> {
  const still = new Set(files.flatMap(besides))
  for (const path of earlier.flatMap(besides)) if (!still.has(path)) await rm(path, { force: true })
}

function withPaths(file: AcceptedFile, to: (path: string) => string): AcceptedFile {
  const { reasons } = file.setAside
  return {
    ...file,
    path: to(file.path),
    reads: to(file.reads),
    ...(reasons === undefined ? {} : { setAside: { ...file.setAside, reasons: to(reasons) } }),
  }
}

function besides({ path, reads, setAside: { reasons } }: AcceptedFile): string[] {
  const aside = reasons === undefined ? [] : [reasons, rowsBeside(reasons)]
  return reads === path ? aside : [reads, ...aside]
}

const slot = (file: AcceptedFile): string =>
  `${file.table}|${String(file.period).padStart(6, '0')}|${file.part}`

/** `1f0c9a7be24d/T_MCO19C.csv`: whose bytes they are, and the name under which they came. */
const nameOf = (file: AcceptedFile): string => join(file.sha256.slice(0, 12), basename(file.path))

async function place(from: string, to: string): Promise<void> {
  await writeAtomically(to, (temporary) => copyFile(from, temporary, constants.COPYFILE_FICLONE))
}
