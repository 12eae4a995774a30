import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { openDuckDb } from '../../engine/index.ts'
import { values } from './draws.ts'
import { products } from './catalogue.ts'

/** A quantity of the real SNDS as published, beside what the delivered tables show. */
export interface Marginal {
  readonly quantity: string
  readonly published: number
  readonly obtained: number
}

/** Groups that hold sessions, and births: not what is counted as stays of the hospitalised. */
const SESSIONS = "GRG_GHM like '28Z%' or GRG_GHM like '90Z%'"

/**
 * Measures a delivery (its folder holds `snds/`, in Parquet) against published figures: CNAM and ATIH, as
 * gathered in the project's digest of sources. Only plain countries, without oversampled patients, can agree.
 */
export async function measureMarginals(dir: string): Promise<Marginal[]> {
  const engine = await openDuckDb()
  const files = (await readdir(join(dir, 'snds'))).sort()
  const read = (pattern: RegExp): string =>
    `read_parquet([${files
      .filter((file) => pattern.test(file))
      .map((file) => `'${join(dir, 'snds', file).replaceAll("'", "''")}'`)
      .join(', ')}], filename = true)`
  const years = files
    .filter((file) => /^T_MCO\d\dB\./.test(file))
    .map((file) => 2000 + Number(file.slice(5, 7)))
  const [first, last] = [Math.min(...years), Math.max(...years)]
  const antibiotics = values(products.filter((p) => p.atc?.startsWith('J01')).map((p) => [p.cip13 ?? '']))
  const using = [
    'DCT_ORD_NUM',
    'FLX_DIS_DTD',
    'FLX_TRT_DTD',
    'FLX_EMT_TYP',
    'FLX_EMT_NUM',
    'FLX_EMT_ORD',
    'ORG_CLE_NUM',
    'PRS_ORD_NUM',
    'REM_TYP_AFF',
  ].join(', ')
  try {
    await engine.run(`create temp table person as
      select any_value(BEN_NIR_PSA) psa, any_value(BEN_RNG_GEM) rng, min(make_date(BEN_NAI_ANN, BEN_NAI_MOI, 15)) birth,
        max(case when year(BEN_DCD_DTE) > 1600 then BEN_DCD_DTE end) death
      from ${read(/^IR_BEN_R\./)} group by coalesce(BEN_NIR_ANO, BEN_NIR_PSA || BEN_RNG_GEM)`)
    await engine.run(`create temp table every_psa as
      select BEN_NIR_PSA psa, BEN_RNG_GEM rng, BEN_NAI_ANN born from ${read(/^IR_BEN_R\./)}`)
    await engine.run(`create temp table observed as
      select y, y - year(birth) age, (least(make_date(y::integer + 1, 1, 1), coalesce(death, date '9999-01-01')) - greatest(make_date(y::integer, 1, 1), birth)) / 365.25 span
      from person, range(${first}, ${last + 1}) t(y)
      where birth < make_date(y::integer + 1, 1, 1) and coalesce(death, date '9999-01-01') > make_date(y::integer, 1, 1)`)
    await engine.run(`create temp table box as
      select p.born, f.PHA_ACT_QSN boxes, f.PHA_PRS_C13 in (select * from (${antibiotics})) antibiotic, year(l.EXE_SOI_DTD) y, l.PSP_SPE_COD by_whom
      from ${read(/^ER_PHA_F_/)} f join ${read(/^ER_PRS_F_/)} l using (${using})
        join every_psa p on p.psa = l.BEN_NIR_PSA and p.rng = l.BEN_RNG_GEM`)
    await engine.run(`create temp table stay as
      select c.NIR_ANO_17 psa, b.SOR_ANN y, b.SEJ_NBJ nights, b.GRG_GHM ghm from ${read(/^T_MCO\d\dB\./)} b
        join ${read(/^T_MCO\d\dC\./)} c on c.ETA_NUM = b.ETA_NUM and c.RSA_NUM = b.RSA_NUM and right(c.filename, 11)[1:2] = right(b.filename, 11)[1:2]
      where not (${SESSIONS})`)
    const one = async (query: string): Promise<number> =>
      Number((await engine.rows<{ n: number }>(`select (${query})::double n`))[0]?.n ?? Number.NaN)
    const time = '(select sum(span) from observed)'
    const list: [string, number, string][] = [
      ['ER_PRS_F lines per person-year', 90, `(select count(*) from ${read(/^ER_PRS_F_/)}) / ${time}`],
      ['drug boxes per person-year', 41, `(select sum(boxes) from box) / ${time}`],
      [
        'drug boxes per person-year, under 18',
        17.5,
        `(select sum(boxes) from box where y - born < 18) / (select sum(span) from observed where age < 18)`,
      ],
      [
        'drug boxes per person-year, 80 and over',
        108,
        `(select sum(boxes) from box where y - born >= 80) / (select sum(span) from observed where age >= 80)`,
      ],
      [
        'antibiotic prescriptions per 1,000 per day',
        2.38,
        `(select sum(sign(boxes)) from box where antibiotic) * 1000 / 365.25 / ${time}`,
      ],
      ...(
        [
          ['general practitioners', '01', 0.78],
          ['dentists', '19', 0.122],
          ['paediatricians', '12', 0.022],
        ] as const
      ).map(([who, code, share]): [string, number, string] => [
        `antibiotics prescribed by ${who}`,
        share,
        `select count(*) filter (where by_whom = '${code}') / count(*) from box where antibiotic and boxes > 0`,
      ]),
      [
        'persons hospitalised a year, per 1,000',
        191,
        `(select count(distinct (psa, y)) from stay where ghm not like '15M%') * 1000 / ${time}`,
      ],
      ['MCO stays a year, per 1,000', 278, `(select count(*) from stay) * 1000 / ${time}`],
      ['MCO stays without night', 0.49, 'select count(*) filter (where nights = 0) / count(*) from stay'],
      ['mean nights of the others', 5.5, 'select avg(nights) from stay where nights > 0'],
      [
        'births a year, per 1,000',
        10.6,
        `(select count(*) from stay where ghm like '14Z14%' or ghm like '14C08%') * 1000 / ${time}`,
      ],
      [
        'emergency visits a year, per 1,000',
        315,
        `(select count(*) from ${read(/^T_MCO\d\dFCSTC\./)} where ACT_COD = 'ATU') * 1000 / ${time}`,
      ],
      [
        'stays rejected by return codes',
        0.014,
        `select count(*) filter (where NIR_RET <> '0' or NAI_RET <> '0' or SEX_RET <> '0' or SEJ_RET <> '0' or FHO_RET <> '0'
          or PMS_RET <> '0' or DAT_RET <> '0' or COH_NAI_RET <> '0' or COH_SEX_RET <> '0') / count(*) from ${read(/^T_MCO\d\dC\./)}`,
      ],
      [
        'public hospitals that bill directly, 2019',
        0.35,
        `select count(distinct e.ETB_EXE_FIN) filter (where e.ETE_IND_TAA = 1 and year(e.FLX_DIS_DTD) >= 2019 and l.EXE_SOI_DTD >= date '2019-01-01')
          / (select count(distinct ETA_NUM_GEO) from ${read(/^T_MCO19FASTC\./)})
        from ${read(/^ER_ETE_F_/)} e join ${read(/^ER_PRS_F_/)} l using (${using})`,
      ],
      [
        'lines that come within six months',
        0.98,
        `select count(*) filter (where FLX_DIS_DTD <= EXE_SOI_DTD + interval 6 month) / count(*) from ${read(/^ER_PRS_F_/)}`,
      ],
      [
        'C2S, share of persons with care',
        0.109,
        `select count(distinct BEN_NIR_PSA) filter (where BEN_CMU_TOP = '1') / count(distinct BEN_NIR_PSA) from ${read(/^ER_PRS_F_/)}`,
      ],
      ...(
        [
          ['general', "RGM_COD = '100'", 0.76],
          ['mutualist sections', "RGM_COD = '600'", 0.11],
          ['self-employed', "RGM_GRG_COD = '03'", 0.05],
          ['farmers', "RGM_GRG_COD = '02'", 0.06],
        ] as const
      ).map(([name, where, share]): [string, number, string] => [
        `scheme: ${name}`,
        share,
        `select count(distinct BEN_NIR_PSA) filter (where ${where}) / count(distinct BEN_NIR_PSA) from ${read(/^ER_PRS_F_/)}`,
      ]),
    ]
    const measured: Marginal[] = []
    for (const [quantity, published, query] of list)
      measured.push({ quantity, published, obtained: await one(query) })
    return measured
  } finally {
    await engine.close()
  }
}
