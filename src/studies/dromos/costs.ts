import { day, sql, step } from '../../engine/index.ts'
import { cdm } from '../../omop/index.ts'
import type { Period } from '../model.ts'
import { registryPatients } from './patients.ts'

/** What happened to the patients and can bear a cost: its kind, its number, its date (a stay counts on its last day). */
export const chargedEvents = step('charged_events', {
  reads: {
    p: registryPatients,
    v: cdm.visit_occurrence,
    x: cdm.drug_exposure,
    r: cdm.procedure_occurrence,
  },
  gives: { person_id: 'bigint', domain: 'varchar', event_id: 'bigint', event_date: 'date' },
  sql: ({ p, v, x, r }) => sql`
    select ${v.person_id} as person_id, 'Visit' as domain, ${v.visit_occurrence_id} as event_id, ${v.visit_end_date} as event_date
    from ${v} where ${v.person_id} in (select person_id from ${p})
    union all
    select ${x.person_id}, 'Drug', ${x.drug_exposure_id}, ${x.drug_exposure_start_date}
    from ${x} where ${x.person_id} in (select person_id from ${p})
    union all
    select ${r.person_id}, 'Procedure', ${r.procedure_occurrence_id}, ${r.procedure_date}
    from ${r} where ${r.person_id} in (select person_id from ${p})`,
})

/** Whole cents paid by the mandatory insurance per patient and item of expenditure, all causes, in the period. */
export const costs = (period: Period) =>
  step('costs', {
    reads: { e: chargedEvents, c: cdm.cost },
    gives: { person_id: 'bigint', item: 'integer', cents: 'bigint' },
    order: ['person_id', 'item'],
    sql: ({ e, c }) => sql`
      select ${e.person_id} as person_id, cast(${c.revenue_code_concept_id} as integer) as item,
        cast(sum(${c.paid_by_payer}) * 100 as bigint) as cents
      from ${e} join ${c} on ${c.cost_event_id} = ${e.event_id} and ${c.cost_domain_id} = ${e.domain}
      where ${e.event_date} between ${day(period.from)} and ${day(period.until)}
        and ${c.revenue_code_concept_id} is not null and ${c.paid_by_payer} is not null
      group by ${e.person_id}, ${c.revenue_code_concept_id}`,
  })
