import type { Making } from './model.ts'
import { drawsOf } from './random.ts'

/**
 * Share of persons who object; of the objections, those to all uses, to one source (the rest: one project), and
 * those that have ended or not begun today.
 */
const OPPOSITION = { persons: 0.01, all: 0.6, source: 0.25, ended: 0.05, notBegun: 0.03 }

/**
 * `opposition`: who objects, to what, as the registers of both sources hold it. Whoever is in both and objects to
 * all, or to a project, stands in both; who objects to one source stands in its register alone. A young person who
 * stands or stood under a parent's number is named in the claims by that number, birth date and sex.
 */
export async function layOppositions({ engine, seed, window }: Making, today: string): Promise<void> {
  const { u } = drawsOf(seed)
  const { all, source, ended, notBegun } = OPPOSITION
  await engine.run(`create or replace table opposition as
    with drawn as (
      select p.person, p.nir, p.birth, p.sex, p.in_snds, r.idmr, ${u('objection', 'p.person', 1)} us,
        ${u('objection', 'p.person', 2)} ut, ${u('objection', 'p.person', 3)} < 0.5 to_snds,
        date '${window.from}' + floor(${u('objection', 'p.person', 4)} * 700)::integer since
      from person p left join registered r on r.person = p.person
      where ${u('objection', 'p.person')} < ${OPPOSITION.persons} and (p.in_snds or r.idmr is not null)
    ), scoped as (
      select *, case when us < ${all} then 'all' when us < ${all + source} then 'source' else 'project' end as scope,
        (case when ut < ${notBegun} then date '${today}' + 200 else since end)::date from_date,
        case when ut > ${1 - ended} then (date '${today}' - 100)::date end until_date
      from drawn
    ), in_claims as (select * from scoped where in_snds and (scope <> 'source' or idmr is null or to_snds)),
    named as (
      select person, scope, from_date, until_date, 'snds' as source, 'nir' as kind, nir as id
        from in_claims anti join parents using (person)
      union all
      select s.person, scope, s.from_date, s.until_date, 'snds', 'nir', i.insured_nir || '/' || strftime(s.birth, '%Y%m%d') || '/' || s.sex
        from in_claims s join parents q on q.person = s.person join insurance i on i.person = s.person
      union all
      select person, scope, from_date, until_date, 'bndmr', 'idmr', idmr from scoped
        where idmr is not null and (scope <> 'source' or not in_snds or not to_snds)
    )
    select distinct person, source, kind, id, scope, from_date, until_date from named order by source, kind, id`)
}
