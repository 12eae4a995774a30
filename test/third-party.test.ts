import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DuckDb, openDuckDb, Plan } from '../src/engine/index.ts'
import {
  acceptedRows,
  type CleaningReport,
  checkDelivery,
  cleaned,
  type DeliveryReport,
  lakeFile,
  lakeTable,
  type Purpose,
  ruleHitsTable,
  runCleaning,
  type SourceTable,
  sndsTables,
  tableNamed,
} from '../src/sources/index.ts'

/*
 * Tables that other teams made, with what they or we counted on them (sndsTools, HDH synthetic SNDS). They stand
 * beside the repository and are not part of it.
 */
const shared = join(import.meta.dirname, '..', '..', 'shared', 'snds', 'thirdparty')
const there = existsSync(shared)
if (!there) console.warn(`skipped: third-party tables, because ${shared} is not there`)

let engine: DuckDb
let folder: string
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 })
  folder = await mkdtemp(join(tmpdir(), 'chainon-third-party-'))
})
afterAll(async () => {
  await engine.close()
  await rm(folder, { recursive: true, force: true })
})

interface Received {
  readonly delivery: DeliveryReport
  readonly cleaning: CleaningReport
  readonly plan: Plan
}

/** A delivery in the lake, with the pseudonym of level 1 in the place of the hub's id: these have no keys. */
async function receive(dir: string): Promise<Received> {
  const work = join(folder, dir.replaceAll('/', '_'))
  const lake = join(work, 'lake')
  const delivery = await checkDelivery({
    source: 'snds',
    dir: join(shared, dir),
    quarantine: join(work, 'quarantine'),
    engine,
  })
  for (const file of delivery.accepted) {
    const definition = tableNamed('snds', file.table)
    const psa = Object.keys(definition.columns).find((column) => definition.columns[column]?.pseudonym)
    const columns = Object.keys(lakeTable(definition).columns).filter((c) => c !== 'row_id' && c !== 'person')
    const path = join(lake, lakeFile(file))
    await mkdir(dirname(path), { recursive: true })
    await engine.writeParquet(
      `select row_id, ${psa ? `"${psa}"` : 'cast(null as varchar)'} as person, ${columns.join(', ')} from (${acceptedRows(file)}) order by row_id`,
      path,
    )
  }
  const cleaning = await runCleaning({ engine, lake })
  const plan = new Plan(engine)
  for (const file of delivery.accepted) {
    const definition = tableNamed('snds', file.table)
    await plan.bind(lakeTable(definition), [join(lake, lakeFile(file))])
    const hits = join(lake, 'snds', 'rule_hits', `${file.table}.parquet`)
    if (existsSync(hits)) await plan.bind(ruleHitsTable(definition), [hits])
  }
  return { delivery, cleaning, plan }
}

const clean = async (received: Received, definition: unknown, purpose: Purpose): Promise<string> =>
  `(${await received.plan.sql(cleaned(definition as SourceTable, purpose))})`
const csv = (path: string): string =>
  `read_csv('${join(shared, path)}', delim = ';', header = true, all_varchar = true)`
const lost = (received: Received, rule: string): number =>
  received.cleaning.losses.filter((loss) => loss.rule === rule).reduce((sum, loss) => sum + loss.rows, 0)

describe.skipIf(!there)('sndsTools, mock of 100 patients', () => {
  let received: Received
  let counts: Record<string, number>
  beforeAll(async () => {
    if (!there) return
    received = await receive('sndstools/mock100/tables')
    counts = JSON.parse(
      await readFile(join(shared, 'sndstools/mock100/rule_counts.json'), 'utf8'),
    ) as typeof counts
  })
  const rows = (table: string) => received.delivery.files.find((file) => file.table === table)?.accepted.rows

  test('every row of every table is accepted', () => {
    expect(rows('ER_PRS_F')).toBe(counts['ER_PRS_F rows'])
    expect(rows('ER_PHA_F')).toBe(counts['ER_PHA_F rows'])
    expect(rows('T_MCO_B')).toBe(counts['stays (B)'])
    expect(rows('IR_BEN_R')).toBe(counts['IR_BEN_R rows'])
    expect(rows('IR_IMB_R')).toBe(counts['IR_IMB_R rows'])
    expect(received.delivery.total.setAside.rows).toBe(0)
  })

  test('each rule counts what was counted by hand', () => {
    expect(lost(received, 'snds/r1')).toBe(counts['R1 dropped: DPN_QLF=71 or PRS_DPN_QLP=71'])
    expect(lost(received, 'snds/r2')).toBe(counts['R2 ER_PRS_F rows with ER_ETE_F.ETE_IND_TAA=1'])
    expect(lost(received, 'snds/r7')).toBe(counts['R7 IR_IMB_R open-ended (1600-01-01 or null)'])
    expect(lost(received, 'snds/r8')).toBe(counts['R8 stays dropped (any of the nine return codes <> 0)'])
    expect(lost(received, 'snds/r10')).toBe(counts["R10 GRG_GHM like '90%'"])
  })

  test('rules that find nothing here: no negative quantity (R4), no valuation (R13), no place of residence (R15)', () => {
    expect(lost(received, 'snds/r4')).toBe(0)
    expect(received.cleaning.losses.map((loss) => loss.rule)).not.toContain('snds/r13')
    expect(received.cleaning.residence).toMatchObject({
      placed: 0,
      unplaced: { 'not-delivered': received.cleaning.residence.persons },
    })
  })

  test('stays kept for chaining and for counting', async () => {
    const [row] = await engine.rows<{ n: bigint }>(
      `select count(*) as n from ${await clean(received, sndsTables.T_MCO_C, 'chaining')} c join ${await clean(received, sndsTables.T_MCO_B, 'count')} b using (ETA_NUM, RSA_NUM)`,
    )
    expect(Number(row?.n)).toBe(counts['stays kept by R8 and R10'])
  })

  test('FINESS of six digits are told, and left as they are', () => {
    const told = received.delivery.files.find((file) => file.table === 'T_MCO_B')
    expect(told?.warnings.filter((one) => one.column === 'ETA_NUM').map((one) => one.kind)).not.toContain(
      'zeros-restored',
    )
  })
})

describe.skipIf(!there)('sndsTools, expectations of its own tests', () => {
  /** Rows of a query and rows that the other team expects, both as text, in any order. */
  async function same(query: string, name: string, columns: readonly string[]): Promise<void> {
    const as = (from: string) =>
      `select ${columns.map((c) => `cast(cast(${c} as varchar) as varchar) as ${c}`).join(', ')} from ${from} order by all`
    const got = await engine.rows(as(`(${query})`))
    expect(got).toEqual(await engine.rows(as(csv(`sndstools/cases/${name}/expected.csv`))))
    expect(got.length).toBeGreaterThan(0)
  }
  const patients = (name: string) => csv(`sndstools/cases/${name}/input/patients_filter.csv`)

  test('ald: illnesses I6 in 2019 of three patients', async () => {
    const received = await receive('sndstools/cases/ald/input')
    await same(
      `select BEN_IDT_ANO, IMB_ALD_NUM, IMB_ALD_DTD, IMB_ALD_DTF, IMB_ETM_NAT, MED_MTF_COD
       from ${await clean(received, sndsTables.IR_IMB_R, 'count')} i join ${patients('ald')} p on p.BEN_NIR_PSA = i.person
       where MED_MTF_COD like 'I6%' and coalesce(IMB_ETM_NAT, '') not in ('11', '12', '13')
         and IMB_ALD_DTD <= date '2019-12-31' and (IMB_ALD_DTF is null or IMB_ALD_DTF >= date '2019-01-01')`,
      'ald',
      ['BEN_IDT_ANO', 'IMB_ALD_NUM', 'IMB_ALD_DTD', 'IMB_ALD_DTF', 'IMB_ETM_NAT', 'MED_MTF_COD'],
    )
  })

  test('consultations_city: consultations of four specialties in 2019', async () => {
    const received = await receive('sndstools/cases/consultations_city/input')
    await same(
      `select BEN_IDT_ANO, EXE_SOI_DTD, PSE_SPE_COD, PFS_EXE_NUM, PRS_NAT_REF, cast(PRS_ACT_QTE as integer) as PRS_ACT_QTE, l.BEN_RNG_GEM
       from ${await clean(received, sndsTables.ER_PRS_F, 'count')} l join ${patients('consultations_city')} p on p.BEN_NIR_PSA = l.person
       where year(EXE_SOI_DTD) = 2019 and PSE_SPE_COD in ('01', '22', '32', '34') and PRS_NAT_REF in ('C', 'CS')`,
      'consultations_city',
      [
        'BEN_IDT_ANO',
        'EXE_SOI_DTD',
        'PSE_SPE_COD',
        'PFS_EXE_NUM',
        'PRS_NAT_REF',
        'PRS_ACT_QTE',
        'BEN_RNG_GEM',
      ],
    )
  })

  test('stays_diagnosis: stays whose main diagnosis begins with A or B, each with its units and its other diagnoses', async () => {
    const received = await receive('sndstools/cases/stays_diagnosis/input')
    const of = (table: 'T_MCO_UM' | 'T_MCO_D') => clean(received, sndsTables[table], 'count')
    await same(
      `with s as (
         select b.ETA_NUM, b.RSA_NUM, p.BEN_IDT_ANO, c.EXE_SOI_DTD, b.DGN_PAL, b.DGN_REL
         from ${await clean(received, sndsTables.T_MCO_B, 'count')} b
           join ${await clean(received, sndsTables.T_MCO_C, 'chaining')} c using (ETA_NUM, RSA_NUM)
           join ${patients('stays_diagnosis')} p on p.BEN_NIR_PSA = c.person
         where left(b.DGN_PAL, 1) in ('A', 'B') and year(c.EXE_SOI_DTD) = 2019)
       select s.*, u.DGN_PAL as DGN_PAL_UM, u.DGN_REL as DGN_REL_UM, null as ASS_DGN from s join ${await of('T_MCO_UM')} u using (ETA_NUM, RSA_NUM)
       union all select s.*, null, null, d.ASS_DGN from s join ${await of('T_MCO_D')} d using (ETA_NUM, RSA_NUM)`,
      'stays_diagnosis',
      [
        'ETA_NUM',
        'RSA_NUM',
        'BEN_IDT_ANO',
        'EXE_SOI_DTD',
        'DGN_PAL',
        'DGN_REL',
        'DGN_PAL_UM',
        'DGN_REL_UM',
        'ASS_DGN',
      ],
    )
  })

  test('consultations_hospital: hospital consultations of four specialties, with their act where there is one', async () => {
    const received = await receive('sndstools/cases/consultations_hospital/input')
    const of = (table: 'T_MCO_CSTC' | 'T_MCO_FCSTC' | 'T_MCO_FMSTC') =>
      clean(received, sndsTables[table], 'count')
    await same(
      `select BEN_IDT_ANO, c.person as NIR_ANO_17, c.EXE_SOI_DTD, m.CCAM_COD, f.ACT_COD, f.EXE_SPE
       from ${await of('T_MCO_CSTC')} c join ${await of('T_MCO_FCSTC')} f using (ETA_NUM, SEQ_NUM)
         left join ${await of('T_MCO_FMSTC')} m using (ETA_NUM, SEQ_NUM)
         join ${patients('consultations_hospital')} p on p.BEN_NIR_PSA = c.person
       where f.EXE_SPE in ('01', '22', '32', '34') and year(c.EXE_SOI_DTD) = 2019`,
      'consultations_hospital',
      ['BEN_IDT_ANO', 'NIR_ANO_17', 'EXE_SOI_DTD', 'CCAM_COD', 'ACT_COD', 'EXE_SPE'],
    )
  })
})

describe.skipIf(!there)('tables of random values (HDH, tsfaker)', () => {
  test('every known table is read, every row told, and the rules run', async () => {
    const { delivery, cleaning } = await receive('tsfaker')
    expect(delivery.files.map((file) => file.table).sort()).toEqual([
      'ER_CAM_F',
      'ER_ETE_F',
      'ER_PHA_F',
      'ER_PRS_F',
      'IR_BEN_R',
      'IR_IMB_R',
    ])
    expect(delivery.total.received.rows).toBe(60)
    expect(delivery.total.received.rows).toBe(delivery.total.accepted.rows + delivery.total.setAside.rows)
    expect(delivery.total.setAside.rows).toBe(0)
    expect(delivery.refused.filter((one) => one.why !== 'unknown-table').map((one) => one.file)).toEqual([
      'README.md',
    ])
    expect(cleaning.tables.map((one) => one.rows)).toEqual([10, 10, 10, 10, 10, 10])
  })
})
