import { type Interpolates, join, sql } from '../../../engine/index.ts'
import { T_MCO_C } from '../tables.ts'
import { drops, inYears } from './drops.ts'
import { rule } from './model.ts'

const years = { since: 2005 }
/** The two codes that came with the control of coherence between the stay and the insurance. */
const coherence = { since: 2013 }

const failed = (code: Interpolates) => sql`coalesce(${code}, '0') <> '0'`

/** A stay whose number of the insured could not be made or checked is nobody's. */
export const chaining = rule({
  id: 'snds/r8',
  version: 1,
  ...years,
  purposes: ['chaining'],
  title: 'Stays that cannot be chained',
  says: 'Each step by which a hospital stay gets the pseudonym of its patient leaves a return code; where one is not 0 (NIR, NAI, SEX, SEJ, FHO, PMS, DAT, and since 2013 COH_NAI and COH_SEX), or where NIR_ANO_17 is the fixed value of stays without one, the stay is attributed to nobody. It stays for what hospitals did and cost; whatever is told of persons reads T_MCO_C cleaned for chaining. A code that is null was not delivered, and hides no stay.',
  source: 'SNDS documentation, sheet on beneficiaries; return codes of the PMSI by ATIH',
  otherReading: {
    who: 'CNAM, sheet on beneficiaries',
    says: "prints the filter the other way round (<> '0' among the rows to keep).",
  },
  on: [
    drops(T_MCO_C, years, (r) =>
      join(
        [
          ...[r.NIR_RET, r.NAI_RET, r.SEX_RET, r.SEJ_RET, r.FHO_RET, r.PMS_RET, r.DAT_RET].map(failed),
          sql`((${failed(r.COH_NAI_RET)} or ${failed(r.COH_SEX_RET)}) and ${inYears(r.row_id, coherence)})`,
          sql`coalesce(${r.NIR_ANO_DUMMY}, false)`,
        ],
        sql` or `,
      ),
    ),
  ],
})
