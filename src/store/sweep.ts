import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isTemporary } from '../base/index.ts'

/**
 * Removes what killed processes were writing when they were killed: files and folders under names that no reader
 * looks at. Only for the process that holds the hub's lock: nobody else writes then.
 */
export async function sweep(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name)
    if (isTemporary(entry.name)) await rm(path, { recursive: true, force: true })
    else if (entry.isDirectory()) await sweep(path)
  }
}
