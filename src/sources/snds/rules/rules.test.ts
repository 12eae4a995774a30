import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Given, lakeFileOf, rowId } from '../../../../test/fixtures/small-lake.ts'
import { type Engine, openDuckDb, Plan } from '../../../engine/index.ts'
import {
  cleaned,
  IR_BEN_R,
  IR_IMB_R,
  lakeTable,
  ruleHitsTable,
  runCleaning,
  type SourceTable,
  T_MCO_C,
} from '../../index.ts'

let engine: Engine
let lake: string
beforeEach(async () => {
  engine = await openDuckDb({ threads: 1 })
  lake = await mkdtemp(join(tmpdir(), 'chainon-rules-'))
})
afterEach(async () => {
  await engine.close()
  await rm(lake, { recursive: true, force: true })
})

const YEAR = 2019
const write = (table: string, rows: readonly Given[], period = YEAR) => lakeFileOf(lake, table, period, rows)
const clean = () => runCleaning({ engine, lake })

/** Numbers (1, 2, 3…) of the rows of a table's file that a rule hit. */
async function hit(rule: string, table: string, period = YEAR): Promise<number[]> {
  const rows = await engine.rows<{ row_id: bigint }>(
    `select row_id from read_parquet('${join(lake, 'snds', 'rule_hits', `${table}.parquet`)}') where rule = '${rule}' and row_id between ${rowId(period, 0)} and ${rowId(period, 4_000_000)} order by row_id`,
  )
  return rows.map((row) => Number(row.row_id - rowId(period, 0)))
}

const keys = (n: number): Given => ({
  DCT_ORD_NUM: n,
  FLX_DIS_DTD: '2019-02-01',
  FLX_TRT_DTD: '2019-01-20',
  FLX_EMT_TYP: 1,
  FLX_EMT_NUM: 1,
  FLX_EMT_ORD: 1,
  ORG_CLE_NUM: '01C100000',
  PRS_ORD_NUM: 1,
  REM_TYP_AFF: 1,
})
const line = (n: number, more: Given = {}): Given => ({
  ...keys(n),
  person: 'ANN',
  EXE_SOI_DTD: '2019-01-10',
  EXE_SOI_DTF: '2019-01-10',
  PRS_NAT_REF: '3313',
  PFS_EXE_NUM: '10000001',
  PFS_PRE_NUM: '10000002',
  DPN_QLF: 0,
  PRS_DPN_QLP: 0,
  CPL_MAJ_TOP: 0,
  PRS_ACT_QTE: 1,
  PRS_PAI_MNT: '25.00',
  BSE_REM_MNT: '16.25',
  ...more,
})
const reversed = { PRS_ACT_QTE: -1, PRS_PAI_MNT: '-25.00', BSE_REM_MNT: '-16.25' }

test('R1: a line for information goes, on the line or on its supplement; without a qualifier it stays', async () => {
  await write('ER_PRS_F', [
    line(1, { DPN_QLF: 71 }),
    line(2, { PRS_DPN_QLP: 71 }),
    line(3, { DPN_QLF: null, PRS_DPN_QLP: null }),
    line(4, { DPN_QLF: 70 }),
    line(5, { DPN_QLF: 72 }),
    line(6, { DPN_QLF: null, PRS_DPN_QLP: 71 }),
  ])
  await clean()
  expect(await hit('snds/r1', 'ER_PRS_F')).toEqual([1, 2, 6])
})

test('R1 holds since 2006: a line of an earlier flow stays', async () => {
  await write('ER_PRS_F', [line(1, { DPN_QLF: 71 })], 2005)
  await write('ER_PRS_F', [line(1, { DPN_QLF: 71 })], 200601)
  await clean()
  expect(await hit('snds/r1', 'ER_PRS_F', 2005)).toEqual([])
  expect(await hit('snds/r1', 'ER_PRS_F', 200601)).toEqual([1])
})

test('R2: a directly billed line goes once, however many institutions it has; without one, or without indicator, it stays', async () => {
  await write('ER_PRS_F', [line(1), line(2), line(3), line(4), line(5)])
  await write('ER_ETE_F', [
    { ...keys(1), ETE_IND_TAA: 1 },
    { ...keys(1), ETE_IND_TAA: 1 },
    { ...keys(1), ETE_IND_TAA: 0 },
    { ...keys(2), ETE_IND_TAA: 2 },
    { ...keys(3), ETE_IND_TAA: null },
    // Another line that shares eight of the nine keys with line 5.
    { ...keys(5), REM_TYP_AFF: 2, ETE_IND_TAA: 1 },
  ])
  await clean()
  expect(await hit('snds/r2', 'ER_PRS_F')).toEqual([1])
})

test('R2 without ER_ETE_F is not applied, and that is said', async () => {
  await write('ER_PRS_F', [line(1)])
  const report = await clean()
  expect(report.findings.map((one) => `${one.kind} ${one.table}`)).toContain('rule-not-applied ER_PRS_F')
  expect(report.losses.map((one) => one.rule)).not.toContain('snds/r2')
})

test('R4: a reversal cancels one line; its twin stays', async () => {
  await write('ER_PRS_F', [line(1), line(2), line(3, reversed)])
  await clean()
  expect(await hit('snds/r4', 'ER_PRS_F')).toEqual([1, 3])
})

test.each<[string, Given]>([
  ['another person', { person: 'BOB' }],
  ['another day', { EXE_SOI_DTD: '2019-01-11' }],
  ['another end of care', { EXE_SOI_DTF: '2019-01-11' }],
  ['another kind of care', { PRS_NAT_REF: '3314' }],
  ['another executant', { PFS_EXE_NUM: '10000009' }],
  ['another prescriber', { PFS_PRE_NUM: null }],
  ['another amount', { PRS_PAI_MNT: '25.01' }],
  ['another reimbursement', { BSE_REM_MNT: '17.50' }],
  ['two of them', { PRS_ACT_QTE: 2 }],
  ['no person at all', { person: null }],
])('R4: a line of %s is not cancelled', async (_what, other) => {
  await write('ER_PRS_F', [line(1, other), line(2, reversed)])
  const report = await clean()
  expect(await hit('snds/r4', 'ER_PRS_F')).toEqual([])
  expect(report.findings.find((one) => one.kind === 'reversal-alone')?.count).toBe(1)
})

test('R4: lines that name nobody are not of one person, and cancel nothing', async () => {
  await write('ER_PRS_F', [line(1, { person: null }), line(2, { ...reversed, person: null })])
  await clean()
  expect(await hit('snds/r4', 'ER_PRS_F')).toEqual([])
})

test('R4: a line whose end of care and prescriber are null is cancelled by a reversal without them', async () => {
  const bare = { EXE_SOI_DTF: null, PFS_PRE_NUM: null }
  await write('ER_PRS_F', [line(1, bare), line(2, { ...reversed, ...bare })])
  await clean()
  expect(await hit('snds/r4', 'ER_PRS_F')).toEqual([1, 2])
})

test('R4: a reversal of another drug, or of another act, cancels nothing', async () => {
  await write('ER_PRS_F', [
    line(1),
    line(2),
    line(3, reversed),
    line(4, { EXE_SOI_DTD: '2019-03-01' }),
    line(5, { ...reversed, EXE_SOI_DTD: '2019-03-01' }),
  ])
  await write('ER_PHA_F', [
    { ...keys(1), PHA_PRS_C13: '3400930000001', PHA_ACT_QSN: 1 },
    { ...keys(2), PHA_PRS_C13: '3400930000002', PHA_ACT_QSN: 1 },
    { ...keys(3), PHA_PRS_C13: '3400930000002', PHA_ACT_QSN: -1 },
  ])
  await write('ER_CAM_F', [
    { ...keys(4), CAM_PRS_IDE: 'DEQP003' },
    { ...keys(5), CAM_PRS_IDE: 'DEQP004' },
  ])
  await clean()
  expect(await hit('snds/r4', 'ER_PRS_F')).toEqual([2, 3])
})

test('R4: a franchise, negative by nature, is no reversal and is cancelled by none', async () => {
  const franchise = {
    CPL_MAJ_TOP: 2,
    CPL_AFF_COD: 16,
    PRS_PAI_MNT: '0.00',
    BSE_REM_MNT: '0.00',
    CPL_REM_MNT: '-1.00',
  }
  await write('ER_PRS_F', [
    line(1),
    line(2, franchise),
    line(3, { ...reversed, PRS_PAI_MNT: '0.00', BSE_REM_MNT: '-1.00' }),
  ])
  await clean()
  expect(await hit('snds/r4', 'ER_PRS_F')).toEqual([])
})

test('R4: three reversals of two lines cancel two', async () => {
  await write('ER_PRS_F', [line(1, reversed), line(2), line(3, reversed), line(4), line(5, reversed)])
  await clean()
  expect(await hit('snds/r4', 'ER_PRS_F')).toEqual([1, 2, 3, 4])
})

test('R7: 1600 becomes null for death, birth and the end of an illness; the first days of 1601 stay', async () => {
  await write(
    'IR_BEN_R',
    [
      { person: 'A', BEN_DCD_DTE: '1600-01-01', BEN_NAI_ANN: 1950, BEN_NAI_MOI: 1 },
      { person: 'B', BEN_DCD_DTE: '2019-03-01', BEN_NAI_ANN: 1600, BEN_NAI_MOI: 1 },
      { person: 'C', BEN_DCD_DTE: null, BEN_NAI_ANN: 1601, BEN_NAI_MOI: 2 },
      { person: 'D', BEN_DCD_DTE: '1601-01-01', BEN_NAI_ANN: 1950, BEN_NAI_MOI: 3 },
    ],
    0,
  )
  await write(
    'IR_IMB_R',
    [
      { person: 'A', IMB_ALD_NUM: '8', IMB_ALD_DTD: '2010-01-01', IMB_ALD_DTF: '1600-01-01' },
      { person: 'B', IMB_ALD_NUM: '8', IMB_ALD_DTD: '2010-01-01', IMB_ALD_DTF: null },
    ],
    0,
  )
  await clean()
  expect(await hit('snds/r7', 'IR_BEN_R', 0)).toEqual([1, 2])
  expect(await hit('snds/r7', 'IR_IMB_R', 0)).toEqual([1])
  expect(
    (await cleanRows(IR_BEN_R, 'count')).map((r) => [r['BEN_DCD_DTE'], r['BEN_NAI_ANN'], r['BEN_NAI_MOI']]),
  ).toEqual([
    [null, 1950, 1],
    ['2019-03-01', null, null],
    [null, 1601, 2],
    ['1601-01-01', 1950, 3],
  ])
  expect((await cleanRows(IR_IMB_R, 'cost')).map((r) => r['IMB_ALD_DTF'])).toEqual([null, null])
})

const stay = (n: number, more: Given = {}): Given => ({
  ETA_NUM: '010000123',
  RSA_NUM: String(n),
  person: 'ANN',
  NIR_ANO_DUMMY: false,
  ...Object.fromEntries(['NIR', 'NAI', 'SEX', 'SEJ', 'FHO', 'PMS', 'DAT'].map((c) => [`${c}_RET`, '0'])),
  ...more,
})

test('R8: any return code that is not 0 makes a stay nobody’s, and so does a fixed pseudonym; a null code does not', async () => {
  const codes = [
    'NIR_RET',
    'NAI_RET',
    'SEX_RET',
    'SEJ_RET',
    'FHO_RET',
    'PMS_RET',
    'DAT_RET',
    'COH_NAI_RET',
    'COH_SEX_RET',
  ]
  await write('T_MCO_C', [
    ...codes.map((code, n) => stay(n + 1, { [code]: n % 2 ? '1' : '9' })),
    stay(10, { NIR_ANO_DUMMY: true, person: null }),
    stay(11),
    stay(12, { SEJ_RET: null, FHO_RET: null, DAT_RET: null }),
    stay(13, { person: null }),
    stay(14, { COH_NAI_RET: '0', COH_SEX_RET: null }),
  ])
  await clean()
  expect(await hit('snds/r8', 'T_MCO_C')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
})

test('R8: the codes of coherence count since 2013', async () => {
  for (const year of [2012, 2013])
    await write('T_MCO_C', [stay(1, { COH_NAI_RET: '1' }), stay(2, { NIR_RET: '1' })], year)
  await clean()
  expect(await hit('snds/r8', 'T_MCO_C', 2012)).toEqual([2])
  expect(await hit('snds/r8', 'T_MCO_C', 2013)).toEqual([1, 2])
})

test('R8 is for chaining: the stay counts and costs for its hospital, and is gone where persons are told of', async () => {
  await write('T_MCO_C', [stay(1, { NIR_RET: '3' }), stay(2)])
  await clean()
  expect(await cleanRows(T_MCO_C, 'cost')).toHaveLength(2)
  expect((await cleanRows(T_MCO_C, 'chaining')).map((row) => row['RSA_NUM'])).toEqual(['2'])
})

test('R10: only a GHM that begins with 90 is an error', async () => {
  await write(
    'T_MCO_B',
    ['90Z00Z', '90H01Z', '10C902', '05K90T', '09Z02A', null].map((ghm, n) => stay(n + 1, { GRG_GHM: ghm })),
  )
  await clean()
  expect(await hit('snds/r10', 'T_MCO_B')).toEqual([1, 2])
})

test('R13: VALO 1 to 5 is paid, 0 and 9 are not; it concerns costs alone', async () => {
  await write(
    'T_MCO_VALO',
    ['0', '1', '2', '3', '4', '5', '6', '9', null].map((valo, n) =>
      stay(n + 1, { VALO: valo, MNT_TOT_AM: '100.00' }),
    ),
  )
  const report = await clean()
  expect(await hit('snds/r13', 'T_MCO_VALO')).toEqual([1, 7, 8])
  const kept = report.tables.find((one) => one.table === 'T_MCO_VALO')?.kept
  expect(kept?.cost).toEqual({ rows: 6, euros: '600.00' })
  expect(kept?.count).toEqual({ rows: 9, euros: '900.00' })
})

test('the loss table balances: what is left and what the rules drop make up the whole, a row that two rules drop counted once', async () => {
  await write('ER_PRS_F', [line(1), line(2, { DPN_QLF: 71 }), line(3, { ...reversed, DPN_QLF: 71 }), line(4)])
  await write('ER_ETE_F', [{ ...keys(2), ETE_IND_TAA: 1 }])
  const { losses, tables } = await clean()
  expect(
    losses.filter((one) => one.table === 'ER_PRS_F').map((one) => [one.rule, one.rows, one.euros]),
  ).toEqual([
    ['snds/r1', 2, '0.00'],
    ['snds/r2', 1, '16.25'],
    ['snds/r4', 2, '0.00'],
  ])
  const prs = tables.find((one) => one.table === 'ER_PRS_F')
  expect(prs).toMatchObject({ rows: 4, euros: '32.50' })
  expect(prs?.kept.cost).toEqual({ rows: 1, euros: '16.25' })
  expect(prs?.kept.chaining).toEqual({ rows: 4, euros: '32.50' })
})

test('a rule that keeps nothing and a key that joins nothing are said aloud', async () => {
  await write('ER_PRS_F', [line(1, { DPN_QLF: 71 }), line(2, { DPN_QLF: 71 })])
  await write('ER_PHA_F', [{ ...keys(7), PHA_PRS_C13: '1' }])
  await write('T_MCO_D', [stay(1, { ASS_DGN: 'E00' })])
  await write('T_MCO_C', [stay(1), stay(1)])
  const { findings } = await clean()
  const said = findings.map((one) => `${one.kind} ${one.table}`)
  expect(said).toContain('rule-keeps-nothing ER_PRS_F')
  expect(said).toContain('key-joins-nothing ER_PHA_F')
  expect(said).toContain('key-joins-nothing T_MCO_D')
  expect(said).toContain('key-repeated T_MCO_C')
})

test('an illness that several rows tell is said aloud; another date, code or person is another illness', async () => {
  const illness = (more: Given = {}): Given => ({
    person: 'ANN',
    IMB_ALD_NUM: '8',
    IMB_ALD_DTD: '2010-01-31',
    IMB_ALD_DTF: '2030-01-31',
    MED_MTF_COD: 'E11',
    ...more,
  })
  const others = [
    illness({ person: 'BOB' }),
    illness({ person: null }),
    illness({ person: null }),
    illness({ IMB_ALD_DTF: '1600-01-01' }),
    illness({ MED_MTF_COD: 'E10' }),
  ]
  await write('IR_IMB_R', [illness(), ...others], 2018)
  const repeated = async () =>
    (await clean()).findings.filter((one) => one.kind === 'row-repeated').map((one) => one.count)
  expect(await repeated()).toEqual([])
  await write('IR_IMB_R', [illness(), illness({ IMB_ALD_DTD: '2019-01-31' })], 2019)
  expect(await repeated()).toEqual([1])
})

test('a table that was taken away leaves no hits behind', async () => {
  const path = await write('ER_PRS_F', [line(1, { DPN_QLF: 71 }), line(2)])
  await clean()
  const first = await hit('snds/r1', 'ER_PRS_F')
  await rm(path)
  await clean()
  await expect(hit('snds/r1', 'ER_PRS_F')).rejects.toThrow()
  expect(first).toEqual([1])
})

async function cleanRows(definition: unknown, purpose: 'count' | 'cost' | 'chaining') {
  const table = definition as SourceTable
  const plan = new Plan(engine)
  const period = table.cut === 'whole' ? 0 : YEAR
  await plan.bind(lakeTable(table), [join(lake, 'snds', table.name, `${period}.parquet`)])
  await plan.bind(ruleHitsTable(table), [join(lake, 'snds', 'rule_hits', `${table.name}.parquet`)])
  return engine.rows<Record<string, unknown>>(
    `select * from (${await plan.sql(cleaned(table, purpose))}) order by row_id`,
  )
}
