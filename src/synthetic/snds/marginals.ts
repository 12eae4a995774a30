import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type DuckDb, openDuckDb } from '../../engine/index.ts'
import { products } from './catalogue.ts'
import { values } from './draws.ts'

/** A quantity of the real SNDS or BNDMR as published, beside what the delivered tables show. */
export interface Marginal {
  readonly quantity: string
  readonly published: number
  readonly obtained: number
}

type Quantity = readonly [name: string, published: number, query: string]

/** A name for the files of a delivery that match, as an SQL relation. */
async function tablesIn(dir: string, folder = 'snds'): Promise<(pattern: RegExp) => string> {
  const files = (await readdir(join(dir, folder))).sort()
  return (pattern) =>
    `read_parquet([${files
      .filter((file) => pattern.test(file))
      .map((file) => `'${join(dir, folder, file).replaceAll("'", "''")}'`)
      .join(', ')}], filename = true)`
}

async function measure(engine: DuckDb, quantities: readonly Quantity[]): Promise<Marginal[]> {
  const measured: Marginal[] = []
  for (const [quantity, published, query] of quantities) {
    const [row] = await engine.rows<{ n: number | null }>(`select (${query})::double n`)
    measured.push({ quantity, published, obtained: row?.n ?? Number.NaN })
  }
  return measured
}

/** Drug lines, on the nine keys, with the person's year of birth; what they sum to, so that 200,000 persons are no load. */
async function layBoxes(engine: DuckDb, read: (pattern: RegExp) => string, periods: readonly string[]) {
  const keys =
    'DCT_ORD_NUM, FLX_DIS_DTD, FLX_TRT_DTD, FLX_EMT_TYP, FLX_EMT_NUM, FLX_EMT_ORD, ORG_CLE_NUM, PRS_ORD_NUM, REM_TYP_AFF'
  const antibiotics = values(products.filter((p) => p.atc?.startsWith('J01')).map((p) => [p.cip13 ?? '']))
  await engine.run(`create temp table born as
    select distinct BEN_NIR_PSA psa, BEN_RNG_GEM rng, BEN_NAI_ANN born from ${read(/^IR_BEN_R\./)}`)
  await engine.run(
    'create temp table box (age bigint, antibiotic boolean, by_whom varchar, boxes bigint, deliveries bigint, given bigint)',
  )
  for (const period of periods)
    await engine.run(`insert into box
      with line as (
        select BEN_NIR_PSA psa, BEN_RNG_GEM rng, year(EXE_SOI_DTD) y, PSP_SPE_COD by_whom, ${keys}
        from ${read(new RegExp(`^ER_PRS_F_${period}\\.`))} where PRS_NAT_REF in ('3311', '3312', '3313', '3341')
      ), drug as (
        select l.psa, l.rng, l.y, l.by_whom, f.PHA_PRS_C13 in (select * from (${antibiotics})) antibiotic,
          sum(f.PHA_ACT_QSN) boxes, sum(sign(f.PHA_ACT_QSN)) deliveries, count(*) filter (f.PHA_ACT_QSN > 0) given
        from line l join ${read(new RegExp(`^ER_PHA_F_${period}\\.`))} f using (${keys}) group by all
      )
      select d.y - b.born, d.antibiotic, d.by_whom, sum(d.boxes), sum(d.deliveries), sum(d.given)
      from drug d join born b on b.psa = d.psa and b.rng = d.rng group by all`)
}

/**
 * Measures a delivery of the SNDS (its folder holds `snds/`, in Parquet) against published figures: CNAM, ATIH and
 * Santé publique France, as gathered in the project's digest of sources. Only plain countries, without oversampled
 * patients, can agree. Not held, because the tables cannot show them alike: the yearly flow of the whole system
 * (orders of magnitude), stays at home (no table), and the tenth of the persons who share a BEN_NIR_PSA (over a
 * history much longer than any window here).
 */
export async function measureMarginals(dir: string): Promise<Marginal[]> {
  const engine = await openDuckDb()
  try {
    const read = await tablesIn(dir)
    const files = await readdir(join(dir, 'snds'))
    const years = files
      .filter((file) => /^T_MCO\d\dB\./.test(file))
      .map((file) => 2000 + Number(file.slice(5, 7)))
    const [first, last] = [Math.min(...years), Math.max(...years)]
    const periods = files
      .filter((file) => file.startsWith('ER_PHA_F_'))
      .map((file) => file.slice(9).replace('.parquet', ''))
      .sort()
    await engine.run(`create temp table person as
      select min(make_date(BEN_NAI_ANN, BEN_NAI_MOI, 15)) birth, max(case when year(BEN_DCD_DTE) > 1600 then BEN_DCD_DTE end) death
      from ${read(/^IR_BEN_R\./)} group by case BEN_IDT_TOP when '1' then BEN_IDT_ANO else BEN_NIR_PSA || BEN_RNG_GEM end`)
    await engine.run(`create temp table observed as
      select y - year(birth) age, (least(make_date(y::integer + 1, 1, 1), coalesce(death, date '9999-01-01')) - greatest(make_date(y::integer, 1, 1), birth)) / 365.25 span
      from person, range(${first}, ${last + 1}) t(y)
      where birth < make_date(y::integer + 1, 1, 1) and coalesce(death, date '9999-01-01') > make_date(y::integer, 1, 1)`)
    await layBoxes(engine, read, periods)
    await engine.run(`create temp table payer as
      select BEN_NIR_PSA psa, count(*) lines, count(*) filter (FLX_DIS_DTD <= EXE_SOI_DTD + interval 6 month) soon,
        bool_or(BEN_CMU_TOP = '1') c2s, bool_or(RGM_COD = '100') general, bool_or(RGM_COD = '600') mutualist,
        bool_or(RGM_GRG_COD = '03') independent, bool_or(RGM_GRG_COD = '02') agricultural, bool_or(RGM_GRG_COD = '04') other
      from ${read(/^ER_PRS_F_/)} group by BEN_NIR_PSA`)
    await engine.run(`create temp table chain as
      select *, NIR_RET <> '0' nir, NIR_RET <> '0' or NAI_RET <> '0' or SEX_RET <> '0' or SEJ_RET <> '0' or coalesce(FHO_RET, '0') <> '0'
        or PMS_RET <> '0' or DAT_RET <> '0' or coalesce(COH_NAI_RET, '0') <> '0' or coalesce(COH_SEX_RET, '0') <> '0' rejected
      from ${read(/^T_MCO\d\dC\./)}`)
    // Sessions (dialysis, chemotherapy) and error groups are not counted as stays, newborns not as hospitalised.
    await engine.run(`create temp table stay as
      select c.NIR_ANO_17 psa, b.SOR_ANN y, b.SEJ_NBJ nights, b.GRG_GHM ghm from ${read(/^T_MCO\d\dB\./)} b
        join chain c on c.ETA_NUM = b.ETA_NUM and c.RSA_NUM = b.RSA_NUM and right(c.filename, 11)[1:2] = right(b.filename, 11)[1:2]
      where GRG_GHM not like '28Z%' and GRG_GHM not like '90Z%'`)
    const time = '(select sum(span) from observed)'
    const yearly = (count: string) => `(${count}) * 1000 / ${time}`
    const boxes = (age: string) =>
      `(select sum(boxes) from box where ${age}) / (select sum(span) from observed where ${age})`
    const prescribed = (code: string) =>
      `select sum(given) filter (by_whom = '${code}') / sum(given) from box where antibiotic`
    const covered = (by: string) => `select avg(${by}::integer) from payer`
    return await measure(engine, [
      ['ER_PRS_F lines per person-year', 90, `(select sum(lines) from payer) / ${time}`],
      ['drug boxes per person-year', 41, boxes('true')],
      ['drug boxes per person-year, under 18', 17.5, boxes('age < 18')],
      ['drug boxes per person-year, 80 and over', 108, boxes('age >= 80')],
      [
        'antibiotic prescriptions per 1,000 per day',
        2.38,
        `${yearly('select sum(deliveries) from box where antibiotic')} / 365.25`,
      ],
      ['antibiotics prescribed by general practitioners', 0.78, prescribed('01')],
      ['antibiotics prescribed by dentists', 0.122, prescribed('19')],
      ['antibiotics prescribed by paediatricians', 0.022, prescribed('12')],
      [
        'persons hospitalised a year, per 1,000',
        191,
        yearly("select count(distinct (psa, y)) from stay where ghm not like '15M%'"),
      ],
      ['MCO stays a year, per 1,000', 278, yearly('select count(*) from stay')],
      ['MCO stays without night', 0.49, 'select avg((nights = 0)::integer) from stay'],
      ['mean nights of the others', 5.5, 'select avg(nights) from stay where nights > 0'],
      [
        'births a year, per 1,000',
        10.6,
        yearly("select count(*) from stay where ghm like '14Z14%' or ghm like '14C08%'"),
      ],
      [
        'emergency visits a year, per 1,000',
        315,
        yearly(`select count(*) from ${read(/^T_MCO\d\dFCSTC\./)} where ACT_COD = 'ATU'`),
      ],
      ['stays rejected by return codes', 0.014, 'select avg(rejected::integer) from chain'],
      ['stays rejected by the return code of the NIR', 0.0128, 'select avg(nir::integer) from chain'],
      [
        'public hospitals that bill directly, 2019',
        0.35,
        `select count(distinct ETB_EXE_FIN) filter (ETE_IND_TAA = 1 and year(FLX_DIS_DTD) >= 2019)
          / (select count(distinct ETA_NUM_GEO) from ${read(/^T_MCO19FASTC\./)}) from ${read(/^ER_ETE_F_(2019|2020)/)}`,
      ],
      ['lines that come within six months', 0.98, 'select sum(soon) / sum(lines) from payer'],
      ['C2S, 2022', 7.4 / 68, covered('c2s')],
      ['general scheme, 2016', 0.76, covered('general')],
      ['mutualist sections, 2016', 0.11, covered('mutualist')],
      ['independents, 2016', 0.05, covered('independent')],
      ['agricultural scheme, 2016', 0.06, covered('agricultural')],
      ['other schemes, 2016', 0.02, covered('other')],
    ])
  } finally {
    await engine.close()
  }
}

/**
 * Measures who stands under which number, which takes three years to show: IR_BEN_R (Santé publique France, one
 * extraction) and the registry's files (BNDMR: 1.5 of 68 million, codes and NIR).
 */
export async function measureNumbers(dir: string): Promise<Marginal[]> {
  const engine = await openDuckDb()
  try {
    const read = await tablesIn(dir)
    await engine.run(`create temp table known as
      select BEN_IDT_ANO idt, count(distinct BEN_NIR_PSA) psas, count(distinct (BEN_NIR_PSA, BEN_RNG_GEM)) ranks, max(BEN_NIR_ANO) nir
      from ${read(/^IR_BEN_R\./)} group by BEN_IDT_ANO`)
    const share = (where: string) => `select avg((${where})::integer) from known`
    const registry = (file: string) =>
      `read_csv('${join(dir, 'bndmr', `${file}.csv`).replaceAll("'", "''")}', delim = ';', header = true, all_varchar = true)`
    return await measure(engine, [
      ['persons with two BEN_NIR_PSA or more', 0.0084, share('psas > 1')],
      ['false twins: two ranks under one BEN_NIR_PSA', 0.0018, share('ranks > psas and nir is not null')],
      ['BEN_NIR_ANO filled', 0.66, share('nir is not null')],
      [
        'patients of the registry, of all persons',
        0.022,
        `(select count(*) from ${registry('PATIENT')}) / (select count(*) from known)`,
      ],
      [
        'patients without ORPHA code',
        0.27,
        `select avg((ORPHA is null)::integer) from ${registry('DIAGNOSIS')}`,
      ],
      [
        'patients whose NIR is known',
        0.16,
        `select avg((NIR is not null)::integer) from ${registry('PATIENT')}`,
      ],
    ])
  } finally {
    await engine.close()
  }
}
