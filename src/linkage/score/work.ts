import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalJson, exists, sha256, writeAtomically, writeText } from '../../base/index.ts'
import type { LinkageModel } from '../model.ts'
import { knownSources } from '../records/known.ts'
import type { Source } from '../records/receive.ts'

/** A folder in which a long work puts down what it has done: killed and begun again it goes on from there. */
export interface Work {
  readonly folder: string
  /** Pairs of one chunk. */
  readonly chunk: number
  /** Chunks that were made, and those that were found as an earlier work left them. */
  made: number
  found: number
}

/** Opens the folder; what was put down for other files, another model or other chunks is thrown away. */
export async function openWork(
  folder: string,
  chunk: number,
  model: LinkageModel,
  sources: readonly Source[],
): Promise<Work> {
  const files = (await knownSources(sources)).map((one) => [one.name, one.sha256])
  const state = `${JSON.stringify({ work: sha256(canonicalJson({ model, files, chunk })) })}\n`
  const path = join(folder, 'state.json')
  if ((await readFile(path, 'utf8').catch(() => '')) !== state) {
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })
    await writeText(path, state)
  }
  return { folder, chunk, made: 0, found: 0 }
}

/** Has an earlier work left this piece? Then it is counted as found. */
export async function isPutDown(work: Work, piece: string): Promise<boolean> {
  const isThere = await exists(piece)
  if (isThere) work.found++
  return isThere
}

/** Makes a piece: whole or not at all. */
export async function putDown(
  work: Work,
  piece: string,
  make: (path: string) => Promise<unknown>,
): Promise<void> {
  await writeAtomically(piece, (temporary) => make(temporary).then(() => undefined))
  work.made++
}
