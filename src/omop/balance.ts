import { type Plan, type Sql, sql, type Step, step } from '../engine/index.ts'
import { cleaned, cleanedAway, ER_PRS_F, lakeTable, T_MCO_FCSTC, T_MCO_VALO } from '../sources/index.ts'
import { concepts } from './concepts.ts'
import { yearOf } from './inputs.ts'
import type { releaseSteps } from './release-steps.ts'

/** One way for the rows of a source table to go: into the release, or into a rest that has a name. */
export interface BalanceLine {
  readonly table: string
  readonly to: 'release' | 'cleaned-away' | 'without-date' | 'nobody' | 'opposed-or-unknown' | 'not-chained'
  readonly rows: number
  /** Euros of the mandatory insurance, two decimals. */
  readonly euros: string
}

export interface Balance {
  readonly lines: readonly BalanceLine[]
  readonly tables: readonly {
    readonly table: string
    readonly lake: { readonly rows: number; readonly euros: string }
    readonly told: { readonly rows: number; readonly euros: string }
    readonly balances: boolean
  }[]
  /** Euros by item in the release, and whether they add up to the lines that went there. */
  readonly items: readonly { readonly item: number; readonly euros: string }[]
  readonly balances: boolean
}

const gives = { way: 'varchar', n: 'bigint', euros: 'decimal(38,2)' } as const

/** What the lake holds of a table, counted by itself: it must be what went all the ways. */
const received = (table: Sql, euros: Sql): Sql =>
  sql`union all select 'received' as way, count(*) as n, ${euros} as euros from ${table}`

/** Every row of the three tables that bear money, by where it went. */
function ways(release: ReturnType<typeof releaseSteps>) {
  const { who } = release
  const stays = release.shared['mco_stays'] as NonNullable<(typeof release.shared)[string]>
  const outpatient = release.shared['ace_visits'] as NonNullable<(typeof release.shared)[string]>
  // What is cleaned away is found by itself, and not as what is missing: a row that is lost on the way is then in neither.
  const city = step('ways_of_ER_PRS_F', {
    reads: { l: lakeTable(ER_PRS_F), a: cleanedAway(ER_PRS_F, 'cost'), c: cleaned(ER_PRS_F, 'cost'), i: who },
    gives,
    sql: ({ l, a, c, i }) => {
      const euros = (line: typeof l | typeof a | typeof c): Sql =>
        sql`cast(coalesce(sum(coalesce(${line.BSE_REM_MNT}, 0) + coalesce(${line.CPL_REM_MNT}, 0)), 0) as decimal(38,2))`
      return sql`
      select case when ${c.person} is null then 'nobody' when ${i.snds} is null then 'opposed-or-unknown'
          when ${c.EXE_SOI_DTD} is null then 'without-date' else 'release' end as way,
        count(*) as n, ${euros(c)} as euros
      from ${c} left join ${i} on ${i.snds} = ${c.person}
      group by 1
      union all select 'cleaned-away' as way, count(*) as n, ${euros(a)} as euros from ${a}
      ${received(sql`${l}`, euros(l))}`
    },
  })
  const valued = step('ways_of_T_MCO_VALO', {
    reads: { v: lakeTable(T_MCO_VALO), c: cleaned(T_MCO_VALO, 'cost'), s: stays as never },
    gives,
    sql: ({ v, c, s }) => {
      const stay = s as unknown as { ETA_NUM: never; RSA_NUM: never; year: never }
      const year = yearOf(v.row_id)
      const paid = sql`cast(coalesce(sum(${v.MNT_TOT_AM}), 0) as decimal(38,2))`
      return sql`
      select case when k.row_id is null then 'cleaned-away' when w.e is null then 'not-chained' else 'release' end as way,
        count(*) as n, ${paid} as euros
      from ${v} left join (select ${c.row_id} as row_id from ${c}) as k on k.row_id = ${v.row_id}
        left join (select distinct ${stay.ETA_NUM} as e, ${stay.RSA_NUM} as r, ${stay.year} as y from ${s as never}) as w
          on w.e = ${v.ETA_NUM} and w.r = ${v.RSA_NUM} and w.y = ${year}
      group by 1
      ${received(sql`${v}`, paid)}`
    },
  })
  const fees = step('ways_of_T_MCO_FCSTC', {
    reads: { f: lakeTable(T_MCO_FCSTC), v: outpatient as never },
    gives,
    sql: ({ f, v }) => {
      const visit = v as unknown as { ETA_NUM: never; SEQ_NUM: never; year: never }
      const paid = sql`cast(coalesce(sum(${f.AMO_MNR}), 0) as decimal(38,2))`
      return sql`
      select case when w.e is null then 'not-chained' else 'release' end as way, count(*) as n, ${paid} as euros
      from ${f} left join (select distinct ${visit.ETA_NUM} as e, ${visit.SEQ_NUM} as q, ${visit.year} as y from ${v as never}) as w
        on w.e = ${f.ETA_NUM} and w.q = ${f.SEQ_NUM} and w.y = ${yearOf(f.row_id)}
      group by 1
      ${received(sql`${f}`, paid)}`
    },
  })
  return { ER_PRS_F: city, T_MCO_VALO: valued, T_MCO_FCSTC: fees }
}

/** Euros of the release by item of expenditure. */
function eurosByItem(costs: Step) {
  return step('euros_by_item', {
    reads: { c: costs as never },
    gives: { item: 'integer', euros: 'decimal(38,2)' },
    order: ['item'],
    sql: ({ c }) => {
      const cost = c as unknown as { revenue_code_concept_id: never; paid_by_payer: never }
      return sql`select ${cost.revenue_code_concept_id} as item, cast(coalesce(sum(${cost.paid_by_payer}), 0) as decimal(38,2)) as euros from ${c as never} group by ${cost.revenue_code_concept_id}`
    },
  })
}

/** The queries of the balance: rows and euros of each table by where they went, and euros by item. */
export function balanceSteps(release: ReturnType<typeof releaseSteps>) {
  return { ...ways(release), items: eurosByItem(release.tables['cost'] as Step) }
}

/** Which items of the release the euros of a table become. */
const itemsOf: Readonly<Record<string, readonly number[]>> = {
  ER_PRS_F: [
    concepts.ITEM_CONSULTATION,
    concepts.ITEM_PHARMACY,
    concepts.ITEM_CITY_OTHER,
    concepts.ITEM_PRIVATE_STAY,
  ],
  T_MCO_VALO: [concepts.ITEM_PUBLIC_STAY],
  T_MCO_FCSTC: [concepts.ITEM_HOSPITAL_OUTPATIENT],
}

interface Way {
  readonly way: BalanceLine['to'] | 'received'
  readonly n: bigint
  readonly euros: string
}

/** Rows and euros of the lake against the release and its named rests, to the cent. */
export async function balance(plan: Plan, release: ReturnType<typeof releaseSteps>): Promise<Balance> {
  const { items: byItem, ...goings } = balanceSteps(release)
  const items = await plan.rows<{ item: number; euros: string }>(byItem)
  const lines: BalanceLine[] = []
  const tables = []
  for (const [table, way] of Object.entries(goings)) {
    const found = await plan.rows<Way>(way)
    const whole = found.find((line) => line.way === 'received') as Way
    const of = found.flatMap(({ way: to, n, euros }) =>
      to === 'received' || n === 0n ? [] : [{ table, to, rows: Number(n), euros }],
    )
    lines.push(...of.sort((a, b) => (a.to < b.to ? -1 : 1)))
    const went = of.find((line) => line.to === 'release')
    const inItems = sumCents(
      items.filter(({ item }) => itemsOf[table]?.includes(item)).map(({ euros }) => euros),
    )
    const rests = of.filter((line) => line.to !== 'release').map(({ euros }) => euros)
    const lake = { rows: Number(whole.n), euros: whole.euros }
    const told = {
      rows: of.reduce((sum, line) => sum + line.rows, 0),
      euros: decimal(inItems + sumCents(rests)),
    }
    const balances =
      inItems === sumCents([went?.euros ?? '0.00']) && lake.rows === told.rows && lake.euros === told.euros
    tables.push({ table, lake, told, balances })
  }
  return { lines, tables, items, balances: tables.every((table) => table.balances) }
}

const cents = (euros: string): bigint => BigInt(euros.replace('.', ''))
const sumCents = (all: readonly string[]): bigint => all.reduce((sum, one) => sum + cents(one), 0n)
const decimal = (n: bigint): string => {
  const sign = n < 0n ? '-' : ''
  const digits = String(n < 0n ? -n : n).padStart(3, '0')
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`
}
