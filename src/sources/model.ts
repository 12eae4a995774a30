import type { SqlType, Table } from '../engine/index.ts'
import { table } from '../engine/index.ts'

/** What is known of one column of a source: its type, and what is known to be wrong with it. */
export interface Column<T extends SqlType = SqlType> {
  readonly type: T
  /** Longest value that the source's own documentation allows; longer ones are a warning. */
  readonly length?: number
  /** Part of the table's key: a row without it is set aside. */
  readonly key?: true
  /** May be absent from a delivery; then it is null throughout. Every column that is not a key may be so, with a warning; these without. */
  readonly optional?: true
  /** The nomenclature that the codes belong to. */
  readonly list?: string
  /** Closed list of values, when it is short enough to be checked. */
  readonly values?: readonly string[]
  /** A value that stands for "none". */
  readonly missing?: string
  readonly means?: string
  /** A pseudonym of a person as the producer made it: replaced by the hub's id before the lake. */
  readonly pseudonym?: true
  /** A direct identifier: opened by the source process only, never in deliveries/ or the lake. */
  readonly identity?: true
  /** A FINESS: nine characters, whose leading zero is often lost. */
  readonly finess?: true
  /** An amount in euros: summed when a loss is told. */
  readonly euros?: true
}

export type SourceColumns = Readonly<Record<string, Column>>

/** A table of a source, with how its deliveries are cut: whole, by year of the PMSI, or by flow period (YYYY or YYYYMM). */
export interface SourceTable<C extends SourceColumns = SourceColumns> {
  readonly name: string
  readonly source: 'snds' | 'bndmr' | 'referentials'
  readonly cut: 'whole' | 'year' | 'flow'
  readonly columns: C
  /** What one row is, in one sentence. */
  readonly says: string
}

type Extra = Omit<Column, 'type'>
export const text = (length?: number, extra: Extra = {}): Column<'varchar'> => ({
  type: 'varchar',
  ...(length === undefined ? {} : { length }),
  ...extra,
})
export const code = (length: number, list: string, extra: Extra = {}): Column<'varchar'> => ({
  type: 'varchar',
  length,
  list,
  ...extra,
})
export const integer = (extra: Extra = {}): Column<'integer'> => ({ type: 'integer', ...extra })
export const date = (extra: Extra = {}): Column<'date'> => ({ type: 'date', ...extra })
export const euros = (extra: Extra = {}): Column<'decimal(12,2)'> => ({
  type: 'decimal(12,2)',
  euros: true,
  ...extra,
})
export const finess = (extra: Extra = {}): Column<'varchar'> => ({
  type: 'varchar',
  length: 9,
  finess: true,
  ...extra,
})
export const key = <T extends SqlType>(column: Column<T>): Column<T> => ({ ...column, key: true })

type LakeColumnsOf<C extends SourceColumns> = { readonly row_id: 'bigint'; readonly person: 'varchar' } & {
  readonly [K in keyof C as C[K] extends { pseudonym: true } ? never : K]: C[K]['type']
}

/** A table of a source: name, cut and columns as facts. */
export function sourceTable<const C extends SourceColumns>(definition: SourceTable<C>): SourceTable<C> {
  return Object.freeze(definition)
}

/**
 * The table as it stands in the lake: `row_id` (period and row of the delivered file, unique in the table),
 * `person` (hub id, null when nobody can be named), then every column that is neither pseudonym nor identity.
 */
export function lakeTable<C extends SourceColumns>(definition: SourceTable<C>): Table<LakeColumnsOf<C>> {
  const columns: Record<string, SqlType> = { row_id: 'bigint', person: 'varchar' }
  for (const [column, spec] of Object.entries(definition.columns))
    if (!spec.pseudonym && !spec.identity) columns[column] = spec.type
  return table(definition.name, columns) as unknown as Table<LakeColumnsOf<C>>
}
