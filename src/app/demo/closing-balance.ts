import { join } from 'node:path'
import type { LinkResult } from '../../identity/index.ts'
import type { OmopReport } from '../../omop/index.ts'
import type { CheckedSubmission, Submitted } from '../../spaces/index.ts'
import type { Hub } from '../../store/index.ts'
import { hiddenCells } from '../chain/hidden-cells.ts'
import type { Delivery, Received } from '../chain/model.ts'
import type { ClosingBalance } from './model.ts'
import { findPlanted } from './planted.ts'
import { judgeLinks, plantedEffects } from './truth.ts'

export interface ToBalance {
  readonly hub: Hub
  readonly received: ReadonlyMap<Delivery, Received>
  readonly linked?: LinkResult<CheckedSubmission>
  readonly built?: OmopReport
  readonly submitted?: Submitted
  /** The invented country, whose truth is looked at. */
  readonly country?: string
  readonly seed?: string
}

/** Sums up a run, beside what was planted where the country is one of ours. */
export async function closingBalance(of: ToBalance): Promise<ClosingBalance> {
  const { hub, received, linked, built, submitted, country, seed } = of
  const totals = [...received.values()].map(({ delivery }) => delivery.total)
  const kept = received.get('snds')?.cleaning?.tables ?? []
  return {
    rows: {
      received: totals.reduce((sum, total) => sum + total.received.rows, 0),
      setAside: totals.reduce((sum, total) => sum + total.setAside.rows, 0),
      cleanedForCost: kept.reduce((sum, table) => sum + table.rows - table.kept.cost.rows, 0),
    },
    linkage: {
      patients: linked?.quality.patients ?? 0,
      opposed: linked?.quality.opposed ?? 0,
      linked: linked?.quality.linked ?? 0,
      ...(linked && country !== undefined && seed !== undefined
        ? {
            truth: await judgeLinks(country, { lake: hub.path('lake'), version: linked.version, seed }),
            falseMatches: linked.quality.falseMatches,
          }
        : {}),
    },
    ...(built
      ? {
          euros: {
            lines: built.balance.tables.map(({ table, lake, told }) => ({
              table,
              lake: lake.euros,
              told: told.euros,
            })),
            balances: built.balance.balances,
          },
        }
      : {}),
    ...(submitted && country !== undefined
      ? { effects: findPlanted(await plantedEffects(country), submitted.checked) }
      : {}),
    ...(submitted ? { released: releasedOf(submitted) } : {}),
  }
}

function releasedOf({ checked, folder }: Submitted): NonNullable<ClosingBalance['released']> {
  const shownIn = (name: string): number => {
    const table = checked.tables.find((one) => one.name === name)
    return table?.kind === 'cost' || table?.kind === 'count'
      ? table.cells.filter((cell) => !cell.hidden && cell.n > 0).length
      : 0
  }
  return {
    report: join(folder, 'report.html'),
    shown: checked.summary.shown,
    hidden: hiddenCells(checked.summary),
    diseases: shownIn('patients_by_disease'),
    diseaseQuintiles: shownIn('cost_by_block_by_quintile'),
  }
}
