import { IR_BEN_R, IR_IMB_R } from '../../sources/index.ts'
import { bits, drawer } from './draws.ts'
import { chronicDiseases } from './segments.ts'
import type { SndsContext } from './model.ts'
import { type Expressions, writeTable } from './write-flow.ts'

const NEVER = `date '1600-01-01'`

const beneficiaryColumns: Expressions<typeof IR_BEN_R> = {
  BEN_NIR_PSA: 'psa',
  BEN_RNG_GEM: 'rng::integer',
  BEN_NIR_ANO: 'nir_ano',
  BEN_IDT_ANO: 'coalesce(nir_ano, psa)',
  BEN_IDT_TOP: `case when nir_ano is null then '0' else '1' end`,
  BEN_CDI_NIR: 'cdi_nir',
  BEN_NAI_ANN: 'year(birth)::integer',
  BEN_NAI_MOI: 'month(birth)::integer',
  BEN_SEX_COD: 'sex',
  BEN_DCD_DTE: 'death',
  BEN_RES_DPT: 'dpt',
  BEN_RES_COM: 'com',
  ORG_AFF_BEN: 'org',
  BEN_TOP_CNS: `'1'`,
  MAX_TRT_DTD: 'last_day',
}
const illnessColumns: Expressions<typeof IR_IMB_R> = {
  BEN_NIR_PSA: 'psa',
  BEN_RNG_GEM: 'rng::integer',
  IMB_ALD_NUM: 'ald',
  IMB_ALD_DTD: 'ald_from',
  IMB_ALD_DTF: 'ald_until',
  IMB_ETM_NAT: `case ald when '99' then '42' else '41' end`,
  MED_MTF_COD: 'cim10',
}

/**
 * IR_BEN_R: one row per affiliation of a person, with the place of its last segment; IR_IMB_R: ALD. Where
 * defects are planted, a date that is missing is 1600-01-01 (with some left empty, and some near it), and a few
 * places of residence are unknown.
 */
export async function writeBeneficiaries(context: SndsContext): Promise<void> {
  const { engine, options, seed, window } = context
  const draw = drawer(seed)
  const z = (stream: string) => `${bits(draw(stream, 'b.person'), 0, 10)}::integer`
  await engine.run(`create or replace temp table snds_beneficiary as
    with a as (
      select person, psa, rng, max_by(nir_ano, from_date) nir_ano, max_by(cdi_nir, from_date) cdi_nir,
        min(from_date) since
      from affiliation group by person, psa, rng
    ), last_place as (
      select person, psa_text, max_by(dpt, segment)::varchar dpt, max_by(com, segment)::varchar com, max_by(org, segment)::varchar org
      from snds_place group by person, psa_text
    ), any_place as (
      select person, max_by(dpt, segment)::varchar dpt, max_by(com, segment)::varchar com, max_by(org, segment)::varchar org
      from snds_place group by person
    ), b as (
      select a.*, p.birth, p.sex, p.death, coalesce(l.dpt, o.dpt) dpt, coalesce(l.com, o.com) com, coalesce(l.org, o.org) org
      from a join person p on p.person = a.person and p.in_snds and p.birth <= date '${window.until}'
        left join last_place l on l.person = a.person and l.psa_text = a.psa left join any_place o on o.person = a.person
    )
    select b.person, b.psa, b.rng, b.nir_ano, b.cdi_nir, b.birth, b.sex, b.org, date '${window.until}' last_day, b.since,
      ${
        options.defects
          ? `case when b.death is not null then b.death when ${z('no death')} < 8 then null else ${NEVER} end death,
        case when ${z('no place')} < 3 then '099' when ${z('no place')} < 6 then '000' else b.dpt end dpt,
        case when ${z('no place')} < 3 then '999' when ${z('no place')} < 6 then '000' else b.com end com`
          : 'b.death, b.dpt, b.com'
      }
    from b order by psa, rng, person`)
  await engine.run(`create or replace temp table snds_illness as
    with last as (
      select person, max_by(psa, (since, psa)) psa, max_by(rng, (since, psa)) rng from snds_beneficiary group by person
    ), b as (
      select l.psa, l.rng, p.person, p.ald, p.ald_from,
        case when p.is_rare then p.rare_cim10 else case p.ald ${chronicDiseases.map(([ald, cim10]) => `when '${ald}' then '${cim10}'`).join(' ')} end end cim10
      from snds_patient p join last l on l.person = p.person where p.ald is not null
    )
    select b.psa, b.rng, b.ald, b.ald_from, b.cim10,
      case when ${z('ald end')} < 160 then date '${window.until}' + 200 + ${z('ald end')} * 9
        ${options.defects ? `when ${z('ald end')} < 168 then null else ${NEVER}` : 'else null'} end ald_until
    from b order by b.psa, b.rng, b.ald, b.ald_from, b.person`)
  await writeTable(context, 'IR_BEN_R', beneficiaryColumns, 'snds_beneficiary')
  await writeTable(context, 'IR_IMB_R', illnessColumns, 'snds_illness')
}
