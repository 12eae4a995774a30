import { sql } from '../../../engine/index.ts'
import { ER_PRS_F } from '../tables.ts'
import { drops } from './drops.ts'
import { rule } from './model.ts'

const years = { since: 2006 }

/** Lines "for information" carry no care. Rows without a qualifier are older than the column, and stay. */
export const informationalLines = rule({
  id: 'snds/r1',
  version: 1,
  ...years,
  purposes: ['count', 'cost'],
  title: 'Lines for information',
  says: 'A line whose spending qualifier is 71, on the line or on its supplement, was sent for information: hospital activity that is paid elsewhere. It is dropped. A line without a qualifier stays.',
  source: 'SNDS documentation, standard filters of DCIR (DPN_QLF, PRS_DPN_QLP)',
  otherReading: {
    who: 'sndsTools (2026), drug extraction',
    says: 'DPN_QLF <> 71 without the branch for NULL, so that lines without a qualifier are lost; PRS_DPN_QLP is not looked at.',
  },
  on: [drops(ER_PRS_F, years, (r) => sql`${r.DPN_QLF} = 71 or ${r.PRS_DPN_QLP} = 71`)],
})
