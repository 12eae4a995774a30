import { dromos } from './dromos/dromos.ts'
import type { Study } from './model.ts'

export { dromos } from './dromos/dromos.ts'
export type { LineageFile, ReportMeta } from './report/model.ts'
export { renderReport } from './report/render-report.ts'
export type { Needs, Period, Study } from './model.ts'

/** Every study that `chainon study list` names. */
export const studies: readonly Study[] = [dromos]
