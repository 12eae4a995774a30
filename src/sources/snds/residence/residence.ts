import { addDays, day, name, type Step, sql, step } from '../../../engine/index.ts'
import { lakeTable, type SourceTable } from '../../model.ts'
import { ER_PRS_F } from '../tables.ts'
import { type Absent, communeOfPieces, communesOfStays, piecesOfLines, piecesOfRegister } from './pieces.ts'

/** Days before and after which nothing is known: the first commune known holds from the one, the last until the other. */
const ALWAYS = { from: '1900-01-01', until: '2999-12-31' } as const

/** Columns of lake/snds/RESIDENCE.parquet: one commune per person and date, or null and why. */
export const residenceColumns = {
  person: 'varchar',
  from: 'date',
  until: 'date',
  commune: 'varchar',
  reason: 'varchar',
} as const

/**
 * Where each person lives at each date (rule R15). Care sheets say it day by day; who never says two communes has
 * one. Of two on one day the one with more lines is taken, then the one that the person's hospital stays support;
 * else the commune of these days is null. Without care sheets IR_BEN_R tells, then a postal code that is one
 * commune's.
 */
export function residenceStep(absent: Absent): Step<typeof residenceColumns> {
  const lines = piecesOfLines(absent)
  const register = piecesOfRegister(absent)
  const communes = communeOfPieces(absent)
  const stays = communesOfStays(absent)

  const said = step('communes_said', {
    reads: { l: lines, k: communes },
    gives: { person: 'varchar', dpt: 'varchar', com: 'varchar', commune: 'varchar', communes: 'bigint' },
    sql: ({ l, k }) => sql`
    select s.person, s.dpt, s.com, s.commune, n.communes from (
      select ${l.person} as person, ${l.dpt} as dpt, ${l.com} as com, ${k.commune} as commune
      from ${l} join ${k} on ${k.dpt} = ${l.dpt} and ${k.com} = ${l.com} where ${k.commune} is not null
    ) as s join (
      select ${l.person} as person, count(distinct ${k.commune}) as communes
      from ${l} join ${k} on ${k.dpt} = ${l.dpt} and ${k.com} = ${l.com} where ${k.commune} is not null group by ${l.person}
    ) as n on n.person = s.person`,
  })

  const moved = absent.has(ER_PRS_F as unknown as SourceTable) ? undefined : movers(said, stays)

  const found = { person: 'varchar', commune: 'varchar' } as const
  const registered = step('communes_registered', {
    reads: { b: register, k: communes },
    gives: found,
    sql: ({ b, k }) => sql`
    select r.person, r.commune from (
      select ${b.person} as person, ${k.commune} as commune, row_number() over (partition by ${b.person} order by ${b.place}) as first
      from ${b} join ${k} on ${k.dpt} = ${b.dpt} and ${k.com} = ${b.com} where ${k.commune} is not null
    ) as r where r.first = 1`,
  })
  const settled = step('settled', {
    reads: { s: said },
    gives: found,
    sql: ({ s }) => sql`
    select ${s.person} as person, min(${s.commune}) as commune from ${s} where ${s.communes} = 1 group by ${s.person}`,
  })
  const persons = step('persons_to_place', {
    reads: { l: lines, b: register, k: communes },
    gives: { person: 'varchar', reason: 'varchar' },
    sql: ({ l, b, k }) => sql`
    select p.person, min(${k.reason}) as reason from (
      select ${l.person} as person, ${l.dpt} as dpt, ${l.com} as com from ${l}
      union all select ${b.person} as person, ${b.dpt} as dpt, ${b.com} as com from ${b}
    ) as p left join ${k} on ${k.dpt} = p.dpt and ${k.com} = p.com group by p.person`,
  })
  const still = step('placed_once', {
    reads: { p: persons, s: settled, r: registered, h: stays, m: said },
    gives: residenceColumns,
    sql: ({ p, s, r, h, m }) => sql`
    select ${p.person} as person, ${day(ALWAYS.from)} as ${name('from')}, ${day(ALWAYS.until)} as ${name('until')},
      coalesce(${s.commune}, ${r.commune}, o.commune) as commune,
      case when coalesce(${s.commune}, ${r.commune}, o.commune) is null then coalesce(${p.reason}, 'not-delivered') end as reason
    from ${p} left join ${s} on ${s.person} = ${p.person} left join ${r} on ${r.person} = ${p.person}
      left join (select ${h.person} as person, min(${h.commune}) as commune from ${h} where ${h.communes} = 1 group by ${h.person}) as o on o.person = ${p.person}
    where not exists (select 1 from ${m} where ${m.communes} > 1 and ${m.person} = ${p.person})`,
  })
  const order = ['person', 'from'] as const
  if (!moved)
    return step('RESIDENCE', {
      reads: { a: still },
      gives: residenceColumns,
      order,
      sql: ({ a }) => sql`select ${a.person}, ${a.from}, ${a.until}, ${a.commune}, ${a.reason} from ${a}`,
    })
  return step('RESIDENCE', {
    reads: { a: still, b: moved },
    gives: residenceColumns,
    order,
    sql: ({ a, b }) => sql`
    select ${a.person} as person, ${a.from} as ${name('from')}, ${a.until} as ${name('until')}, ${a.commune} as commune, ${a.reason} as reason from ${a}
    union all select ${b.person}, ${b.from}, ${b.until}, ${b.commune}, ${b.reason} from ${b}`,
  })
}

/** Persons whose care sheets name several communes: day by day, then joined into stretches of one commune. */
function movers(
  said: Step<{ person: 'varchar'; dpt: 'varchar'; com: 'varchar'; commune: 'varchar'; communes: 'bigint' }>,
  stays: Step<{ person: 'varchar'; commune: 'varchar'; communes: 'bigint' }>,
): Step<typeof residenceColumns> {
  const days = step('days_of_movers', {
    reads: { l: lakeTable(ER_PRS_F), s: said },
    gives: { person: 'varchar', day: 'date', commune: 'varchar', lines: 'bigint' },
    sql: ({ l, s }) => sql`
    select ${l.person} as person, ${l.EXE_SOI_DTD} as day, ${s.commune} as commune, count(*) as lines
    from ${l} join ${s} on ${s.person} = ${l.person} and ${s.dpt} = ${l.BEN_RES_DPT} and ${s.com} = ${l.BEN_RES_COM}
    where ${s.communes} > 1 and ${l.EXE_SOI_DTD} is not null group by ${l.person}, ${l.EXE_SOI_DTD}, ${s.commune}`,
  })
  const chosen = step('commune_of_day', {
    reads: { d: days, h: stays },
    gives: { person: 'varchar', day: 'date', commune: 'varchar' },
    sql: ({ d, h }) => sql`
    select c.person, c.day, case when c.equals = 1 then c.commune end as commune from (
      select w.person, w.day, w.commune,
        row_number() over (partition by w.person, w.day order by w.lines desc, w.supported desc, w.commune) as place,
        count(*) over (partition by w.person, w.day, w.lines, w.supported) as equals
      from (
        select ${d.person} as person, ${d.day} as day, ${d.commune} as commune, ${d.lines} as lines,
          case when ${h.commune} is null then 0 else 1 end as supported
        from ${d} left join ${h} on ${h.person} = ${d.person} and ${h.commune} = ${d.commune}
      ) as w
    ) as c where c.place = 1`,
  })
  return step('moved', {
    reads: { c: chosen },
    gives: residenceColumns,
    sql: ({ c }) => sql`
    select b.person, case when b.place = 1 then ${day(ALWAYS.from)} else b.day end as ${name('from')},
      coalesce(${addDays(sql`b.following`, -1)}, ${day(ALWAYS.until)}) as ${name('until')},
      b.commune, case when b.commune is null then 'two-communes' end as reason
    from (
      select a.person, a.day, a.commune, row_number() over (partition by a.person order by a.day) as place,
        lead(a.day) over (partition by a.person order by a.day) as following
      from (
        select ${c.person} as person, ${c.day} as day, ${c.commune} as commune,
          lag(coalesce(${c.commune}, '?')) over (partition by ${c.person} order by ${c.day}) as before
        from ${c}
      ) as a where a.before is null or a.before <> coalesce(a.commune, '?')
    ) as b`,
  })
}
