import { readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalJson, exists, sha256, sizeOf, writeText } from '../../base/index.ts'
import { Ledger } from '../../engine/index.ts'
import { destroySecretFile } from '../keys.ts'
import { appendReceipt, readReceipt } from '../receipts/append-receipt.ts'
import { describeFiles } from '../receipts/describe-files.ts'
import type { Destroyed } from '../receipts/model.ts'
import type { RoleContext } from '../roles/model.ts'
import { DROPPED, IDENTITY, LAKE, tagOf } from './hub-id-columns.ts'
import type { RotateInput, Rotated, Switch } from './model.ts'
import { changePlaces, filesOf, renameHashes } from './tree.ts'

const switchOf = (folder: string): string => join(folder, 'rotation.json')

/** The decision of a rotation that was cut after it; undefined when none was taken. */
export async function readSwitch(folder: string): Promise<Switch | undefined> {
  const text = await readFile(switchOf(folder), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : (JSON.parse(text) as Switch)
}

const markUnfinished = (input: RotateInput): Promise<void> =>
  writeText(
    input.unfinished,
    `${JSON.stringify({ command: 'keys rotate --role matcher', why: 'the lake is changing places with the one under new ids' })}\n`,
  )

/** Everything is proved: from here on the rotation can only be finished. The mark first: nobody else may touch the tree that was copied. */
export async function decide(folder: string, input: RotateInput, decision: Switch): Promise<void> {
  await markUnfinished(input)
  await writeText(switchOf(folder), canonicalJson(decision), 0o600)
}

/** All is written and proved: what is left is done in an order in which each act may be done again. */
export async function finish(
  context: RoleContext,
  input: RotateInput,
  { rotated, rekeyed: files, hashes }: Switch,
): Promise<Rotated> {
  const { folder } = context
  const identity = join(folder, 'identity')
  context.progress({ stage: 'change places' })
  await markUnfinished(input)
  await changePlaces(input.lake)
  await changePlaces(identity)
  context.progress({ stage: 'enter' })
  const memory = join(folder, 'links.json')
  if (await exists(memory)) await renameHashes(memory, memory, new Map(hashes))
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
  if (await exists(next)) {
    await destroySecretFile(key)
    await rename(next, key)
  }
  for (const tree of [`${lake}.old`, `${identity}.old`]) await rm(tree, { recursive: true, force: true })
}
