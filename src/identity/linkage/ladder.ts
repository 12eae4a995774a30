import { join, type Sql, sql, type Step, step } from '../../engine/index.ts'
import type { Pairs } from './pairs.ts'

/** Which pairs a rung looks at. Everything that is not asked for is free. */
export interface Rung {
  /** As it stands in the links and the report. */
  readonly step: string
  /** Distinct exact days that must agree. */
  readonly dates: number
  /** Those of them that must agree in place too. */
  readonly placed: number
  readonly commune: boolean
  readonly month: boolean
  readonly sex: boolean
}

const rung = (name: string, dates: number, placed: number, rest: Partial<Rung> = {}): Rung => ({
  step: name,
  dates,
  placed,
  commune: false,
  month: true,
  sex: true,
  ...rest,
})

/**
 * The ladder: from all criteria down, the weakest left out first, as the national insurance links indirectly
 * (unique match on all criteria, drop the least discriminating, repeat; what matches several is not linked).
 * Every rung keeps one exact date. Two agreeing days weigh more than a place or a commune, which the registry
 * and the claims often write otherwise: they stand first.
 */
export const RUNGS: readonly Rung[] = [
  rung('1 two days, place, commune', 2, 2, { commune: true }),
  rung('2 one day, place, commune', 1, 1, { commune: true }),
  rung('3 two days, place', 2, 2),
  rung('4 two days, commune', 2, 0, { commune: true }),
  rung('5 two days', 2, 0),
  rung('6 one day, place', 1, 1),
  rung('7 one day, commune', 1, 0, { commune: true }),
  rung('8 two days, place, not birth month', 2, 2, { month: false }),
  rung('9 two days, place, not sex', 2, 2, { sex: false }),
  rung('10 one day, place, commune, not birth month', 1, 1, { commune: true, month: false }),
  rung('11 one day, place, commune, not sex', 1, 1, { commune: true, sex: false }),
]

const LINK = { transit: 'varchar', person: 'varchar', step: 'varchar' } as const
export type LinkStep = Step<typeof LINK>

/**
 * Pairs that meet a rung and are alone in it on both sides, among those whom no earlier rung linked.
 * @param earlier the links of the rungs above
 */
export function climb(pairs: Pairs, asked: Rung, earlier: readonly LinkStep[], suffix = ''): LinkStep {
  const reads = Object.fromEntries(earlier.map((links, index) => [`e${index}`, links]))
  return step(`rung_${RUNGS.indexOf(asked) + 1}${suffix}`, {
    reads: { p: pairs, ...reads },
    gives: LINK,
    sql: (handles) => {
      const { p } = handles
      const taken = (column: 'transit' | 'person'): Sql =>
        earlier.length === 0
          ? sql`true`
          : join(
              earlier.map((_, index) => {
                const e = (handles as Record<string, typeof handles.p>)[`e${index}`] as typeof handles.p
                return sql`not exists (select 1 from ${e} where ${e[column]} = ${p[column]})`
              }),
              sql` and `,
            )
      return sql`
        select u.transit, u.person, ${asked.step} as step
        from (
          select m.transit, m.person, count(*) over (partition by m.transit) as of_transit, count(*) over (partition by m.person) as of_person
          from (
            select distinct ${p.transit} as transit, ${p.person} as person from ${p}
            where ${criteria(asked, p)} and ${taken('transit')} and ${taken('person')}
          ) as m
        ) as u
        where u.of_transit = 1 and u.of_person = 1`
    },
    order: ['transit', 'person'],
  })
}

function criteria(asked: Rung, p: Record<keyof Pairs['columns'], Parameters<typeof sql>[1]>): Sql {
  return join(
    [
      sql`${p.dates} >= ${asked.dates}`,
      ...(asked.placed > 0 ? [sql`${p.placed_dates} >= ${asked.placed}`] : []),
      ...(asked.commune ? [sql`${p.same_commune}`] : []),
      ...(asked.month ? [sql`${p.same_month}`] : []),
      ...(asked.sex ? [sql`${p.same_sex}`] : []),
    ],
    sql` and `,
  )
}
