import { sql } from '../../../engine/index.ts'
import { T_MCO_B } from '../tables.ts'
import { drops } from './drops.ts'
import { rule } from './model.ts'

const years = { since: 2005 }

/** Stays that the grouping could not class. */
export const errorGroups = rule({
  id: 'snds/r10',
  version: 1,
  ...years,
  purposes: ['count', 'cost'],
  title: 'Stays in error groups',
  says: 'A GHM that begins with 90 is the group of stays with an error of coding: they are dropped. Only the beginning counts: 10C902 is a stay like any other.',
  source: 'SNDS documentation, standard filters of the PMSI MCO; GHM manual, major category 90',
  otherReading: {
    who: 'sndsTools (2026), stays',
    says: "filters '%90%', so that a GHM with 90 anywhere is dropped.",
  },
  on: [drops(T_MCO_B, years, (r) => sql`substr(${r.GRG_GHM}, 1, 2) = '90'`)],
})
