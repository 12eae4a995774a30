import type { Step } from '../../../engine/index.ts'
import type { SourceTable } from '../../model.ts'
import { residenceStep } from '../residence/residence.ts'
import { cleaned, ruleHits } from '../rules/cleaned.ts'
import { purposes } from '../rules/model.ts'
import { sndsTables } from '../tables.ts'
import { findingSteps } from './findings.ts'
import { hitCells, totalOf } from './loss-table.ts'
import { residenceReportSteps } from './residence-report.ts'

/**
 * The steps of the cleaning by name, as they run where every table was delivered: what `chainon explain` shows
 * without running anything. `ER_PRS_F/rule_hits`, `ER_PRS_F/losses`, `ER_PRS_F/cost`, `RESIDENCE`, `findings/…`.
 */
export function cleaningSteps(): Readonly<Record<string, Step>> {
  const steps: Record<string, Step> = {}
  for (const definition of Object.values(sndsTables) as unknown as SourceTable[]) {
    const { name } = definition
    const hits = ruleHits(definition, new Set()).step
    if (hits) steps[`${name}/rule_hits`] = hits
    steps[`${name}/total`] = totalOf(definition)
    if (hits) steps[`${name}/losses`] = hitCells(definition)
    for (const purpose of purposes) steps[`${name}/${purpose}`] = cleaned(definition, purpose)
  }
  steps['RESIDENCE'] = residenceStep(new Set())
  for (const [name, one] of Object.entries(residenceReportSteps)) steps[`RESIDENCE/${name}`] = one
  for (const [name, one] of Object.entries(findingSteps())) steps[`findings/${name}`] = one
  return steps
}
