import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { base32, bytesFor } from '../src/base/index.ts'
import { type DuckDb, openDuckDb } from '../src/engine/index.ts'
import { leaksIn, type Secrets } from './fixtures/leaks.ts'

/* The scan for leaks is itself tried: each kind of secret in each kind of file. Whole hubs are looked through elsewhere. */

let root: string
let engine: DuckDb
const key = bytesFor('leaks', 'key')
const secrets: Secrets = {
  texts: {
    nir: new Set(['1850578006084', '2B50578006084']),
    idmr: new Set(['99000000000000000007']),
    'level 1': new Set(['ABCDEFGHIJKLMNOPQ']),
    transit: new Set([base32(bytesFor('leaks', 'transit', 16))]),
  },
  keys: { key },
  births: new Set(['1950-01-17']),
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'chainon-leaks-'))
  engine = await openDuckDb({ threads: 1 })
})
afterAll(async () => {
  await engine.close()
  await rm(root, { recursive: true, force: true })
})

/** One file of a kind that says something. */
async function leaky(path: string, words: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const quoted = words.replaceAll("'", "''")
  if (path.endsWith('.parquet'))
    return void (await engine.writeParquet(`select 1 as n, 'x${quoted}y' as remark`, path))
  if (!path.endsWith('.duckdb')) return writeFile(path, `{"said":"x${words}y"}\n`, 'latin1')
  const database = await openDuckDb({ path, threads: 1 })
  await database.run(`create table innocent as select 'x${quoted}y' as remark from range(3000)`)
  return database.close()
}

const said: Readonly<Record<string, readonly string[]>> = {
  nir: ['185057800608491', '1 85 05 78 006 084 91', '2B50578006084'],
  idmr: ['99000000000000000007'],
  'level 1': ['ABCDEFGHIJKLMNOPQ|1'],
  transit: [[...(secrets.texts['transit'] ?? [])][0] ?? ''],
  key: [
    key.toString('hex'),
    key.toString('hex').toUpperCase(),
    key.toString('base64'),
    key.toString('base64url'),
    base32(key),
  ],
  birth: [' 1950-01-17 ', ' 19500117 '],
}

test('each kind of secret is found in each kind of file, however it is written', async () => {
  const expected: { kind: string; file: string }[] = []
  for (const [kind, ways] of Object.entries(said))
    for (const [nth, words] of ways.entries())
      for (const name of [
        'lake/t.parquet',
        'links/report.json',
        'released/r.html',
        'linked/c.csv',
        'runs/log.jsonl',
        'omop/cdm.duckdb',
        'spill/x.tmp',
        'receipts/r',
      ]) {
        const table = /parquet|duckdb/.test(name)
        if (table && (kind === 'birth' || words.includes(' '))) continue
        const file = join(root, `${kind} ${nth}`, name)
        await leaky(file, words)
        expected.push({ kind, file })
      }
  const raw = join(root, 'raw', 'bytes.bin')
  await mkdir(dirname(raw))
  await writeFile(raw, Buffer.concat([Buffer.from('x'), key]))
  expected.push({ kind: 'key', file: raw })
  const found = await leaksIn(engine, [root], secrets)
  const names = (leaks: readonly { kind: string; file: string }[]) =>
    leaks.map(({ kind, file }) => `${kind}: ${file}`).sort()
  expect(names(found)).toEqual(names(expected))
  expect(expected.length).toBeGreaterThan(80)
})

test('what is no secret is not found: a number of as many digits, a day of care, the hash of a key', async () => {
  const folder = join(root, '..', `${root.split('/').at(-1)}-innocent`)
  for (const [nth, words] of ['1850578006085', '2019-01-17', 'ABCDEFGHIJKLMNOPR'].entries())
    for (const name of ['a.parquet', 'b.json']) await leaky(join(folder, String(nth), name), words)
  expect(await leaksIn(engine, [folder], secrets)).toEqual([])
  await rm(folder, { recursive: true })
})
