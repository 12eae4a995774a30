import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalJson, hashFile, sha256, writeAtomically } from '../../base/index.ts'
import { type DuckDb, type Ledger, sideBySide } from '../../engine/index.ts'
import type { RoleContext } from '../roles/model.ts'
import { DROPPED, type HubIdColumns, tagOf } from './hub-id-columns.ts'
import { proveFile, rekeyed, taggedColumns } from './rekey-file.ts'
import { filesOf, hashesOfFolders, removeOthers, renameHashes, sameFile } from './tree.ts'

/** Raise when the same table would be written otherwise. */
const VERSION = 1

/** One tree that is written beside another. */
export interface Planned {
  readonly folder: string
  readonly tags: readonly HubIdColumns[]
  readonly rekeyed: readonly { readonly path: string; readonly columns: readonly string[] }[]
  /** Files without an id. */
  readonly same: readonly string[]
  readonly dropped: readonly string[]
}

/** What the writing of trees goes on with. */
export interface Writing {
  readonly engine: DuckDb
  readonly progress: RoleContext['progress']
  /** Of this rotation: what it has written already. */
  readonly ledger: Ledger
  /** Filled: the hash of a file before → the hash after. */
  readonly hashes: Map<string, string>
  /** Names the next key in what was done, and tells nothing of it. */
  readonly keyName: string
}

/** Which files of a tree are written anew, which stay and which go. */
export async function planTree(
  engine: DuckDb,
  folder: string,
  tags: readonly HubIdColumns[],
): Promise<Planned> {
  const rekeyedFiles: { path: string; columns: string[] }[] = []
  const same: string[] = []
  const dropped: string[] = []
  for (const path of await filesOf(folder)) {
    const tag = tagOf(tags, path)
    const columns = tag ? await taggedColumns(engine, join(folder, path), tag) : []
    if (columns.length > 0) rekeyedFiles.push({ path, columns })
    else if (DROPPED.test(path)) dropped.push(path)
    else same.push(path)
  }
  return { folder, tags, rekeyed: rekeyedFiles, same, dropped }
}

/** Writes the tree beside the one that stands. @returns how many ids were written */
export async function writeTree(tree: Planned, how: Writing): Promise<number> {
  const beside = `${tree.folder}.next`
  const { mode } = await stat(tree.folder).catch(() => ({ mode: 0o700 }))
  await mkdir(beside, { recursive: true, mode: mode & 0o777 })
  await removeOthers(beside, new Set([...tree.rekeyed.map(({ path }) => path), ...tree.same]))
  let ids = 0
  let done = 0
  await sideBySide(how.engine, tree.rekeyed, async (connection, { path, columns }) => {
    const written = await writeFile(connection, tree, path, columns, how)
    ids += written
    how.progress({ stage: 'write', done: ++done, total: tree.rekeyed.length })
  })
  const folders = await hashesOfFolders(
    tree.folder,
    beside,
    tree.rekeyed.map(({ path }) => path),
  )
  for (const [before, after] of folders) how.hashes.set(before, after)
  for (const path of tree.same)
    if (path.endsWith('.json')) await renameHashes(join(tree.folder, path), join(beside, path), how.hashes)
    else await sameFile(join(tree.folder, path), join(beside, path))
  return ids
}

async function writeFile(
  connection: DuckDb,
  { folder, tags }: Planned,
  path: string,
  columns: readonly string[],
  { ledger, hashes, keyName }: Writing,
): Promise<number> {
  const [from, to] = [join(folder, path), join(`${folder}.next`, path)]
  const before = await hashFile(from)
  const key = sha256(canonicalJson([VERSION, keyName, before, columns]))
  const started = performance.now()
  if (!(await ledger.done(to, key)))
    await writeAtomically(to, async (temporary) => {
      const tag = tagOf(tags, path) as HubIdColumns
      await connection.writeParquet(rekeyed(from, columns, tag), temporary)
    })
  // Also of a file that an earlier run wrote: a proof is not taken on trust.
  const { rows, ids } = await proveFile(connection, from, to, columns, path)
  hashes.set(before, await hashFile(to))
  await ledger.enter({
    key,
    step: `rekey ${path}`,
    output: to,
    rows,
    bytes: (await stat(to)).size,
    seconds: Number(((performance.now() - started) / 1000).toFixed(3)),
    at: new Date().toISOString(),
  })
  return ids
}
