export type { Dialect } from './dialect.ts'
export { type DuckDb, type DuckDbOptions, type Numbers, openDuckDb } from './duckdb/duckdb.ts'
export { duckdb } from './duckdb/duckdb-dialect.ts'
export { sideBySide } from './duckdb/side-by-side.ts'
export type { Engine, Row } from './engine.ts'
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
export { day, empty, type Interpolates, join, name, type Sql, sql } from './sql.ts'
export { type Cluster, dialectOf, type EngineChoice, openEngine, type Seat } from './open-engine.ts'
export { openTrino, type TrinoOptions } from './trino/trino.ts'
export { trino } from './trino/trino-dialect.ts'
