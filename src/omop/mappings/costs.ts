import { sql, step } from '../../engine/index.ts'
import { concepts } from '../concepts.ts'
import { eventId } from '../inputs.ts'
import { mapping, text } from '../mapping.ts'
import { cdmTables as T } from '../spec/tables.ts'
import type { Sources } from './sources.ts'

const claim = concepts.TYPE_CLAIM

/** The mappings of what the mandatory insurance paid, each amount on the event that it was paid for. */
export function costMappings({ drugCosts, actCosts, visits, hospital, outpatient }: Sources) {
  const charge = { cost_type_concept_id: claim, currency_concept_id: concepts.EURO } as const
  const costOfDrug = mapping('cost_of_drug', T.cost, drugCosts, (d) => ({
    ...charge,
    cost_id: eventId(d.line, 0),
    cost_event_id: eventId(d.row_id, 0),
    cost_domain_id: 'Drug',
    total_charge: d.total,
    paid_by_payer: d.paid,
    revenue_code_concept_id: concepts.ITEM_PHARMACY,
  }))
  const costOfAct = mapping('cost_of_act', T.cost, actCosts, (a) => ({
    ...charge,
    cost_id: eventId(a.line, 1),
    cost_event_id: eventId(a.row_id, 0),
    cost_domain_id: 'Procedure',
    total_charge: a.total,
    paid_by_payer: a.paid,
    revenue_code_concept_id: concepts.ITEM_CITY_OTHER,
  }))
  const visitCost = (mappingName: string, part: 'fee' | 'other' | 'stay', source: number, item: number) =>
    mapping(
      mappingName,
      T.cost,
      step(`${mappingName}_rows`, {
        reads: { v: visits },
        gives: { first: 'bigint', event: 'bigint', paid: 'decimal(12,2)', total: 'decimal(12,2)' },
        sql: ({ v }) => sql`
          select ${v.first} as first,
            case when ${v.hospital_row} is not null then ${eventId(v.hospital_row, 1)} else ${eventId(v.first, 0)} end as event,
            ${v[part]} as paid, ${v[`${part}_total`]} as total
          from ${v} where ${v[part]} is not null`,
      }),
      (v) => ({
        ...charge,
        cost_id: eventId(v.first, source),
        cost_event_id: v.event,
        cost_domain_id: 'Visit',
        total_charge: v.total,
        paid_by_payer: v.paid,
        revenue_code_concept_id: item,
      }),
    )
  const valued = step('valued_stays', {
    reads: { h: hospital },
    gives: {
      value_row: 'bigint',
      row_id: 'bigint',
      amount: 'decimal(12,2)',
      base: 'decimal(12,2)',
      ghm: 'varchar',
    },
    sql: ({ h }) => sql`
      select ${h.value_row} as value_row, ${h.row_id} as row_id, ${h.amount} as amount, ${h.base} as base, ${h.ghm} as ghm
      from ${h} where ${h.valued}`,
  })
  const costOfStay = mapping('cost_of_public_stay', T.cost, valued, (s) => ({
    ...charge,
    cost_id: eventId(s.value_row, 5),
    cost_event_id: eventId(s.row_id, 1),
    cost_domain_id: 'Visit',
    total_charge: s.base,
    paid_by_payer: s.amount,
    revenue_code_concept_id: concepts.ITEM_PUBLIC_STAY,
    revenue_code_source_value: text(6, s.ghm),
  }))
  const charged = step('charged_outpatient', {
    reads: { v: outpatient },
    gives: { fee_row: 'bigint', row_id: 'bigint', paid: 'decimal(12,2)', total: 'decimal(12,2)' },
    sql: ({ v }) => sql`
      select ${v.fee_row} as fee_row, ${v.row_id} as row_id, ${v.paid} as paid, ${v.total} as total from ${v} where ${v.fee_row} is not null`,
  })
  const costOfOutpatient = mapping('cost_of_outpatient', T.cost, charged, (v) => ({
    ...charge,
    cost_id: eventId(v.fee_row, 6),
    cost_event_id: eventId(v.row_id, 2),
    cost_domain_id: 'Visit',
    total_charge: v.total,
    paid_by_payer: v.paid,
    revenue_code_concept_id: concepts.ITEM_HOSPITAL_OUTPATIENT,
  }))

  return {
    cost: [
      costOfDrug,
      costOfAct,
      visitCost('cost_of_consultation', 'fee', 2, concepts.ITEM_CONSULTATION),
      visitCost('cost_of_other_city_care', 'other', 3, concepts.ITEM_CITY_OTHER),
      visitCost('cost_of_private_stay', 'stay', 4, concepts.ITEM_PRIVATE_STAY),
      costOfStay,
      costOfOutpatient,
    ],
  }
}
