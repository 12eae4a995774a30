import { sql, type Step, step } from '../engine/index.ts'
import { ER_PRS_F, lakeTable, T_MCO_C } from '../sources/index.ts'
import { balanceSteps } from './balance.ts'
import { yearOf } from './inputs.ts'
import { releaseSteps } from './release-steps.ts'
import { linesByMonth } from './slices.ts'

type Release = ReturnType<typeof releaseSteps>
type Who = Release['who']

/** Whom each number of a version stands for. */
export const idsOf = (who: Who) =>
  step('person_ids', {
    reads: { i: who },
    gives: { person_id: 'bigint', snds: 'varchar', bndmr: 'varchar', linked: 'boolean', step: 'varchar' },
    order: ['person_id'],
    sql: ({ i }) =>
      sql`select ${i.person_id} as person_id, ${i.snds} as snds, ${i.bndmr} as bndmr, ${i.linked} as linked, ${i.step} as step from ${i}`,
  })

/** How many persons a version has, and how many of them are linked. */
export const counts = (who: Who) =>
  step('counts', {
    reads: { i: who },
    gives: { everybody: 'bigint', linked: 'bigint' },
    sql: ({ i }) =>
      sql`select count(*) as everybody, count(case when ${i.linked} then 1 end) as linked from ${i}`,
  })

/** First and last year of the hospital tables, first and last day of the care in the city. */
export const yearsOfCare = step('years_of_care', {
  reads: { c: lakeTable(T_MCO_C), p: lakeTable(ER_PRS_F) },
  gives: { stays_from: 'bigint', stays_until: 'bigint', city_from: 'date', city_until: 'date' },
  sql: ({ c, p }) => sql`
    select s.stays_from, s.stays_until, l.city_from, l.city_until from (
      select min(${yearOf(c.row_id)}) as stays_from, max(${yearOf(c.row_id)}) as stays_until from ${c}
    ) as s cross join (
      select min(${p.EXE_SOI_DTD}) as city_from, max(${p.EXE_SOI_DTD}) as city_until from ${p}
    ) as l`,
})

/** Every step of a build by name: what `chainon explain` shows without running anything. */
export function buildSteps(setting: Parameters<typeof releaseSteps>[0]): Readonly<Record<string, Step>> {
  const release = releaseSteps(setting)
  const balance = Object.entries(balanceSteps(release)).map(
    ([name, one]) => [`balance/${name}`, one] as const,
  )
  return {
    years_of_care: yearsOfCare,
    lines_by_month: linesByMonth,
    ...release.shared,
    ids: idsOf(release.who),
    counts: counts(release.who),
    ...release.tables,
    ...Object.fromEntries(balance),
  }
}
