import type { FlowTable } from '../../spaces/index.ts'

/** One entrant of the pathway step. */
export interface PathwayRow {
  readonly step_1: string | null
  readonly step_2: string | null
  readonly step_3: string | null
  readonly step_4: string | null
  readonly ending: string
}

export const START = 'first-contact'
export const cares = ['gp', 'specialist', 'outpatient', 'stay', 'centre'] as const
export const endings = ['death', 'no-further-care', 'end-of-follow-up'] as const

/**
 * Flows from one step of care to the next. Who has no next one flows to the end that explains it and stays there
 * through the later steps: everybody is somewhere at each step, so no difference tells of the few who stopped.
 */
export function flowTable(rows: readonly PathwayRow[]): FlowTable {
  const counts = new Map<string, { level: number; from: string; to: string; n: number }>()
  for (const row of rows) {
    let from = START
    for (const [level, kind] of [row.step_1, row.step_2, row.step_3, row.step_4].entries()) {
      const to = (endings as readonly string[]).includes(from) ? from : (kind ?? row.ending)
      const key = `${level}|${from}|${to}`
      const flow = counts.get(key)
      if (flow) flow.n++
      else counts.set(key, { level, from, to, n: 1 })
      from = to
    }
  }
  const order = [START, ...cares, ...endings] as readonly string[]
  const flows = [...counts.values()].sort(
    (a, b) =>
      a.level - b.level ||
      order.indexOf(a.from) - order.indexOf(b.from) ||
      order.indexOf(a.to) - order.indexOf(b.to),
  )
  return {
    kind: 'flow',
    name: 'first_steps',
    at: { linked: 'yes', contact: 'in-period' },
    n: rows.length,
    flows,
  }
}
