import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { acceptedParquet } from '../../../test/fixtures/accepted-file.ts'
import { bytesFor, ChainonError } from '../../base/index.ts'
import { type DuckDb, openDuckDb } from '../../engine/index.ts'
import {
  createKeys,
  hubId,
  idmrText,
  nirText,
  producerPseudonym,
  pseudonymiseSnds,
  psaText,
  type ReceivedBndmr,
  receiveBndmr,
  receiveOppositions,
} from '../index.ts'
import { nirKey } from '../nir.ts'

const sourceKey = bytesFor('s', 'source')
const matcherKey = bytesFor('s', 'matcher')
const nir = (start: string) => start + nirKey(start)
const level1 = (text: string) => producerPseudonym(sourceKey, text)

const IDMR = (n: number) => `9900000000000000${String(n).padStart(4, '0')}`
const registry = (n: number) => hubId(matcherKey, level1(idmrText(IDMR(n))))
const ANN = nir('2500199999101')
const BOB = nir('1620599999102')
const PARENT = nir('1800199999103')
const ZOE = nir('2100299999104')
const CARL = nir('1450799999105')
const psa = (of: string, birth: string, sex: string) => level1(psaText(of, birth, sex))
const own = (of: string) => level1(nirText(of))

let dir: string
let engine: DuckDb
let received: ReceivedBndmr
const at = (...parts: string[]) => join(dir, ...parts)
const trusted = () => at('trusted')
const ledgerPath = () => at('runs', 'ledger')
const objects = async (...parts: string[][]) => {
  const header = 'SOURCE;ID_KIND;ID;SCOPE;FROM;UNTIL'
  await rm(at('opp'), { recursive: true })
  await mkdir(at('opp'))
  for (const [part, lines] of parts.entries()) {
    const name = parts.length === 1 ? 'OPPOSITION.csv' : `OPPOSITION-${part + 1}.csv`
    await writeFile(at('opp', name), [header, ...lines, ''].join('\n'))
  }
  const { current } = await receiveOppositions({
    trusted: trusted(),
    dir: at('opp'),
    lake: at('lake'),
    today: '2020-12-31',
  })
  const path = at('lake', 'oppositions', `${current.version}.parquet`)
  const rows = await engine.rows<{ person: string }>(`select distinct person from '${path}' order by person`)
  return { current, persons: rows.map((row) => row.person) }
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'chainon-receive-'))
  engine = await openDuckDb({ threads: 1 })
  await createKeys(trusted(), 's')
  await mkdir(at('bndmr'), { recursive: true })
  await mkdir(at('opp'), { recursive: true })
  await writeFile(
    at('bndmr', 'PATIENT.csv'),
    [
      'IDMR;SEX;BIRTH_DATE;RESIDENCE_COMMUNE;DEATH_DATE;NIR',
      `${IDMR(1)};2;1950-01-17;01001;;${ANN}`,
      `${IDMR(2)};1;1962-05-23;01002;2019-06-01;`,
      `${IDMR(3)};2;2010-02-03;01001;;`,
      `${IDMR(4)};1;1945-07-14;01004;;${CARL}`,
      `${IDMR(5)};1;thirty;01001;;`,
    ].join('\n'),
  )
  await writeFile(
    at('bndmr', 'DIAGNOSIS.csv'),
    [
      'IDMR;ORPHA;ASSERTION;FIRST_SIGNS_DATE;FIRST_CONTACT_DATE;DIAGNOSIS_DATE',
      `${IDMR(1)};586;confirmé;2001-03-04;2002-03-04;2003-03-04`,
    ].join('\n'),
  )
  await writeFile(
    at('bndmr', 'ACTIVITY.csv'),
    [
      'IDMR;FINESS;ACTIVITY_DATE;ACTIVITY_KIND;CENTRE_ID',
      `${IDMR(1)};010000001;2019-03-05;consultation;C1`,
      `${IDMR(2)};010000001;2019-04-05;consultation;C1`,
    ].join('\n'),
  )
  await writeFile(
    at('bndmr', 'CENTRE.csv'),
    ['CENTRE_ID;FINESS;NAME;LABEL;NETWORK', 'C1;010000001;Centre inventé;CRMR;FILX'].join('\n'),
  )
  const ben = (p: string, rng: number, ano: string | null) => ({
    BEN_NIR_PSA: p,
    BEN_RNG_GEM: rng,
    BEN_NIR_ANO: ano,
    BEN_CDI_NIR: '00',
  })
  const files = [
    await acceptedParquet(at('IR_BEN_R.parquet'), 'IR_BEN_R', 0, [
      ben(psa(ANN, '19500117', '2'), 1, own(ANN)),
      ben(psa(BOB, '19620523', '1'), 1, null),
      ben(psa(PARENT, '20100203', '2'), 1, own(ZOE)),
      ben(psa(CARL, '19450714', '1'), 1, null),
      // Same insured, month and sex as Carl, but known to be somebody else.
      ben(psa(CARL, '19450720', '1'), 1, own(PARENT)),
    ]),
  ]
  await pseudonymiseSnds({ trusted: trusted(), files, lake: at('lake'), ledgerPath: ledgerPath() })
  received = await receiveBndmr({
    trusted: trusted(),
    dir: at('bndmr'),
    deliveries: at('deliveries', 'bndmr'),
    lake: at('lake'),
    ledgerPath: ledgerPath(),
    seed: 's',
  })
})
afterAll(async () => {
  await engine.close()
  await rm(dir, { recursive: true, force: true })
})

async function everyFile(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  return entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
}

test('bad rows are set aside in the folder of the source, and what is told of them names nobody', async () => {
  expect(received.report.total.setAside.rows).toBe(1)
  const reason = received.report.files.find((file) => file.table === 'PATIENT')?.reasons[0]
  expect(reason).toMatchObject({ row: 5, column: 'BIRTH_DATE', value: null })
  expect(JSON.stringify(received)).not.toMatch(/thirty|99000000000000/)
  const set = await everyFile(at('trusted', 'source', 'quarantine'))
  const texts = await Promise.all(set.map((path) => readFile(path, 'utf8')))
  expect(texts.join('')).toContain('thirty')
})

test('the lake holds the registry under hub ids, with the year of birth', async () => {
  const rows = await engine.rows(
    `select person, BIRTH_YEAR, SEX from '${at('lake', 'bndmr', 'PATIENT.parquet')}' order by row_id`,
  )
  expect(rows[0]).toEqual({ person: registry(1), BIRTH_YEAR: 1950, SEX: '2' })
  expect(rows).toHaveLength(4)
  expect(received).toMatchObject({ patients: 4, withNir: 2 })
  const [diagnosis] = await engine.rows(
    `select person, ORPHA from '${at('lake', 'bndmr', 'DIAGNOSIS.parquet')}'`,
  )
  expect(diagnosis).toEqual({ person: registry(1), ORPHA: '586' })
})

test('nothing outside trusted/ holds an IDMR, a NIR, a day of birth or a level-1 NIR', async () => {
  const secret = [IDMR(1), IDMR(2), ANN, CARL, ANN.slice(0, 13), own(ANN), psa(ANN, '19500117', '2')]
  const birthDays = ["date '1950-01-17'", "date '1962-05-23'", "date '2010-02-03'"]
  const outside = [...(await everyFile(at('lake'))), ...(await everyFile(at('deliveries')))]
  expect(outside.length).toBeGreaterThan(8)
  for (const path of outside) {
    const bytes = await readFile(path, 'latin1')
    for (const word of secret) expect(bytes).not.toContain(word)
    if (!path.endsWith('.parquet')) continue
    const rows = await engine.rows<Record<string, unknown>>(`select * from '${path}'`)
    const texts = JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? String(value) : value))
    for (const word of [...secret, '1950-01-17', '1962-05-23', '19500117']) expect(texts).not.toContain(word)
  }
  // The guard of this test: the source's own folder does hold them.
  const held = await engine.rows(
    `select * from read_csv('${at('trusted', 'source', 'deliveries', 'bndmr', '*', 'PATIENT.csv')}', all_varchar = true) where BIRTH_DATE = '1950-01-17'`,
  )
  expect(held).toHaveLength(1)
  expect(birthDays).toHaveLength(3)
})

test('a key stands in no file but its own', async () => {
  for (const role of ['source', 'matcher', 'hub'] as const) {
    const hex = bytesFor('s', role).toString('hex')
    for (const path of await everyFile(dir)) {
      if (path === at('trusted', role, 'key')) continue
      expect((await readFile(path, 'latin1')).includes(hex), path).toBe(false)
    }
  }
})

test('a person named by NIR is found under their own NIR, and under PSA when that is missing', async () => {
  const ann = hubId(matcherKey, own(ANN))
  expect((await objects([`snds;nir;${ANN};source;2020-01-01;`])).persons).toEqual([ann])
  const bob = hubId(matcherKey, `${psa(BOB, '19620523', '1')}|1`)
  expect((await objects([`snds;nir;${BOB};source;2020-01-01;`])).persons).toEqual([bob])
})

test('a person known in both through NIR is out of both when the scope is all, else out of the source named', async () => {
  const ann = hubId(matcherKey, own(ANN))
  expect((await objects([`snds;nir;${ANN};all;2020-01-01;`])).persons).toEqual([ann, registry(1)].sort())
  expect((await objects([`bndmr;idmr;${IDMR(1)};all;2020-01-01;`])).persons).toEqual(
    [ann, registry(1)].sort(),
  )
  expect((await objects([`bndmr;nir;${ANN};source;2020-01-01;`])).persons).toEqual([registry(1)])
  // Known by NIR in the registry, by PSA alone in the SNDS; whoever shares month and sex is left in.
  const carl = hubId(matcherKey, `${psa(CARL, '19450714', '1')}|1`)
  expect((await objects([`all;nir;${CARL};all;2020-01-01;`])).persons).toEqual([carl, registry(4)].sort())
})

test('a minor is named through a parent', async () => {
  const zoe = hubId(matcherKey, own(ZOE))
  expect((await objects([`snds;nir;${PARENT}/20100203/2;source;2020-01-01;`])).persons).toEqual([zoe])
  expect((await objects([`snds;nir;${PARENT}/20100203/1;source;2020-01-01;`])).persons).toEqual([])
})

test('a list that means the same persons is the same version; another list is the next', async () => {
  const first = await objects([`bndmr;idmr;${IDMR(2)};source;2020-01-01;2020-06-30`])
  const same = await objects([`bndmr;idmr;${IDMR(2)};source;2020-01-01;2020-06-30`])
  expect(same.current).toEqual(first.current)
  const next = await objects([`bndmr;idmr;${IDMR(3)};source;2020-01-01;`])
  expect(Number(next.current.version.slice(1))).toBe(Number(first.current.version.slice(1)) + 1)
})

test('a list is all who object: of one that came in parts nothing stays when the next comes', async () => {
  const [one, other, third] = [2, 3, 4].map((n) => `bndmr;idmr;${IDMR(n)};source;2020-01-01;`) as [
    string,
    string,
    string,
  ]
  const inParts = await objects([one], [other])
  expect(inParts.persons.length).toBe(2)
  const after = await objects([third])
  expect(after.persons.length).toBe(1)
  expect(inParts.persons).not.toContain(after.persons[0])
})

test('transit ids are random: two transfers of the same patients share none, and none follows from a key', async () => {
  const transits = async () => {
    await receiveBndmr({
      trusted: trusted(),
      dir: at('bndmr'),
      deliveries: at('deliveries', 'bndmr'),
      lake: at('lake'),
      ledgerPath: ledgerPath(),
    })
    const rows = await engine.rows<{ transit: string; level1: string }>(
      `select transit, level1 from '${at('trusted', 'matcher', 'transfers', 'bndmr', 'patients.parquet')}' order by level1`,
    )
    return rows
  }
  const [first, second] = [await transits(), await transits()]
  expect(first.map((row) => row.level1)).toEqual(second.map((row) => row.level1))
  const all = [...first, ...second].map((row) => row.transit)
  expect(new Set(all).size).toBe(8)
  for (const key of [sourceKey, matcherKey])
    for (const { transit, level1: text } of first)
      expect([hubId(key, text), producerPseudonym(key, text), text]).not.toContain(transit)
})

test('the source alone cannot finish, and leaves no transfer, when the matcher’s folder is gone', async () => {
  await rename(at('trusted', 'matcher'), at('away'))
  const error = await receiveBndmr({
    trusted: trusted(),
    dir: at('bndmr'),
    deliveries: at('deliveries', 'bndmr'),
    lake: at('lake'),
    ledgerPath: ledgerPath(),
  }).catch((e: unknown) => e)
  await rm(at('trusted', 'matcher'), { recursive: true, force: true })
  await rename(at('away'), at('trusted', 'matcher'))
  expect(error).toBeInstanceOf(ChainonError)
  expect(error).toMatchObject({ code: 'identity/no-key' })
})
