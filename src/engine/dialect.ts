import type { Operation } from './operations.ts'
import type { SqlType } from './relation.ts'
import type { Value } from './sql.ts'

/** How one engine writes what engines write differently. Pure text: a dialect opens nothing. */
export interface Dialect {
  readonly name: string
  /** Are the rows of a written table in the order of its query? Only where one machine writes them. */
  readonly writesInOrder: boolean
  /** An identifier, quoted where its form or a reserved word asks for it. */
  quoteName(identifier: string): string
  quoteValue(value: Value): string
  operation(operation: Operation, args: readonly string[]): string
  /** The engine's own name of a type, as `describe` prints it. */
  typeName(type: SqlType): string
}
