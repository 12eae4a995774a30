import { mkdir, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type * as DuckDbApi from '@duckdb/node-api'
import type { DuckDBConnection, DuckDBInstance, DuckDBValue, DuckDBVector } from '@duckdb/node-api'
import { ChainonError, partName, partsOf, temporaryBeside } from '../../base/index.ts'
import type { Engine, Row } from '../engine.ts'
import type { Relation } from '../relation.ts'
import { type NameOf, render } from '../render.ts'
import type { Sql } from '../sql.ts'
import { duckdb, readParquet } from './duckdb-dialect.ts'

/*
 * Required and not imported: of a CommonJS package an import first looks through all files for names, which takes every
 * process that opens a database longer than loading them.
 */
const duckdbApi = createRequire(import.meta.url)('@duckdb/node-api') as typeof DuckDbApi

export type Numbers = Int32Array | Float64Array

/** DuckDB, with what only an embedded database does. */
export interface DuckDb extends Engine {
  /**
   * Makes a table from values of this process, without their ever standing in SQL text. Rows are lists of
   * values in the order of `columns`; integer is number, bigint is bigint.
   */
  load(
    tableName: string,
    columns: Readonly<Record<string, 'varchar' | 'integer' | 'bigint'>>,
    rows: Iterable<readonly (string | number | bigint | null)[]>,
  ): Promise<void>
  /** Makes a table of integers from lists of equal length: for millions of rows. */
  loadIntegers(tableName: string, columns: Readonly<Record<string, Int32Array>>): Promise<void>
  /**
   * As `stream`, column by column, of columns that are integers and doubles and hold no nulls: for millions of rows. Nothing
   * else may be asked of the connection before it has ended.
   */
  streamNumbers(query: string): AsyncGenerator<readonly Numbers[]>
  /** Another connection to the same database: its statements run beside those of this one. */
  connect(): Promise<DuckDb>
  /**
   * Statements whose filters stay where they are written. Pushed down, a filter over a column that is made of others is
   * written out in terms of those, and they are told again and again.
   */
  asWritten<T>(work: () => Promise<T>): Promise<T>
}

export interface DuckDbOptions {
  /** A database file, or memory when absent. */
  path?: string
  /** As DuckDB writes it: `4GB`. Larger work spills to `spill`. */
  memory?: string
  threads?: number
  spill?: string
  /**
   * The only files that can be read. Nothing else of the machine can be read or written, no extension loaded, no
   * setting changed, and only queries run: for work that was written by somebody else.
   */
  onlyFiles?: readonly string[]
}

const unbound: NameOf = (relation: Relation) => {
  throw new ChainonError('engine/unbound', `${relation.name} is not bound to any file here`)
}

/** It keeps in memory, and on the disk, a whole table that a query reads twice: 20 GB of lines of care. */
const DISABLED = 'common_subplan'

/** An embedded DuckDB with a memory limit and a folder to spill to. Nothing is fetched from anywhere. */
export async function openDuckDb(options: DuckDbOptions = {}): Promise<DuckDb> {
  if (options.spill) await mkdir(options.spill, { recursive: true })
  const instance = await duckdbApi.DuckDBInstance.create(options.path ?? ':memory:', {
    memory_limit: options.memory ?? '4GB',
    threads: String(options.threads ?? 2),
    preserve_insertion_order: 'true',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    disabled_optimizers: DISABLED,
    ...(options.spill ? { temp_directory: options.spill } : {}),
  })
  const connection = await instance.connect()
  if (!options.onlyFiles) return new Connection(instance, connection)
  const allowed = (await Promise.all(options.onlyFiles.map(partsOf))).flat()
  await connection.run(`set allowed_paths = [${allowed.map(duckdb.quoteValue).join(', ')}]`)
  await connection.run('set enable_external_access = false')
  await connection.run('set lock_configuration = true')
  return new Connection(instance, connection, true, true)
}

class Connection implements DuckDb {
  readonly dialect = duckdb
  readonly #instance: DuckDBInstance
  readonly #connection: DuckDBConnection
  readonly #owner: boolean
  readonly #queriesOnly: boolean

  constructor(instance: DuckDBInstance, connection: DuckDBConnection, owner = true, queriesOnly = false) {
    this.#instance = instance
    this.#connection = connection
    this.#owner = owner
    this.#queriesOnly = queriesOnly
  }

  #text(query: Sql | string, nameOf: NameOf): string {
    return typeof query === 'string' ? query : render(query, duckdb, nameOf)
  }

  async #admit(text: string): Promise<void> {
    if (!this.#queriesOnly) return
    const statements = await this.#connection.extractStatements(text)
    const only = statements.count === 1 ? await statements.prepare(0) : undefined
    const query = only?.statementType === duckdbApi.StatementType.SELECT
    only?.destroySync()
    if (!query) throw new ChainonError('engine/not-a-query', 'only one query at a time runs here')
  }

  async table(paths: readonly string[]): Promise<string> {
    return readParquet((await Promise.all(paths.map(partsOf))).flat())
  }

  async run(statement: Sql | string, nameOf: NameOf = unbound): Promise<void> {
    const text = this.#text(statement, nameOf)
    await this.#admit(text)
    await this.#connection.run(text)
  }

  async rows<T = Row>(query: Sql | string, nameOf: NameOf = unbound): Promise<T[]> {
    const all: T[] = []
    for await (const batch of this.stream<T>(query, nameOf)) all.push(...batch)
    return all
  }

  async *stream<T = Row>(query: Sql | string, nameOf: NameOf = unbound): AsyncGenerator<T[]> {
    const text = this.#text(query, nameOf)
    await this.#admit(text)
    const result = await this.#connection.stream(text)
    const names = result.columnNames()
    for (;;) {
      const chunk = await result.fetchChunk()
      if (!chunk || chunk.rowCount === 0) return
      yield chunk.getRows().map((values) => {
        const row: Row = {}
        names.forEach((column, index) => {
          row[column] = plain(values[index])
        })
        return row as T
      })
    }
  }

  async describe(query: string): Promise<{ name: string; type: string }[]> {
    const rows = await this.rows<{ column_name: string; column_type: string }>(`describe ${query}`)
    return rows.map((row) => ({ name: row.column_name, type: row.column_type }))
  }

  async writeParquet(query: string, path: string): Promise<number> {
    if (this.#queriesOnly) throw new ChainonError('engine/not-a-query', 'nothing is written from here')
    const quotedPath = duckdb.quoteValue(path)
    const result = await this.#connection.runAndReadAll(
      `copy (${query}) to ${quotedPath} (format parquet, compression snappy, row_group_size 122880)`,
    )
    return Number(result.getRows()[0]?.[0] ?? 0)
  }

  asWritten<T>(work: () => Promise<T>): Promise<T> {
    return this.#without('filter_pushdown', work)
  }

  joinsAsWritten<T>(work: () => Promise<T>): Promise<T> {
    return this.#without('build_side_probe_side', work)
  }

  async #without<T>(optimizer: string, work: () => Promise<T>): Promise<T> {
    const disable = (which: string): Promise<unknown> =>
      this.#connection.run(`set disabled_optimizers = '${which}'`)
    await disable(`${DISABLED}, ${optimizer}`)
    try {
      return await work()
    } finally {
      await disable(DISABLED)
    }
  }

  async countRows(paths: readonly string[]): Promise<number> {
    if (paths.length === 0) return 0
    const files = (await Promise.all(paths.map(partsOf))).flat().map(duckdb.quoteValue)
    const [row] = await this.rows<{ n: bigint }>(
      `select cast(sum(num_rows) as bigint) as n from parquet_file_metadata([${files.join(', ')}])`,
    )
    return Number(row?.n ?? 0)
  }

  async writeLargeInOrder(query: string, order: readonly string[], path: string): Promise<number> {
    const first = duckdb.quoteName(order[0] as string)
    const unsorted = temporaryBeside(path)
    try {
      const rows = await this.writeParquet(query, unsorted)
      const from = readParquet([unsorted])
      await mkdir(path, { recursive: true })
      const pieces = await this.#pieces(first, from)
      for (const [index, piece] of pieces.entries())
        await this.writeParquet(
          `select * from ${from} where ${piece} order by ${order.map(duckdb.quoteName).join(', ')}`,
          join(path, partName(index)),
        )
      return rows
    } finally {
      await rm(unsorted, { force: true })
    }
  }

  /** Ranges of a number that hold about as many rows each, the same on every run. */
  async #pieces(column: string, from: string): Promise<string[]> {
    const buckets = await this.rows<{ bucket: bigint; n: bigint }>(
      `select ${column} // ${BUCKET} as bucket, count(*) as n from ${from} group by bucket order by bucket`,
    )
    const starts: bigint[] = []
    let held = 0
    for (const { bucket, n } of buckets) {
      if (held > 0 && held + Number(n) > PIECE) {
        starts.push(bucket * BUCKET)
        held = 0
      }
      held += Number(n)
    }
    return [undefined, ...starts].map(
      (start, index) =>
        [
          start === undefined ? [] : `${column} >= ${start}`,
          starts[index] === undefined ? [] : `${column} < ${starts[index]}`,
        ]
          .flat()
          .join(' and ') || 'true',
    )
  }

  async load(
    tableName: string,
    columns: Readonly<Record<string, 'varchar' | 'integer' | 'bigint'>>,
    rows: Iterable<readonly (string | number | bigint | null)[]>,
  ): Promise<void> {
    const names = Object.entries(columns).map(([column, type]) => `${duckdb.quoteName(column)} ${type}`)
    await this.run(`create or replace table ${duckdb.quoteName(tableName)} (${names.join(', ')})`)
    const types = Object.values(columns).map((type) => LOADED[type])
    const appender = await this.#connection.createAppender(tableName)
    const append = (held: readonly (readonly DuckDBValue[])[]): void => {
      const chunk = duckdbApi.DuckDBDataChunk.create(types)
      chunk.setRows(held)
      appender.appendDataChunk(chunk)
    }
    let held: (readonly DuckDBValue[])[] = []
    for (const row of rows) {
      held.push(row)
      if (held.length < CHUNK) continue
      append(held)
      held = []
    }
    if (held.length > 0) append(held)
    appender.closeSync()
  }

  async loadIntegers(tableName: string, columns: Readonly<Record<string, Int32Array>>): Promise<void> {
    const named = Object.keys(columns).map((column) => `${duckdb.quoteName(column)} integer`)
    await this.run(`create or replace table ${duckdb.quoteName(tableName)} (${named.join(', ')})`)
    const lists = Object.values(columns)
    const rows = lists[0]?.length ?? 0
    const appender = await this.#connection.createAppender(tableName)
    for (let from = 0; from < rows; from += CHUNK) {
      const chunk = duckdbApi.DuckDBDataChunk.create(
        lists.map(() => duckdbApi.INTEGER),
        Math.min(CHUNK, rows - from),
      )
      lists.forEach((list, at) => {
        const vector = chunk.getColumnVector(at)
        numbersOf(vector).set(list.subarray(from, from + CHUNK))
        vector.flush()
      })
      appender.appendDataChunk(chunk)
    }
    appender.closeSync()
  }

  async *streamNumbers(query: string): AsyncGenerator<readonly Numbers[]> {
    await this.#admit(query)
    const result = await this.#connection.stream(query)
    let next = result.fetchChunk()
    try {
      for (;;) {
        const chunk = await next
        if (!chunk || chunk.rowCount === 0) return
        // While one is read the database makes another.
        next = result.fetchChunk()
        next.catch(() => undefined)
        yield Array.from({ length: chunk.columnCount }, (_, at) =>
          numbersOf(chunk.getColumnVector(at)).slice(),
        )
      }
    } finally {
      await next.catch(() => undefined)
    }
  }

  async connect(): Promise<DuckDb> {
    return new Connection(this.#instance, await this.#instance.connect(), false, this.#queriesOnly)
  }

  async close(): Promise<void> {
    this.#connection.closeSync()
    if (this.#owner) this.#instance.closeSync()
  }
}

/**
 * The memory of a vector itself: the driver's own way, a value at a time with a question for null before each, takes
 * fifty times as long.
 */
function numbersOf(vector: DuckDBVector): Numbers {
  if (vector instanceof duckdbApi.DuckDBIntegerVector) return vector['items'] as Int32Array
  if (vector instanceof duckdbApi.DuckDBDoubleVector) return vector['items'] as Float64Array
  throw new TypeError(`integers and doubles are read as numbers, not ${String(vector.type)}`)
}

const LOADED = { varchar: duckdbApi.VARCHAR, integer: duckdbApi.INTEGER, bigint: duckdbApi.BIGINT } as const
/** Rows that are put in order at once. */
const PIECE = 10_000_000
/** Ids that are counted together; a file of the SNDS has some of these. */
const BUCKET = 2n ** 22n
/** Rows of one vector of DuckDB. */
const CHUNK = 2048

/** DuckDB's value objects (dates, decimals, lists) as plain values; text is exact where a number would not be. */
function plain(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value
  if ('items' in value && Array.isArray(value.items)) return value.items.map(plain)
  return String(value)
}
