import type { CheckedTable, CheckSummary, OutputTable, Submission } from '../output-model.ts'
import { type DisclosureProfile, HIDDEN_REASON, rulesInWords } from './profile.ts'

/** Counts what is shown, hidden and merged. */
export function summarise(
  submission: Submission,
  checked: readonly CheckedTable[],
  profile: DisclosureProfile,
  audit: CheckSummary['audit'],
): CheckSummary {
  const tables = checked.map((table, i) => ({
    name: table.name,
    kind: table.kind,
    ...counts(submission.tables[i] as OutputTable, table),
  }))
  const hidden = tables.reduce((n, table) => n + table.hidden, 0)
  return {
    profile: profile.id,
    threshold: profile.threshold,
    tables,
    shown: tables.reduce((n, table) => n + table.shown, 0),
    hidden: hidden === 0 ? {} : { [HIDDEN_REASON]: hidden },
    rules: rulesInWords(profile),
    audit,
  }
}

function counts(given: OutputTable, table: CheckedTable): { shown: number; hidden: number; merged: number } {
  if (table.kind === 'count') {
    const hidden = table.cells.filter((cell) => cell.hidden).length
    return { shown: table.cells.length - hidden, hidden, merged: 0 }
  }
  if (table.kind === 'cost' && given.kind === 'cost') {
    let shown = 0
    let hidden = 0
    for (const [i, cell] of table.cells.entries()) {
      const items = given.cells[i]?.items.length ?? 0
      const here = cell.hidden ? 0 : cell.items.filter((item) => !item.hidden).length
      shown += here
      hidden += items - here
    }
    return { shown, hidden, merged: 0 }
  }
  if (table.kind === 'survival' && given.kind === 'survival') {
    const hidden = table.curves.filter((curve) => curve.hidden).length
    const steps = table.curves.map((curve) => (curve.hidden ? 0 : curve.steps.length))
    const offered = table.curves.map((curve, i) => (curve.hidden ? 0 : (given.curves[i]?.steps.length ?? 0)))
    return { shown: sum(steps), hidden, merged: sum(offered) - sum(steps) }
  }
  if (table.kind === 'flow' && given.kind === 'flow') {
    if (table.hidden) return { shown: 0, hidden: given.flows.length, merged: 0 }
    return { shown: table.flows.length, hidden: 0, merged: given.flows.length - table.flows.length }
  }
  return { shown: 0, hidden: 0, merged: 0 }
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
