import type { SndsContext } from './model.ts'
import { writeTable } from './write-flow.ts'

/** Items of cost by number; those of lines first, as `snds_line` holds them. */
const items = {
  consultation: 1,
  pharmacy: 2,
  city_other: 3,
  hospital_outpatient: 4,
  public_stay: 5,
  private_stay: 6,
} as const
const itemName = `case item ${Object.entries(items)
  .map(([name, number]) => `when ${number} then '${name}'`)
  .join(' ')} end`

export async function openCosts({ engine }: SndsContext): Promise<void> {
  await engine.run('create or replace temp table snds_cost (person integer, item utinyint, cents bigint)')
}

/**
 * What is truly due for the lines of one flow file: those of true sheets, whatever was planted beside them. Summed
 * with what came before, so that the table stays one row per person and item whatever the number of files.
 */
export async function noteCosts({ engine }: SndsContext): Promise<void> {
  await engine.run(`create or replace temp table snds_cost as
    select person, item, sum(cents)::bigint cents
    from (from snds_cost union all select person, item, due from snds_line where role = 0) group by person, item`)
}

/**
 * truth/cost.parquet, and truth/cost_lost.parquet: the part of it that nobody can give back to its person
 * because a stay's chaining failed or because twins share the number under which hospitals know them.
 */
export async function closeCosts(context: SndsContext): Promise<void> {
  const { engine } = context
  await engine.run(`insert into snds_cost
    select person, ${items.public_stay}, sum(due)::bigint from snds_stay where not private group by person
    union all select person, ${items.hospital_outpatient}, sum(due)::bigint from snds_fee group by person`)
  await engine.run(`create or replace temp table snds_shared as
    select psa from affiliation group by psa having count(distinct person) > 1`)
  await writeTable(
    context,
    'cost',
    { person: 'person', item: 'item', cents: 'cents' },
    `(select person, ${itemName} as item, sum(cents)::bigint cents from snds_cost group by all order by person, item)`,
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
