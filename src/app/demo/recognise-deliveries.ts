import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DELIVERIES, type Delivery } from '../chain/model.ts'

/**
 * Where the deliveries of a folder are: in a subfolder of the source's name when there is one, else among the
 * files of the folder itself, which are then offered to each source in turn.
 */
export async function deliveriesIn(dir: string): Promise<Map<Delivery, string>> {
  const found = new Map<Delivery, string>()
  const names = await readdir(dir)
  for (const source of DELIVERIES) {
    const own = names.find((name) => name.toLowerCase() === source)
    const folder = own === undefined ? undefined : await stat(join(dir, own))
    found.set(source, own !== undefined && folder?.isDirectory() ? join(dir, own) : dir)
  }
  return found
}
