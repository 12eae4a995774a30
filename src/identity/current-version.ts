import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What a folder of numbered versions says in its current.json: which one holds now. */
export interface CurrentVersion {
  readonly version: string
  readonly sha256: string
}

/** The same of a version in the lake, with how many rows it has. */
export interface LakeVersion extends CurrentVersion {
  readonly n: number
}

/** The version that holds now; undefined before the first. */
export async function currentVersion<V extends CurrentVersion>(folder: string): Promise<V | undefined> {
  const text = await readFile(join(folder, 'current.json'), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : (JSON.parse(text) as V)
}

/** Of the links between registry and claims. */
export const currentLinks = (lake: string): Promise<LakeVersion | undefined> =>
  currentVersion(join(lake, 'links'))

/** Of the oppositions in hub ids. */
export const currentOppositions = (lake: string): Promise<LakeVersion | undefined> =>
  currentVersion(join(lake, 'oppositions'))
