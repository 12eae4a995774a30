import { type Plan, type Step, sql, step } from '../engine/index.ts'
import { ER_PRS_F, lakeTable } from '../sources/index.ts'
import { type FlowSlice, linesOf, type PersonSlice, visitsOf } from './city-care.ts'
import type { releaseSteps } from './release-steps.ts'

/** Lines of care that are joined at once, and whose visits are: 7 million lines kept in memory take 4 GB, measured. */
const LINES_AT_ONCE = 8_000_000

/** How many lines of care each month of flow has. */
export const linesByMonth = step('lines_by_month', {
  reads: { p: lakeTable(ER_PRS_F) },
  gives: { year: 'bigint', month: 'bigint', lines: 'bigint' },
  order: ['year', 'month'],
  sql: ({ p }) => sql`
    select m.year, m.month, count(*) as lines from (
      select year(${p.FLX_DIS_DTD}) as year, month(${p.FLX_DIS_DTD}) as month from ${p} where ${p.FLX_DIS_DTD} is not null
    ) as m group by m.year, m.month`,
})

type Release = ReturnType<typeof releaseSteps>

/**
 * The shared steps of a large country in parts that one machine can do one after the other: lines of care by month of
 * flow, visits by person. None for a country that is done at once.
 */
export async function partsOfShared(
  plan: Plan,
  { who, large: { lines, hospital } }: Release,
  persons: number,
): Promise<Readonly<Record<string, readonly Step[]>>> {
  const months = await plan.rows<{ year: bigint; month: bigint; lines: bigint }>(linesByMonth)
  const flows = flowSlices(
    months.map(({ year, month, lines: n }) => ({
      month: `${year}-${String(month).padStart(2, '0')}-01`,
      lines: n,
    })),
  )
  if (flows.length < 2) return {}
  return {
    dcir_lines: flows.map((slice) => linesOf(who, slice)),
    dcir_visits: personSlices(persons, flows.length).map((slice) => visitsOf(lines, hospital, slice)),
  }
}

/** Months in a row with about as many lines as are done at once; together they are all of time. */
export function flowSlices(
  months: readonly { readonly month: string; readonly lines: bigint }[],
  atOnce = LINES_AT_ONCE,
): FlowSlice[] {
  const starts: string[] = []
  let held = 0
  for (const { month, lines } of months) {
    if (held > 0 && held + Number(lines) > atOnce) {
      starts.push(month)
      held = 0
    }
    held += Number(lines)
  }
  return [undefined, ...starts].map((from, index) => ({
    ...(from === undefined ? {} : { from }),
    ...(starts[index] === undefined ? {} : { until: starts[index] }),
  }))
}

/** Persons are numbered from 1 without a gap. */
export function personSlices(persons: number, slices: number): PersonSlice[] {
  const size = Math.ceil(persons / slices)
  return Array.from({ length: slices }, (_, index) => ({ from: index * size + 1, until: (index + 1) * size }))
}
