import type { Columns, Read, Sql, Step, Table } from '../../../engine/index.ts'
import { lakeTable, type SourceColumns, type SourceTable } from '../../model.ts'

/** What cleaned rows are for. A row may be dropped for one purpose and kept for another. */
export type Purpose = 'count' | 'cost' | 'chaining'
export const purposes: readonly Purpose[] = ['count', 'cost', 'chaining']

/** Rows that a rule finds in one table: to be dropped for its purposes, or marked because their value is made anew elsewhere. */
export interface Drops {
  readonly is: 'drops' | 'marks'
  readonly table: SourceTable
  /** A step that gives the `row_id` of the rows found; `absent` names tables of which nothing was delivered. */
  readonly finds: (absent: ReadonlySet<SourceTable>) => Step<{ row_id: 'bigint' }>
  /** Tables without which the rule cannot be applied here. */
  readonly needs: readonly SourceTable[]
}

/** Values that a rule sets in one table. The rows stay. */
export interface Sets {
  readonly is: 'sets'
  readonly table: SourceTable
  /** Column → the value that it should have, over a row. */
  readonly values: Readonly<Record<string, (row: Read<Columns>) => Sql>>
}

/** How somebody else reads the same rule, where we know that it differs: told in the documentation, never run. */
interface OtherReading {
  readonly who: string
  readonly says: string
}

/** A cleaning rule: what it does, where it comes from, for what it counts. Nothing else holds its predicate. */
export interface Rule {
  readonly id: `snds/r${number}`
  readonly version: number
  /** First and last year (of the PMSI, or of the flow) in which it holds. */
  readonly since: number
  readonly until?: number
  readonly purposes: readonly Purpose[]
  readonly title: string
  readonly says: string
  readonly source: string
  readonly otherReading?: OtherReading
  readonly on: readonly (Drops | Sets)[]
}

export const rule = (definition: Rule): Rule => Object.freeze(definition)

/** What SQL over a row of a lake table may name. */
export type LakeRow<C extends SourceColumns> =
  ReturnType<typeof lakeTable<C>> extends Table<infer L> ? Read<L> : never

/** Values set in a table, column by column. */
export function sets<C extends SourceColumns>(
  definition: SourceTable<C>,
  values: { readonly [K in keyof C & string]?: (row: LakeRow<C>) => Sql },
): Sets {
  return {
    is: 'sets',
    table: definition as unknown as SourceTable,
    values: values as unknown as Sets['values'],
  }
}
