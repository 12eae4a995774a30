import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** lake/links/current.json: the newest version of the links, and how many there are. */
export interface LinksVersion {
  readonly version: string
  readonly sha256: string
  readonly n: number
}

/** The version of the links that holds now; undefined when nothing was linked. */
export async function currentLinks(lake: string): Promise<LinksVersion | undefined> {
  const text = await readFile(join(lake, 'links', 'current.json'), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : (JSON.parse(text) as LinksVersion)
}
