import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { bytesFor, ChainonError, exists, requireSpace, sha256, sizeOf, writeText } from '../../base/index.ts'
import { type DuckDb, Ledger, openDuckDb } from '../../engine/index.ts'
import { keyText, readVersionedKey } from '../keys.ts'
import type { RoleContext } from '../roles/model.ts'
import { decide, finish, readSwitch } from './finish.ts'
import { IDENTITY, LAKE } from './hub-id-columns.ts'
import type { RotateInput, Rotated, Switch } from './model.ts'
import { nameAnew, nameOrphans } from './new-ids.ts'
import { oldIdsInTable, oldIdsInText } from './old-ids-left.ts'
import { filesOf, requireSameDisk } from './tree.ts'
import { planTree, writeTree } from './write-tree.ts'

/** `import.meta.url` of this task, for the role's process. */
export const rotateMatcherTask = import.meta.url

/**
 * Task of the matcher: gives it another key and every table the ids that follow from it, beside the tables that stand;
 * proves that none is left under an old id; lets the two trees change places; then destroys the old key and the old
 * tables, with a receipt. Killed at any moment, it goes on where it was.
 */
export default async function rotateMatcher(context: RoleContext, input: RotateInput): Promise<Rotated> {
  const { folder } = context
  const decided = await readSwitch(folder)
  if (decided) return finish(context, input, decided)
  await requireSameDisk(input.lake)
  const old = await readVersionedKey(folder, 'matcher')
  const next = await nextKey(folder, old.version + 1, input.seed)
  const spill = join(folder, 'spill')
  const engine = await openDuckDb({ threads: 1, spill })
  try {
    const identity = join(folder, 'identity')
    const persons = await nameAnew(
      engine,
      (await filesOf(identity)).map((path) => join(identity, path)),
      { old: old.key, next },
    )
    const trees = [await planTree(engine, input.lake, LAKE), await planTree(engine, identity, IDENTITY)]
    const sizes = trees.flatMap((tree) => tree.rekeyed.map(({ path }) => sizeOf(join(tree.folder, path))))
    const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
    await requireSpace(folder, bytes, 'writing the tables that name persons a second time')
    const orphans = await nameOrphans(
      engine,
      trees.flatMap((tree) =>
        tree.rekeyed.flatMap(({ path, columns }) =>
          columns.map((column) => ({ path: join(tree.folder, path), column })),
        ),
      ),
      { old: old.key, next },
    )
    const ledger = await Ledger.open(join(folder, 'rotation.jsonl'))
    const hashes = new Map<string, string>()
    let ids = 0
    const how = {
      engine,
      ledger,
      hashes,
      progress: context.progress,
      keyName: sha256(Buffer.concat([Buffer.from('rotation|'), next])),
    }
    for (const tree of trees) ids = ids + (await writeTree(tree, how))
    const beside = await Promise.all(
      input.beside.map(async (one) => (await filesOf(one)).map((path) => join(one, path))),
    )
    const written = await Promise.all(
      trees.map(async ({ folder: one }) =>
        (await filesOf(`${one}.next`)).map((path) => join(`${one}.next`, path)),
      ),
    )
    const own = (await filesOf(folder)).filter((path) => !UNDER_EITHER_KEY.test(path))
    const scanned = [...written.flat(), ...beside.flat(), ...own.map((path) => join(folder, path))]
    await requireNoOldId(context, engine, scanned)
    const decision: Switch = {
      rotated: {
        version: old.version + 1,
        persons,
        orphans,
        files: trees.reduce((sum, tree) => sum + tree.rekeyed.length, 0),
        ids,
        scanned: scanned.length,
        oldIdsLeft: 0,
        receipt: `key-matcher-v${old.version}`,
        dropped: trees.flatMap((tree) => tree.dropped),
      },
      rekeyed: trees[0]?.rekeyed.map(({ path }) => path) ?? [],
      hashes: [...hashes],
    }
    await decide(folder, input, decision)
    return await finish(context, input, decision)
  } finally {
    await engine.close()
    await rm(spill, { recursive: true, force: true })
  }
}

/** Of the matcher's own folder: what is written anew, and what a rotation itself keeps. */
const UNDER_EITHER_KEY = /^(?:identity(?:\.next)?|spill)\/|^(?:key|key\.next|receipts\.key|rotation\.jsonl)$/

/** Made once: a rotation that goes on goes on with the key that it began with. */
async function nextKey(folder: string, version: number, seed: string | undefined): Promise<Buffer> {
  const path = join(folder, 'key.next')
  if (!(await exists(path)))
    await writeText(path, keyText({ version, key: bytesFor(seed, `matcher v${version}`) }), 0o600)
  return (await readVersionedKey(folder, 'matcher', 'key.next')).key
}

/** Reads everything that will stand. @throws identity/untagged-id */
async function requireNoOldId(context: RoleContext, engine: DuckDb, paths: readonly string[]): Promise<void> {
  let done = 0
  for (const path of paths) {
    const left = path.endsWith('.parquet')
      ? await oldIdsInTable(engine, path)
      : [{ column: '', n: await oldIdsInText(engine, path) }]
    const found = left.find(({ n }) => n > 0)
    if (found) {
      const where = found.column === '' ? path : `${path}, column ${found.column}`
      throw new ChainonError(
        'identity/untagged-id',
        `${where} would keep ${found.n} ids under the old key: no tag says that hub ids stand there`,
        {
          advice:
            'Nothing was changed: all tables stand under the old ids. Tag the column in hub-id-columns.ts, or remove the file.',
          details: { file: path, column: found.column, n: found.n },
        },
      )
    }
    context.progress({ stage: 'prove', done: ++done, total: paths.length })
  }
}
