import { sql, step } from '../../../engine/index.ts'
import { lakeTable, type SourceTable } from '../../model.ts'
import { needsReading } from '../residence/commune.ts'
import { IR_BEN_R } from '../tables.ts'
import { rule } from './model.ts'

const read = step('communes_not_plain', {
  reads: { b: lakeTable(IR_BEN_R) },
  gives: { row_id: 'bigint' },
  sql: ({ b }) => sql`
    select ${b.row_id} as row_id from ${b} where ${needsReading(b.BEN_RES_DPT, b.BEN_RES_COM)}`,
})

/** One INSEE commune per person and date, made of pieces that each scheme writes in its way. */
export const residence = rule({
  id: 'snds/r15',
  version: 1,
  since: 2006,
  purposes: ['count', 'cost', 'chaining'],
  title: 'One commune of residence',
  says: 'BEN_RES_DPT and BEN_RES_COM are made into one INSEE commune: Corsica (209) becomes 2A or 2B, communes overseas are read as each scheme writes them, codes that name no place (000, 099, 999) or one abroad name none. RESIDENCE then holds one commune per person and date, from care sheets, else from IR_BEN_R, else from a postal code of the PMSI (BDI_COD) that is one commune’s; or null and why. The rows keep their pieces; those of IR_BEN_R that the plain concatenation would misread are named.',
  source:
    'SNDS documentation, place of residence of beneficiaries (DREES 2019, after P.-O. Blotière, CNAM 2014)',
  otherReading: {
    who: 'SNDS documentation',
    says: 'gives the pieces of one row and leaves open which of several communes of a person holds.',
  },
  on: [{ is: 'marks', table: IR_BEN_R as unknown as SourceTable, finds: () => read, needs: [] }],
})
