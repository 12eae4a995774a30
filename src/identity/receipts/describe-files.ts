import { join } from 'node:path'
import { hashFile, partsOf, sizeOf } from '../../base/index.ts'
import { openDuckDb } from '../../engine/index.ts'
import type { Destroyed } from './model.ts'

/** What a receipt says of files that are about to go: name, kind, hash, bytes, and rows where it is a table. */
export async function describeFiles(
  folder: string,
  files: readonly { readonly name: string; readonly kind: string }[],
): Promise<Destroyed[]> {
  const engine = await openDuckDb({ threads: 1 })
  try {
    const described: Destroyed[] = []
    for (const { name, kind } of files) {
      const path = join(folder, name)
      const parts = name.endsWith('.parquet') ? await partsOf(path) : []
      described.push({
        name,
        kind,
        sha256: await hashFile(path),
        bytes: await sizeOf(path),
        ...(parts.length > 0 ? { rows: (await engine.countRows?.(parts)) ?? 0 } : {}),
      })
    }
    return described
  } finally {
    await engine.close()
  }
}
