import { ChainonError } from '../../base/index.ts'
import { type DuckDb, duckdb } from '../../engine/index.ts'
import { quoted } from '../comparisons/words.ts'

/** A file of records, CSV or Parquet, and what it is called in results. */
export interface Source {
  readonly name: string
  readonly path: string
}

/** All sources one below the other; a column that all have in one type keeps it, every other is text. */
export interface Received {
  readonly table: string
  readonly columns: readonly string[]
  /** Columns that every source has. */
  readonly everywhere: ReadonlySet<string>
  readonly bySource: readonly number[]
}

/** Which source a record is of: 0, 1, …. No column of a source is called so. */
export const SOURCE = 'chainon source'

/** @throws linkage/bad-file */
export async function receive(engine: DuckDb, sources: readonly Source[]): Promise<Received> {
  const each: { from: string; columns: Map<string, string>; types: Map<string, string> }[] = []
  for (const { path } of sources) {
    const from = tableOf(path)
    const described = await engine.describe(`select * from ${from}`).catch((error: Error) => {
      throw new ChainonError('linkage/bad-file', `${path} cannot be read: ${error.message.split('\n')[0]}`, {
        cause: error,
      })
    })
    each.push({
      from,
      columns: new Map(described.map(({ name }) => [name.trim(), name])),
      types: new Map(described.map(({ name, type }) => [name.trim(), type])),
    })
  }
  const columns = [...new Set(each.flatMap(({ columns: own }) => [...own.keys()]))]
  const typeOf = (column: string): string => {
    const types = new Set(each.map((one) => one.types.get(column)))
    const [only] = types
    return types.size === 1 && only !== undefined ? only : 'varchar'
  }
  const selects = each.map(({ from, columns: own }, at) => {
    const list = columns.map((column) => {
      const called = own.get(column)
      return called === undefined
        ? `cast(null as varchar) as ${quoted(column)}`
        : `cast(${quoted(called)} as ${typeOf(column)}) as ${quoted(column)}`
    })
    return `select ${list.join(', ')}, ${at} as ${quoted(SOURCE)} from ${from}`
  })
  await engine.run(`create or replace table received as ${selects.join(' union all ')}`)
  const counts = await engine.rows<{ source: number; n: bigint }>(
    `select ${quoted(SOURCE)} as source, count(*) as n from received group by 1`,
  )
  return {
    table: 'received',
    columns,
    everywhere: new Set(columns.filter((column) => each.every(({ columns: own }) => own.has(column)))),
    bySource: sources.map((_, at) => Number(counts.find(({ source }) => source === at)?.n ?? 0)),
  }
}

/** A file as DuckDB reads it. */
export const tableOf = (path: string): string =>
  /\.parquet$/i.test(path)
    ? `read_parquet(${duckdb.quoteValue(path)})`
    : `read_csv(${duckdb.quoteValue(path)}, all_varchar = true, header = true, sample_size = -1)`
