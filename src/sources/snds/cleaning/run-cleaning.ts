import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Engine, type Ledger, Plan, type PlanOptions } from '../../../engine/index.ts'
import type { SourceTable } from '../../model.ts'
import { residenceStep } from '../residence/residence.ts'
import { ruleHits, ruleHitsTable } from '../rules/cleaned.ts'
import type { Rule } from '../rules/model.ts'
import { sndsTables } from '../tables.ts'
import { findingsOf } from './findings.ts'
import { bindLake } from './lake-files.ts'
import { lossTable } from './loss-table.ts'
import type { CleaningReport, Finding, Kept, Loss } from './model.ts'
import { residenceReport } from './residence-report.ts'

/**
 * Finds which rules hit which rows of the lake's SNDS tables, and where persons live: writes
 * snds/rule_hits/<TABLE>.parquet and snds/RESIDENCE.parquet. The tables themselves are not written again.
 * @returns the loss table in rows and euros, and what must not pass in silence
 */
export async function runCleaning(options: {
  readonly engine: Engine
  readonly ledger?: Ledger
  /** The lake's folder. */
  readonly lake: string
  readonly onStep?: NonNullable<PlanOptions['onStep']>
}): Promise<CleaningReport> {
  const { engine, ledger, lake, onStep } = options
  const plan = new Plan(engine, { ...(ledger ? { ledger } : {}), ...(onStep ? { onStep } : {}) })
  const absent = await bindLake(plan, lake)
  const losses: Loss[] = []
  const tables: Kept[] = []
  const findings: Finding[] = []
  for (const definition of Object.values(sndsTables) as unknown as SourceTable[]) {
    const path = join(lake, 'snds', 'rule_hits', `${definition.name}.parquet`)
    if (absent.has(definition)) {
      await rm(path, { force: true })
      continue
    }
    const { step, rules, lacking } = ruleHits(definition, absent)
    for (const { rule, needs } of lacking) findings.push(notApplied(definition, rule, needs))
    if (step) {
      await plan.write(step, path)
      await plan.bind(ruleHitsTable(definition), [path])
    }
    const told = await lossTable(plan, definition, rules)
    losses.push(...told.losses)
    tables.push(told.kept)
  }
  await plan.write(residenceStep(absent), join(lake, 'snds', 'RESIDENCE.parquet'))
  const residence = await residenceReport(plan, join(lake, 'snds', 'RESIDENCE.parquet'))
  findings.push(...(await findingsOf(plan, absent, losses, tables)))
  return { losses, tables, findings, residence }
}

const notApplied = (definition: SourceTable, rule: Rule, needs: readonly SourceTable[]): Finding => ({
  kind: 'rule-not-applied',
  table: definition.name,
  says: `${rule.id} (${rule.title}) could not be applied: ${needs.map((one) => one.name).join(', ')} was not delivered`,
})
