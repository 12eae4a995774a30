import { sql, step } from '../../../engine/index.ts'
import { CHAINED_STAY, VISIT } from '../sides.ts'

/** First and last day on which the SNDS saw anybody in hospital: of days outside it can say nothing. */
export const coverage = step('coverage', {
  reads: { s: CHAINED_STAY, v: VISIT },
  gives: { since: 'date', upto: 'date', contacts: 'bigint' },
  sql: ({ s, v }) => sql`
    select min(d.since) as since, max(d.upto) as upto, cast(sum(d.contacts) as bigint) as contacts
    from (
      select min(${s.EXE_SOI_DTD}) as since, max(${s.EXE_SOI_DTD}) as upto, count(*) as contacts from ${s}
      union all
      select min(${v.EXE_SOI_DTD}), max(${v.EXE_SOI_DTD}), count(*) from ${v}
    ) as d`,
})
