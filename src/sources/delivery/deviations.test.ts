import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type DuckDb, openDuckDb } from '../../engine/index.ts'
import { acceptedRows, checkDelivery, type DeliveryReport, keepDelivery, keptDelivery } from '../index.ts'

/* What deliveries of others do that the official schema does not say: none of it may change a row or pass in silence. */

let engine: DuckDb
let folder: string
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 })
})
afterAll(() => engine.close())
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chainon-deviations-'))
  await mkdir(at('in'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const at = (...parts: string[]) => join(folder, ...parts)
async function put(file: string, content: string | Buffer): Promise<void> {
  await mkdir(dirname(at('in', file)), { recursive: true })
  await writeFile(at('in', file), content)
}
async function putParquet(file: string, query: string): Promise<void> {
  await mkdir(dirname(at('in', file)), { recursive: true })
  await engine.run(`copy (${query}) to '${at('in', file)}' (format parquet)`)
}
const check = (earlier?: DeliveryReport['accepted'], dir = at('in')): Promise<DeliveryReport> =>
  checkDelivery({
    source: 'snds',
    dir,
    quarantine: at('quarantine'),
    engine,
    ...(earlier ? { earlier } : {}),
  })
const rowsOf = async (files: DeliveryReport['accepted']): Promise<Record<string, unknown>[]> =>
  engine.rows(
    `select * exclude (row_id) from (${files.map((file) => acceptedRows(file)).join(' union all ')}) order by all`,
  )
const warned = (report: DeliveryReport, kind: string): string[] =>
  report.files.flatMap((file) =>
    file.warnings.filter((one) => one.kind === kind).map((one) => `${one.column ?? one.kind}:${one.count}`),
  )

const STAYS = 'ETA_NUM;RSA_NUM;NIR_ANO_17;EXE_SOI_DTD;EXE_SOI_DTF;NIR_RET;NAI_RET;SEX_RET'
const stay = {
  ETA_NUM: '010000123',
  RSA_NUM: '7',
  NIR_ANO_17: 'P1',
  EXE_SOI_DTD: '2019-01-05',
  EXE_SOI_DTF: '2019-01-06',
  NIR_RET: '0',
  NAI_RET: '1',
  SEX_RET: '0',
}

test.each([
  ['SAS', '10000123;7;P1;05JAN2019;06jan2019;0;1;0'],
  ['SAS with a time', '10000123;7;P1;05JAN2019:00:00:00;06JAN2019:12:30:00.000;0;1;0'],
  ['Oracle', '10000123;7;P1;05-JAN-19;06-JAN-2019;0;1;0'],
  ['pandas', '10000123.0;7.0;P1;2019-01-05 00:00:00;2019-01-06 00:00:00.000000;False;True;False'],
  ['R', '010000123;7;P1;2019-01-05T00:00:00Z;2019-01-06;FALSE;TRUE;FALSE'],
  ['a French spreadsheet', '10000123;7,0;P1;05/01/2019;06/01/2019 00:00;FAUX;VRAI;FAUX'],
  ['numbers', '10000123;0000000007;P1;20190105;20190106.0;0.0;1.0;0'],
])('a stay as %s writes it is the same stay', async (_who, line) => {
  await put('T_MCO19C.csv', `${STAYS}\r\n${line}\r\n`)
  const report = await check()
  expect(report.files[0]?.reasons).toEqual([])
  expect(await rowsOf(report.accepted)).toMatchObject([stay])
})

test('a Parquet file with numbers, floats, times and booleans holds the same stay', async () => {
  await putParquet(
    'T_MCO19C.parquet',
    `select 10000123::double as eta_num, 7::smallint as Rsa_Num, 'P1' as nir_ano_17, timestamp_ns '2019-01-05 00:00:00' as exe_soi_dtd,
     '06JAN2019' as EXE_SOI_DTF, false as nir_ret, 1::double as NAI_RET, '0' as SEX_RET, 'x' as more`,
  )
  const report = await check()
  expect(await rowsOf(report.accepted)).toMatchObject([stay])
  expect(warned(report, 'unknown-column')).toEqual(['more:1'])
})

test('amounts as floats, as finer decimals or as whole numbers: cents are exact, what is cut off is counted', async () => {
  await putParquet(
    'T_MCO19VALO.parquet',
    `select * from (values
       ('010000123', '1', 1.0::double, 0.1::double + 0.2::double, 12.345::decimal(9,3), 7::bigint),
       ('010000123', '2', 1.0, 1234.56, 12.340, 8),
       ('010000123', '3', 'nan'::double, 1e15, 12.340, 8)
     ) t(ETA_NUM, RSA_NUM, VALO, MNT_TOT_AM, MNT_TOT_BR, MNT_GHS_AM)`,
  )
  const report = await check()
  expect(report.total).toMatchObject({
    received: { rows: 3, euros: '1234.86' },
    accepted: { rows: 2, euros: '1234.86' },
    setAside: { rows: 1, euros: '0.00' },
  })
  expect(report.files[0]?.reasons.map((one) => `${one.row} ${one.column}`)).toEqual(['3 MNT_TOT_AM'])
  expect(await rowsOf(report.accepted)).toMatchObject([
    { VALO: '1', MNT_TOT_AM: '0.30', MNT_TOT_BR: '12.35', MNT_GHS_AM: '7.00' },
    { VALO: '1', MNT_TOT_AM: '1234.56', MNT_TOT_BR: '12.34', MNT_GHS_AM: '8.00' },
  ])
  expect(warned(report, 'rounded')).toEqual(['MNT_TOT_BR:1'])
})

test('whole numbers as floats are read when they have no fraction, and set aside when they have one', async () => {
  await putParquet(
    'ER_ETE_F_2019.parquet',
    `select i as DCT_ORD_NUM, date '2019-02-01' as FLX_DIS_DTD, date '2019-01-20' as FLX_TRT_DTD, 1 as FLX_EMT_TYP, 1 as FLX_EMT_NUM,
       1 as FLX_EMT_ORD, '01C' as ORG_CLE_NUM, 1.0::double as PRS_ORD_NUM, 1 as REM_TYP_AFF, case i when 2 then 0.5 when 3 then 'nan'::double else 1 end::double as ETE_IND_TAA
     from range(1, 4) r(i)`,
  )
  const report = await check()
  expect((await rowsOf(report.accepted)).map((row) => [row['PRS_ORD_NUM'], row['ETE_IND_TAA']])).toEqual([
    [1, 1],
    [1, null],
  ])
  expect(report.files[0]?.reasons.map((one) => `${one.row} ${one.column} ${one.reason}`)).toEqual([
    '2 ETE_IND_TAA is not a whole number',
  ])
})

test('a boolean where a number is wanted is 0 or 1', async () => {
  await putParquet(
    'ER_ETE_F_2019.parquet',
    `select 1 as DCT_ORD_NUM, date '2019-02-01' as FLX_DIS_DTD, date '2019-01-20' as FLX_TRT_DTD, 1 as FLX_EMT_TYP, 1 as FLX_EMT_NUM,
       1 as FLX_EMT_ORD, '01C' as ORG_CLE_NUM, 1 as PRS_ORD_NUM, 1 as REM_TYP_AFF, true as ETE_IND_TAA`,
  )
  expect((await rowsOf((await check()).accepted)).map((row) => row['ETE_IND_TAA'])).toEqual([1])
})

test('what statistics of a Parquet file say is what a pass over its rows would say', async () => {
  const keys = `i as DCT_ORD_NUM, date '2019-02-01' as FLX_DIS_DTD, timestamp '2019-01-20 10:00:00' as FLX_TRT_DTD, 1::bigint as FLX_EMT_TYP, null::integer as FLX_EMT_NUM,
    1 as FLX_EMT_ORD, '01C' as ORG_CLE_NUM, 1 as PRS_ORD_NUM, 1 as REM_TYP_AFF`
  const rest = `'3400930000001' as PHA_PRS_C13, case when i % 7 > 0 then i end as PHA_ACT_QSN, null::integer as PHA_DEC_QSU, 300000 * 100000::bigint as PHA_SEQ_RNV`
  await putParquet('ER_PHA_F_2019.parquet', `select ${keys}, ${rest} from range(1, 300001) r(i)`)
  const told = await check()
  expect(warned(told, 'one-value')).toEqual(
    expect.arrayContaining(['FLX_DIS_DTD:300000', 'FLX_TRT_DTD:300000', 'FLX_EMT_TYP:300000']),
  )
  expect(warned(told, 'empty-column')).toEqual(['FLX_EMT_NUM:300000', 'PHA_DEC_QSU:300000'])
  // A key that is empty and a number that does not fit spoil every row, statistics or not.
  expect(told.total).toMatchObject({ accepted: { rows: 0 }, setAside: { rows: 300_000 } })
  expect(new Set(told.files[0]?.reasons.map((one) => `${one.column} ${one.reason}`))).toEqual(
    new Set(['FLX_EMT_NUM is missing, and is part of the key', 'PHA_SEQ_RNV is not a whole number']),
  )
})

test('words for nothing are nothing, in pseudonyms too: one of them would be everybody', async () => {
  const words = ['nan', 'None', '<NA>', 'null', 'NULL', 'NA', '\\N', '']
  await put(
    'IR_BEN_R.csv',
    `BEN_NIR_PSA;BEN_RNG_GEM;BEN_NIR_ANO;BEN_DCD_DTE\n${words.map((word, n) => `P${n};1;${word};${word === 'nan' ? 'NaT' : word}`).join('\n')}\n`,
  )
  const report = await check()
  expect((await rowsOf(report.accepted)).map((row) => [row['BEN_NIR_ANO'], row['BEN_DCD_DTE']])).toEqual(
    words.map(() => [null, null]),
  )
  expect(warned(report, 'read-as-missing')).toEqual(['BEN_NIR_ANO:7'])
})

test('a file in folders of years and a table in parts: nothing is lost, nothing is mixed', async () => {
  const line = (n: number) => `010000123;${n};E00`
  const csv = (...ns: number[]) => `ETA_NUM;RSA_NUM;ASS_DGN\n${ns.map(line).join('\n')}\n`
  await put('PMSI/MCO/2018/T_MCO_D.csv', csv(1))
  await put('PMSI/MCO/2019/T_MCO_D.csv', csv(2))
  await put('PMSI/MCO/2020/T_MCO_D_part1.csv.gz', gzipSync(csv(3)))
  await put('PMSI/MCO/2020/T_MCO_D_part2.csv', csv(4, 5))
  const report = await check()
  expect(report.refused).toEqual([])
  expect(report.accepted.map((one) => [one.period, one.part, one.rows])).toEqual([
    [2018, 0, 1],
    [2019, 0, 1],
    [2020, 1, 1],
    [2020, 2, 2],
  ])
  const kept = await keepDelivery(at('deliveries'), report.accepted)
  await rm(at('in'), { recursive: true })
  expect((await rowsOf(kept)).map((row) => row['RSA_NUM'])).toEqual(['1', '2', '3', '4', '5'])
})

test('a folder that is a year says the year of files that do not', async () => {
  await put('2019/T_MCOaaD.csv', 'ETA_NUM;RSA_NUM;ASS_DGN\n010000123;1;E00\n')
  const report = await check(undefined, at('in', '2019'))
  expect(report.accepted.map((one) => one.period)).toEqual([2019])
  expect(warned(report, 'unknown-period')).toEqual([])
})

test('a year and a month of it are not both taken, in one delivery or in two: rows would count twice', async () => {
  const csv = `DCT_ORD_NUM;BEN_NIR_PSA;EXE_SOI_DTD;BSE_REM_MNT\n1;P1;2019-01-10;10.00\n`
  await put('ER_PRS_F_2019.csv', csv)
  await put('ER_PRS_F_201901.csv', csv)
  await put('ER_PRS_F_202001.csv', csv)
  const report = await check()
  expect(report.refused.map((one) => [one.file, one.why])).toEqual([['ER_PRS_F_201901.csv', 'twice']])
  expect(report.total.accepted).toEqual({ rows: 2, euros: '20.00' })
  await rm(at('in', 'ER_PRS_F_2019.csv'))
  const later = await check(report.accepted)
  expect(later.refused.map((one) => [one.file, one.why])).toEqual([['ER_PRS_F_201901.csv', 'twice']])
})

test('a header alone is a table without rows, which is told; an empty file and an empty packed one are refused', async () => {
  await put('T_MCO19D.csv', 'ETA_NUM;RSA_NUM;ASS_DGN\n')
  await put('T_MCO18D.csv', '')
  await put('T_MCO17D.csv.gz', gzipSync(''))
  await put('T_MCO16D.csv.gz', 'not packed at all')
  await putParquet('T_MCO19A.parquet', `select '1' as ETA_NUM, '1' as RSA_NUM, 'A' as CDC_ACT where false`)
  const report = await check()
  expect(report.accepted.map((one) => [one.table, one.rows])).toEqual([
    ['T_MCO_A', 0],
    ['T_MCO_D', 0],
  ])
  expect(warned(report, 'no-row')).toHaveLength(2)
  expect(report.refused.map((one) => [one.file, one.why])).toEqual([
    ['T_MCO16D.csv.gz', 'unreadable'],
    ['T_MCO17D.csv.gz', 'unreadable'],
    ['T_MCO18D.csv', 'unreadable'],
  ])
  expect(await rowsOf(report.accepted.filter((one) => one.table === 'T_MCO_D'))).toEqual([])
})

test('of columns that stand twice the first is read, and the other is told', async () => {
  await put('T_MCO19D.csv', 'ETA_NUM;RSA_NUM;ASS_DGN;eta_num;\n010000123;1;E00;999999999;\n')
  await putParquet(
    'T_MCO18D.parquet',
    `select '010000123' as ETA_NUM, '1' as RSA_NUM, 'E00' as ASS_DGN, '999999999' as eta_num`,
  )
  const report = await check()
  for (const one of report.accepted)
    expect((await rowsOf([one])).map((row) => row['ETA_NUM'])).toEqual(['010000123'])
  expect(warned(report, 'unknown-column').length).toBeGreaterThanOrEqual(2)
})

test('a corrected file replaces rows and euros of the earlier one, also under another name and in another format', async () => {
  const csv = (...lines: string[]) =>
    `DCT_ORD_NUM;BEN_NIR_PSA;EXE_SOI_DTD;BSE_REM_MNT;CPL_REM_MNT\n${lines.join('\n')}\n`
  await put('ER_PRS_F_2018.csv', csv('1;P1;2018-01-10;5,00;0'))
  await put(
    'ER_PRS_F_2019.csv',
    csv('1;P1;2019-01-10;10,00;0', '"2";P1;2019-13-10;20,00;0', '3;P2;2019-02-10;30,00;-1'),
  )
  const first = await check()
  expect(first.total).toMatchObject({
    received: { rows: 4, euros: '64.00' },
    accepted: { rows: 3, euros: '44.00' },
    setAside: { rows: 1, euros: '20.00' },
  })
  const before = await keepDelivery(at('deliveries'), first.accepted)
  await rm(at('in', 'ER_PRS_F_2019.csv'))
  await putParquet(
    'er_prs_f_2019.parquet',
    `select i as DCT_ORD_NUM, 'P1' as BEN_NIR_PSA, date '2019-01-10' as EXE_SOI_DTD, cast(10 * i as decimal(12,2)) as BSE_REM_MNT, cast(0 as decimal(12,2)) as CPL_REM_MNT from range(1, 4) r(i)`,
  )
  const second = await check(await keptDelivery(at('deliveries')))
  expect(second.files.map((one) => [one.period, one.unchanged])).toEqual([
    [2018, true],
    [2019, false],
  ])
  // Until the list says so, the earlier file stands as it was: a kill in between loses nothing.
  expect((await rowsOf(before)).map((row) => row['BSE_REM_MNT'])).toEqual(['5.00', '10.00', '30.00'])
  const kept = await keepDelivery(at('deliveries'), second.accepted)
  expect((await rowsOf(kept)).map((row) => row['BSE_REM_MNT'])).toEqual(['5.00', '10.00', '20.00', '30.00'])
  for (const { path, reads, setAside } of before.filter((one) => one.period === 2019))
    for (const gone of [path, reads, setAside.reasons ?? path, at('quarantine', 'ER_PRS_F_2019.csv')])
      expect(existsSync(gone), gone).toBe(false)
})

test('a sender who writes over a file that was received changes nothing of what is kept', async () => {
  await put('T_MCO19D.csv', 'ETA_NUM;RSA_NUM;ASS_DGN\n010000123;1;E00\n')
  const report = await check()
  const kept = await keepDelivery(at('deliveries'), report.accepted)
  await put('T_MCO19D.csv', 'ETA_NUM;RSA_NUM;ASS_DGN\n010000123;1;Z99\n')
  expect((await rowsOf(kept)).map((row) => row['ASS_DGN'])).toEqual(['E00'])
  expect((await check(kept)).files.map((one) => one.unchanged)).toEqual([false])
})
