import type { DeliveryReport } from '../../sources/index.ts'

/**
 * A delivery's report as it may leave the source process: why and where rows were set aside, never what stood
 * there, because a bad row of these deliveries is as much somebody as a good one.
 */
export function withoutValues(report: DeliveryReport): DeliveryReport {
  return {
    ...report,
    accepted: [],
    files: report.files.map((file) => ({
      ...file,
      reasons: file.reasons.map((reason) => ({ ...reason, value: null })),
      warnings: file.warnings.map(({ example: _example, ...warning }) => warning),
    })),
  }
}
