import { sql, step } from '../../../engine/index.ts'
import { lakeTable, type SourceTable } from '../../model.ts'
import { ER_ETE_F, ER_PRS_F } from '../tables.ts'
import { inYears } from './drops.ts'
import { rule } from './model.ts'
import { lineKeys, nineKeyTypes, sameLine } from './nine-keys.ts'

const years = { since: 2006 }

const directKeys = step('keys_billed_directly', {
  reads: { e: lakeTable(ER_ETE_F) },
  gives: nineKeyTypes,
  sql: ({ e }) => sql`select distinct ${lineKeys(e)} from ${e} where ${e.ETE_IND_TAA} = 1`,
})

/*
 * A line may have several rows in ER_ETE_F and is dropped once: the keys are made distinct before the join. (The
 * same as `exists` over nine keys is six times slower in DuckDB 1.5.) A line without any row, or whose indicator
 * is null, stays.
 */
const billedDirectly = step('billed_directly', {
  reads: { l: lakeTable(ER_PRS_F), d: directKeys },
  gives: { row_id: 'bigint' },
  sql: ({ l, d }) => sql`
    select ${l.row_id} as row_id from ${l} join ${d} on ${sameLine(l, d)} where ${inYears(l.row_id, years)}`,
})

/** Public hospitals that bill the insurance directly: the PMSI holds the same care, valued. */
export const directBilling = rule({
  id: 'snds/r2',
  version: 1,
  ...years,
  purposes: ['count', 'cost'],
  title: 'Direct billing of public hospitals',
  says: 'A line of a public hospital that bills the insurance itself (ETE_IND_TAA = 1) describes care that the PMSI already values: it is dropped, else it counts twice. A line without a row in ER_ETE_F, or with another or no indicator, stays.',
  source:
    'SNDS documentation, sheet on hospital care billed in DCIR; under 1 % of public hospitals in 2010–2012, 35 % in 2019',
  otherReading: {
    who: 'sndsTools (2026), hospital drugs',
    says: 'joins ER_ETE_F with an inner join, so that a line without a row there is lost.',
  },
  on: [
    {
      is: 'drops',
      table: ER_PRS_F as unknown as SourceTable,
      finds: () => billedDirectly,
      needs: [ER_ETE_F as unknown as SourceTable],
    },
  ],
})
