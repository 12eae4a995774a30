import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import {
  array,
  assert,
  asyncProperty,
  constantFrom,
  nat,
  date as anyDate,
  string as anyString,
  tuple,
} from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type DuckDb, openDuckDb } from '../../engine/index.ts'
import {
  acceptedRows,
  bytesToReceive,
  checkDelivery,
  type Delivered,
  type DeliveryReport,
  keepDelivery,
  keptDelivery,
  lakeFile,
} from '../index.ts'
import { recogniseFile } from './recognise.ts'

let engine: DuckDb
let folder: string
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 })
})
afterAll(() => engine.close())
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chainon-delivery-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const at = (...parts: string[]) => join(folder, ...parts)
async function send(
  files: Record<string, string | Buffer>,
  source: Delivered = 'snds',
): Promise<DeliveryReport> {
  for (const [file, content] of Object.entries(files)) {
    await mkdir(dirname(at('in', file)), { recursive: true })
    await writeFile(at('in', file), content)
  }
  return check(source)
}
const check = (source: Delivered = 'snds', earlier?: DeliveryReport['accepted']) =>
  checkDelivery({
    source,
    dir: at('in'),
    quarantine: at('quarantine'),
    engine,
    ...(earlier ? { earlier } : {}),
  })

type Row = Record<string, unknown>
const rowsOf = (report: DeliveryReport, index = 0): Promise<Row[]> => {
  const file = report.accepted[index]
  if (!file) throw new Error('nothing was accepted')
  return engine.rows(`select * from (${acceptedRows(JSON.parse(JSON.stringify(file)))}) order by row_id`)
}
const warned = (report: DeliveryReport, kind: string): string[] =>
  report.files.flatMap((file) =>
    file.warnings.filter((one) => one.kind === kind).map((one) => `${one.column}:${one.count}`),
  )
/** Every delivery must balance, whatever is in it. */
function balanced(report: DeliveryReport): void {
  for (const { received, accepted, setAside } of [...report.files, report.total]) {
    expect(received.rows).toBe(accepted.rows + setAside.rows)
    const cents = (euros: string | null) => BigInt((euros ?? '0.00').replace('.', ''))
    expect(cents(received.euros)).toBe(cents(accepted.euros) + cents(setAside.euros))
  }
}

test.each([
  ['ER_PRS_F_2019.parquet', 'ER_PRS_F', 2019, 0],
  ['er_prs_f_201903-2.CSV', 'ER_PRS_F', 201903, 2],
  ['ER_PRS_F_2019_03.csv', 'ER_PRS_F', 201903, 0],
  ['ER_PRS_F.csv', 'ER_PRS_F', 0, 0],
  ['T_MCO19B.csv', 'T_MCO_B', 2019, 0],
  ['t_mco19cstc.parquet', 'T_MCO_CSTC', 2019, 0],
  ['T_MCO2019C.txt', 'T_MCO_C', 2019, 0],
  ['T_MCO_B_2019.csv', 'T_MCO_B', 2019, 0],
  ['T_MCO24VALO-1.csv', 'T_MCO_VALO', 2024, 1],
  ['T_MCOaaB.csv', 'T_MCO_B', 0, 0],
  ['DCIR/IR_BEN_R.csv.gz', 'IR_BEN_R', 0, 0],
  ['T_MCO_2019_C.csv', 'T_MCO_C', 2019, 0],
  ['ER_PHA_F-2019.csv', 'ER_PHA_F', 2019, 0],
  ['ER_PRS_F_2019_1.csv', 'ER_PRS_F', 2019, 1],
  ['ER_PRS_F_2019_13.csv', 'ER_PRS_F', 2019, 13],
  ['ER_PRS_F_2019_part2.csv', 'ER_PRS_F', 2019, 2],
  ['IR_BEN_R (2).csv', 'IR_BEN_R', 0, 2],
  ['IR_BEN_R_1.csv', 'IR_BEN_R', 0, 1],
  ['T_MCO19CSTC_part1.tsv.gz', 'T_MCO_CSTC', 2019, 1],
  ['ER_PRS_F.snappy.parquet', 'ER_PRS_F', 0, 0],
  ['PMSI/MCO/2019/T_MCO_C.csv', 'T_MCO_C', 2019, 0],
  ['2018/T_MCO19C.csv', 'T_MCO_C', 2019, 0],
  ['DCIR/2019-03/ER_PRS_F.csv', 'ER_PRS_F', 201903, 0],
  ['ER_PRS_F/year=2019/part-00001-6c6f.c000.snappy.parquet', 'ER_PRS_F', 2019, 1],
  ['ER_PRS_F/201903.csv', 'ER_PRS_F', 201903, 0],
  ['T_MCO_B.parquet/0.parquet', 'T_MCO_B', 0, 0],
  ['IR_IMB_R_2018.csv', 'IR_IMB_R', 2018, 0],
  ['ir_imb_r_2018-2.csv', 'IR_IMB_R', 2018, 2],
  ['IR_IMB_R/2018.parquet', 'IR_IMB_R', 2018, 0],
  ['IR_BEN_R_20190630.csv', 'IR_BEN_R', 2019, 0],
  ['DCIR/2019/IR_IMB_R.csv', 'IR_IMB_R', 0, 0],
])('%s is %s, period %i, part %i', (file, table, period, part) => {
  expect(recogniseFile('snds', file)).toMatchObject({ table, period, part })
})

test.each(['IR_BEN_R_ARC.csv', 'ER_PRS_F.xlsx', 'README', 'T_MCO19.csv', 'ER_PRS_F_1234.csv'])(
  '%s is no table that we know',
  (file) => {
    expect(recogniseFile('snds', file)).toHaveProperty('why')
  },
)

test('separator, encoding, decimal comma, date habits, lost zeros: the same rows whatever the file looks like', async () => {
  const texts: Record<string, string> = {
    comma: 'BEN_NIR_PSA,IMB_ALD_NUM,IMB_ALD_DTD,IMB_ALD_DTF,IMB_ETM_NAT\nP1,8,2010-01-31,1600-01-01,1\n',
    french:
      'ben_nir_psa;imb_ald_num;imb_ald_dtd;imb_ald_dtf;imb_etm_nat\r\nP1;8;31/01/2010;01/01/1600;01\r\n',
    tabs: 'BEN_NIR_PSA\tIMB_ALD_NUM\tIMB_ALD_DTD\tIMB_ALD_DTF\tIMB_ETM_NAT\nP1\t8\t31012010\t01011600\t01',
    pipes: ' BEN_NIR_PSA | IMB_ALD_NUM|IMB_ALD_DTD|IMB_ALD_DTF|IMB_ETM_NAT\n P1 |8.0|20100131|160001|1.0\n',
    sas: '"BEN_NIR_PSA";"IMB_ALD_NUM";"IMB_ALD_DTD";"IMB_ALD_DTF";"IMB_ETM_NAT"\n"P1";"8";"31Jan2010:22:12:17";"1600-01-01 00:00:00";"01"\n',
    trailing:
      'BEN_NIR_PSA;IMB_ALD_NUM;IMB_ALD_DTD;IMB_ALD_DTF;IMB_ETM_NAT\nP1;8;2010-01-31T00:00:00Z;1600/01/01;01;\n',
    rownames:
      '"BEN_NIR_PSA" , "IMB_ALD_NUM","IMB_ALD_DTD","IMB_ALD_DTF","IMB_ETM_NAT"\n"1","P1",8,2010-01-31,1600-01-01,"01"\n'.replace(
        ' , ',
        ',',
      ),
  }
  const files: Record<string, string | Buffer> = {
    'bom/IR_IMB_R.csv': Buffer.from(`\ufeff${texts['comma']}`),
    'utf16/IR_IMB_R.csv': Buffer.from(`\ufeff${texts['tabs']}`, 'utf16le'),
    'packed/IR_IMB_R.csv.gz': gzipSync(texts['french'] ?? ''),
    ...Object.fromEntries(Object.entries(texts).map(([name, text]) => [`${name}/IR_IMB_R.csv`, text])),
  }
  for (const [file, content] of Object.entries(files)) {
    await rm(at('in'), { recursive: true, force: true })
    const report = await send({ [file]: content })
    expect(report.total, file).toMatchObject({ received: { rows: 1 }, accepted: { rows: 1 } })
    const [row] = await rowsOf(report)
    expect(row, file).toMatchObject({
      row_id: 1n,
      BEN_NIR_PSA: 'P1',
      IMB_ALD_NUM: '8',
      IMB_ALD_DTD: '2010-01-31',
      IMB_ALD_DTF: '1600-01-01',
      IMB_ETM_NAT: '01',
    })
  }
})

test('Latin-1 letters come out as they were meant', async () => {
  const text =
    'IDMR;ORPHA;ASSERTION;FIRST_SIGNS_DATE;FIRST_CONTACT_DATE;DIAGNOSIS_DATE\n01;586;confirmé;2001-02-03;;\n02;586;indéterminé;;;\n'
  const report = await send({ 'DIAGNOSIS.csv': Buffer.from(text, 'latin1') }, 'bndmr')
  expect((await rowsOf(report)).map((row) => row['ASSERTION'])).toEqual(['confirmé', 'indéterminé'])
  expect(warned(report, 'outside-list')).toEqual([])
})

test('a row that cannot be read is set aside with file, row, column and reason, and kept as received', async () => {
  const lines = [
    'P1;8;2010-01-31;2012-01-01',
    'P2;8;31022019;2012-01-01',
    ';8;2010-01-31;2012-01-01',
    'P4;8;2010-01-31',
    'P5;8;2010-01-31;never',
    'P6;8;2010-01-31;2012-01-01;more;more',
    'P7;8;;NA',
  ]
  const report = await send({
    'sub/IR_IMB_R.csv': `BEN_NIR_PSA;IMB_ALD_NUM;IMB_ALD_DTD;IMB_ALD_DTF\n${lines.join('\n')}\n`,
  })
  balanced(report)
  expect(report.files[0]).toMatchObject({
    received: { rows: 7 },
    accepted: { rows: 2 },
    setAside: { rows: 5 },
    reasonCount: 5,
  })
  expect(
    report.files[0]?.reasons.map((one) => `${one.row} ${one.column} ${one.value ?? ''} ${one.reason}`),
  ).toEqual([
    '2 IMB_ALD_DTD 31022019 is not a date',
    '3 BEN_NIR_PSA  is missing, and is part of the key',
    '4  3 has 3 fields where the header has 4',
    '5 IMB_ALD_DTF never is not a date',
    '6  6 has 6 fields where the header has 4',
  ])
  expect(
    (await rowsOf(report)).map((row) => [row['row_id'], row['BEN_NIR_PSA'], row['IMB_ALD_DTD']]),
  ).toEqual([
    [1n, 'P1', '2010-01-31'],
    [7n, 'P7', null],
  ])
  const kept = await readFile(report.files[0]?.quarantine ?? '', 'utf8')
  expect(kept.split('\n').slice(1, -1)).toEqual([lines[1], lines[2], lines[3], lines[4], lines[5]])
  expect(report.files[0]?.quarantine).toBe(at('quarantine', 'sub__IR_IMB_R.csv'))
})

test('rows set aside of a file with quotes and Latin-1 are kept byte for byte', async () => {
  const bad = Buffer.from('"P2";"8";"d\u00e9cembre";""\n', 'latin1')
  const text = Buffer.concat([
    Buffer.from('BEN_NIR_PSA;IMB_ALD_NUM;IMB_ALD_DTD;IMB_ALD_DTF\n"P;1";8;2010-01-31;\n'),
    bad,
  ])
  const report = await send({ 'IR_IMB_R.csv': text })
  expect((await rowsOf(report)).map((row) => row['BEN_NIR_PSA'])).toEqual(['P;1'])
  const kept = await readFile(at('quarantine', 'IR_IMB_R.csv'))
  expect(kept.subarray(kept.indexOf(10) + 1)).toEqual(bad)
})

test('an unclosed quote spoils its row, not the rest of the file', async () => {
  const report = await send(
    {
      'CENTRE.csv':
        'CENTRE_ID;FINESS;NAME;LABEL;NETWORK\nC1;010000123;"Centre;CRMR;N\nC2;010000124;"Le ""Grand""; centre";CCMR;N\nC3;010000125;5" wide;CCMR;N\n',
    },
    'bndmr',
  )
  balanced(report)
  const rows = await rowsOf(report)
  expect(rows.map((row) => [row['CENTRE_ID'], row['NAME']])).toContainEqual(['C2', 'Le "Grand"; centre'])
  expect(rows.map((row) => [row['CENTRE_ID'], row['NAME']])).toContainEqual(['C3', '5" wide'])
})

test('a quoted field may hold a line break', async () => {
  const report = await send(
    {
      'CENTRE.csv':
        'CENTRE_ID;FINESS;NAME;LABEL;NETWORK\nC1;010000123;"Centre\nde référence";CRMR;N\nC2;010000124;x;CCMR;N\n',
    },
    'bndmr',
  )
  expect((await rowsOf(report)).map((row) => row['NAME'])).toEqual(['Centre\nde référence', 'x'])
})

const PRS =
  'DCT_ORD_NUM;FLX_DIS_DTD;FLX_TRT_DTD;FLX_EMT_TYP;FLX_EMT_NUM;FLX_EMT_ORD;ORG_CLE_NUM;PRS_ORD_NUM;REM_TYP_AFF;BEN_NIR_PSA;EXE_SOI_DTD'
const prs = (n: number, more: string) => `${n};2019-02-01;2019-01-20;1;1;1;01C;1;1;P${n};2019-01-10;${more}`

test('amounts with commas and spaces, whole numbers written 75.0: received = accepted + set aside, in rows and euros', async () => {
  const report = await send({
    'ER_PRS_F_2019.csv': [
      `${PRS};BSE_REM_MNT;CPL_REM_MNT;DPN_QLF;PRS_ACT_QTE`,
      prs(1, '16,25;-1,00;71.0;1'),
      prs(2, '1 234,50;;71,00;1.0'),
      prs(3, '.5;NA;1e+02;-2'),
      prs(4, '10.00;;71.5;1'),
      prs(5, 'ten;3.00;71;1'),
    ].join('\n'),
  })
  balanced(report)
  expect(report.total).toMatchObject({
    received: { rows: 5, euros: '1263.25' },
    accepted: { rows: 3, euros: '1250.25' },
    setAside: { rows: 2, euros: '13.00' },
  })
  expect(
    (await rowsOf(report)).map((row) => [
      row['BSE_REM_MNT'],
      row['CPL_REM_MNT'],
      row['DPN_QLF'],
      row['PRS_ACT_QTE'],
    ]),
  ).toEqual([
    ['16.25', '-1.00', 71, '1.00'],
    ['1234.50', null, 71, '1.00'],
    ['0.50', null, 100, '-2.00'],
  ])
})

test('row ids say period, part and row, so that no two files share one', async () => {
  const report = await send({
    'ER_PRS_F_2019-1.csv': `${PRS}\n${prs(1, '').slice(0, -1)}`,
    'ER_PRS_F_2019-2.csv': `${PRS}\n${prs(2, '').slice(0, -1)}`,
  })
  const ids = [...(await rowsOf(report, 0)), ...(await rowsOf(report, 1))].map((row) => row['row_id'])
  expect(ids).toEqual([(2019n * 1000n + 1n) * 4294967296n + 1n, (2019n * 1000n + 2n) * 4294967296n + 1n])
  expect(report.accepted.map(lakeFile)).toEqual([
    'snds/ER_PRS_F/2019-1.parquet',
    'snds/ER_PRS_F/2019-2.parquet',
  ])
})

test('a FINESS of eight digits gets its zero back, others stay; numbers kept as text lose theirs', async () => {
  const report = await send({
    'T_MCO19D.csv':
      'ETA_NUM;RSA_NUM;ASS_DGN\n10000123;0000000012;E00\n750000123;12;E00\n2A0000123;7;E00\n368359;8.0;E00\n',
  })
  expect((await rowsOf(report)).map((row) => [row['ETA_NUM'], row['RSA_NUM']])).toEqual([
    ['010000123', '12'],
    ['750000123', '12'],
    ['2A0000123', '7'],
    ['368359', '8'],
  ])
  expect(warned(report, 'zeros-restored')).toEqual(['ETA_NUM:1'])
})

test('months and years come as numbers or as dates', async () => {
  const rows = [
    '05;1950',
    '5;1950-01-01',
    '1950-05-01;01/01/1950',
    '195005;195001',
    '01/05/1950;1950.0',
    'mai;1950',
  ]
  const report = await send({
    'IR_BEN_R.csv': `BEN_NIR_PSA;BEN_RNG_GEM;BEN_NAI_MOI;BEN_NAI_ANN\n${rows.map((row, n) => `P${n};1;${row}`).join('\n')}\n`,
  })
  const read = await rowsOf(report)
  expect(read.map((row) => [row['BEN_NAI_MOI'], row['BEN_NAI_ANN']])).toEqual(
    Array.from({ length: 5 }, () => [5, 1950]),
  )
  expect(report.files[0]?.reasons.map((one) => one.reason)).toEqual(['is not a month'])
})

test('a Parquet file with other types is read as its table, and its bad rows are set aside', async () => {
  await mkdir(at('in'), { recursive: true })
  await engine.run(`copy (select * from (values
    (10000123, 1::bigint, 'A', timestamp '2019-01-05 00:00:00', false, 20190105, 75.0::double),
    (750000123, 2, 'B', timestamp '2019-01-06 00:00:00', true, 20190231, 76.0),
    (null, 3, 'C', null, false, 20190107, 77.0)
  ) as t(eta_num, "RSA_NUM", NIR_ANO_17, EXE_SOI_DTD, NIR_RET, EXE_SOI_DTF, SEJ_NUM)) to '${at('in', 'T_MCO19C.parquet')}' (format parquet)`)
  const report = await check()
  balanced(report)
  expect(await rowsOf(report)).toMatchObject([
    {
      ETA_NUM: '010000123',
      RSA_NUM: '1',
      EXE_SOI_DTD: '2019-01-05',
      NIR_RET: '0',
      EXE_SOI_DTF: '2019-01-05',
      SEJ_NUM: '75',
      NIR_ANO_DUMMY: false,
    },
  ])
  expect(
    report.files[0]?.reasons.map((one) => `${one.row} ${one.column} ${one.value} ${one.reason}`),
  ).toEqual(['2 EXE_SOI_DTF 20190231 is not a date', '3 ETA_NUM null is missing, and is part of the key'])
  expect(await readFile(at('quarantine', 'T_MCO19C.csv'), 'utf8')).toContain('20190231')
})

test('a typed Parquet file is read as it is: nothing is converted', async () => {
  await mkdir(at('in'), { recursive: true })
  await engine.run(
    `copy (select '010000123' as ETA_NUM, cast(i as varchar) as RSA_NUM, 'E00' as ASS_DGN from range(1, 4) r(i)) to '${at('in', 'T_MCO19D.parquet')}' (format parquet)`,
  )
  const report = await check()
  expect(report.accepted[0]?.columns.map((one) => one.reading)).toEqual(['as is', 'as is', 'as is'])
  expect(await rowsOf(report)).toHaveLength(3)
})

test('what is odd and harmless is counted by column, and nothing of it is silent', async () => {
  const report = await send({
    'IR_BEN_R.csv':
      'BEN_NIR_PSA;BEN_RNG_GEM;BEN_SEX_COD;BEN_ORG_AFF;BEN_IDT_TOP;BEN_CDI_NIR;MY_COLUMN;BEN_RES_DPT\nP1;1;7;01C;1;0;x;\nP2;1;1;01C0000001;1;00;y;\nP3;1;2;NULL;1;03;z;\n',
    'NOTES.csv': 'a;b\n',
    'EMPTY_DIR.md': 'x',
  })
  expect(warned(report, 'outside-list')).toEqual(['BEN_SEX_COD:1'])
  expect(warned(report, 'too-long')).toEqual(['ORG_AFF_BEN:1'])
  expect(warned(report, 'other-name')).toEqual(['ORG_AFF_BEN:1'])
  expect(warned(report, 'read-as-missing')).toEqual(['ORG_AFF_BEN:1'])
  expect(warned(report, 'one-value')).toEqual(['BEN_RNG_GEM:3', 'BEN_IDT_TOP:3'])
  expect(warned(report, 'empty-column')).toEqual(['BEN_RES_DPT:3'])
  expect(warned(report, 'zeros-restored')).toEqual(['BEN_CDI_NIR:1'])
  expect(warned(report, 'unknown-column')).toEqual(['MY_COLUMN:1'])
  expect(warned(report, 'absent-column')).toContain('BEN_DCD_DTE:1')
  expect(report.refused.map((one) => `${one.file} ${one.why}`)).toEqual([
    'EMPTY_DIR.md unknown-format',
    'NOTES.csv unknown-table',
  ])
})

test('a file without a column that it cannot do without is refused, and names it', async () => {
  const report = await send({
    'T_MCO19C.csv': 'ETA_NUM;RSA_NUM;EXE_SOI_DTD\n1;1;2019-01-01\n',
    'T_MCO19D.csv': '',
    'T_MCO19B.parquet': 'not parquet',
  })
  expect(report.accepted).toEqual([])
  expect(report.refused.map((one) => [one.file, one.why])).toEqual([
    ['T_MCO19B.parquet', 'unreadable'],
    ['T_MCO19C.csv', 'required-column-absent'],
    ['T_MCO19D.csv', 'unreadable'],
  ])
  expect(report.refused[1]?.says).toContain('NIR_ANO_17')
})

test('two files of one table, period and part: the second is refused, not mixed', async () => {
  const report = await send({
    'T_MCO19D.csv': 'ETA_NUM;RSA_NUM;ASS_DGN\n1;1;E00\n',
    't_mco_d_2019.csv': 'ETA_NUM;RSA_NUM;ASS_DGN\n2;2;E00\n',
  })
  expect(report.files).toHaveLength(1)
  expect(report.refused[0]).toMatchObject({ file: 't_mco_d_2019.csv', why: 'twice' })
})

const ALD = 'BEN_NIR_PSA;IMB_ALD_NUM;IMB_ALD_DTD\n'

test('a whole table that is also extracted by year is taken year by year, in one delivery and in the next', async () => {
  const report = await send({
    'IR_IMB_R_2018.csv': `${ALD}P1;8;2010-01-31\n`,
    'IR_IMB_R_2019.csv': `${ALD}P1;8;2010-01-31\nP2;8;2019-01-31\n`,
  })
  expect(report.refused).toEqual([])
  await keepDelivery(at('deliveries'), report.accepted)
  await rm(at('in'), { recursive: true })
  const later = await send({ 'IR_IMB_R_2020.csv': `${ALD}P3;8;2020-01-31\n` })
  const kept = await keepDelivery(at('deliveries'), later.accepted)
  expect(kept.map(lakeFile)).toEqual([
    'snds/IR_IMB_R/2018.parquet',
    'snds/IR_IMB_R/2019.parquet',
    'snds/IR_IMB_R/2020.parquet',
  ])
  expect(kept.map((file) => file.rows)).toEqual([1, 2, 1])
})

test('a whole table and a year of it are not both taken, in one delivery or in two', async () => {
  const row = `${ALD}P1;8;2010-01-31\n`
  const report = await send({ 'IR_IMB_R.csv': row, 'IR_IMB_R_2019.csv': row })
  expect(report.refused).toMatchObject([{ file: 'IR_IMB_R_2019.csv', why: 'twice' }])
  await rm(at('in', 'IR_IMB_R.csv'))
  expect((await check('snds', report.accepted)).refused).toEqual([
    {
      file: 'IR_IMB_R_2019.csv',
      why: 'twice',
      says: 'is period 2019 of IR_IMB_R, and all of it was received before: the same rows would count twice. Send all of it again',
    },
  ])
})

const STAYS = 'ETA_NUM;RSA_NUM;ASS_DGN\n'

test('what came in one file does not come in parts later, nor parts in one file, unless one knows which it replaces', async () => {
  const one = { 'T_MCO19D.csv': `${STAYS}1;1;E00\n1;2;E01\n` }
  const parts = { 'T_MCO19D-1.csv': `${STAYS}1;1;E00\n`, 'T_MCO19D-2.csv': `${STAYS}1;2;E01\n` }
  for (const [first, second, says] of [
    [one, parts, 'part 1 of T_MCO_D, period 2019, which was received in one file before'],
    [parts, one, 'one file of T_MCO_D, period 2019, which was received in parts before'],
  ] as const) {
    const { accepted } = await send(first)
    await rm(at('in'), { recursive: true })
    await send(second)
    const later = await check('snds', accepted)
    expect(later.accepted).toEqual([])
    expect(later.refused[0]?.says).toContain(says)
    // A part alone takes the place of that part.
    await rm(at('in'), { recursive: true })
    if (first === parts) {
      await send({ 'T_MCO19D-2.csv': `${STAYS}1;2;E02\n` })
      expect((await check('snds', accepted)).refused).toEqual([])
      await rm(at('in'), { recursive: true })
    }
  }
})

test('parts that are numbered from 0 are parts, also where one of them came first', async () => {
  const part = (n: number) => ({ [`T_MCO19D/part-0000${n}.csv`]: `${STAYS}1;${n};E00\n` })
  const { accepted } = await send(part(0))
  await send({ ...part(0), ...part(1) })
  const later = await check('snds', accepted)
  expect(later.refused).toEqual([])
  await rm(at('in'), { recursive: true })
  await send(part(1))
  expect((await check('snds', later.accepted)).refused).toEqual([])
})

test('a part that is a copy of another is left out, and named', async () => {
  const report = await send({
    'T_MCO19D.csv': `${STAYS}1;1;E00\n`,
    'T_MCO19D (1).csv': `${STAYS}1;1;E00\n`,
    'T_MCO19D (2).csv': `${STAYS}1;2;E00\n`,
  })
  expect(report.refused).toEqual([
    { file: 'T_MCO19D.csv', why: 'twice', says: 'is a copy of T_MCO19D (1).csv: leave it out' },
  ])
  expect(report.total.accepted.rows).toBe(2)
})

test('a delivery that is all there is leaves nothing of an earlier one', async () => {
  const keep = async (files: Record<string, string>) => {
    await rm(at('in'), { recursive: true, force: true })
    return keepDelivery(at('kept'), (await send(files)).accepted, true)
  }
  await keep({ 'T_MCO19D-1.csv': `${STAYS}1;1;E00\n`, 'T_MCO19D-2.csv': `${STAYS}1;2;E00\n` })
  const kept = await keep({ 'T_MCO19D.csv': `${STAYS}1;3;E00\n` })
  expect(kept.map(({ part, rows }) => [part, rows])).toEqual([[0, 1]])
  expect((await readdir(at('kept'))).length).toBe(2)
})

test('two files of a whole table whose names tell them apart by nothing but a folder or an extraction are one too many', async () => {
  const same = await send({ '2018/IR_IMB_R.csv': `${ALD}P1;8;\n`, '2019/IR_IMB_R.csv': `${ALD}P1;8;\n` })
  expect(same.accepted).toHaveLength(1)
  expect(same.refused).toMatchObject([{ file: '2019/IR_IMB_R.csv', why: 'twice' }])
  expect(same.refused[0]?.says).toMatch(
    /an older copy.*IR_IMB_R-1, IR_IMB_R-2 …, or by their years IR_IMB_R_2018/,
  )
  await rm(at('in'), { recursive: true })
  // A later list of all sites, or of all who object, is the list: it does not add up with the earlier one.
  for (const [source, table, header] of [
    ['referentials', 'FINESS', 'FINESS_GEO;FINESS_LEGAL\n'],
    ['oppositions', 'OPPOSITION', 'SOURCE;ID_KIND;ID;SCOPE;FROM;UNTIL\n'],
  ] as const) {
    const lists = { [`${table}_2018.csv`]: header, [`${table}_2019.csv`]: header }
    const { accepted, refused } = await send(lists, source)
    expect(accepted.map(({ period }) => period)).toEqual([0])
    expect(refused).toMatchObject([{ file: `${table}_2019.csv`, why: 'twice' }])
    await rm(at('in'), { recursive: true })
  }
})

test('the fixed value of stays without a pseudonym is told from a true one', async () => {
  const values = [
    'xxxxxxxxxxxxxxxxD',
    'XXXXXXXXXXXXXXXXD',
    '00000000000000000',
    'ABCDEFGHIJKLMNOPQ',
    '11',
    '',
  ]
  const report = await send({
    'T_MCO19C.csv': `ETA_NUM;RSA_NUM;NIR_ANO_17\n${values.map((value, n) => `1;${n};${value}`).join('\n')}\n`,
  })
  expect((await rowsOf(report)).map((row) => row['NIR_ANO_DUMMY'])).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ])
})

test('what names a person is not shown in a report', async () => {
  const report = await send(
    {
      'PATIENT.csv':
        'IDMR;SEX;BIRTH_DATE;RESIDENCE_COMMUNE;DEATH_DATE;NIR\n12345678901234567890;1;31/02/1950;01004;;150019999910100555\n',
    },
    'bndmr',
  )
  const told = JSON.stringify({ ...report, accepted: [] })
  for (const secret of ['31/02/1950', '12345678901234567890', '1500199999101'])
    expect(told).not.toContain(secret)
  expect(report.files[0]?.reasons[0]).toMatchObject({ row: 1, column: 'BIRTH_DATE', value: null })
})

test('a corrected file takes the place of the earlier one, and what did not change is not read again', async () => {
  const header = 'ETA_NUM;RSA_NUM;ASS_DGN\n'
  const first = await send({
    'T_MCO19D.csv': `${header}1;1;E00\n;2;E00\n`,
    'T_MCO18D.csv': `${header}1;1;E00\n`,
  })
  await keepDelivery(at('deliveries'), first.accepted)
  expect(existsSync(at('quarantine', 'T_MCO19D.csv'))).toBe(true)
  await rm(at('in', 'T_MCO19D.csv'))
  await writeFile(at('in', 'T_MCO_D_2019.csv'), `${header}1;1;E00\n3;2;E00\n`)
  const second = await check('snds', await keptDelivery(at('deliveries')))
  expect(second.files.map((file) => [file.file, file.unchanged])).toEqual([
    ['T_MCO18D.csv', true],
    ['T_MCO_D_2019.csv', false],
  ])
  balanced(second)
  const kept = await keepDelivery(at('deliveries'), second.accepted)
  expect(kept.map((file) => [file.period, file.rows])).toEqual([
    [2018, 1],
    [2019, 2],
  ])
  const there = await readdir(at('deliveries'), { recursive: true })
  expect(there.flatMap((name) => /[^/]+[.][a-z]+$/.exec(name) ?? []).sort()).toEqual([
    'T_MCO18D.csv',
    'T_MCO_D_2019.csv',
    'accepted.json',
  ])
  expect(existsSync(at('quarantine', 'T_MCO19D.csv'))).toBe(false)
  for (const file of kept) expect(await engine.rows(acceptedRows(file))).toHaveLength(file.rows)
})

test('a delivery of one more file leaves those of before in place', async () => {
  const first = await send({ 'T_MCO18D.csv': 'ETA_NUM;RSA_NUM;ASS_DGN\n1;1;E00\n' })
  await keepDelivery(at('deliveries'), first.accepted)
  await rm(at('in'), { recursive: true })
  const second = await send({ 'T_MCO19D.csv': 'ETA_NUM;RSA_NUM;ASS_DGN\n1;1;E00\n' })
  expect((await keepDelivery(at('deliveries'), second.accepted)).map((file) => file.period)).toEqual([
    2018, 2019,
  ])
})

test('a delivery asks for the space of what it brings: no other file, and nothing that is kept already', async () => {
  const stays = 'ETA_NUM;RSA_NUM;ASS_DGN\n1;1;E00\n'
  const packed = gzipSync(stays)
  const report = await send({
    'T_MCO18D.csv': stays,
    'T_MCO19D.csv.gz': packed,
    'NOTES.csv': 'a;b\n',
    'README.md': 'x',
  })
  const asked = async () => bytesToReceive('snds', at('in'), await keptDelivery(at('deliveries')))
  expect(await asked()).toBe(4 * stays.length + 14 * packed.length)
  await keepDelivery(at('deliveries'), report.accepted)
  expect(await asked()).toBe(0)
  await writeFile(at('in', 'T_MCO18D.csv'), `${stays}2;1;E00\n`)
  expect(await asked()).toBe(4 * (stays.length + '2;1;E00\n'.length))
})

test('a check that is cut short leaves nothing under a final name', async () => {
  const text = `ETA_NUM;RSA_NUM;ASS_DGN\n${Array.from({ length: 2000 }, (_, n) => `${n % 3 ? 1 : ''};"${n}";E00`).join('\n')}\n`
  await mkdir(at('in'), { recursive: true })
  await writeFile(at('in', 'T_MCO19D.csv'), text)
  const cut = await openDuckDb({ threads: 1 })
  // The check works over connections of its own: those break as well.
  const breaking = (whole: DuckDb): DuckDb =>
    new Proxy(whole, {
      get: (target, key) => {
        const value = Reflect.get(target, key) as unknown
        if (key === 'run') return () => Promise.reject(new Error('killed'))
        if (key === 'connect') return async () => breaking(await target.connect())
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  const failing = breaking(cut)
  await expect(
    checkDelivery({ source: 'snds', dir: at('in'), quarantine: at('quarantine'), engine: failing }),
  ).rejects.toThrow('killed')
  expect((await readdir(at('quarantine'))).filter((name) => name !== '.readable')).toEqual([])
  await cut.close()
  const report = await check()
  expect(report.files[0]?.setAside.rows).toBe(667)
})

test('a folder that is not there is an error that says so', async () => {
  await expect(check()).rejects.toThrow(/is not a folder/)
})

test('any date, written in any of the ways, is that date', async () => {
  const date = anyDate({ min: new Date('1850-01-01'), max: new Date('2100-12-31'), noInvalidDate: true }).map(
    (d) => d.toISOString().slice(0, 10),
  )
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
  await assert(
    asyncProperty(array(tuple(date, nat(6)), { minLength: 1, maxLength: 200 }), async (dates) => {
      const rows = dates.map(([iso, way]) => {
        const [y = '', m = '', d = ''] = iso.split('-')
        return [
          iso,
          `${d}/${m}/${y}`,
          `${d}${m}${y}`,
          `${y}${m}${d}`,
          `${d}${months[Number(m) - 1]}${y}:22:12:17`,
          `${iso} 10:00:00.123`,
          `${Number(d)}-${Number(m)}-${y}`,
        ][way] as string
      })
      const report = await send({
        'IR_IMB_R.csv': `BEN_NIR_PSA;IMB_ALD_DTD\n${rows.map((row, n) => `P${n};${row}`).join('\n')}\n`,
      })
      expect((await rowsOf(report)).map((row) => row['IMB_ALD_DTD'])).toEqual(dates.map(([iso]) => iso))
    }),
    { numRuns: 20 },
  )
})

test('a quoted field whose halves look like two whole rows is one field', async () => {
  const report = await send(
    {
      'CENTRE.csv':
        'CENTRE_ID;FINESS;NAME;LABEL;NETWORK\nC0;010000123;";;\n;;";CRMR;N\nC1;010000123;a;CRMR;N\n',
    },
    'bndmr',
  )
  expect((await rowsOf(report)).map((row) => row['NAME'])).toEqual([';;\n;;', 'a'])
})

test('whatever text stands in a quoted file, rows are neither lost nor invented', async () => {
  const value = anyString({ unit: constantFrom('a', '"', ';', ',', ' ', 'é', '1', '\n'), maxLength: 8 })
  await assert(
    asyncProperty(array(value, { minLength: 1, maxLength: 30 }), async (names) => {
      const text = names.map((one, n) => `C${n};010000123;"${one.replaceAll('"', '""')}";CRMR;N`).join('\n')
      const report = await send({ 'CENTRE.csv': `CENTRE_ID;FINESS;NAME;LABEL;NETWORK\n${text}\n` }, 'bndmr')
      balanced(report)
      const read = await rowsOf(report)
      expect(read.map((row) => row['NAME'])).toEqual(names.map((one) => trimmed(one) || null))
    }),
    { numRuns: 100 },
  )
})
const trimmed = (text: string): string => text.replace(/^ +| +$/g, '')
