export type { Dialect } from './dialect.ts'
export { type DuckDbOptions, type Engine, openDuckDb, type Row } from './duckdb.ts'
export { duckdb } from './duckdb-dialect.ts'
export { Ledger, type LedgerEntry } from './ledger.ts'
export * from './operations.ts'
export { explain, Plan, type PlanOptions, type Written } from './plan.ts'
export {
  type Columns,
  type Read,
  type Relation,
  type SqlType,
  type Step,
  step,
  type Table,
  table,
} from './relation.ts'
export { renderSql } from './render.ts'
export { sideBySide } from './side-by-side.ts'
export { day, empty, type Interpolates, join, name, type Sql, sql } from './sql.ts'
