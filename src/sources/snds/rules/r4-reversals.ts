import { listDistinct, smallest, type Sql, sql, type Step, step } from '../../../engine/index.ts'
import { lakeTable, type SourceTable } from '../../model.ts'
import { ER_CAM_F, ER_PHA_F, ER_PRS_F } from '../tables.ts'
import { inYears } from './drops.ts'
import { rule } from './model.ts'
import { lineKeys, nineKeyTypes, sameLine } from './nine-keys.ts'

const years = { since: 2006 }

/**
 * Lines that could belong to a reversal: those of a person, day and kind of care for which a negative quantity
 * stands somewhere. They are few, and everything below works on them alone. Lines that name nobody are left as
 * they are: two of them need not be of one person.
 */
const suspects = step('suspects', {
  reads: { l: lakeTable(ER_PRS_F), n: lakeTable(ER_PRS_F) },
  gives: {
    row_id: 'bigint',
    person: 'varchar',
    first_day: 'date',
    last_day: 'date',
    nature: 'varchar',
    executant: 'varchar',
    prescriber: 'varchar',
    supplement_line: 'integer',
    quantity: 'decimal(8,2)',
    paid: 'decimal(12,2)',
    basic: 'decimal(12,2)',
    supplement: 'decimal(12,2)',
    ...nineKeyTypes,
  },
  sql: ({ l, n }) => sql`
    select ${l.row_id} as row_id, ${l.person} as person, ${l.EXE_SOI_DTD} as first_day, ${l.EXE_SOI_DTF} as last_day,
      ${l.PRS_NAT_REF} as nature, ${l.PFS_EXE_NUM} as executant, ${l.PFS_PRE_NUM} as prescriber,
      coalesce(${l.CPL_MAJ_TOP}, 0) as supplement_line, ${l.PRS_ACT_QTE} as quantity,
      abs(coalesce(${l.PRS_PAI_MNT}, 0)) as paid, abs(coalesce(${l.BSE_REM_MNT}, 0)) as basic,
      abs(coalesce(${l.CPL_REM_MNT}, 0)) as supplement, ${lineKeys(l)}
    from ${l} join (
      select distinct ${n.person} as person, ${n.EXE_SOI_DTD} as day, ${n.PRS_NAT_REF} as nature
      from ${n} where ${n.PRS_ACT_QTE} < 0 and ${n.person} is not null
    ) as w on w.person = ${l.person} and w.day = ${l.EXE_SOI_DTD} and w.nature = ${l.PRS_NAT_REF}
    where ${l.PRS_ACT_QTE} <> 0 and ${inYears(l.row_id, years)}`,
})

const gives = { row_id: 'bigint', product: 'varchar' } as const

const drugs = step('drugs_of_suspects', {
  reads: { s: suspects, f: lakeTable(ER_PHA_F) },
  gives,
  sql: ({ s, f }) => sql`
    select ${s.row_id} as row_id, ${listDistinct(sql`${f.PHA_PRS_C13}`, '+')} as product
    from ${s} join ${f} on ${sameLine(s, f)} group by ${s.row_id}`,
})

const acts = step('acts_of_suspects', {
  reads: { s: suspects, f: lakeTable(ER_CAM_F) },
  gives,
  sql: ({ s, f }) => sql`
    select ${s.row_id} as row_id, ${listDistinct(sql`${f.CAM_PRS_IDE}`, '+')} as product
    from ${s} join ${f} on ${sameLine(s, f)} group by ${s.row_id}`,
})

/** No product: for a delivery that lacks the refinement. */
const none = step('no_products', {
  reads: { s: suspects },
  gives,
  sql: ({ s }) => sql`select ${s.row_id} as row_id, cast(null as varchar) as product from ${s} where 1 = 0`,
})

/**
 * In each group of lines that are alike but for their sign, the first reversal cancels the first line, the second
 * the second; what has no counterpart stays.
 */
const cancelled = (drug: Step<typeof gives>, act: Step<typeof gives>) =>
  step('cancelled', {
    reads: { s: suspects, p: drug, a: act },
    gives: { row_id: 'bigint' },
    sql: ({ s, p, a }) => {
      const alike: Sql = sql`person, first_day, last_day, nature, executant, prescriber, supplement_line, abs(quantity), paid, basic, supplement, product`
      return sql`
    select row_id from (
      select row_id,
        row_number() over (partition by ${alike}, case when quantity < 0 then 1 else 0 end order by row_id) as place,
        sum(case when quantity < 0 then 1 else 0 end) over (partition by ${alike}) as reversals,
        sum(case when quantity > 0 then 1 else 0 end) over (partition by ${alike}) as lines
      from (
        select ${s.row_id} as row_id, ${s.person} as person, ${s.first_day} as first_day, ${s.last_day} as last_day,
          ${s.nature} as nature, ${s.executant} as executant, ${s.prescriber} as prescriber,
          ${s.supplement_line} as supplement_line, ${s.quantity} as quantity, ${s.paid} as paid, ${s.basic} as basic,
          ${s.supplement} as supplement, coalesce(${p.product}, '') || '/' || coalesce(${a.product}, '') as product
        from ${s} left join ${p} on ${p.row_id} = ${s.row_id} left join ${a} on ${a.row_id} = ${s.row_id}
      ) as alike
    ) as paired where place <= ${smallest(sql`reversals`, sql`lines`)}`
    },
  })

const asTable = (definition: unknown) => definition as SourceTable
const all = cancelled(drugs, acts)

/** A line sent in error is sent again with a negative quantity. The two cancel each other. */
export const reversals = rule({
  id: 'snds/r4',
  version: 1,
  ...years,
  purposes: ['count', 'cost'],
  title: 'Reversals',
  says: 'A line with a negative quantity takes back one line of the same person, care dates, kind of care, executant, prescriber, product (CIP, CCAM) and amounts: both are dropped. It cancels one line and no more; a reversal without its line stays, and is told. Supplements (CPL_MAJ_TOP) cancel supplements only, so that a franchise, whose amount is negative by nature, is no reversal.',
  source: 'SNDS documentation, negative lines of DCIR',
  otherReading: {
    who: 'SNDS documentation; sndsTools (2026)',
    says: 'sums identical lines and keeps sums above zero, which also merges two true deliveries on one day; sndsTools keeps the reversal as a row of its own.',
  },
  on: [
    {
      is: 'drops',
      table: asTable(ER_PRS_F),
      needs: [],
      finds: (absent) => {
        const drug = absent.has(asTable(ER_PHA_F)) ? none : drugs
        const act = absent.has(asTable(ER_CAM_F)) ? none : acts
        return drug === drugs && act === acts ? all : cancelled(drug, act)
      },
    },
  ],
})
