import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import {
  bytesFor,
  canonicalJson,
  ChainonError,
  hashFile,
  requireSpace,
  sha256,
  sizeOf,
  writeAtomically,
  writeText,
} from '../../base/index.ts'
import { type DuckDb, Ledger, openDuckDb, sideBySide } from '../../engine/index.ts'
import { destroySecretFile, keyText, readVersionedKey } from '../keys.ts'
import type { RoleContext } from '../roles/model.ts'
import { appendReceipt, readReceipt } from '../receipts/append-receipt.ts'
import { describeFiles } from '../receipts/describe-files.ts'
import type { Destroyed } from '../receipts/model.ts'
import { DROPPED, type HubIdColumns, IDENTITY, LAKE, tagOf } from './hub-id-columns.ts'
import { nameAnew, nameOrphans } from './new-ids.ts'
import { oldIdsInTable, oldIdsInText } from './old-ids-left.ts'
import { proveFile, rekeyed, taggedColumns } from './rekey-file.ts'
import {
  changePlaces,
  filesOf,
  hashesOfFolders,
  removeOthers,
  renameHashes,
  requireSameDisk,
  sameFile,
} from './tree.ts'

/** `import.meta.url` of this task, for the role's process. */
export const rotateMatcherTask = import.meta.url

export interface RotateInput {
  readonly lake: string
  readonly receipts: string
  readonly ledgerPath: string
  /** Folders of the hub beside the lake: no hub id may stand in them, and they are looked through for it. */
  readonly beside: readonly string[]
  /** Stands while the trees change places: no other command may begin. */
  readonly unfinished: string
  /** Of a synthetic hub: the next key follows from it. */
  readonly seed?: string
}

/** What a rotation did, as its receipt tells it too. */
export interface Rotated {
  /** Which key the hub ids are under now; the first is 1. */
  readonly version: number
  readonly persons: number
  /** Ids of older versions whose level 1 the matcher no longer knows. */
  readonly orphans: number
  /** Files that were written anew, and how often an id stood in them. */
  readonly files: number
  readonly ids: number
  /** Files that were looked through for old ids, and what was found. */
  readonly scanned: number
  readonly oldIdsLeft: 0
  /** Name of the receipt. */
  readonly receipt: string
  /** Files of the lake that are made from others and have to be made again. */
  readonly dropped: readonly string[]
}

/** Once it stands, every table is written and proved, and what is left is to change places. */
interface Switch {
  readonly rotated: Rotated
  /** The files of the lake that were re-keyed, inside it. */
  readonly rekeyed: readonly string[]
  /** By the hash before: that after. */
  readonly hashes: readonly (readonly [string, string])[]
}

/** Raise when the same table would be written otherwise. */
const VERSION = 1

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
    const work = new Tree(context, engine, next)
    const trees = [await work.plan(input.lake, LAKE), await work.plan(identity, IDENTITY)]
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
    for (const tree of trees) ids = ids + (await work.write(tree, ledger, hashes))
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
    // The mark first: from the decision on nobody else may touch the tree that was copied.
    await markUnfinished(input)
    await writeText(switchOf(folder), canonicalJson(decision), 0o600)
    return await finish(context, input, decision)
  } finally {
    await engine.close()
    await rm(spill, { recursive: true, force: true })
  }
}

/** Of the matcher's own folder: what is written anew, and what a rotation itself keeps. */
const UNDER_EITHER_KEY = /^(?:identity(?:\.next)?|spill)\/|^(?:key|key\.next|receipts\.key|rotation\.jsonl)$/

const markUnfinished = (input: RotateInput): Promise<void> =>
  writeText(
    input.unfinished,
    `${JSON.stringify({ command: 'keys rotate --role matcher', why: 'the lake is changing places with the one under new ids' })}\n`,
  )

const switchOf = (folder: string): string => join(folder, 'rotation.json')

async function readSwitch(folder: string): Promise<Switch | undefined> {
  const text = await readFile(switchOf(folder), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : (JSON.parse(text) as Switch)
}

/** Made once: a rotation that goes on goes on with the key that it began with. */
async function nextKey(folder: string, version: number, seed: string | undefined): Promise<Buffer> {
  const path = join(folder, 'key.next')
  if (!(await stat(path).catch(() => undefined)))
    await writeText(path, keyText({ version, key: bytesFor(seed, `matcher v${version}`) }), 0o600)
  return (await readVersionedKey(folder, 'matcher', 'key.next')).key
}

/** One tree that is written beside another. */
interface Planned {
  readonly folder: string
  readonly tags: readonly HubIdColumns[]
  readonly rekeyed: readonly { readonly path: string; readonly columns: readonly string[] }[]
  /** Files without an id. */
  readonly same: readonly string[]
  readonly dropped: readonly string[]
}

class Tree {
  readonly #context: RoleContext
  readonly #engine: DuckDb
  /** Names the key in what was done, and tells nothing of it. */
  readonly #keyName: string

  constructor(context: RoleContext, engine: DuckDb, next: Buffer) {
    this.#context = context
    this.#engine = engine
    this.#keyName = sha256(Buffer.concat([Buffer.from('rotation|'), next]))
  }

  async plan(folder: string, tags: readonly HubIdColumns[]): Promise<Planned> {
    const rekeyedFiles: { path: string; columns: string[] }[] = []
    const same: string[] = []
    const dropped: string[] = []
    for (const path of await filesOf(folder)) {
      const tag = tagOf(tags, path)
      const columns = tag ? await taggedColumns(this.#engine, join(folder, path), tag) : []
      if (columns.length > 0) rekeyedFiles.push({ path, columns })
      else if (DROPPED.test(path)) dropped.push(path)
      else same.push(path)
    }
    return { folder, tags, rekeyed: rekeyedFiles, same, dropped }
  }

  /** Writes the tree beside the one that stands. @returns how many ids were written */
  async write(tree: Planned, ledger: Ledger, hashes: Map<string, string>): Promise<number> {
    const beside = `${tree.folder}.next`
    const { mode } = await stat(tree.folder).catch(() => ({ mode: 0o700 }))
    await mkdir(beside, { recursive: true, mode: mode & 0o777 })
    await removeOthers(beside, new Set([...tree.rekeyed.map(({ path }) => path), ...tree.same]))
    let ids = 0
    let done = 0
    await sideBySide(this.#engine, tree.rekeyed, async (connection, { path, columns }) => {
      const written = await this.#writeFile(connection, tree, path, columns, ledger, hashes)
      ids += written
      this.#context.progress({ stage: 'write', done: ++done, total: tree.rekeyed.length })
    })
    const folders = await hashesOfFolders(
      tree.folder,
      beside,
      tree.rekeyed.map(({ path }) => path),
    )
    for (const [before, after] of folders) hashes.set(before, after)
    for (const path of tree.same)
      if (path.endsWith('.json')) await renameHashes(join(tree.folder, path), join(beside, path), hashes)
      else await sameFile(join(tree.folder, path), join(beside, path))
    return ids
  }

  async #writeFile(
    connection: DuckDb,
    { folder, tags }: Planned,
    path: string,
    columns: readonly string[],
    ledger: Ledger,
    hashes: Map<string, string>,
  ): Promise<number> {
    const [from, to] = [join(folder, path), join(`${folder}.next`, path)]
    const before = await hashFile(from)
    const key = sha256(canonicalJson([VERSION, this.#keyName, before, columns]))
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

/** All is written and proved: what is left is done in an order in which each act may be done again. */
async function finish(context: RoleContext, input: RotateInput, { rotated, rekeyed: files, hashes }: Switch) {
  const { folder } = context
  const identity = join(folder, 'identity')
  context.progress({ stage: 'change places' })
  await markUnfinished(input)
  await changePlaces(input.lake)
  await changePlaces(identity)
  context.progress({ stage: 'enter' })
  const memory = join(folder, 'links.json')
  if (await stat(memory).catch(() => undefined)) await renameHashes(memory, memory, new Map(hashes))
  await enterInLedger(input, files, rotated.version)
  context.progress({ stage: 'destroy' })
  await destroyOld(context, input, rotated, identity)
  context.progress({ stage: 'tidy' })
  for (const path of [switchOf(folder), join(folder, 'rotation.jsonl'), input.unfinished])
    await rm(path, { force: true })
  return rotated
}

/** The ledger knows files by what they were made from: these are now made from that and another key. */
async function enterInLedger(input: RotateInput, files: readonly string[], version: number): Promise<void> {
  const ledger = await Ledger.open(input.ledgerPath)
  const tables = new Set(files.map((path) => path.replace(/(\.parquet)\/[^/]+$/, '$1')))
  for (const path of tables) {
    const output = join(input.lake, path)
    const entry = ledger.entryOf(output)
    const step = `rekey to v${version}: `
    // A rotation that was cut here has entered some.
    if (!entry || entry.step.startsWith(step)) continue
    await ledger.enter({
      ...entry,
      step: `${step}${entry.step}`,
      key: sha256(`${entry.key}|matcher v${version}`),
      bytes: await sizeOf(output),
      at: new Date().toISOString(),
    })
  }
}

/** The receipt before the key, the key before the tables: what is gone is accounted for, and tables without a key tell nobody. */
async function destroyOld(
  { folder }: RoleContext,
  { lake, receipts }: RotateInput,
  rotated: Rotated,
  identity: string,
): Promise<void> {
  const key = join(folder, 'key')
  const next = join(folder, 'key.next')
  if (!(await readReceipt(receipts, rotated.receipt))) {
    const gone: Destroyed[] = await describeFiles(folder, [{ name: 'key', kind: 'key' }])
    for (const [tree, tags, kind] of [
      [`${lake}.old`, LAKE, 'lake-table'],
      [`${identity}.old`, IDENTITY, 'identity'],
    ] as const) {
      const tagged = (await filesOf(tree)).filter((path) => tagOf(tags, path) ?? DROPPED.test(path))
      gone.push(
        ...(await describeFiles(
          tree,
          tagged.map((name) => ({ name, kind })),
        )),
      )
    }
    const { receipt: _receipt, ...proof } = rotated
    await appendReceipt({ receipts, role: 'matcher', folder }, rotated.receipt, {
      receipt: 'key-rotated',
      what: 'the key of the matcher, and the tables under the hub ids that it made',
      at: new Date().toISOString(),
      proof,
      files: gone,
    })
  }
  if (await stat(next).catch(() => undefined)) {
    await destroySecretFile(key)
    await rename(next, key)
  }
  for (const tree of [`${lake}.old`, `${identity}.old`]) await rm(tree, { recursive: true, force: true })
}
