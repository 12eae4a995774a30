import { day, type Sql, sql } from '../../../engine/index.ts'
import { IR_BEN_R, IR_IMB_R } from '../tables.ts'
import { rule, sets } from './model.ts'

/** 1600-01-01 and any other day of that year: nobody in the SNDS was there. */
const real = (date: Sql): Sql => sql`case when ${date} >= ${day('1601-01-01')} then ${date} end`

/** The SNDS writes 1600-01-01 for "no date". */
export const noDate = rule({
  id: 'snds/r7',
  version: 1,
  since: 2006,
  purposes: ['count', 'cost', 'chaining'],
  title: 'Dates that are none',
  says: 'The year 1600 stands for a date that is not known or has not come: the death of the living (BEN_DCD_DTE), the end of a long-term illness that goes on (IMB_ALD_DTF), a birth that is not known (BEN_NAI_ANN, with its month). The value is set to null; the row stays.',
  source: 'SNDS documentation, essentials of the SNDS (missing dates)',
  otherReading: {
    who: 'sndsTools (2026), long-term illnesses',
    says: 'asks IMB_ALD_DTF to be after the start of the study, so that illnesses that go on (1600-01-01) are lost.',
  },
  on: [
    sets(IR_BEN_R, {
      BEN_DCD_DTE: (r) => real(sql`${r.BEN_DCD_DTE}`),
      BEN_NAI_ANN: (r) => sql`case when ${r.BEN_NAI_ANN} > 1600 then ${r.BEN_NAI_ANN} end`,
      BEN_NAI_MOI: (r) => sql`case when ${r.BEN_NAI_ANN} <= 1600 then null else ${r.BEN_NAI_MOI} end`,
    }),
    sets(IR_IMB_R, { IMB_ALD_DTF: (r) => real(sql`${r.IMB_ALD_DTF}`) }),
  ],
})
