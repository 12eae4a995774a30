import { addDays, join, sql, step } from '../../../engine/index.ts'
import type { Bar } from '../evidence/choose.ts'
import { BIT } from '../evidence/chance.ts'
import type { Candidates } from '../evidence/candidates.ts'
import type { Encounters } from '../evidence/encounters.ts'
import { OF_MEN, OF_WOMEN } from '../evidence/encounters.ts'
import type { Strata } from '../evidence/events.ts'
import { ALONE, type Best, passes, type Scored } from '../evidence/score.ts'
import type { LinkStep } from '../ladder.ts'
import type { Sides } from '../sides.ts'

/** Bits of a link beyond doubt. */
const SURE = 40 * BIT

/**
 * Patients by how many registry days they have: how many are linked, how many could be to somebody who is as good as is
 * asked and nobody else's, and how many to somebody besides, were it not for that one: as good, and better than the next
 * by the margin. Who has two such persons may be linked to neither, for want of a margin, and counts all the same: those
 * that are linked have fewer, because of it.
 */
export const duplicatesOf = (scored: Scored, links: LinkStep, strata: Strata, bars: readonly Bar[]) =>
  step('duplicates', {
    reads: { s: scored, l: links, t: strata, u: strata },
    gives: {
      stratum: 'integer',
      patients: 'bigint',
      links: 'bigint',
      linkable: 'bigint',
      duplicates: 'bigint',
    },
    sql: ({ s, l, t, u }) => sql`
      select d.stratum, count(*) as patients, cast(sum(d.linked) as bigint) as links,
        cast(sum(d.linkable) as bigint) as linkable, cast(sum(d.duplicate) as bigint) as duplicates
      from (
        select ${u.stratum} as stratum, case when ${l.transit} is null then 0 else 1 end as linked,
          case when a.transit is null then 0 else 1 end as linkable, coalesce(a.duplicate, 0) as duplicate
        from ${u} left join ${l} on ${l.transit} = ${u.transit}
        left join (
          select q.transit, max(case when q.nth = 2 and ${passes(bars, sql`q.stratum`, sql`q.weight`, sql`q.of_next`)} then 1 else 0 end) as duplicate
          from (
            select r.transit, r.weight, r.of_next, ${t.stratum} as stratum,
              row_number() over (partition by r.transit order by r.weight desc, r.person) as nth
            from (
              select ${s.transit} as transit, ${s.person} as person, ${s.weight} as weight,
                row_number() over (partition by ${s.person} order by ${s.weight} desc, ${s.transit}) as of_person,
                coalesce(${s.weight} - lead(${s.weight}) over (partition by ${s.person} order by ${s.weight} desc, ${s.transit}), ${ALONE}) as of_others,
                coalesce(${s.weight} - lead(${s.weight}) over (partition by ${s.transit} order by ${s.weight} desc, ${s.person}), ${ALONE}) as of_next
              from ${s}
            ) as r
            join ${t} on ${t.transit} = r.transit
            where r.of_person = 1 and ${passes(bars, sql`${t.stratum}`, sql`r.weight`, sql`r.of_others`)}
          ) as q
          group by q.transit
        ) as a on a.transit = ${u.transit}
      ) as d
      group by d.stratum`,
    order: ['stratum'],
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

/** Persons whom chance brings near: candidates of decoys. What they had is what a false link would show. */
export const nearByChanceOf = (nearDecoys: Candidates) =>
  step('near_by_chance', {
    reads: { g: nearDecoys },
    gives: { person: 'varchar' },
    sql: ({ g }) => sql`select distinct ${g.person} as person from ${g}`,
  })

export type NearByChance = ReturnType<typeof nearByChanceOf>

/** Of them, how many came to hospital last on which day; without a day, who never did. */
export const lastCareOf = (near: NearByChance, encounters: Encounters) =>
  step('last_care', {
    reads: { n: near, e: encounters },
    gives: { entry: 'date', n: 'bigint' },
    sql: ({ n, e }) => sql`
      select c.entry, count(*) as n
      from (
        select ${n.person} as person, max(${e.entry}) as entry from ${n} left join ${e} on ${e.person} = ${n.person} group by ${n.person}
      ) as c
      group by c.entry`,
    order: ['entry'],
  })

/** Candidates with stays that one sex has alone. */
export const careOfOneSexOf = (encounters: Encounters) =>
  step('care_of_one_sex', {
    reads: { e: encounters },
    gives: { person: 'varchar', man: 'boolean', woman: 'boolean' },
    sql: ({ e }) => sql`
      select ${e.person} as person, max(${e.care} = ${OF_MEN}) as man, max(${e.care} in (${join(OF_WOMEN)})) as woman
      from ${e} where ${e.care} in (${OF_MEN}, ${join(OF_WOMEN)})
      group by ${e.person}`,
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

/** How many of those near by chance had care of one sex. */
export const countCareOf = (near: NearByChance, care: ReturnType<typeof careOfOneSexOf>) =>
  step('count_care_of_one_sex', {
    reads: { n: near, c: care },
    gives: { persons: 'bigint', men: 'bigint', women: 'bigint' },
    sql: ({ n, c }) => sql`
      select count(*) as persons, count(case when ${c.man} then 1 end) as men, count(case when ${c.woman} then 1 end) as women
      from ${n} left join ${c} on ${c.person} = ${n.person}`,
  })
