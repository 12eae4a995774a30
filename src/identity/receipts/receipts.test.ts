import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { canonicalJson, publicKeyFrom, sha256, signBytes } from '../../base/index.ts'
import { createKeys } from '../keys.ts'
import type { RoleName } from '../roles/model.ts'
import { destroyTransfer } from '../linkage/destroy-transfer.ts'
import { appendReceipt, readReceipt } from './append-receipt.ts'
import { HEAD, parseSigned, receiptText, signedBytes, type SignedReceipt } from './model.ts'
import { signedReceipts, type Told, verifyReceipts } from './verify-receipts.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'chainon-receipts-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

const body = (what: string) => ({
  receipt: 'destruction',
  what,
  at: '2021-01-04T00:00:00.000Z',
  files: [{ name: 'patients.parquet', kind: 'transfer', sha256: sha256(what), bytes: 3, rows: 1 }],
})
const sign = (dir: string, role: RoleName, name: string) =>
  appendReceipt(
    { receipts: join(dir, 'receipts'), role, folder: join(dir, 'trusted', role) },
    name,
    body(name),
  )

/** A hub's folder with four receipts of two roles, the first two of an older program when asked for. */
async function chain(old = false): Promise<{ dir: string; at: (...parts: string[]) => string }> {
  const dir = await mkdtemp(join(root, 'hub-'))
  await createKeys(join(dir, 'trusted'), 's')
  const at = (...parts: string[]): string => join(dir, 'receipts', ...parts)
  await mkdir(at())
  if (old) {
    await writeFile(at('links-v0.json'), '{"receipt":"destruction","version":"v0"}\n')
    await writeFile(at('space-old.json'), '{"permit":"old","receipt":"space-closed"}\n')
  }
  await sign(dir, 'matcher', 'links-v1')
  await sign(dir, 'hub', 'space-a')
  await sign(dir, 'matcher', 'links-v2')
  await sign(dir, 'hub', 'space-b')
  return { dir, at }
}
const witness = async (receipts: string): Promise<Map<string, Told>> =>
  new Map((await signedReceipts(receipts)).map((one) => [one.name, one]))

test('receipts of two roles are one chain; each says by whom, what, and holds the hash of the one before', async () => {
  const { at, dir } = await chain()
  expect(await verifyReceipts(at())).toMatchObject({ intact: true, signed: 4, unsigned: [] })
  const texts = await Promise.all(
    ['links-v1', 'space-a', 'links-v2', 'space-b'].map((name) => readFile(at(`${name}.json`), 'utf8')),
  )
  const receipts = texts.map((text) => parseSigned(text) as SignedReceipt)
  expect(receipts.map(({ chain: { n, role } }) => [n, role])).toEqual([
    [1, 'matcher'],
    [2, 'hub'],
    [3, 'matcher'],
    [4, 'hub'],
  ])
  receipts.slice(1).forEach((one, index) => expect(one.chain.previous).toBe(sha256(texts[index] ?? '')))
  expect(receipts[0]?.chain.publicKey).not.toBe(receipts[1]?.chain.publicKey)
  // A private key is in the role's folder alone, closed to others.
  expect((await stat(join(dir, 'trusted', 'hub', 'receipts.key'))).mode & 0o777).toBe(0o600)
})

test('whatever byte of whatever receipt is altered, that receipt is named', async () => {
  const { at } = await chain()
  for (const name of await readdir(at())) {
    if (name === HEAD) continue
    const text = await readFile(at(name), 'utf8')
    for (let place = 0; place < text.length; place += 41) {
      const other = text[place] === 'a' ? 'b' : 'a'
      await writeFile(at(name), text.slice(0, place) + other + text.slice(place + 1))
      expect(await verifyReceipts(at()), `${name} ${place}`).toMatchObject({ intact: false })
    }
    await writeFile(at(name), text.replace('"rows":1', '"rows":0'))
    expect(await verifyReceipts(at())).toEqual({
      intact: false,
      receipt: name,
      why: 'was altered: its signature does not hold',
    })
    await writeFile(at(name), text)
  }
  expect(await verifyReceipts(at())).toMatchObject({ intact: true })
})

test('a receipt that was removed is named, the last one too, and with the head when the journal tells of it', async () => {
  for (const name of ['links-v1.json', 'links-v2.json', 'space-b.json']) {
    const { at } = await chain()
    const told = await witness(at())
    await rm(at(name))
    expect(await verifyReceipts(at(), told)).toEqual({ intact: false, receipt: name, why: 'was removed' })
    expect(await verifyReceipts(at())).toMatchObject({ intact: false, why: 'was removed' })
  }
  const { at } = await chain()
  const told = await witness(at())
  const third = await readFile(at('links-v2.json'), 'utf8')
  await rm(at('space-b.json'))
  await writeFile(at(HEAD), `${canonicalJson({ n: 3, hash: sha256(third) })}\n`)
  expect(await verifyReceipts(at(), told)).toMatchObject({ intact: false, receipt: 'space-b.json' })
  // The guard of this test: without the second witness it goes unseen.
  expect(await verifyReceipts(at())).toMatchObject({ intact: true, signed: 3 })
})

test('a receipt that was inserted is named: a copy, one of an older program, one under a key of one’s own', async () => {
  const { at } = await chain()
  const told = await witness(at())
  const last = await readFile(at('space-b.json'), 'utf8')
  await writeFile(at('space-c.json'), last)
  expect(await verifyReceipts(at())).toMatchObject({
    intact: false,
    why: expect.stringContaining('number 4'),
  })
  await rm(at('space-c.json'))

  await writeFile(at('links-v9.json'), '{"receipt":"destruction","version":"v9"}\n')
  expect(await verifyReceipts(at())).toEqual({
    intact: false,
    receipt: 'links-v9.json',
    why: 'was inserted: no chain tells of it',
  })
  await rm(at('links-v9.json'))

  const seed = Buffer.alloc(32, 7)
  const { signature: _signature, ...forged } = {
    ...(parseSigned(last) as SignedReceipt),
    ...body('forged'),
  }
  const chained = {
    ...forged,
    chain: { ...forged.chain, n: 5, previous: sha256(last), publicKey: publicKeyFrom(seed) },
  }
  const text = receiptText({ ...chained, signature: signBytes(seed, signedBytes(chained)) })
  await writeFile(at('space-d.json'), text)
  await writeFile(at(HEAD), `${canonicalJson({ n: 5, hash: sha256(text) })}\n`)
  for (const known of [told, new Map()])
    expect(await verifyReceipts(at(), known)).toEqual({
      intact: false,
      receipt: 'space-d.json',
      why: 'is signed with another key than that of the hub',
    })
})

test('a whole chain made anew with other keys is found by the journal', async () => {
  const { at } = await chain()
  const told = await witness(at())
  const dir = await mkdtemp(join(root, 'forger-'))
  await createKeys(join(dir, 'trusted'), 'another')
  for (const [role, name] of [
    ['matcher', 'links-v1'],
    ['hub', 'space-a'],
    ['matcher', 'links-v2'],
    ['hub', 'space-b'],
  ] as const)
    await sign(dir, role, name)
  expect(await verifyReceipts(join(dir, 'receipts'))).toMatchObject({ intact: true })
  expect(await verifyReceipts(join(dir, 'receipts'), told)).toMatchObject({
    intact: false,
    receipt: 'links-v1.json',
  })
})

test('unsigned receipts of an older program stay readable, are said apart, and hold once the chain has begun', async () => {
  const { at, dir } = await chain(true)
  const unsigned = ['links-v0.json', 'space-old.json']
  expect(await verifyReceipts(at())).toMatchObject({ intact: true, signed: 4, unsigned })
  const text = await readFile(at('links-v0.json'), 'utf8')
  await writeFile(at('links-v0.json'), text.replace('"v0"', '"vX"'))
  expect(await verifyReceipts(at())).toMatchObject({
    receipt: 'links-v0.json',
    why: expect.stringContaining('altered'),
  })
  await rm(at('links-v0.json'))
  expect(await verifyReceipts(at())).toMatchObject({ receipt: 'links-v0.json', why: 'was removed' })
  // A hub that has signed nothing yet.
  await rm(at(), { recursive: true })
  await mkdir(at())
  await writeFile(at('links-v0.json'), text)
  expect(await verifyReceipts(at())).toMatchObject({ intact: true, signed: 0, unsigned: ['links-v0.json'] })
  expect(await readReceipt(at(), 'links-v0')).toBeUndefined()
  // Its key is made at its first signed receipt.
  await rm(join(dir, 'trusted', 'hub', 'receipts.key'))
  await sign(dir, 'hub', 'space-z')
  expect(await verifyReceipts(at())).toMatchObject({ intact: true, signed: 1, unsigned: ['links-v0.json'] })
})

test('a receipt whose writing was cut is completed by the next, and is no error until then', async () => {
  const { at, dir } = await chain()
  const before = await readFile(at(HEAD), 'utf8')
  await sign(dir, 'hub', 'space-c')
  const text = await readFile(at('space-c.json'), 'utf8')
  const pending = { ...(JSON.parse(before) as object), pending: { name: 'space-c.json', text } }
  for (const written of [false, true]) {
    const copy = await mkdtemp(join(root, 'cut-'))
    await cp(dir, copy, { recursive: true })
    const receipts = join(copy, 'receipts')
    await writeFile(join(receipts, HEAD), `${canonicalJson(pending)}\n`)
    if (!written) await rm(join(receipts, 'space-c.json'))
    expect(await verifyReceipts(receipts)).toMatchObject({ intact: true })
    await sign(copy, 'matcher', 'links-v3')
    expect(await verifyReceipts(receipts)).toMatchObject({ intact: true, signed: 6 })
    expect(await readFile(join(receipts, 'space-c.json'), 'utf8')).toBe(text)
  }
})

test('a destruction that was cut is finished without a second receipt; what came since, or was told unsigned, gets one', async () => {
  const { at, dir } = await chain(true)
  const destroy = async (version: string, words: string): Promise<void> => {
    const folder = join(dir, 'trusted', 'matcher')
    const [transfer, work] = [join(folder, 'transfers', 'bndmr'), join(folder, 'work')]
    await mkdir(work, { recursive: true })
    await writeFile(join(work, 'pairs.txt'), words)
    await destroyTransfer({ transfer, work, receipts: at(), folder, version })
    await expect(stat(work)).rejects.toThrow()
  }
  await destroy('v3', 'pairs')
  await destroy('v3', 'pairs')
  await destroy('v3', 'other pairs')
  await destroy('v0', 'pairs')
  const links = (await readdir(at())).filter((name) => /^links-v[03]/.test(name)).sort()
  expect(links).toEqual(['links-v0-2.json', 'links-v0.json', 'links-v3-2.json', 'links-v3.json'])
  expect(await verifyReceipts(at())).toMatchObject({ intact: true, signed: 7 })
})

test('a receipt is never replaced', async () => {
  const { dir } = await chain()
  await expect(sign(dir, 'hub', 'space-a')).rejects.toMatchObject({ code: 'receipt/taken' })
})
