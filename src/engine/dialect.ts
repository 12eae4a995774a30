import type { Operation } from './operations.ts'
import type { SqlType } from './relation.ts'
import type { Value } from './sql.ts'

/** How one engine writes what engines write differently. Pure text: a dialect opens nothing. */
export interface Dialect {
  readonly name: string
  /** An identifier, quoted where its form or a reserved word asks for it. */
  quoteName(identifier: string): string
  quoteValue(value: Value): string
  operation(operation: Operation, args: readonly string[]): string
  /** A table expression over Parquet files. */
  readParquet(files: readonly string[]): string
  /** The engine's own name of a type, as `describe` prints it. */
  typeName(type: SqlType): string
}
