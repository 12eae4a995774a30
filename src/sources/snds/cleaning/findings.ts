import {
  type Columns,
  type Interpolates,
  type Plan,
  type Read,
  type Sql,
  sql,
  type Step,
  step,
  type Table,
} from '../../../engine/index.ts'
import { lakeTable, type SourceTable } from '../../model.ts'
import { ruleHitsTable } from '../rules/cleaned.ts'
import { yearOf } from '../rules/drops.ts'
import { purposes } from '../rules/model.ts'
import { lineKeys, sameLine } from '../rules/nine-keys.ts'
import * as tables from '../tables.ts'
import type { Finding, Kept, Loss } from './model.ts'

/** Rows of a table that are tried against the table they belong to: enough to see that nothing joins. */
const TRIED = 5_000

const asTable = (definition: unknown): SourceTable => definition as SourceTable
const lines = asTable(tables.ER_PRS_F)
const stays = asTable(tables.T_MCO_B)
const visits = asTable(tables.T_MCO_CSTC)

/** Tables whose rows belong to a row of another, and the key that says which. */
const belongs: readonly {
  child: SourceTable
  parent: SourceTable
  key: 'nine keys' | 'RSA_NUM' | 'SEQ_NUM'
}[] = [
  ...[tables.ER_PHA_F, tables.ER_CAM_F, tables.ER_ETE_F].map((child) => ({
    child: asTable(child),
    parent: lines,
    key: 'nine keys' as const,
  })),
  ...[tables.T_MCO_C, tables.T_MCO_D, tables.T_MCO_A, tables.T_MCO_UM, tables.T_MCO_VALO].map((child) => ({
    child: asTable(child),
    parent: stays,
    key: 'RSA_NUM' as const,
  })),
  ...[tables.T_MCO_FASTC, tables.T_MCO_FCSTC, tables.T_MCO_FMSTC].map((child) => ({
    child: asTable(child),
    parent: visits,
    key: 'SEQ_NUM' as const,
  })),
]

/** Tables of which a key should stand in one row. */
const keyed = [
  [stays, 'RSA_NUM'],
  [asTable(tables.T_MCO_C), 'RSA_NUM'],
  [visits, 'SEQ_NUM'],
] as const

/** Tables that should name persons. */
const naming = [asTable(tables.IR_BEN_R), asTable(tables.IR_IMB_R), lines, asTable(tables.T_MCO_C), visits]

type Row = Read<Columns>
const column = (row: Row, name: string): Interpolates => row[name] as Interpolates
const counted = { n: 'bigint' } as const

/** How many of the first rows of a table find the row to which they belong. */
function joining({ child, parent, key }: (typeof belongs)[number]): Step<typeof counted> {
  return step(`${child.name}_joined`, {
    reads: { c: lakeTable(child) as Table, p: lakeTable(parent) as Table },
    gives: counted,
    sql: ({ c, p }) => {
      const [some, whole] = [c as Row, p as Row]
      const year = (row: Row): Sql => yearOf(sql`${column(row, 'row_id')}`)
      const same =
        key === 'nine keys'
          ? sameLine(
              some as unknown as Parameters<typeof sameLine>[0],
              whole as unknown as Parameters<typeof sameLine>[0],
            )
          : sql`${column(some, 'ETA_NUM')} = ${column(whole, 'ETA_NUM')} and ${column(some, key)} = ${column(whole, key)} and ${year(some)} = ${year(whole)}`
      const keys =
        key === 'nine keys'
          ? lineKeys(some as unknown as Parameters<typeof lineKeys>[0])
          : sql`${column(some, 'row_id')}, ${column(some, 'ETA_NUM')}, ${column(some, key)}`
      // An engine that knows nothing of its tables keeps the right side of a join in memory: here the small one.
      return sql`
    select count(*) as n from ${p} join (
      select distinct ${keys} from (select ${keys} from ${c} order by ${column(some, 'row_id')} limit ${TRIED}) as c
    ) as c on ${same}`
    },
  })
}

/** How many keys of stays, or of visits, stand in more than one row. */
function repeated(definition: SourceTable, key: 'RSA_NUM' | 'SEQ_NUM'): Step<typeof counted> {
  return step(`${definition.name}_repeated`, {
    reads: { r: lakeTable(definition) as Table },
    gives: counted,
    sql: ({ r }) => {
      const row = r as Row
      const year = yearOf(sql`${column(row, 'row_id')}`)
      return sql`
    select count(*) as n from (
      select 1 as one from ${r} group by ${column(row, 'ETA_NUM')}, ${column(row, key)}, ${year} having count(*) > 1
    ) as k`
    },
  })
}

/** Rows that tell a long-term illness which another row tells: extractions of several years do, of those that go on. */
const illnesses = step('illnesses_repeated', {
  reads: { a: lakeTable(tables.IR_IMB_R) },
  gives: counted,
  sql: ({ a }) => sql`
    select count(*) as n from (
      select row_number() over (
        partition by ${a.person}, ${a.IMB_ALD_NUM}, ${a.IMB_ALD_DTD}, ${a.IMB_ALD_DTF}, ${a.MED_MTF_COD} order by ${a.row_id}
      ) as place from ${a} where ${a.person} is not null
    ) as r where r.place > 1`,
})

function named(definition: SourceTable): Step<typeof counted> {
  return step(`${definition.name}_named`, {
    reads: { r: lakeTable(definition) as Table },
    gives: counted,
    sql: ({ r }) => sql`select count(${column(r as Row, 'person')}) as n from ${r}`,
  })
}

/** Reversals that take back no line: their amounts stay in the sums. */
const alone = step('reversals_alone', {
  reads: { l: lakeTable(tables.ER_PRS_F), h: ruleHitsTable(lines) },
  gives: counted,
  sql: ({ l, h }) => sql`
    select count(*) as n from ${l} left join (select ${h.row_id} as row_id from ${h} where ${h.rule} = 'snds/r4') as c on c.row_id = ${l.row_id}
    where ${l.PRS_ACT_QTE} < 0 and c.row_id is null`,
})

/** Every query behind a finding, by what it counts. */
export const findingSteps = (): Readonly<Record<string, Step>> =>
  Object.fromEntries(
    [
      ...belongs.map(joining),
      ...keyed.map(([definition, key]) => repeated(definition, key)),
      illnesses,
      ...naming.map(named),
      alone,
    ].map((one) => [one.name, one]),
  )

/** What must be said aloud of the lake's SNDS tables once the rules have run. */
export async function findingsOf(
  plan: Plan,
  absent: ReadonlySet<SourceTable>,
  losses: readonly Loss[],
  kept: readonly Kept[],
): Promise<Finding[]> {
  const findings: Finding[] = []
  const count = async (one: Step<typeof counted>): Promise<number> =>
    Number((await plan.rows<{ n: bigint }>(one))[0]?.n ?? 0)
  const rowsOf = (definition: SourceTable): number =>
    kept.find((one) => one.table === definition.name)?.rows ?? 0

  for (const one of belongs) {
    if (absent.has(one.child) || rowsOf(one.child) === 0) continue
    const tried = Math.min(TRIED, rowsOf(one.child))
    const joined = absent.has(one.parent) ? 0 : await count(joining(one))
    if (joined > 0) continue
    findings.push({
      kind: 'key-joins-nothing',
      table: one.child.name,
      count: tried,
      says: `none of ${tried} rows of ${one.child.name} finds its row in ${one.parent.name} by ${one.key}${absent.has(one.parent) ? ', which was not delivered' : ''}`,
    })
  }
  for (const [definition, key] of keyed) {
    if (absent.has(definition)) continue
    const times = await count(repeated(definition, key))
    if (times > 0)
      findings.push({
        kind: 'key-repeated',
        table: definition.name,
        count: times,
        says: `${times} keys (ETA_NUM, ${key}, year) of ${definition.name} stand in several rows`,
      })
  }
  if (!absent.has(asTable(tables.IR_IMB_R))) {
    const more = await count(illnesses)
    if (more > 0)
      findings.push({
        kind: 'row-repeated',
        table: tables.IR_IMB_R.name,
        count: more,
        says: `${more} rows tell an illness that another row tells: each is one illness, told once`,
      })
  }
  for (const definition of naming) {
    if (absent.has(definition) || rowsOf(definition) === 0 || (await count(named(definition))) > 0) continue
    findings.push({
      kind: 'nobody-named',
      table: definition.name,
      count: rowsOf(definition),
      says: `no row of ${definition.name} names a person`,
    })
  }
  for (const table of kept)
    for (const purpose of purposes)
      if (table.rows > 0 && table.kept[purpose].rows === 0)
        findings.push({
          kind: 'rule-keeps-nothing',
          table: table.table,
          count: table.rows,
          says: `the rules for ${purpose} keep no row of ${table.table}: ${losses
            .filter((loss) => loss.table === table.table && loss.does === 'drops' && loss.rows > 0)
            .map((loss) => `${loss.rule} ${loss.rows}`)
            .join(', ')} of ${table.rows}`,
        })
  if (!absent.has(lines) && rowsOf(lines) > 0) {
    const left = await count(alone)
    if (left > 0)
      findings.push({
        kind: 'reversal-alone',
        table: lines.name,
        count: left,
        says: `${left} lines with a negative quantity take back no line: they stay, and count against the sums`,
      })
  }
  return findings
}
