import { addDays, sql, step } from '../../../engine/index.ts'
import type { Choice } from '../evidence/choose.ts'
import { BIT } from '../evidence/chance.ts'
import { type Encounters, yearOf } from '../evidence/events.ts'
import type { Best, Scored } from '../evidence/score.ts'
import type { LinkStep } from '../ladder.ts'
import { CHAINED_STAY, GROUPED, type Sides } from '../sides.ts'

/** Bits of a link beyond doubt. */
const SURE = 40 * BIT
/** Groups of stays (CMD) that men, and that women have alone. */
const OF_MEN = ['12'] as const
const OF_WOMEN = ['13', '14'] as const

/** Persons besides their own to whom linked patients could have been linked: as good as is asked, and nobody else's. */
export const duplicatesOf = (
  scored: Scored,
  links: LinkStep,
  { threshold, margin }: Pick<Choice, 'threshold' | 'margin'>,
) =>
  step('duplicates', {
    reads: { s: scored, l: links },
    gives: { n: 'bigint' },
    sql: ({ s, l }) => sql`
      select count(*) as n
      from (
        select ${s.transit} as transit, ${s.person} as person, ${s.weight} as weight,
          row_number() over (partition by ${s.person} order by ${s.weight} desc, ${s.transit}) as of_person,
          lead(${s.weight}) over (partition by ${s.person} order by ${s.weight} desc, ${s.transit}) as next_of_person
        from ${s}
      ) as r
      join ${l} on ${l.transit} = r.transit and ${l.person} <> r.person
      where r.of_person = 1 and r.weight >= ${threshold * BIT} and coalesce(r.weight - r.next_of_person >= ${margin * BIT}, true)`,
  })

/** Links of patients whom the registry knows to be dead: whether the person came to hospital afterwards. */
export const careAfterDeathOf = (links: LinkStep, best: Best, { patients }: Sides, encounters: Encounters) =>
  step('care_after_death', {
    reads: { l: links, k: links, b: best, p: patients, q: patients, e: encounters },
    gives: { death_date: 'date', sure: 'boolean', after: 'boolean', n: 'bigint' },
    sql: ({ l, k, b, p, q, e }) => sql`
      select d.death_date, d.sure, d.after, count(*) as n
      from (
        select ${p.death_date} as death_date, ${b.weight} >= ${SURE} as sure,
          c.transit is not null as after
        from ${l} join ${p} on ${p.transit} = ${l.transit} and ${p.death_date} is not null
        join ${b} on ${b.transit} = ${l.transit}
        left join (
          select distinct ${k.transit} as transit
          from ${k} join ${q} on ${q.transit} = ${k.transit}
          join ${e} on ${e.person} = ${k.person} and ${e.entry} > ${addDays(sql`${q.death_date}`, 1)}
        ) as c on c.transit = ${l.transit}
      ) as d
      group by d.death_date, d.sure, d.after`,
    order: ['death_date', 'sure', 'after'],
  })

/** Persons by the last day on which they came to hospital. */
export const lastCareOf = (encounters: Encounters) =>
  step('last_care', {
    reads: { e: encounters },
    gives: { entry: 'date', n: 'bigint' },
    sql: ({ e }) => sql`
      select c.entry, count(*) as n
      from (select ${e.person} as person, max(${e.entry}) as entry from ${e} group by ${e.person}) as c
      group by c.entry`,
    order: ['entry'],
  })

/** Persons with stays that one sex has alone. */
export const careOfOneSexOf = ({ persons }: Sides) =>
  step('care_of_one_sex', {
    reads: { s: CHAINED_STAY, g: GROUPED, p: persons },
    gives: { person: 'varchar', man: 'boolean', woman: 'boolean' },
    sql: ({ s, g, p }) => sql`
      select ${p.person} as person, max(substr(${g.GRG_GHM}, 1, 2) = ${OF_MEN[0]}) as man,
        max(substr(${g.GRG_GHM}, 1, 2) in (${OF_WOMEN[0]}, ${OF_WOMEN[1]})) as woman
      from ${s} join ${g} on ${g.ETA_NUM} = ${s.ETA_NUM} and ${g.RSA_NUM} = ${s.RSA_NUM} and ${yearOf(g.row_id)} = ${yearOf(s.row_id)}
      join ${p} on ${p.person} = ${s.person}
      where substr(${g.GRG_GHM}, 1, 2) in (${OF_MEN[0]}, ${OF_WOMEN[0]}, ${OF_WOMEN[1]})
      group by ${p.person}`,
    order: ['person'],
  })

/** Links by the sex that the registry knows, and whether the person had care of the other. */
export const careOfOtherSexOf = (
  links: LinkStep,
  best: Best,
  { patients }: Sides,
  care: ReturnType<typeof careOfOneSexOf>,
) =>
  step('care_of_other_sex', {
    reads: { l: links, b: best, p: patients, c: care },
    gives: { sex: 'varchar', sure: 'boolean', contradicted: 'boolean', n: 'bigint' },
    sql: ({ l, b, p, c }) => sql`
      select d.sex, d.sure, d.contradicted, count(*) as n
      from (
        select ${p.sex} as sex, ${b.weight} >= ${SURE} as sure, coalesce(case ${p.sex} when '1' then ${c.woman} else ${c.man} end, false) as contradicted
        from ${l} join ${p} on ${p.transit} = ${l.transit} and ${p.sex} in ('1', '2')
        join ${b} on ${b.transit} = ${l.transit}
        left join ${c} on ${c.person} = ${l.person}
      ) as d
      group by d.sex, d.sure, d.contradicted`,
    order: ['sex', 'sure', 'contradicted'],
  })

/** How many persons had care of one sex. */
export const countCareOf = (care: ReturnType<typeof careOfOneSexOf>) =>
  step('count_care_of_one_sex', {
    reads: { c: care },
    gives: { men: 'bigint', women: 'bigint' },
    sql: ({ c }) => sql`
      select count(case when ${c.man} then 1 end) as men, count(case when ${c.woman} then 1 end) as women from ${c}`,
  })
