import type { CheckSummary } from '../../spaces/index.ts'

/** How many cells the check hid, whatever the reason. */
export const hiddenCells = ({ hidden }: CheckSummary): number =>
  Object.values(hidden).reduce((sum, n) => sum + n, 0)
