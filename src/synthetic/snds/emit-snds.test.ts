import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bytesFor, hashFile } from '../../base/index.ts'
import { type DuckDb, openDuckDb } from '../../engine/index.ts'
import { type CostEffects, emitSnds } from './index.ts'
import { standInPopulation } from './stand-in.ts'

const folders: string[] = []
async function country(
  persons: number,
  options: { defects?: boolean; threads?: number; rare?: number; spread?: number; large?: boolean } = {},
): Promise<{ out: string; effects: CostEffects }> {
  const out = await mkdtemp(join(tmpdir(), 'chainon-snds-'))
  folders.push(out)
  const engine = await openDuckDb({ threads: options.threads ?? 2 })
  try {
    await standInPopulation(engine, persons, options.rare, options.spread)
    const effects = await emitSnds({
      engine,
      options: { persons: options.large ? 150_000 : persons, defects: options.defects ?? true },
      window: { from: '2017-01-01', until: '2019-12-31' },
      out,
      seed: 'test',
      key: bytesFor('test', 'source'),
    })
    return { out, effects }
  } finally {
    await engine.close()
  }
}
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

const KEYS =
  'DCT_ORD_NUM, FLX_DIS_DTD, FLX_TRT_DTD, FLX_EMT_TYP, FLX_EMT_NUM, FLX_EMT_ORD, ORG_CLE_NUM, PRS_ORD_NUM, REM_TYP_AFF'
const PERIODS = [2017, 2018, 2019, 2020]

let out: string
let db: DuckDb
const count = async (query: string): Promise<number> =>
  Number((await db.rows<{ n: bigint | number }>(query))[0]?.n)

beforeAll(async () => {
  out = (await country(1500)).out
  db = await openDuckDb()
  const union = (table: string) =>
    PERIODS.map(
      (period) =>
        `select *, ${period} as period, file_row_number + 1 as nth from read_parquet('${out}/snds/${table}_${period}.parquet', file_row_number = true)`,
    ).join(' union all ')
  for (const table of ['ER_PRS_F', 'ER_PHA_F', 'ER_CAM_F', 'ER_ETE_F'])
    await db.run(`create table ${table} as ${union(table)}`)
  for (const table of ['B', 'C', 'D', 'A', 'UM', 'VALO', 'CSTC', 'FASTC', 'FCSTC'])
    await db.run(
      `create table T_MCO_${table} as ${[17, 18, 19]
        .map(
          (year) =>
            `select *, 2000 + ${year} as period, file_row_number + 1 as nth from read_parquet('${out}/snds/T_MCO${year}${table}.parquet', file_row_number = true)`,
        )
        .join(' union all ')}`,
    )
  for (const table of ['IR_BEN_R', 'IR_IMB_R'])
    await db.run(
      `create table ${table} as select *, 0 as period, file_row_number + 1 as nth from read_parquet('${out}/snds/${table}.parquet', file_row_number = true)`,
    )
  for (const table of ['cost', 'cost_lost', 'defects'])
    await db.run(`create table ${table} as from '${out}/truth/${table}.parquet'`)
  await standInPopulation(db, 1500)
  await db.run(`create table who as select distinct psa, rng, person from affiliation`)
}, 120_000)
afterAll(async () => db?.close())

describe('lines of care', () => {
  test('the nine keys name one line, and files stand in their order', async () => {
    expect(
      await count(`select count(*) - count(distinct (${KEYS})) n from ER_PRS_F`),
      'lines that share keys',
    ).toBe(0)
    expect(
      await count(`select count(*) n from (select FLX_TRT_DTD d, lag(FLX_TRT_DTD) over (partition by period order by nth) b,
        DCT_ORD_NUM s, lag(DCT_ORD_NUM) over (partition by period order by nth) c from ER_PRS_F) where b > d or (b = d and c > s)`),
    ).toBe(0)
  })
  test('every refinement belongs to a line, and every drug line has its drug', async () => {
    for (const table of ['ER_PHA_F', 'ER_CAM_F', 'ER_ETE_F']) {
      expect(await count(`select count(*) n from ${table}`)).toBeGreaterThan(100)
      expect(
        await count(
          `select count(*) n from ${table} anti join ER_PRS_F using (${KEYS.replaceAll('\n', ' ')}, period)`,
        ),
        table,
      ).toBe(0)
    }
    expect(
      await count(
        `select count(*) n from (select * from ER_PRS_F where PRS_NAT_REF in ('3311', '3312', '3313', '3341')) anti join ER_PHA_F using (${KEYS})`,
      ),
    ).toBe(0)
  })
  test('lines of one sheet come by one flow, within six months for 98 of 100', async () => {
    expect(
      await count(
        'select count(*) n from (select DCT_ORD_NUM from ER_PRS_F group by 1 having count(distinct FLX_DIS_DTD) > 1)',
      ),
    ).toBe(0)
    const within = await count(
      'select avg((FLX_DIS_DTD <= EXE_SOI_DTD + interval 6 month)::integer) n from ER_PRS_F',
    )
    expect(within).toBeGreaterThan(0.97)
  })
  test('only persons of the SNDS, within their lives, under the number of that day', async () => {
    expect(
      await count(`select count(*) n from ER_PRS_F l left join who w on w.psa = l.BEN_NIR_PSA and w.rng = l.BEN_RNG_GEM
        left join person p on p.person = w.person
        where p.person is null or not p.in_snds or l.EXE_SOI_DTD < p.birth or l.EXE_SOI_DTD >= coalesce(p.death, date '9999-01-01')
          or l.EXE_SOI_DTD not between date '2017-01-01' and date '2019-12-31'`),
    ).toBe(0)
  })
})

describe('hospitals', () => {
  test('each stay has its chaining and unit, public ones their worth, and none ends in another year', async () => {
    const stays = await count('select count(*) n from T_MCO_B')
    for (const table of ['C', 'UM'])
      expect(
        await count(`select count(*) n from T_MCO_B join T_MCO_${table} using (ETA_NUM, RSA_NUM, period)`),
      ).toBe(stays)
    expect(
      await count(
        "select count(*) n from T_MCO_B anti join T_MCO_VALO using (ETA_NUM, RSA_NUM, period) where ETA_NUM not in ('990000061', '990000071')",
      ),
    ).toBe(0)
    expect(await count("select count(*) n from T_MCO_VALO where ETA_NUM in ('990000061', '990000071')")).toBe(
      0,
    )
    expect(await count('select count(*) n from T_MCO_C where year(EXE_SOI_DTF) <> period')).toBe(0)
    expect(await count('select count(*) - count(distinct (ETA_NUM, RSA_NUM, period)) n from T_MCO_B')).toBe(0)
  })
  test('visits to expert centres that the claims saw are there on their day', async () => {
    expect(
      await count(`select count(*) n from hospital_contact h join person p on p.person = h.person and p.in_snds
        where h.in_snds and h.date between date '2017-01-01' and date '2019-12-31' and not exists (
          select 1 from affiliation a where a.person = h.person and (
            exists (select 1 from T_MCO_CSTC c where c.NIR_ANO_17 = a.psa and c.EXE_SOI_DTD = h.date)
            or exists (select 1 from T_MCO_C c where c.EXE_SOI_DTD = h.date and (c.NIR_ANO_17 = a.psa or c.NIR_RET <> '0'))))`),
    ).toBe(0)
  })
})

describe('the ledger', () => {
  test('names rows that exist and are what it says', async () => {
    const isSo: Record<string, string> = {
      'snds/r1':
        'exists (select 1 from ER_PRS_F l where l.period = d.period and l.nth = d."row" and (l.DPN_QLF = 71 or l.PRS_DPN_QLP = 71))',
      'snds/r2': `exists (select 1 from ER_PRS_F l join ER_ETE_F e using (${KEYS}) where l.period = d.period and l.nth = d."row" and e.ETE_IND_TAA = 1)`,
      'snds/r7': `(d."table" = 'IR_BEN_R' and exists (select 1 from IR_BEN_R b where b.nth = d."row" and b.BEN_DCD_DTE = date '1600-01-01'))
        or (d."table" = 'IR_IMB_R' and exists (select 1 from IR_IMB_R b where b.nth = d."row" and b.IMB_ALD_DTF = date '1600-01-01'))`,
      'snds/r8': `exists (select 1 from T_MCO_C c where c.period = d.period and c.nth = d."row" and concat(c.NIR_RET, c.NAI_RET, c.SEX_RET, c.SEJ_RET, c.FHO_RET,
        c.PMS_RET, c.DAT_RET, c.COH_NAI_RET, c.COH_SEX_RET) similar to '.*[1-9].*')`,
      'snds/r10': `exists (select 1 from T_MCO_B c where c.period = d.period and c.nth = d."row" and substr(c.GRG_GHM, 1, 2) = '90')`,
      'snds/r13': `exists (select 1 from T_MCO_VALO c where c.period = d.period and c.nth = d."row" and c.VALO in ('0', '9'))`,
      'snds/r15': `exists (select 1 from IR_BEN_R b where b.nth = d."row" and b.BEN_RES_DPT in ('209', '971', '099', '000'))`,
    }
    for (const [rule, so] of Object.entries(isSo)) {
      for (const [kind, expected] of [
        ['defect', true],
        ['near-miss', false],
      ] as const) {
        expect(
          await count(`select count(*) n from defects d where rule = '${rule}' and kind = '${kind}'`),
          `${rule} ${kind}`,
        ).toBeGreaterThan(0)
        expect(
          await count(
            `select count(*) n from defects d where rule = '${rule}' and kind = '${kind}' and (${so}) <> ${expected}`,
          ),
          `${rule} ${kind}`,
        ).toBe(0)
      }
    }
  })
  test('every reversal takes back one line that is the same but for its sign', async () => {
    const line =
      'BEN_NIR_PSA, BEN_RNG_GEM, EXE_SOI_DTD, PRS_NAT_REF, PFS_EXE_NUM, abs(BSE_REM_MNT), abs(PRS_ACT_QTE)'
    await db.run(
      `create or replace table r4 as select ${line}, sign(PRS_ACT_QTE) s, BSE_REM_MNT euros from defects d join ER_PRS_F l on l.period = d.period and l.nth = d."row" where rule = 'snds/r4' and kind = 'defect'`,
    )
    expect(await count('select count(*) n from r4 where s < 0')).toBeGreaterThan(100)
    expect(await count('select sum(s) n from r4')).toBe(0)
    expect(await count('select sum(euros) n from r4')).toBe(0)
    expect(await count('select count(*) n from ER_PRS_F where PRS_ACT_QTE < 0')).toBe(
      await count('select count(*) n from r4 where s < 0'),
    )
  })
  test('is empty where no defect was asked for', async () => {
    const plain = await country(300, { defects: false })
    expect(
      await count(`select count(*) n from '${plain.out}/truth/defects.parquet' where rule <> 'snds/r15'`),
    ).toBe(0)
    expect(
      await count(
        `select count(*) n from '${plain.out}/snds/ER_PRS_F_*.parquet' where PRS_ACT_QTE <= 0 or DPN_QLF <> 0 or PRS_DPN_QLP <> 0`,
      ),
    ).toBe(0)
    expect(
      await count(`select count(*) n from '${plain.out}/snds/ER_ETE_F_*.parquet' where ETE_IND_TAA = 1`),
    ).toBe(0)
  })
})

describe('money', () => {
  test('the tables without their defects are what was truly due, to the cent, person by person and item by item', async () => {
    await db.run(`create or replace table found as
      with line as (
        select w.person, l.* from ER_PRS_F l join who w on w.psa = l.BEN_NIR_PSA and w.rng = l.BEN_RNG_GEM
        where not exists (select 1 from defects d where d.rule in ('snds/r1', 'snds/r2', 'snds/r4') and d.kind = 'defect' and d.period = l.period and d."row" = l.nth)
      ), stay as (
        select w.person, v.MNT_TOT_AM am from T_MCO_VALO v join T_MCO_C c using (ETA_NUM, RSA_NUM, period)
          join (select psa, min(person) person from who group by psa having count(distinct person) = 1) w on w.psa = c.NIR_ANO_17
        where not exists (select 1 from defects d where d.rule = 'snds/r13' and d.kind = 'defect' and d.period = v.period and d."row" = v.nth)
          and not exists (select 1 from defects d where d.rule = 'snds/r8' and d.kind = 'defect' and d.period = c.period and d."row" = c.nth)
      ), fee as (
        select w.person, f.AMO_MNR am from T_MCO_FCSTC f join T_MCO_CSTC c using (ETA_NUM, SEQ_NUM, period)
          join (select psa, min(person) person from who group by psa having count(distinct person) = 1) w on w.psa = c.NIR_ANO_17
      )
      select person, item, sum(cents)::bigint cents from (
        select l.person, case when e.PRS_PPU_SEC = '2' and e.ETE_GHS_NUM is not null then 'private_stay' when f.PHA_PRS_C13 is not null then 'pharmacy'
          when l.PRS_NAT_REF in ('1111', '1112', '1113', '1952', '1913', '1125') then 'consultation' else 'city_other' end item,
          (l.BSE_REM_MNT + l.CPL_REM_MNT) * 100 cents
        from line l left join ER_ETE_F e using (${KEYS}) left join ER_PHA_F f using (${KEYS})
        union all select person, 'public_stay', am * 100 from stay
        union all select person, 'hospital_outpatient', am * 100 from fee
      ) group by person, item`)
    await db.run(`create or replace table due as
      select person, item, sum(cents)::bigint cents from (select person, item, cents from cost union all select person, item, -cents from cost_lost) group by person, item`)
    expect(await count('select count(*) n from due')).toBeGreaterThan(5000)
    expect(
      await db.rows(
        `select person, item, d.cents due, f.cents found from due d full join found f using (person, item) where coalesce(d.cents, 0) <> coalesce(f.cents, 0) limit 5`,
      ),
    ).toEqual([])
  })
  test('planted defects do not change what is due', async () => {
    const plain = await country(400, { defects: false })
    const planted = await country(400, { defects: true })
    for (const table of ['cost'])
      expect(
        await count(
          `select count(*) n from (from '${plain.out}/truth/${table}.parquet' except all from '${planted.out}/truth/${table}.parquet')`,
        ),
      ).toBe(0)
  })
  test('patients of a disease cost on average what is stated of it, whatever their fifth and sex', async () => {
    const rare = await country(4000, { rare: 0.9, spread: 0.3, defects: false })
    const engine = await openDuckDb()
    await standInPopulation(engine, 4000, 0.9, 0.3)
    const found = await engine.rows<{ orpha: string; euros: number }>(`
      select r.orpha, (sum(c.euros) / sum(p.len) * 365.25)::double euros
      from rare r join (select *, (least(coalesce(death, date '2020-01-01'), date '2020-01-01') - greatest(birth, date '2017-01-01')) len from person where in_snds) p on p.person = r.person and p.len > 0
        join (select person, sum(cents) / 100 euros from '${rare.out}/truth/cost.parquet' group by 1) c on c.person = r.person
      group by r.orpha`)
    // Nulls: at equal disease, neither fifth nor sex changes what is spent.
    await engine.load(
      'stated',
      { orpha: 'varchar', cents: 'bigint' },
      rare.effects.flatMap(({ by, parameter }) =>
        by?.orpha ? [[String(by.orpha), BigInt(Math.round(parameter * 100))]] : [],
      ),
    )
    const groups = await engine.rows<{ who: string; ratio: number }>(`
      with patient as (
        select p.person, 'fifth ' || p.quintile fifth, 'sex ' || p.sex sex, s.cents / 36525.0
          * (least(coalesce(p.death, date '2020-01-01'), date '2020-01-01') - greatest(p.birth, date '2017-01-01')) expected
        from person p join rare r using (person) join stated s using (orpha) where p.in_snds and p.death is distinct from p.birth
      ), spent as (select person, sum(cents) / 100 euros from '${rare.out}/truth/cost.parquet' group by person)
      select who, (sum(euros) / sum(expected))::double ratio
      from (select fifth who, * from patient union all select sex, * from patient) left join spent using (person)
      where expected > 0 group by who order by who`)
    await engine.close()
    expect(groups).toHaveLength(7)
    for (const { who, ratio } of groups) expect(Math.abs(ratio - 1), `${who}: ${ratio}`).toBeLessThan(0.08)
    const parameter = new Map(rare.effects.map((effect) => [effect.by?.orpha, effect.parameter]))
    expect(found.length).toBeGreaterThanOrEqual(40)
    const ratios = found.map((row) => row.euros / (parameter.get(row.orpha) as number))
    const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length
    expect(mean).toBeGreaterThan(0.97)
    expect(mean).toBeLessThan(1.03)
    for (const ratio of ratios) expect(Math.abs(ratio - 1)).toBeLessThan(0.3)
  })
})

test('the same seed writes the same bytes, by one thread or two', async () => {
  const one = await country(500, { threads: 1 })
  const two = await country(500, { threads: 2 })
  const names = await readdir(join(one.out, 'snds'))
  expect(names).toEqual(await readdir(join(two.out, 'snds')))
  for (const name of names)
    expect(await hashFile(join(one.out, 'snds', name)), name).toBe(
      await hashFile(join(two.out, 'snds', name)),
    )
  expect(one.effects).toEqual(two.effects)
})

test('a large country writes the same rows in files of a month, by one thread or two, and notes the same defects', async () => {
  const yearly = await country(500)
  const monthly = await country(500, { large: true, threads: 1 })
  const again = await country(500, { large: true, threads: 2 })
  const names = await readdir(join(monthly.out, 'snds'))
  expect(names.filter((name) => name.startsWith('ER_PRS_F_'))).toHaveLength(3 * 12 + 6)
  for (const name of names)
    expect(await hashFile(join(monthly.out, 'snds', name)), name).toBe(
      await hashFile(join(again.out, 'snds', name)),
    )
  for (const table of ['ER_PRS_F', 'ER_PHA_F', 'ER_CAM_F', 'ER_ETE_F']) {
    const [one, other] = [yearly, monthly].map((made) => `from '${made.out}/snds/${table}_*.parquet'`)
    expect(await count(`select count(*) n from (${one} except all ${other})`), table).toBe(0)
    expect(await count(`select count(*) n from (${other} except all ${one})`), table).toBe(0)
  }
  const [one, other] = [yearly, monthly].map(
    ({ out: folder }) =>
      `select rule, "table", kind, why, count(*) n from '${folder}/truth/defects.parquet' group by all`,
  )
  expect(await count(`select count(*) n from (${one} except ${other})`)).toBe(0)
})

test('the emitter knows no cleaning rule', async () => {
  for (const name of await readdir(import.meta.dirname)) {
    if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue
    const text = await readFile(join(import.meta.dirname, name), 'utf8')
    for (const [, from] of text.matchAll(/from '([^']+)'/g)) expect(from, name).not.toMatch(/rule/)
  }
})
