import { join, type Plan, type Sql, sql, type Step, step, type Table } from '../../../engine/index.ts'
import type { Balance } from '../../delivery/model.ts'
import { lakeTable, type SourceTable } from '../../model.ts'
import { droppingRules, rowsHitBy, ruleHitsTable } from '../rules/cleaned.ts'
import { type Purpose, purposes, type Rule } from '../rules/model.ts'
import type { Kept, Loss } from './model.ts'

/** SQL: what the mandatory insurance paid for a row; null for a table without amounts. */
function amount(definition: SourceTable, alias: string): Sql | undefined {
  const columns = definition.amount ?? []
  if (columns.length === 0) return undefined
  const each = columns.map((column) => ({
    parts: [{ is: 'text' as const, text: `coalesce(${alias}.${column}, 0)` }],
  }))
  return join(each, sql` + `)
}

interface Cell {
  readonly which: string
  readonly n: bigint
  readonly euros: string | null
}

const balance = (cell: Cell | undefined, hasEuros: boolean): Balance => ({
  rows: Number(cell?.n ?? 0),
  euros: hasEuros ? (cell?.euros ?? '0.00') : null,
})

const gives = { which: 'varchar', n: 'bigint', euros: 'decimal(38,2)' } as const

function sumOf(definition: SourceTable): Sql {
  const euros = amount(definition, 'r')
  return euros ? sql`cast(sum(${euros}) as decimal(38,2))` : sql`cast(null as decimal(38,2))`
}

/** Rows and euros of a table. */
export function totalOf(definition: SourceTable): Step<typeof gives> {
  return step(`${definition.name}_total`, {
    reads: { r: lakeTable(definition) as Table },
    gives,
    sql: ({ r }) => sql`select 'all' as which, count(*) as n, ${sumOf(definition)} as euros from ${r}`,
  })
}

/** Rows hit, by rule and by purpose, from one join of the hits with the amounts. */
export function hitCells(definition: SourceTable): Step<typeof gives> {
  const sum = sumOf(definition)
  return step(`${definition.name}_losses`, {
    reads: { r: lakeTable(definition) as Table, h: ruleHitsTable(definition) },
    gives,
    sql: ({ r, h }) => {
      // The hits are read again in each branch and not named once before: an engine knows how few they are only
      // while it sees their file, and would else hold the whole table in memory to look them up in it.
      const perPurpose = purposes.flatMap((purpose) => {
        const dropping = droppingRules(definition, purpose)
        if (dropping.length === 0) return []
        return [
          sql` union all select ${`purpose:${purpose}`} as which, count(*) as n, ${sum} as euros from ${r}
      join ${rowsHitBy(h, dropping)} as d on d.row_id = r.row_id`,
        ]
      })
      return sql`
    select ${h.rule} as which, count(*) as n, ${sum} as euros from ${r} join ${h} on ${h.row_id} = r.row_id group by ${h.rule}${join(perPurpose, sql``)}`
    },
  })
}

/**
 * Rows and euros of a table: all, by rule, and dropped for each purpose (a row that two rules drop counts once).
 * The plan must have the table bound, and its rule hits where there are any.
 */
export async function lossTable(
  plan: Plan,
  definition: SourceTable,
  rules: readonly Rule[],
): Promise<{ losses: Loss[]; kept: Kept }> {
  const hasEuros = amount(definition, 'r') !== undefined
  const cells = await plan.rows<Cell>(totalOf(definition))
  if (rules.length > 0) cells.push(...(await plan.rows<Cell>(hitCells(definition))))
  const cell = (which: string) => cells.find((one) => one.which === which)
  const all = balance(cell('all'), hasEuros)
  const left = (purpose: Purpose): Balance => {
    const out = cell(`purpose:${purpose}`)
    const gone = balance(out, hasEuros)
    return {
      rows: all.rows - gone.rows,
      euros: hasEuros ? subtract(all.euros ?? '0.00', gone.euros ?? '0.00') : null,
    }
  }
  return {
    losses: rules.map((rule) => ({
      rule: rule.id,
      title: rule.title,
      table: definition.name,
      does: rule.on.find((clause) => clause.table === definition)?.is ?? 'drops',
      purposes: rule.purposes,
      ...balance(cell(rule.id), hasEuros),
    })),
    kept: {
      table: definition.name,
      ...all,
      kept: Object.fromEntries(purposes.map((purpose) => [purpose, left(purpose)])) as Kept['kept'],
    },
  }
}

/** `a - b` of two decimal texts with two digits. */
function subtract(a: string, b: string): string {
  const value = BigInt(a.replace('.', '')) - BigInt(b.replace('.', ''))
  const digits = String(value < 0n ? -value : value).padStart(3, '0')
  return `${value < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}
