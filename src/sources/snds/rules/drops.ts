import { type Interpolates, integerDivide, type Sql, sql, step } from '../../../engine/index.ts'
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
  const period = integerDivide(rowId, 4294967296000)
  return sql`case when ${period} > 9999 then ${integerDivide(period, 100)} else ${period} end`
}

/** Row ids of one period: from period × this, up to the next. */
const PERIOD = 4294967296000n

/**
 * SQL: does the rule hold in the year of this row? As ranges of row ids, which a file's statistics can answer:
 * no period at all (taken to be recent), YYYY, YYYYMM.
 */
export function inYears(rowId: Interpolates | Sql, { since, until }: Years): Sql {
  const first = BigInt(since)
  if (until === undefined)
    return sql`(${rowId} < ${PERIOD} or ${rowId} between ${first * PERIOD} and ${10_000n * PERIOD} or ${rowId} >= ${first * 100n * PERIOD})`
  const last = BigInt(until) + 1n
  return sql`(${rowId} < ${PERIOD} or ${rowId} between ${first * PERIOD} and ${last * PERIOD} or ${rowId} between ${first * 100n * PERIOD} and ${last * 100n * PERIOD})`
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
      return sql`select ${r.row_id} as row_id from ${r} where coalesce(${condition(row)}, false) and ${inYears(r.row_id, years)}`
    },
  })
  return { is: 'drops', table: definition as unknown as SourceTable, finds: () => found, needs: [] }
}
