import type { SndsContext } from './model.ts'

/** Flow months of one file: `until` is not in it. */
export interface FlowPeriod {
  readonly name: string
  readonly from: string
  readonly until: string
}

/** Above this many persons a flow file holds a month instead of a year. */
const MONTHLY_ABOVE = 100_000

export const isMonthly = (persons: number): boolean => persons > MONTHLY_ABOVE

/** Flows are read until six months after the window. */
export const lastFlow = (until: string): string =>
  new Date(Date.UTC(Number(until.slice(0, 4)), Number(until.slice(5, 7)) + 5, 1)).toISOString().slice(0, 10)

/** The flow files of a window: its years and the six months after it, or each of these months. */
export function flowPeriods(window: SndsContext['window'], persons: number): FlowPeriod[] {
  const first = Number(window.from.slice(0, 4))
  const last = lastFlow(window.until)
  const periods: FlowPeriod[] = []
  for (let year = first; year <= Number(last.slice(0, 4)); year += 1) {
    if (!isMonthly(persons)) {
      periods.push({ name: String(year), from: `${year}-01-01`, until: `${year + 1}-01-01` })
      continue
    }
    for (let month = 1; month <= 12; month += 1) {
      const from = new Date(Date.UTC(year, month - 1, 1)).toISOString().slice(0, 10)
      if (from > last) break
      const until = new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10)
      periods.push({ name: `${year}${String(month).padStart(2, '0')}`, from, until })
    }
  }
  return periods
}
