import { type Plan, sql, step, table } from '../../../engine/index.ts'
import { residenceColumns } from '../residence/residence.ts'
import type { CleaningReport } from './model.ts'

/** lake/snds/RESIDENCE.parquet */
const residence = table('RESIDENCE', residenceColumns)

const placed = step('persons_by_residence', {
  reads: { r: residence },
  gives: { persons: 'bigint', placed: 'bigint', moved: 'bigint' },
  sql: ({ r }) => sql`
    select count(*) as persons, count(case when p.known = p.stretches then 1 end) as placed,
      count(case when p.stretches > 1 then 1 end) as moved
    from (
      select ${r.person} as person, count(*) as stretches, count(${r.commune}) as known from ${r} group by ${r.person}
    ) as p`,
})

const unplaced = step('persons_by_reason', {
  reads: { r: residence },
  gives: { reason: 'varchar', n: 'bigint' },
  order: ['reason'],
  sql: ({ r }) => sql`
    select ${r.reason} as reason, count(distinct ${r.person}) as n from ${r} where ${r.reason} is not null group by ${r.reason}`,
})

export const residenceReportSteps = { placed, unplaced } as const

/** How many persons have a commune, how many moved, and why the others have none. */
export async function residenceReport(plan: Plan, path: string): Promise<CleaningReport['residence']> {
  await plan.bind(residence, [path])
  const [row] = await plan.rows<{ persons: bigint; placed: bigint; moved: bigint }>(placed)
  const reasons = await plan.rows<{ reason: string; n: bigint }>(unplaced)
  return {
    persons: Number(row?.persons ?? 0),
    placed: Number(row?.placed ?? 0),
    moved: Number(row?.moved ?? 0),
    unplaced: Object.fromEntries(reasons.map(({ reason, n }) => [reason, Number(n)])),
  }
}
