import { CELLS, createEnumeration } from './city-catalogue.ts'
import { drawer } from './draws.ts'
import type { SndsContext } from './model.ts'

/** Regimes: how a scheme of the population stands in RGM_COD, RGM_GRG_COD and the first letters of its funds. */
const regime = (scheme: string): string => {
  const like = (...words: string[]) => words.map((word) => `lower(${scheme}) like '%${word}%'`).join(' or ')
  return `case when ${like('msa', 'agri')} then ['200', '02', '02A'] when ${like('rsi', 'indep', 'self')} then ['300', '03', '03A']
    when ${like('mutual', 'slm')} then ['600', '01', '01M'] when ${like('gen', 'gén', 'rg')} then ['100', '01', '01C'] else ['400', '04', '04A'] end`
}

/**
 * The two pieces of a commune as DCIR holds them: 075 and 056 for Paris; Corsica under 209; overseas 097 in the
 * general scheme, 971 to 976 in the others, where the commune keeps three characters (farmers) or only its last
 * two, behind a zero (self-employed).
 */
const pieces = (commune: string, grg: string): string =>
  `case when substr(${commune}, 1, 2) in ('2A', '2B') then ['209', substr(${commune}, 3)]
    when ${commune} like '97%' and ${grg} = '02' then [substr(${commune}, 1, 3), substr(${commune}, 3)]
    when ${commune} like '97%' and ${grg} = '03' then [substr(${commune}, 1, 3), '0' || substr(${commune}, 4)]
    else ['0' || substr(${commune}, 1, 2), substr(${commune}, 3)] end`

/** Départements of communes: three characters overseas. */
export const departementOf = (commune: string): string =>
  `case when ${commune} like '97%' then substr(${commune}, 1, 3) else substr(${commune}, 1, 2) end`

/**
 * `snds_place`: each segment with what its lines repeat (pseudonym, fund, regime, pieces of the commune), its
 * département's number, the cell of the person's own executants, who pays participations (2; 1: adults with C2S, 0:
 * children) and boxes of the rare disease's drug per sheet.
 */
export async function layPlaces({ engine, seed }: SndsContext): Promise<void> {
  await engine.run(`create or replace temp table snds_where as
    with r as (
      select g.segment, g.commune, ${regime('p.scheme')} regime from snds_segment g join snds_patient p on p.person = g.person
    ), c as (select *, ${pieces('commune', 'regime[2]')} pieces from r)
    select segment, regime[1] rgm, regime[2] grg, regime[3] letters, pieces[1] dpt, pieces[2] com,
      regime[3] || pieces[1] || '001' org, ${departementOf('commune')} departement from c`)
  for (const column of ['rgm', 'grg', 'dpt', 'com', 'org'])
    await createEnumeration(
      engine,
      `snds_${column}`,
      `select distinct ${column} from snds_where order by ${column}`,
    )
  const persons = await engine.rows<{ n: number }>('select count(distinct psa)::integer n from snds_segment')
  // A dictionary of pseudonyms is quick while it fits in every row group, and heavy above.
  const short = (persons[0]?.n ?? 0) <= 150_000
  if (short) await createEnumeration(engine, 'snds_psa', 'select distinct psa from snds_segment order by psa')
  await engine.run(`create or replace temp table snds_place as
    select g.* exclude (psa), g.psa psa_text, g.psa${short ? '::snds_psa' : ''} psa,
      w.rgm::snds_rgm rgm, w.grg::snds_grg grg, w.dpt::snds_dpt dpt, w.com::snds_com com, w.org::snds_org org,
      d.dep, d.departement, (10 + d.dep)::usmallint fund,
      case when not g.adult then 0 when g.c2s then 1 else 2 end::utinyint pays,
      g.severity * i.drugs / (12 * i.box) rare_boxes, g.disease::integer * ${CELLS} rare_pool,
      (${drawer(seed)('own executants', 'g.person')} >> 56::ubigint)::integer own, h.finess_geo::snds_finess hospital
    from snds_segment g join snds_where w on w.segment = g.segment join snds_departement d on d.departement = w.departement
      join snds_disease i on i.disease = g.disease
      left join snds_site h on h.departement = w.departement and h.public
        and h.cell = (${drawer(seed)('own hospital', 'g.person')} >> 54::ubigint)::integer`)
}
