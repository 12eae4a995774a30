import {
  type Columns,
  duckdb,
  explain,
  type Read,
  sql,
  type Step,
  step,
  type Table,
} from '../../../engine/index.ts'
import { lakeTable } from '../../model.ts'
import type { Drops, Rule, Sets } from './model.ts'

/**
 * The SQL of a rule as a person reads it or pastes it elsewhere: one query per table, over tables under their own
 * names, in the SQL that DuckDB and Trino share. It gives the ids of the rows found, or the values as they are set.
 */
export function printRule(rule: Rule): { table: string; does: Drops['is'] | Sets['is']; sql: string }[] {
  return rule.on.map((clause) => ({
    table: clause.table.name,
    does: clause.is,
    sql: explain(clause.is === 'sets' ? setting(clause) : clause.finds(new Set()), { dialect: duckdb }),
  }))
}

function setting(clause: Sets): Step {
  const lake = lakeTable(clause.table) as Table
  const columns = Object.keys(clause.values)
  return step(`${clause.table.name}_set`, {
    reads: { r: lake },
    gives: Object.fromEntries(
      ['row_id', ...columns].map((column) => [column, lake.columns[column] ?? 'varchar']),
    ),
    sql: ({ r }) => {
      const row = r as Read<Columns>
      const values = columns.map((column) => {
        const value = clause.values[column]
        return value ? sql`, ${value(row)} as ${{ parts: [{ is: 'name' as const, name: column }] }}` : sql``
      })
      return sql`select ${{ parts: [{ is: 'text' as const, text: 'r.row_id' }] }}${{ parts: values.flatMap((value) => value.parts) }} from ${r}`
    },
  })
}
