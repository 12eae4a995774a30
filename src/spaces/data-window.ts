import { openEngine, Plan, sql, step, table } from '../engine/index.ts'
import type { Hub } from '../store/index.ts'

const periods = table('observation_period', {
  observation_period_start_date: 'date',
  observation_period_end_date: 'date',
})

/** The query behind it. */
export const observedWindow = step('data_window', {
  reads: { o: periods },
  gives: { from_day: 'varchar', until_day: 'varchar' },
  sql: ({ o }) => sql`
    select cast(min(${o.observation_period_start_date}) as varchar) as from_day,
      cast(max(${o.observation_period_end_date}) as varchar) as until_day
    from ${o}`,
})

/** First and last day on which a data version observes anybody in the SNDS: the widest period of a permit. */
export async function dataWindow(
  hub: Hub,
  dataVersion: string,
): Promise<{ from: string; until: string } | undefined> {
  const engine = await openEngine(hub.engine, { as: 'lake', folder: hub.dir }, {})
  try {
    const plan = new Plan(engine)
    await plan.bind(periods, [hub.path('lake', 'omop', dataVersion, 'observation_period.parquet')])
    const [row] = await plan.rows<{ from_day: string | null; until_day: string | null }>(observedWindow)
    return row?.from_day && row.until_day ? { from: row.from_day, until: row.until_day } : undefined
  } finally {
    await engine.close()
  }
}
