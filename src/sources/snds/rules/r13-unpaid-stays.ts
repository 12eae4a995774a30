import { sql } from '../../../engine/index.ts'
import { T_MCO_VALO } from '../tables.ts'
import { drops } from './drops.ts'
import { rule } from './model.ts'

const years = { since: 2009 }

/** Stays that the insurance does not pay. */
export const unpaidStays = rule({
  id: 'snds/r13',
  version: 1,
  ...years,
  purposes: ['cost'],
  title: 'Stays that are not paid',
  says: 'The insurance pays a stay whose valuation code VALO is 1 to 5; any other code (0: not valued) is dropped from costs. The stay still counts as a stay.',
  source: 'SNDS documentation, spending of public hospitals (T_MCOaaVALO)',
  otherReading: {
    who: 'SCALPEL-Extraction (2020)',
    says: "takes GHS_NUM <> '9999' for the same purpose.",
  },
  on: [drops(T_MCO_VALO, years, (r) => sql`${r.VALO} not in ('1', '2', '3', '4', '5')`)],
})
