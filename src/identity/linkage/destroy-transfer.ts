import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { canonicalJson, hashFile, writeText } from '../../base/index.ts'

/** What a receipt says: which files are no more, what they held (hash) and when they went. */
export interface DestructionReceipt {
  readonly receipt: 'destruction'
  readonly what: string
  readonly version: string
  readonly at: string
  readonly files: readonly { readonly name: string; readonly sha256: string; readonly bytes: number }[]
}

/**
 * Destroys transit ids, transfer tables and the matcher's working tables of a link. The receipt is written
 * before the files go, so that what is gone is always accounted for; a destruction that was cut is finished
 * by the next.
 */
export async function destroyTransfer(request: {
  readonly transfer: string
  readonly work: string
  readonly receipts: string
  readonly version: string
}): Promise<void> {
  const folders = [request.transfer, request.work]
  const listed = await Promise.all(folders.map(filesOf))
  const paths = listed.flat()
  if (paths.length === 0) return
  const files = await Promise.all(
    paths.map(async (path) => ({
      name: basename(path),
      sha256: await hashFile(path),
      bytes: (await stat(path)).size,
    })),
  )
  const path = join(request.receipts, `links-${request.version}.json`)
  const earlier = await filesOfReceipt(path)
  const receipt: DestructionReceipt = {
    receipt: 'destruction',
    what: 'transit ids, transfer and working tables of the linkage of BNDMR and SNDS',
    version: request.version,
    at: new Date().toISOString(),
    // A destruction that was cut had listed files that are gone by now.
    files: [
      ...earlier.filter((one) => !files.some((file) => file.name === one.name && file.sha256 === one.sha256)),
      ...files,
    ],
  }
  await writeText(path, `${canonicalJson(receipt)}\n`)
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
}

async function filesOfReceipt(path: string): Promise<DestructionReceipt['files']> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  return text === undefined ? [] : (JSON.parse(text) as DestructionReceipt).files
}

async function filesOf(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.sort().map((name) => join(folder, name))
}
