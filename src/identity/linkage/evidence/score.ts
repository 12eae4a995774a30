import { integerDivide, join, largest, type Sql, sql, smallest, step } from '../../../engine/index.ts'
import { BIT } from './chance.ts'
import type { Bar } from './choose.ts'
import type { Strata } from './events.ts'
import type { Evidence } from './evidence.ts'
import { type Learnt, levelBits, type Population, seenBits } from './learn.ts'

/** Weights as they stand in SQL: thousandths of a bit, whole numbers. */
export interface Weights {
  readonly prior: number
  readonly sex: readonly number[]
  readonly birth: readonly number[]
  readonly home: readonly number[]
  readonly death: readonly number[]
  readonly disease: readonly number[]
  readonly found: readonly number[]
  readonly kind: readonly number[]
  readonly again: number
  /** Of so many days of which so many were found. */
  readonly seen: readonly { readonly days: number; readonly found: number; readonly weight: number }[]
}

const whole = (bits: number): number => Math.round(bits * BIT)

export function weightsOf(
  learnt: Learnt,
  population: Population,
  daysAndFound: readonly { readonly days: number; readonly found: number }[],
): Weights {
  const levels = levelBits(learnt, population)
  return {
    prior: whole(learnt.prior),
    sex: levels.sex.map(whole),
    birth: levels.birth.map(whole),
    home: levels.home.map(whole),
    death: levels.death.map(whole),
    disease: levels.disease.map(whole),
    found: levels.found.map(whole),
    kind: levels.kind.map(whole),
    again: whole(population.again),
    seen: daysAndFound.map(({ days, found }) => ({
      days,
      found,
      weight: whole(seenBits(learnt.seen, days, found)),
    })),
  }
}

/** Weights that say nothing, for who reads the steps without running them. */
export const BEFORE_LEARNING: Weights = {
  prior: 0,
  sex: [0, 0],
  birth: [0, 0, 0],
  home: [0, 0, 0],
  death: [0, 0, 0, 0, 0],
  disease: [0, 0],
  found: [0, 0, 0, 0],
  kind: [0, 0],
  again: 0,
  seen: [],
}

/** Match weight of every candidate: log2 of the odds that the two are one, in thousandths. */
export const scoredOf = (evidence: Evidence, weights: Weights, suffix: '' | '_of_decoys') =>
  step(`scored${suffix}`, {
    reads: { e: evidence },
    gives: { transit: 'varchar', person: 'varchar', weight: 'integer' },
    sql: ({ e }) => {
      const level = (of: Sql, by: readonly number[]): Sql =>
        sql`case ${of} ${join(
          by.map((weight, at) => sql`when ${at} then ${weight}`),
          sql` `,
        )} else 0 end`
      const found = sql`${e.exact} + ${e.elsewhere} + ${e.beside} + ${e.near}`
      const [exact = 0, elsewhere = 0, beside = 0, near = 0] = weights.found
      const [alike = 0, unlike = 0] = weights.kind
      const rows = weights.seen.map(({ days, found: of, weight }) => sql`(${days}, ${of}, ${weight})`)
      return sql`
      select ${e.transit} as transit, ${e.person} as person,
        cast(${weights.prior} + ${level(sql`${e.sex}`, weights.sex)} + ${level(sql`${e.birth}`, weights.birth)}
          + ${level(sql`${e.home}`, weights.home)} + ${level(sql`${e.death}`, weights.death)}
          + ${level(sql`${e.disease}`, weights.disease)} + ${e.chance} + w.weight
          + ${e.exact} * ${exact} + ${e.elsewhere} * ${elsewhere} + ${e.beside} * ${beside} + ${e.near} * ${near}
          + ${e.alike} * ${alike} + ${e.unlike} * ${unlike}
          - ${weights.again} * ${largest(sql`${found} - 1`, sql`0`)} as integer) as weight
      from ${e} join (values ${join(rows.length === 0 ? [sql`(0, 0, 0)`] : rows)}) as w(days, found, weight)
        on w.days = ${e.days} and w.found = ${found}`
    },
    order: ['transit', 'person'],
  })

export type Scored = ReturnType<typeof scoredOf>

/** Beyond any weight: the margin of a pair that has no other beside it. */
export const ALONE = 200 * BIT

const BEST = { transit: 'varchar', person: 'varchar', weight: 'integer', margin: 'integer' } as const

/**
 * Pairs that are the best of both their patient and their person, with their margin: how much better than the second best
 * of either. Of two that are equal on everything, twins say, neither is better than the other by anything.
 */
export const bestOf = (scored: Scored) =>
  step('best', {
    reads: { s: scored },
    gives: BEST,
    sql: ({ s }) => sql`
      select r.transit, r.person, r.weight,
        ${smallest(sql`r.weight - coalesce(r.next_of_transit, ${-ALONE})`, sql`r.weight - coalesce(r.next_of_person, ${-ALONE})`)} as margin
      from (
        select ${s.transit} as transit, ${s.person} as person, ${s.weight} as weight,
          row_number() over (partition by ${s.transit} order by ${s.weight} desc, ${s.person}) as of_transit,
          row_number() over (partition by ${s.person} order by ${s.weight} desc, ${s.transit}) as of_person,
          lead(${s.weight}) over (partition by ${s.transit} order by ${s.weight} desc, ${s.person}) as next_of_transit,
          lead(${s.weight}) over (partition by ${s.person} order by ${s.weight} desc, ${s.transit}) as next_of_person
        from ${s}
      ) as r
      where r.of_transit = 1 and r.of_person = 1`,
    order: ['transit'],
  })

/** The best of each decoy, beside what patients of the registry have with the same person: a decoy takes nobody from them. */
export const bestOfDecoysOf = (decoys: Scored, scored: Scored) =>
  step('best_of_decoys', {
    reads: { d: decoys, s: scored },
    gives: BEST,
    sql: ({ d, s }) => sql`
      select r.transit, r.person, r.weight,
        ${smallest(sql`r.weight - coalesce(r.next_of_transit, ${-ALONE})`, sql`r.weight - coalesce(t.weight, ${-ALONE})`)} as margin
      from (
        select ${d.transit} as transit, ${d.person} as person, ${d.weight} as weight,
          row_number() over (partition by ${d.transit} order by ${d.weight} desc, ${d.person}) as of_transit,
          lead(${d.weight}) over (partition by ${d.transit} order by ${d.weight} desc, ${d.person}) as next_of_transit
        from ${d}
      ) as r
      left join (
        select ${s.person} as person, max(${s.weight}) as weight from ${s} group by ${s.person}
      ) as t on t.person = r.person
      where r.of_transit = 1`,
    order: ['transit'],
  })

export type Best = ReturnType<typeof bestOf>

/** Best pairs counted by weight and margin in whole bits, rounded down and held within bounds: what the threshold is chosen from. */
export const heightsOf = (best: Best, ofDecoys: Best, strata: Strata, strataOfDecoys: Strata) =>
  step('heights', {
    reads: { b: best, d: ofDecoys, s: strata, t: strataOfDecoys },
    gives: { stratum: 'integer', weight: 'integer', margin: 'integer', links: 'bigint', decoys: 'bigint' },
    sql: ({ b, d, s, t }) => {
      // Shifted above zero, for whole division cuts towards it.
      const inBits = (of: Parameters<typeof sql>[1], most: number): Sql =>
        sql`cast(${smallest(sql`${integerDivide(sql`(${largest(sql`${of}`, sql`${-BOUND * BIT}`)} + ${BOUND * BIT})`, BIT)} - ${BOUND}`, sql`${most}`)} as integer)`
      return sql`
      select h.stratum, h.weight, h.margin, cast(sum(h.link) as bigint) as links, cast(sum(1 - h.link) as bigint) as decoys
      from (
        select ${s.stratum} as stratum, ${inBits(b.weight, BOUND)} as weight, ${inBits(b.margin, BOUND)} as margin, 1 as link
        from ${b} join ${s} on ${s.transit} = ${b.transit}
        union all
        select ${t.stratum}, ${inBits(d.weight, BOUND)}, ${inBits(d.margin, BOUND)}, 0 from ${d} join ${t} on ${t.transit} = ${d.transit}
      ) as h
      group by h.stratum, h.weight, h.margin`
    },
    order: ['stratum', 'weight', 'margin'],
  })

/** Of the heights, in bits: nothing is decided above or below. */
const BOUND = 40

/** Whether a pair passes the bar of its patient's stratum; thousandths of a bit. */
export const passes = (bars: readonly Bar[], stratum: Sql, weight: Sql, margin: Sql): Sql =>
  sql`${weight} >= case ${stratum} ${join(
    bars.map(({ threshold }, at) => sql`when ${at} then ${threshold * BIT}`),
    sql` `,
  )} end and ${margin} >= case ${stratum} ${join(
    bars.map((bar, at) => sql`when ${at} then ${bar.margin * BIT}`),
    sql` `,
  )} end`

/** Pairs at or above the threshold of their stratum, better than any other by its margin, with the band of their weight. */
export const chosenOf = (best: Best, strata: Strata, bars: readonly Bar[]) =>
  step('weighed_links', {
    reads: { b: best, s: strata },
    gives: { transit: 'varchar', person: 'varchar', step: 'varchar' },
    sql: ({ b, s }) => sql`
      select ${b.transit} as transit, ${b.person} as person,
        case ${join(
          BANDS.map(({ from, name }) => sql`when ${b.weight} >= ${from * BIT} then ${name}`),
          sql` `,
        )} else ${LOWEST} end as step
      from ${b} join ${s} on ${s.transit} = ${b.transit}
      where ${passes(bars, sql`${s.stratum}`, sql`${b.weight}`, sql`${b.margin}`)}`,
    order: ['transit'],
  })

/** Bands of the weight, as links and the report name them. */
const BANDS = [
  { from: 40, name: 'weight of 40 bits and over' },
  { from: 20, name: 'weight of 20 to 40 bits' },
  { from: 10, name: 'weight of 10 to 20 bits' },
] as const
const LOWEST = 'weight under 10 bits'

/** How links of this method may be called. */
export const BAND_NAMES: readonly string[] = [...BANDS.map(({ name }) => name), LOWEST]
