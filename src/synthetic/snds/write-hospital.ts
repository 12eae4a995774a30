import {
  T_MCO_A,
  T_MCO_B,
  T_MCO_C,
  T_MCO_CSTC,
  T_MCO_D,
  T_MCO_FASTC,
  T_MCO_FCSTC,
  T_MCO_UM,
  T_MCO_VALO,
} from '../../sources/index.ts'
import { bits, choose, drawer } from './draws.ts'
import { ERROR_GROUP, secondary } from './hospital-catalogue.ts'
import type { SndsContext } from './model.ts'
import { type Expressions, writeTable } from './write-flow.ts'

const money = (cents: string): string => `((${cents}) * 0.01::decimal(3,2))::decimal(12,2)`
const stayKey = { ETA_NUM: 'eta', RSA_NUM: 'rsa' } as const
const visitKey = { ETA_NUM: 'eta', SEQ_NUM: 'seq' } as const
/** A return code of the chaining: 0 is right. */
const code = (field: string): string => `case when wrong = '${field}' then fault else '0' end`

const stayColumns: Expressions<typeof T_MCO_B> = {
  ...stayKey,
  DGN_PAL: 'diagnosis',
  DGN_REL: 'related',
  GRG_GHM: 'ghm',
  GHS_NUM: 'ghs',
  AGE_ANN: `case when age_days >= 365 then date_diff('year', birth, entry) end::integer`,
  AGE_JOU: 'case when age_days < 365 then age_days end::integer',
  COD_SEX: 'sex',
  BDI_DEP: 'substr(postal, 1, 2)',
  BDI_COD: 'postal',
  SOR_ANN: 'year(exit_day)::integer',
  SOR_MOI: 'month(exit_day)::integer',
  ENT_MOD: `case when ghm like '15M%' then 'N' else '8' end`,
  ENT_PRV: `case when ghm like '15M%' then null when spare % 3 = 0 then '5' else null end`,
  SOR_MOD: `case when death = exit_day then '9' else '8' end`,
  SOR_DES: 'null::varchar',
  SEJ_NBJ: '(exit_day - entry)::integer',
  SEJ_TYP: `'A'`,
  TYP_GEN_RSA: `'0'`,
}
const chainColumns: Expressions<typeof T_MCO_C> = {
  ...stayKey,
  NIR_ANO_17: 'chained',
  EXE_SOI_DTD: 'entry',
  EXE_SOI_DTF: 'exit_day',
  SEJ_NUM: `lpad((spare % 90000)::varchar, 5, '0')`,
  NIR_RET: code('NIR'),
  NAI_RET: code('NAI'),
  SEX_RET: code('SEX'),
  SEJ_RET: code('SEJ'),
  FHO_RET: `case when partly then null else ${code('FHO')} end`,
  PMS_RET: code('PMS'),
  DAT_RET: code('DAT'),
  COH_NAI_RET: `case when partly then null else ${code('COH_NAI')} end`,
  COH_SEX_RET: code('COH_SEX'),
}
const diagnosisColumns: Expressions<typeof T_MCO_D> = { ...stayKey, ASS_DGN: 'code' }
const actColumns: Expressions<typeof T_MCO_A> = {
  ...stayKey,
  CDC_ACT: 'ccam',
  NBR_EXE_ACT: '1::integer',
  ENT_DAT_DEL: '0::integer',
}
const unitColumns: Expressions<typeof T_MCO_UM> = {
  ...stayKey,
  UM_ORD_NUM: '1::integer',
  DGN_PAL: 'diagnosis',
  DGN_REL: 'related',
  AUT_TYP1_UM: 'null::varchar',
  ETA_NUM_GEO: 'geo',
  PAR_DUR_SEJ: '(exit_day - entry)::integer',
}
const worthColumns: Expressions<typeof T_MCO_VALO> = {
  ...stayKey,
  VALO: 'valo',
  GHS_NUM: 'ghs',
  MNT_TOT_AM: money('due'),
  MNT_TOT_BR: money('tariff'),
  MNT_GHS_AM: money('due'),
}
const visitColumns: Expressions<typeof T_MCO_CSTC> = {
  ...visitKey,
  NIR_ANO_17: 'psa',
  EXE_SOI_DTD: 'day',
  EXE_SOI_DTF: 'day',
  NIR_RET: `'0'`,
  NAI_RET: `'0'`,
  SEX_RET: `'0'`,
  IAS_RET: `'0'`,
  ENT_DAT_RET: `'0'`,
}
const invoiceColumns: Expressions<typeof T_MCO_FASTC> = {
  ...visitKey,
  COD_SEX: 'sex',
  AGE_ANN: `date_diff('year', birth, day)::integer`,
  BDI_DEP: 'substr(postal, 1, 2)',
  BDI_COD: 'postal',
  ETA_NUM_GEO: 'geo',
  PH_MNT: money('0'),
  PH_AMO_MNR: money('0'),
  HON_MNT: money('base'),
  HON_AM_MNR: money('due'),
}
const feeColumns: Expressions<typeof T_MCO_FCSTC> = {
  ...visitKey,
  ACT_COD: 'act',
  EXE_SPE: `case when act = 'ATU' then '83' else specialty end`,
  ACT_NBR: '1::integer',
  REM_BAS: money('base'),
  HON_MNT: money('base'),
  AMO_MNR: money('due'),
}

/** Stays of 1,024 that are chained to a wrong field, and among them to a wrong number: 1.40 and 1.28 % (SpF, 2017). */
const REJECTED = { all: 14, byNir: 13 }

/** A pseudonym that nobody has: what a wrong number becomes. */
const nobody = (draw: string): string => `upper(substr(md5(${draw}::varchar), 1, 17))`

/**
 * `snds_rsa`: stays as they are delivered: the true ones, some of which are chained to a wrong field
 * (`wrong`), and stays that nobody owes anything for (`false_stay`: an error group, or not paid).
 */
async function deliverStays({ engine, seed, options }: SndsContext): Promise<void> {
  const z = `${bits(drawer(seed)('false stay', 'event'), 0, 10)}::integer`
  const z2 = `${bits(drawer(seed)('false stay', 'event'), 10, 10)}::integer`
  await engine.run(`create or replace temp table snds_rsa as
    with s as (select *, ${options.defects ? z : '1000'} z, ${z2} z2 from snds_stay),
    a as (
      select *, null as false_stay from s
      union all select *, 'error group' from s where z between 14 and 18
      union all select *, 'unpaid' from s where z between 19 and 25 and not private
    )
    select a.event, a.segment, a.person, a.entry, a.exit_day, a.private, a.geo, a.false_stay, a.diagnosis, a.related, a.ccam,
      case when a.private then a.geo else a.legal end eta, year(a.exit_day)::integer as mco_year,
      lpad((row_number() over (partition by case when a.private then a.geo else a.legal end, year(a.exit_day)
        order by hash(a.h), a.event, coalesce(a.false_stay, '')))::varchar, 10, '0') rsa,
      case when a.false_stay = 'error group' then '${ERROR_GROUP.ghm}' else a.ghm end ghm,
      case when a.false_stay = 'error group' then '${ERROR_GROUP.ghs}' else a.ghs end ghs,
      a.tariff, case when a.false_stay = 'error group' then 0 else a.due end due,
      case when a.false_stay is not null then case when a.z2 % 4 = 0 then '9' else '0' end
        when a.z2 < 940 then '1' when a.z2 < 970 then '2' when a.z2 < 990 then '3' when a.z2 < 1000 then '4' else '5' end valo,
      case when a.false_stay is null and a.z < ${REJECTED.all} then
        case when a.z < ${REJECTED.byNir} then 'NIR' else ${choose(['NAI', 'SEX', 'SEJ', 'FHO', 'PMS', 'DAT', 'COH_NAI', 'COH_SEX'], 'a.z2 % 8')} end end wrong,
      case a.z2 % 7 when 0 then '4' when 1 then '9' when 2 then '2' else '1' end fault,
      a.z between 40 and 44 as partly,
      case when a.z < ${REJECTED.byNir} and a.false_stay is null then case when a.z2 % 5 = 0 then 'xxxxxxxxxxxxxxxxD' else ${nobody('a.h')} end else p.psa_text end chained,
      p.sex, q.birth, q.death, (a.entry - q.birth)::integer as age_days, ${bits('a.h', 44, 17)}::integer as spare,
      coalesce(case when ${bits('a.h', 50, 5)} = 0 then n.other else n.postal end, rpad(p.departement, 5, '0')) postal
    from a join snds_place p on p.segment = a.segment join snds_patient q on q.person = a.person
      left join snds_postal n on n.commune = p.commune`)
}

/** `snds_postal`: a postal code of each commune, and the one of a neighbour in the list, which some stays hold instead. */
async function layPostal({ engine }: SndsContext): Promise<void> {
  const known = await engine.rows(
    `select 1 from duckdb_columns() where table_name = 'commune' and column_name = 'postal_code'`,
  )
  await engine.run(
    `create or replace temp table snds_postal as ${
      known.length > 0
        ? `select commune, postal, coalesce(lead(postal) over (order by commune), postal) other
           from (select commune, min(postal_code) postal from commune group by commune)`
        : 'select null::varchar commune, null::varchar postal, null::varchar other limit 0'
    }`,
  )
}

/** Writes the tables of the hospitals, one set per year in which stays end. */
export async function writeHospital(context: SndsContext): Promise<void> {
  const { engine, window } = context
  await layPostal(context)
  await deliverStays(context)
  await engine.run(`create or replace temp table snds_seq as
    select v.*, v.legal eta, year(v.day)::integer as mco_year, p.psa_text psa, p.sex, q.birth,
      coalesce(n.postal, rpad(p.departement, 5, '0')) postal,
      lpad((row_number() over (partition by v.legal, year(v.day) order by hash(v.h), v.event))::varchar, 10, '0') seq
    from snds_visit v join snds_place p on p.segment = v.segment join snds_patient q on q.person = v.person
      left join snds_postal n on n.commune = p.commune`)
  const stay = 'order by eta, rsa'
  const visit = 'order by eta, seq'
  for (let year = Number(window.from.slice(0, 4)); year <= Number(window.until.slice(0, 4)); year += 1) {
    const mco = (letters: string) => `T_MCO${String(year).slice(2)}${letters}`
    const rsa = `(select * from snds_rsa where mco_year = ${year} ${stay})`
    const seq = `(select * from snds_seq where mco_year = ${year} ${visit})`
    await writeTable(context, mco('B'), stayColumns, rsa)
    await writeTable(context, mco('C'), chainColumns, rsa)
    await writeTable(
      context,
      mco('D'),
      diagnosisColumns,
      `(select distinct eta, rsa, ${choose(secondary, `(spare // k) % ${secondary.length}`)} code
        from snds_rsa, (values (1), (11), (101)) k(k)
        where mco_year = ${year} and (spare // (k * 7)) % 3 > 0 and ghm not like '28Z%' and ghm not like '15M%' order by eta, rsa, code)`,
    )
    await writeTable(
      context,
      mco('A'),
      actColumns,
      `(select * from snds_rsa where mco_year = ${year} and ccam is not null ${stay})`,
    )
    await writeTable(context, mco('UM'), unitColumns, rsa)
    await writeTable(
      context,
      mco('VALO'),
      worthColumns,
      `(select * from snds_rsa where mco_year = ${year} and not private ${stay})`,
    )
    await writeTable(context, mco('CSTC'), visitColumns, seq)
    await writeTable(
      context,
      mco('FASTC'),
      invoiceColumns,
      `(select s.*, f.base, f.due from snds_seq s join (select event, sum(base) base, sum(due) due from snds_fee group by event) f
        on f.event = s.event where mco_year = ${year} ${visit})`,
    )
    await writeTable(
      context,
      mco('FCSTC'),
      feeColumns,
      `(select s.eta, s.seq, s.specialty, f.* from snds_seq s join snds_fee f on f.event = s.event where s.mco_year = ${year} order by eta, seq, line)`,
    )
  }
}
