import {
  type Columns,
  type Interpolates,
  join,
  name,
  type Read,
  type Sql,
  sql,
  type Step,
  step,
  type Table,
  table,
} from '../../../engine/index.ts'
import { lakeTable, type SourceColumns, type SourceTable } from '../../model.ts'
import { sndsRules } from './index.ts'
import type { Purpose, Rule, Sets } from './model.ts'

const columnsOfHits = { row_id: 'bigint', rule: 'varchar' } as const
const hitsOf = new WeakMap<SourceTable, Table<typeof columnsOfHits>>()

/** Which rules hit which rows of a table: lake/snds/rule_hits/<TABLE>.parquet. One object per definition. */
export function ruleHitsTable(definition: SourceTable): Table<typeof columnsOfHits> {
  const known = hitsOf.get(definition)
  if (known) return known
  const made = table(`${definition.name}_rule_hits`, columnsOfHits)
  hitsOf.set(definition, made)
  return made
}

/** The rules that drop rows of a table for a purpose. */
export const droppingRules = (definition: SourceTable, purpose: Purpose): Rule[] =>
  sndsRules.filter(
    (rule) =>
      rule.purposes.includes(purpose) &&
      rule.on.some((clause) => clause.is === 'drops' && clause.table === definition),
  )

/** Ids of the rows that these rules hit, each once, as a table expression over `ruleHitsTable`. */
export const rowsHitBy = (hits: Read<typeof columnsOfHits>, rules: readonly Rule[]): Sql =>
  sql`(select distinct ${hits.row_id} as row_id from ${hits} where ${hits.rule} in (${join(rules.map((rule) => rule.id))}))`

const settings = (definition: SourceTable, purpose?: Purpose): Sets[] =>
  sndsRules
    .filter((rule) => purpose === undefined || rule.purposes.includes(purpose))
    .flatMap((rule) => rule.on)
    .filter((clause): clause is Sets => clause.is === 'sets' && clause.table === definition)

type Lake<C extends SourceColumns> = ReturnType<typeof lakeTable<C>>['columns']

/** All columns of a row under their names, those with a value of its own as that. */
const listed = (row: Read<Columns>, columns: Columns, values: Sets['values'] = {}): Sql =>
  join(
    Object.keys(columns).map((column) => {
      const set = values[column]
      return sql`${set ? set(row) : (row[column] as Interpolates)} as ${name(column)}`
    }),
  )

/**
 * A table of the lake as it serves a purpose: without the rows that the rules drop for it, with the values that
 * they set. It reads the table and, where a rule drops rows, `ruleHitsTable(definition)`: bind both.
 */
export function cleaned<C extends SourceColumns>(
  definition: SourceTable<C>,
  purpose: Purpose,
): Step<Lake<C>> {
  const asTable = definition as unknown as SourceTable
  const lake = lakeTable(definition)
  const dropping = droppingRules(asTable, purpose)
  const values = Object.assign(
    {},
    ...settings(asTable, purpose).map((clause) => clause.values),
  ) as Sets['values']
  const stepName = `${definition.name}_for_${purpose}`
  const gives = lake.columns as Lake<C>
  if (dropping.length === 0)
    return step(stepName, {
      reads: { r: lake as Table },
      gives,
      sql: ({ r }) => sql`select ${listed(r as Read<Columns>, gives, values)} from ${r}`,
    })
  // A left join and not `not exists`: five times faster in DuckDB 1.5 on five million rows.
  return step(stepName, {
    reads: { r: lake as Table, h: ruleHitsTable(asTable) },
    gives,
    sql: ({ r, h }) => sql`
    select ${listed(r as Read<Columns>, gives, values)} from ${r}
      left join ${rowsHitBy(h, dropping)} as dropped
        on dropped.row_id = ${(r as Read<Columns>)['row_id'] as Interpolates}
    where dropped.row_id is null`,
  })
}

/** The rows of a table that the rules drop for a purpose, as they were received. What `cleaned` leaves out, found the other way. */
export function cleanedAway<C extends SourceColumns>(
  definition: SourceTable<C>,
  purpose: Purpose,
): Step<Lake<C>> {
  const asTable = definition as unknown as SourceTable
  const lake = lakeTable(definition)
  const gives = lake.columns as Lake<C>
  return step(`${definition.name}_not_for_${purpose}`, {
    reads: { r: lake as Table, h: ruleHitsTable(asTable) },
    gives,
    sql: ({ r, h }) => sql`
    select ${listed(r as Read<Columns>, gives)} from ${r}
      join ${rowsHitBy(h, droppingRules(asTable, purpose))} as dropped
        on dropped.row_id = ${(r as Read<Columns>)['row_id'] as Interpolates}`,
  })
}

/** Rules and the rows that they find in one table; those that lack a table they need are named beside. */
export function ruleHits(
  definition: SourceTable,
  absent: ReadonlySet<SourceTable>,
): {
  step: Step<typeof columnsOfHits> | undefined
  rules: Rule[]
  lacking: { rule: Rule; needs: SourceTable[] }[]
} {
  const finds: Step<typeof columnsOfHits>[] = []
  const rules: Rule[] = []
  const lacking: { rule: Rule; needs: SourceTable[] }[] = []
  for (const rule of sndsRules)
    for (const clause of rule.on) {
      if (clause.table !== definition) continue
      if (clause.is === 'sets') {
        finds.push(named(rule, changed(clause)))
      } else {
        const needs = clause.needs.filter((one) => absent.has(one))
        if (needs.length > 0) {
          lacking.push({ rule, needs })
          continue
        }
        finds.push(named(rule, clause.finds(absent)))
      }
      rules.push(rule)
    }
  return { step: finds.length === 0 ? undefined : all(definition, finds), rules, lacking }
}

/** The rows whose values a rule changes. */
function changed(clause: Sets): Step<{ row_id: 'bigint' }> {
  return step(`${clause.table.name}_set`, {
    reads: { r: lakeTable(clause.table) as Table },
    gives: { row_id: 'bigint' },
    sql: ({ r }) => {
      const row = r as Read<Columns>
      const differs = Object.entries(clause.values).map(
        ([column, value]) => sql`(${value(row)}) is distinct from ${row[column] as Interpolates}`,
      )
      return sql`select ${row['row_id'] as Interpolates} as row_id from ${r} where ${join(differs, sql` or `)}`
    },
  })
}

const named = (rule: Rule, found: Step<{ row_id: 'bigint' }>): Step<typeof columnsOfHits> =>
  step(`hits_of_${rule.id.replace('/', '_')}`, {
    reads: { f: found },
    gives: columnsOfHits,
    sql: ({ f }) => sql`select ${f.row_id} as row_id, ${rule.id} as rule from ${f}`,
  })

function all(
  definition: SourceTable,
  finds: readonly Step<typeof columnsOfHits>[],
): Step<typeof columnsOfHits> {
  const reads = Object.fromEntries(finds.map((one, index) => [`f${index}`, one]))
  return step(`${definition.name}_rule_hits`, {
    reads,
    gives: columnsOfHits,
    order: ['row_id', 'rule'],
    sql: (read) =>
      join(
        Object.values(read).map((f) => sql`select ${f.row_id}, ${f.rule} from ${f}`),
        sql` union all `,
      ),
  })
}
