import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { acceptedParquet } from '../../../test/fixtures/accepted-file.ts'
import { bytesFor, hashFile } from '../../base/index.ts'
import { type DuckDb, openDuckDb } from '../../engine/index.ts'
import type { AcceptedFile } from '../../sources/index.ts'
import { createKeys, hubId, nirText, producerPseudonym, pseudonymiseSnds, psaText } from '../index.ts'

const sourceKey = bytesFor('s', 'source')
const matcherKey = bytesFor('s', 'matcher')
const psa = (nir: string, birth = '19500101', sex = '1') =>
  producerPseudonym(sourceKey, psaText(nir, birth, sex))
const own = (nir: string) => producerPseudonym(sourceKey, nirText(nir))
const NIRS = {
  ann: '250019999910100',
  bob: '150019999910200',
  parent: '180019999910300',
  otherParent: '280019999910400',
  fictive: '150019999910500',
}

let dir: string
let engine: DuckDb
let files: AcceptedFile[]
const at = (...parts: string[]) => join(dir, ...parts)
const rows = (table: string, period: number, columns: string) =>
  engine.rows<Record<string, unknown>>(
    `select ${columns} from '${at('lake', 'snds', table, `${period}.parquet`)}' order by row_id`,
  )
const run = (given = files) =>
  pseudonymiseSnds({
    trusted: at('trusted'),
    files: given,
    lake: at('lake'),
    ledgerPath: at('runs', 'ledger'),
  })

const childOfOne = psa(NIRS.parent, '20100203', '2')
const childOfOther = psa(NIRS.otherParent, '20100203', '2')
const twins = psa(NIRS.parent, '20120101', '1')

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'chainon-pseudonymise-'))
  engine = await openDuckDb({ threads: 1 })
  await createKeys(at('trusted'), 's')
  const ben = (p: string, rng: number, nir: string | null, cdi: string | null = '00') => ({
    BEN_NIR_PSA: p,
    BEN_RNG_GEM: rng,
    BEN_NIR_ANO: nir,
    BEN_CDI_NIR: cdi,
    BEN_NAI_ANN: 1950,
    BEN_SEX_COD: '1',
  })
  const prs = (n: number, p: string, rng: number | null) => ({
    DCT_ORD_NUM: n,
    FLX_DIS_DTD: '2019-02-01',
    BEN_NIR_PSA: p,
    BEN_RNG_GEM: rng,
    BSE_REM_MNT: '12.30',
  })
  const chained = (n: number, p: string) => ({ ETA_NUM: '990000001', RSA_NUM: String(n), NIR_ANO_17: p })
  files = [
    await acceptedParquet(at('IR_BEN_R.parquet'), 'IR_BEN_R', 0, [
      ben(psa(NIRS.ann), 1, own(NIRS.ann)),
      ben(psa(NIRS.bob), 1, null),
      // A child insured under one parent, then the other: two PSA, one own NIR.
      ben(childOfOne, 1, own('210029999910600')),
      ben(childOfOther, 1, own('210029999910600')),
      ben(twins, 1, own('112019999910700')),
      ben(twins, 2, own('112019999910800')),
      // A provisional NIR is no key: two persons may bear it.
      ben(psa(NIRS.fictive), 1, own(NIRS.fictive), '03'),
      ben(psa(NIRS.fictive, '19600101'), 1, own(NIRS.fictive), '03'),
    ]),
    await acceptedParquet(at('ER_PRS_F_2019.parquet'), 'ER_PRS_F', 2019, [
      prs(1, psa(NIRS.ann), 1),
      prs(2, psa(NIRS.bob), 1),
      prs(3, psa('150019999910900'), 4),
      prs(4, psa(NIRS.ann), null),
      prs(5, twins, null),
      prs(6, twins, 2),
      prs(7, 'XXXXXXXXXXXXXXXXD', 1),
    ]),
    await acceptedParquet(at('T_MCO19C.parquet'), 'T_MCO_C', 2019, [
      chained(1, psa(NIRS.ann)),
      chained(2, twins),
      chained(3, childOfOne),
      chained(4, childOfOther),
      chained(5, 'xxxxxxxxxxxxxxxxD'),
      chained(6, psa('150019999911000')),
      chained(7, psa('150019999911000')),
    ]),
    await acceptedParquet(at('T_MCO19B.parquet'), 'T_MCO_B', 2019, [{ ETA_NUM: '990000001', RSA_NUM: '1' }]),
  ]
  await run()
})
afterAll(async () => {
  await engine.close()
  await rm(dir, { recursive: true, force: true })
})

test('a person is their own NIR where it is certain, else PSA and rank', async () => {
  const people = (await rows('IR_BEN_R', 0, 'person')).map((row) => row['person'])
  expect(people[0]).toBe(hubId(matcherKey, own(NIRS.ann)))
  expect(people[1]).toBe(hubId(matcherKey, `${psa(NIRS.bob)}|1`))
  expect(people[6]).toBe(hubId(matcherKey, `${psa(NIRS.fictive)}|1`))
  expect(people[7]).not.toBe(people[6])
})

test('a child under two insured parents is one person', async () => {
  const people = (await rows('IR_BEN_R', 0, 'person')).map((row) => row['person'])
  expect(people[2]).toBe(people[3])
})

test('a stay of a PSA that same-sex twins share is nobody’s; a line with its rank is the twin’s', async () => {
  const twin2 = hubId(matcherKey, own('112019999910800'))
  const lines = (await rows('ER_PRS_F', 2019, 'person')).map((row) => row['person'])
  expect(lines[4]).toBeNull()
  expect(lines[5]).toBe(twin2)
  const stays = (await rows('T_MCO_C', 2019, 'person')).map((row) => row['person'])
  expect(stays[1]).toBeNull()
  expect(stays[2]).toBe(stays[3])
})

test('a PSA without rank that is one person’s names that person, also when it is known from hospitals alone', async () => {
  const lines = (await rows('ER_PRS_F', 2019, 'person')).map((row) => row['person'])
  expect(lines[3]).toBe(lines[0])
  const stays = (await rows('T_MCO_C', 2019, 'person')).map((row) => row['person'])
  expect(stays[5]).toBe(hubId(matcherKey, `${psa('150019999911000')}|`))
  expect(stays[6]).toBe(stays[5])
})

test('the fixed value of stays without a pseudonym is nobody, in hospitals and in city care', async () => {
  expect((await rows('T_MCO_C', 2019, 'person'))[4]).toEqual({ person: null })
  expect((await rows('ER_PRS_F', 2019, 'person'))[6]).toEqual({ person: null })
})

test('the lake keeps every row in the order of its file, with its values, and no pseudonym of a producer', async () => {
  const lines = await rows('ER_PRS_F', 2019, 'row_id, DCT_ORD_NUM, BSE_REM_MNT')
  const first = 2019n * 1000n * 4294967296n
  expect(lines.map((line) => line['row_id'])).toEqual([1n, 2n, 3n, 4n, 5n, 6n, 7n].map((n) => first + n))
  expect(lines[0]?.['BSE_REM_MNT']).toBe('12.30')
  for (const table of ['IR_BEN_R/0', 'ER_PRS_F/2019', 'T_MCO_C/2019', 'T_MCO_B/2019']) {
    const bytes = await readFile(at('lake', 'snds', `${table}.parquet`), 'latin1')
    for (const nir of Object.values(NIRS)) {
      expect(bytes).not.toContain(psa(nir))
      expect(bytes).not.toContain(own(nir))
    }
    expect(bytes).not.toContain(childOfOne)
  }
})

test('nothing is written again when nothing changed; a new delivery that changes who is who rewrites', async () => {
  const path = at('lake', 'snds', 'ER_PRS_F', '2019.parquet')
  const before = await hashFile(path)
  expect((await run()).written.every((one) => one.skipped)).toBe(true)
  const more = await acceptedParquet(at('IR_IMB_R.parquet'), 'IR_IMB_R', 0, [
    { BEN_NIR_PSA: psa(NIRS.ann), BEN_RNG_GEM: 2, IMB_ALD_NUM: '30' },
  ])
  const again = await run([...files, more])
  expect(again.written.every((one) => !one.skipped)).toBe(true)
  // Ann's PSA now is two persons': a line without rank can no longer be hers.
  expect((await rows('ER_PRS_F', 2019, 'person'))[3]).toEqual({ person: null })
  await run()
  expect(await hashFile(path)).toBe(before)
})

test('the matcher works without the folders of the other two', async () => {
  await rename(at('trusted', 'source'), at('trusted', 'away-source'))
  await rename(at('trusted', 'hub'), at('trusted', 'away-hub'))
  await expect(run()).resolves.toMatchObject({ persons: 9 })
  await rename(at('trusted', 'away-source'), at('trusted', 'source'))
  await rename(at('trusted', 'away-hub'), at('trusted', 'hub'))
})

test('without a key, a dictionary of all NIRs finds nobody in the lake', async () => {
  const people = new Set((await rows('IR_BEN_R', 0, 'person')).map((row) => String(row['person'])))
  const bare = (text: string) => createHash('sha256').update(text).digest()
  const guesses = Object.values(NIRS).flatMap((nir) => {
    const texts = [nir, nir.slice(0, 13), nirText(nir), psaText(nir, '19500101', '1')]
    const keyless = texts.flatMap((text) => [
      hubId(Buffer.alloc(32), text),
      hubId(Buffer.alloc(32), producerPseudonym(Buffer.alloc(32), text)),
      hubId(bare(text), text),
    ])
    return keyless
  })
  expect(guesses.filter((guess) => people.has(guess))).toEqual([])
  // The guard of this test: with both keys the same dictionary does find them.
  expect(people.has(hubId(matcherKey, producerPseudonym(sourceKey, nirText(NIRS.ann))))).toBe(true)
})
