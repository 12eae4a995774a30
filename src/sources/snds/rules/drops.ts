import { integerDivide, type Sql, sql, step } from '../../../engine/index.ts'
import { lakeTable, type SourceColumns, type SourceTable } from '../../model.ts'
import type { Drops, LakeRow } from './model.ts'

/** The years in which a rule holds, where a predicate must know them. */
export interface Years {
  readonly since: number
  readonly until?: number
}

/**
 * SQL: the year of a row, from its id: the year of the PMSI, or of the flow; 0 for a table or file without one.
 * A row id is (period × 1000 + part) × 2^32 + row, with a period YYYY or YYYYMM.
 */
export function yearOf(rowId: Sql): Sql {
  const period = integerDivide(rowId, sql`4294967296000`)
  return sql`case when ${period} > 9999 then ${integerDivide(period, sql`100`)} else ${period} end`
}

/** SQL: does the rule hold in the year of this row? A row without a year is taken to be recent. */
export function inYears(rowId: Sql, years: Years): Sql {
  const year = yearOf(rowId)
  const until = years.until === undefined ? sql`` : sql` and ${year} <= ${years.until}`
  return sql`(${year} = 0 or (${year} >= ${years.since}${until}))`
}

/** Rows of one table under a condition. The condition may be null: then the row stays. */
export function drops<C extends SourceColumns>(
  definition: SourceTable<C>,
  years: Years,
  condition: (row: LakeRow<C>) => Sql,
): Drops {
  const found = step(`${definition.name}_dropped`, {
    reads: { r: lakeTable(definition) },
    gives: { row_id: 'bigint' },
    sql: ({ r }) => {
      const row = r as unknown as LakeRow<C>
      const id = sql`${r.row_id}`
      return sql`select ${r.row_id} as row_id from ${r} where coalesce(${condition(row)}, false) and ${inYears(id, years)}`
    },
  })
  return { is: 'drops', table: definition as unknown as SourceTable, finds: () => found, needs: [] }
}
