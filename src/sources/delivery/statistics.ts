import { duckdb, type DuckDb } from '../../engine/index.ts'

/** A column whose values a Parquet file's statistics may tell: its delivered name and type, the type wanted. */
export interface Told {
  readonly found: string
  readonly type: string
  readonly wanted: string
}

/**
 * What a Parquet file's own statistics say of columns of numbers and dates, without reading a row: how many are
 * empty, the lowest and the highest, as the type wanted. A column that they do not say all of is left out: one
 * without statistics, or with a bound that the type wanted cannot hold.
 */
export async function fromStatistics(
  engine: DuckDb,
  path: string,
  columns: readonly Told[],
): Promise<ReadonlyMap<string, Readonly<Record<string, unknown>>>> {
  if (columns.length === 0) return new Map()
  const bound = (which: 'min' | 'max', { type, wanted }: Told) =>
    `try_cast(try_cast(coalesce(stats_${which}_value, stats_${which}) as ${type}) as ${wanted})`
  const each = columns.map((one) => {
    const [lowest, highest] = [bound('min', one), bound('max', one)]
    return `select ${duckdb.quoteValue(one.found)} as found, sum(stats_null_count) as empty,
      cast(min(${lowest}) as varchar) as lowest, cast(max(${highest}) as varchar) as highest
      from chunks where path_in_schema = ${duckdb.quoteValue(one.found)}
      having count(distinct column_id) = 1 and bool_and(coalesce(
        stats_null_count = num_values or (stats_null_count is not null and ${lowest} is not null and ${highest} is not null), false))`
  })
  const rows = await engine.rows<{ found: string }>(
    `with chunks as materialized (select * from parquet_metadata(${duckdb.quoteValue(path)})) ${each.join(' union all ')}`,
  )
  return new Map(rows.map((row) => [row.found, row]))
}
