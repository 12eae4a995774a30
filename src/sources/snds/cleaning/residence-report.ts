import type { Engine } from '../../../engine/index.ts'
import type { CleaningReport } from './model.ts'

/** How many persons have a commune, how many moved, and why the others have none. */
export async function residenceReport(engine: Engine, path: string): Promise<CleaningReport['residence']> {
  const from = await engine.table([path], { person: 'varchar', commune: 'varchar', reason: 'varchar' })
  const [row] = await engine.rows<{ persons: bigint; placed: bigint; moved: bigint }>(
    `select count(*) as persons, count(*) filter (where known = stretches) as placed, count(*) filter (where stretches > 1) as moved
     from (select person, count(*) as stretches, count(commune) as known from ${from} group by person)`,
  )
  const reasons = await engine.rows<{ reason: string; n: bigint }>(
    `select reason, count(distinct person) as n from ${from} where reason is not null group by reason order by reason`,
  )
  return {
    persons: Number(row?.persons ?? 0),
    placed: Number(row?.placed ?? 0),
    moved: Number(row?.moved ?? 0),
    unplaced: Object.fromEntries(reasons.map(({ reason, n }) => [reason, Number(n)])),
  }
}
