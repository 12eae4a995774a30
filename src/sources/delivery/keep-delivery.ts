import { copyFile, link, mkdir, readFile, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { canonicalJson, writeAtomically, writeText } from '../../base/index.ts'
import type { AcceptedFile } from './model.ts'

/** The list of what is kept, beside the files. */
const LIST = 'accepted.json'

/** What was accepted of a source so far, as `keepDelivery` left it; empty before the first delivery. */
export async function keptDelivery(folder: string): Promise<AcceptedFile[]> {
  const text = await readFile(join(folder, LIST), 'utf8').catch(() => undefined)
  return text === undefined ? [] : (JSON.parse(text) as AcceptedFile[])
}

/**
 * Keeps the accepted files of a delivery under `folder` (a hard link where the disk allows, else a copy). A file
 * of a table, period and part that is already there takes the earlier one's place; the others stay.
 * @returns all files that are now kept, with their paths there
 */
export async function keepDelivery(
  folder: string,
  accepted: readonly AcceptedFile[],
): Promise<AcceptedFile[]> {
  await mkdir(folder, { recursive: true })
  const earlier = await keptDelivery(folder)
  const kept = new Map(earlier.map((file) => [slot(file), file]))
  const replaced: string[] = []
  for (const file of accepted) {
    const before = kept.get(slot(file))
    if (before?.sha256 === file.sha256 && before.path === file.path) continue
    const path = join(folder, basename(file.path))
    if (path !== file.path) await place(file.path, path)
    if (before && before.path !== path) replaced.push(before.path)
    kept.set(slot(file), { ...file, path, reads: file.reads === file.path ? path : file.reads })
  }
  const files = [...kept.values()].sort((a, b) => (slot(a) < slot(b) ? -1 : 1))
  await writeText(join(folder, LIST), canonicalJson(files))
  for (const path of replaced) await rm(path, { force: true })
  return files
}

const slot = (file: AcceptedFile): string =>
  `${file.table}|${String(file.period).padStart(6, '0')}|${file.part}`

async function place(from: string, to: string): Promise<void> {
  await writeAtomically(to, async (temporary) => {
    await rm(temporary, { force: true })
    await link(from, temporary).catch(() => copyFile(from, temporary))
  })
}
