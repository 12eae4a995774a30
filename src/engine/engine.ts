import type { Dialect } from './dialect.ts'
import type { Columns } from './relation.ts'
import type { NameOf } from './render.ts'
import type { Sql } from './sql.ts'

/** A row as JavaScript sees it: dates and decimals as text, bigint as bigint, the rest as itself. */
export type Row = Record<string, unknown>

/** How far a statement has come, from 0 to 1, where the engine tells it. */
export type OnShare = (share: number) => void

/** What a plan asks of an engine: the same few methods on an embedded database and on a cluster. */
export interface Engine {
  readonly dialect: Dialect
  /**
   * A table expression over Parquet that stands in the hub: files, or folders of parts that several machines wrote.
   * @param columns what of it may be read, by name
   */
  table(paths: readonly string[], columns: Columns): Promise<string>
  /** Runs one statement for its effect. */
  run(statement: Sql | string, nameOf?: NameOf): Promise<void>
  /** Runs one query and returns its rows. For results that fit in memory. */
  rows<T = Row>(query: Sql | string, nameOf?: NameOf): Promise<T[]>
  /** Runs one query and yields its rows in batches, for results of any size. */
  stream<T = Row>(query: Sql | string, nameOf?: NameOf): AsyncGenerator<T[]>
  /** Column names and types of a query, without running it. */
  describe(query: string): Promise<{ name: string; type: string }[]>
  /**
   * Writes a query's rows as Parquet under `path`: one file in their order, or a folder of parts in no order.
   * @returns how many rows
   */
  writeParquet(query: string, path: string, onShare?: OnShare): Promise<number>
  /**
   * As `writeParquet`, for rows whose sort is larger than memory: they are written as they come, then put in order piece
   * by piece, as a folder of parts whose order is that of the whole. Where one machine does all the work.
   * @param order columns, the first of them a bigint that is never null
   */
  writeLargeInOrder?(query: string, order: readonly string[], path: string): Promise<number>
  /**
   * Statements whose joins keep in memory the side on the right, as they are written, where the engine would choose a
   * side by its guess of how many rows each has.
   */
  joinsAsWritten?<T>(work: () => Promise<T>): Promise<T>
  /** Rows that stand in Parquet, without reading them. */
  countRows?(paths: readonly string[]): Promise<number>
  /**
   * Keeps a query's rows under a name until the engine is closed, where the engine would otherwise compute again what
   * one statement reads twice. An engine that shares by itself has no such method.
   */
  stage?(query: string): Promise<string>
  close(): Promise<void>
}
