import type { SndsContext } from './model.ts'
import { writeTable } from './write-flow.ts'

const cityItem = `case item when 1 then 'consultation' when 2 then 'pharmacy' when 3 then 'city_other' else 'private_stay' end`

export async function openCosts({ engine }: SndsContext): Promise<void> {
  await engine.run(
    'create or replace temp table snds_cost (person integer, item varchar, cents bigint, rule varchar)',
  )
}

/** What is truly due for the lines of one flow file: those of true sheets, whatever was planted beside them. */
export async function noteCosts({ engine }: SndsContext): Promise<void> {
  await engine.run(
    `insert into snds_cost select person, ${cityItem}, sum(due)::bigint, null from snds_line where role = 0 group by person, item`,
  )
}

/**
 * truth/cost.parquet, and truth/cost_lost.parquet: the part of it that nobody can give back to its person
 * because a stay's chaining failed or because twins share the number under which hospitals know them.
 */
export async function closeCosts(context: SndsContext): Promise<void> {
  const { engine } = context
  await engine.run(`insert into snds_cost
    select person, 'public_stay', sum(due)::bigint, null from snds_stay where not private group by person
    union all select person, 'hospital_outpatient', sum(due)::bigint, null from snds_fee group by person`)
  await engine.run(`create or replace temp table snds_shared as
    select psa from affiliation group by psa having count(distinct person) > 1`)
  await writeTable(
    context,
    'cost',
    { person: 'person', item: 'item', cents: 'cents' },
    `(select person::integer person, item, sum(cents)::bigint cents from snds_cost group by person, item order by person, item)`,
    'truth',
  )
  await writeTable(
    context,
    'cost_lost',
    { person: 'person', item: 'item', cents: 'cents', rule: 'rule' },
    `(select person::integer person, item, sum(cents)::bigint cents, rule from (
        select r.person, 'public_stay' item, r.due cents, case when r.wrong is not null then 'snds/r8' else 'shared number' end as rule
        from snds_rsa r join snds_place p on p.segment = r.segment
        where not r.private and r.false_stay is null and (r.wrong is not null or p.psa_text in (select psa from snds_shared))
        union all
        select f.person, 'hospital_outpatient', f.due, 'shared number' from snds_fee f join snds_place p on p.segment = f.segment
        where p.psa_text in (select psa from snds_shared))
      group by person, item, rule order by person, item, rule)`,
    'truth',
  )
}
