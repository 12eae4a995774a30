import type { SqlType, Table } from '../engine/index.ts'
import { table } from '../engine/index.ts'

/** What is known of one column of a source: its type, and what is known to be wrong with it. */
export interface Column<T extends SqlType = SqlType> {
  readonly type: T
  /** Longest value that the source's own documentation allows; longer ones are a warning. */
  readonly length?: number
  /** Part of the table's key: a row without it is set aside. */
  readonly key?: true
  /** Often absent from a delivery, or empty: then it is null, and that is told. */
  readonly optional?: true
  /** Without this column the table says nothing: a file that lacks it is not taken. */
  readonly required?: true
  /** Other names under which deliveries carry the column. */
  readonly also?: readonly string[]
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
  /** A FINESS: nine characters, whose leading zero is often lost: eight digits get it back. */
  readonly finess?: true
  /** A code of fixed width that is often delivered as a number: fewer digits get their zeros back. */
  readonly zeros?: true
  /** A number kept as text: some tables of a delivery write it with leading zeros, others without. */
  readonly number?: true
  /** A month or a year as a number, which deliveries also write as a date. */
  readonly part?: 'month' | 'year'
  /** Not delivered but derived while reading: does that pseudonym name nobody (a fixed dummy value)? */
  readonly dummyOf?: string
  /** An amount in euros: summed when a loss is told. */
  readonly euros?: true
}

export type SourceColumns = Readonly<Record<string, Column>>

/** A table of a source, with how its deliveries are cut: whole, by year of the PMSI, or by flow period (YYYY or YYYYMM). */
export interface SourceTable<C extends SourceColumns = SourceColumns> {
  readonly name: string
  readonly source: 'snds' | 'bndmr' | 'referentials'
  readonly cut: 'whole' | 'year' | 'flow'
  /** Of a table that is delivered whole: it is extracted a year at a time as well, and its years add up. */
  readonly alsoByYear?: true
  readonly columns: C
  /** Columns whose sum is what the mandatory insurance paid for a row: the euros in which losses are told. */
  readonly amount?: readonly string[]
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
/** Digits of fixed width that lose their leading zeros when they are taken for numbers. */
export const digits = (length: number, list: string, extra: Extra = {}): Column<'varchar'> =>
  code(length, list, { zeros: true, ...extra })
export const month = (extra: Extra = {}): Column<'integer'> => integer({ part: 'month', ...extra })
export const year = (extra: Extra = {}): Column<'integer'> => integer({ part: 'year', ...extra })
export const required = <T extends SqlType>(column: Column<T>): Column<T> => ({ ...column, required: true })
export const key = <T extends SqlType>(column: Column<T>): Column<T> => ({ ...column, key: true })

type LakeColumnsOf<C extends SourceColumns> = { readonly row_id: 'bigint'; readonly person: 'varchar' } & {
  readonly [K in keyof C as C[K] extends { pseudonym: true } ? never : K]: C[K]['type']
}

/** A table of a source: name, cut and columns as facts. */
export function sourceTable<const C extends SourceColumns>(definition: SourceTable<C>): SourceTable<C> {
  return Object.freeze(definition)
}

const inLake = new WeakMap<SourceTable, Table>()

/**
 * The table as it stands in the lake: `row_id` (period and row of the delivered file, unique in the table),
 * `person` (hub id, null when nobody can be named), then every column that is neither pseudonym nor identity.
 * One object per definition: what one room binds to files, the steps of another read.
 */
export function lakeTable<C extends SourceColumns>(definition: SourceTable<C>): Table<LakeColumnsOf<C>> {
  const known = inLake.get(definition)
  if (known) return known as unknown as Table<LakeColumnsOf<C>>
  const columns: Record<string, SqlType> = { row_id: 'bigint', person: 'varchar' }
  for (const [column, spec] of Object.entries(definition.columns))
    if (!spec.pseudonym && !spec.identity) columns[column] = spec.type
  const made = table(definition.name, columns)
  inLake.set(definition, made)
  return made as unknown as Table<LakeColumnsOf<C>>
}
