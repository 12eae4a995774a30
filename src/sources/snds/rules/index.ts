import { chaining } from './r8-chaining.ts'
import { directBilling } from './r2-direct-billing.ts'
import { errorGroups } from './r10-error-groups.ts'
import { informationalLines } from './r1-informational-lines.ts'
import type { Rule } from './model.ts'
import { noDate } from './r7-no-date.ts'
import { residence } from './r15-residence.ts'
import { reversals } from './r4-reversals.ts'
import { unpaidStays } from './r13-unpaid-stays.ts'

/** The cleaning rules of the SNDS, in the order of their numbers. */
export const sndsRules: readonly Rule[] = [
  informationalLines,
  directBilling,
  reversals,
  noDate,
  chaining,
  errorGroups,
  unpaidStays,
  residence,
]
