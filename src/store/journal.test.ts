import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { type Hub, initHub, readJournal, record, verifyJournal } from './index.ts'

const quiet = () => undefined
const LINES = 6
let text: string
let path: string
let head: string

async function hubWith(lines: number): Promise<Hub> {
  const hub = await initHub(await mkdtemp(join(tmpdir(), 'chainon-journal-')), { synthetic: true, seed: 's' })
  for (let n = 1; n <= lines; n++)
    await record(hub, { who: 'Zoé', act: 'permit/sign', subject: `p${n}`, hashes: { permit: `${n}` } })
  return hub
}

beforeAll(async () => {
  const hub = await hubWith(LINES)
  path = hub.path('journal.jsonl')
  text = await readFile(path, 'utf8')
  head = await readFile(hub.path('journal.head'), 'utf8')
})

const verdictOf = async (bytes: Buffer | string) => {
  await writeFile(path, bytes)
  return verifyJournal(path)
}
const altered = (line: number) => ({ intact: false, line })

test('a journal as it was written is intact, and repeats to the byte in a synthetic hub', async () => {
  expect(await verdictOf(text)).toMatchObject({ intact: true, lines: LINES })
  expect(await readFile((await hubWith(LINES)).path('journal.jsonl'), 'utf8')).toBe(text)
  expect((await readJournal(path)).map((line) => line.n)).toEqual([1, 2, 3, 4, 5, 6])
})

test('any byte that is changed is found, in the line where it stands', async () => {
  const bytes = Buffer.from(text)
  const lineAt = (index: number) => bytes.subarray(0, index).toString('latin1').split('\n').length
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (index, flip) => {
      const changed = Buffer.from(bytes)
      changed[index] = (changed[index] as number) ^ flip
      expect(await verdictOf(changed)).toMatchObject(altered(lineAt(index)))
    }),
    { numRuns: 300 },
  )
})

const lines = () => text.trimEnd().split('\n')
const whole = (all: string[]) => all.map((line) => `${line}\n`).join('')

test('a line that is removed, the last one included, is found', async () => {
  for (let at = 0; at < LINES; at++)
    expect(await verdictOf(whole(lines().toSpliced(at, 1)))).toMatchObject(altered(at + 1))
})

test('a line that is added, a well-formed one at the end included, is found', async () => {
  for (let at = 0; at <= LINES; at++)
    expect(await verdictOf(whole(lines().toSpliced(at, 0, lines()[2] as string)))).toMatchObject(
      altered(at === 2 ? 4 : at + 1),
    )
  const longer = await hubWith(LINES + 1)
  expect(await verdictOf(await readFile(longer.path('journal.jsonl')))).toMatchObject(altered(LINES + 1))
})

test('lines that are moved are found', async () => {
  for (let at = 0; at < LINES - 1; at++) {
    const moved = lines()
    ;[moved[at], moved[at + 1]] = [moved[at + 1] as string, moved[at] as string]
    expect(await verdictOf(whole(moved))).toMatchObject(altered(at + 1))
  }
})

test('a line that a kill cut anywhere is completed by the next act, and it is said', async () => {
  const [last] = lines().slice(-1) as [string]
  const before = whole(lines().slice(0, -1))
  const end = JSON.parse(head) as { n: number; hash: string }
  const previous = JSON.parse(lines()[LINES - 2] as string) as { hash: string }
  for (let length = 0; length <= last.length + 1; length += 7) {
    const hub = await hubWith(0)
    await writeFile(hub.path('journal.jsonl'), before + `${last}\n`.slice(0, length))
    const pending = { n: end.n - 1, hash: previous.hash, pending: `${last}\n` }
    await writeFile(hub.path('journal.head'), JSON.stringify(pending))
    expect(await verifyJournal(hub.path('journal.jsonl'))).toMatchObject({ intact: true })

    const said: string[] = []
    await record(hub, { who: 'x', act: 'y', subject: 'z' }, (sentence) => said.push(sentence))
    expect(said.length).toBe(length > last.length ? 0 : 1)
    const all = await readFile(hub.path('journal.jsonl'), 'utf8')
    expect(all.startsWith(text)).toBe(true)
    expect(await verifyJournal(hub.path('journal.jsonl'))).toMatchObject({ intact: true, lines: LINES + 1 })
  }
})

test('nothing is appended to a journal whose end was altered', async () => {
  const hub = await hubWith(3)
  const file = hub.path('journal.jsonl')
  const good = await readFile(file, 'utf8')
  for (const bad of [good.slice(0, -5), `${good}{}\n`, good.replace('p3', 'p4'), '']) {
    await writeFile(file, bad)
    await expect(record(hub, { who: 'x', act: 'y', subject: 'z' }, quiet)).rejects.toMatchObject({
      code: 'store/journal-altered',
    })
    expect(await readFile(file, 'utf8')).toBe(bad)
  }
})

test('a journal whose writer is killed at any moment is intact, and goes on', async () => {
  const hub = await hubWith(0)
  const killed = hub.path('journal.jsonl')
  const writer = fileURLToPath(new URL('../../test/fixtures/append-for-ever.ts', import.meta.url))
  let before = 0
  for (const wait of [3, 10, 17, 24]) {
    const child = spawn(process.execPath, ['--import', 'tsx', writer, hub.dir], { stdio: 'ignore' })
    const gone = new Promise((done) => child.once('exit', done))
    while (linesOf(killed) <= before) await new Promise((done) => setTimeout(done, 5))
    await new Promise((done) => setTimeout(done, wait))
    child.kill('SIGKILL')
    await gone
    expect(await verifyJournal(killed)).toMatchObject({ intact: true })
    await record(hub, { who: 'x', act: 'test/after', subject: 'y' }, quiet)
    const verdict = await verifyJournal(killed)
    expect(verdict).toMatchObject({ intact: true })
    before = linesOf(killed)
  }
})

const linesOf = (file: string): number =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').length : 0
