import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hashFile, writeText } from '../../base/index.ts'
import type { LakeVersion } from '../current-version.ts'
import { takeFiles } from '../handover/file-stream.ts'
import type { RoleContext } from '../roles/model.ts'
import { currentList, resolveOppositions } from './resolve.ts'

/** `import.meta.url` of this task, for the role's process. */
export const takeOppositionsTask = import.meta.url

/**
 * Task of the matcher, at the other end of the list's hand-over: keeps the list as a new version unless it is
 * the one that it had, and says in hub ids whom it means.
 */
export default async function takeOppositions(
  context: RoleContext,
  { lake }: { lake: string },
): Promise<LakeVersion> {
  const folder = join(context.folder, 'oppositions')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const incoming = join(folder, 'incoming')
  await takeFiles(context.taken(), incoming)
  const taken = join(incoming, 'oppositions.parquet')
  const sha256 = await hashFile(taken)
  const current = await currentList(folder)
  if (current?.sha256 !== sha256) {
    const version = `v${Number(current?.version.slice(1) ?? 0) + 1}`
    await rename(taken, join(folder, `${version}.parquet`))
    await writeText(join(folder, 'current.json'), `${JSON.stringify({ version, sha256 })}\n`, 0o600)
  }
  await rm(incoming, { recursive: true, force: true })
  return resolveOppositions(context.folder, lake)
}
