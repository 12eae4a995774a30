import { ChainonError } from '../../base/index.ts'
import { type DuckDb, duckdb } from '../../engine/index.ts'
import { quoted } from '../comparisons/words.ts'
import type { MadeColumns } from '../model.ts'

/** A file of records, CSV or Parquet, and what it is called in results. */
export interface Source {
  readonly name: string
  readonly path: string
  /** It came when weights had been learnt: how rare a value is is not told from it. Such sources come last. */
  readonly added?: boolean
}

/** All sources one below the other; a column that all have in one type keeps it, every other is text. */
export interface Received {
  readonly table: string
  /** All that sources have; the table holds those that are asked for. */
  readonly columns: readonly string[]
  /** Columns that every source has. */
  readonly everywhere: ReadonlySet<string>
  readonly bySource: readonly number[]
}

/** Which source a record is of: 0, 1, …. No column of a source is called so. */
export const SOURCE = 'chainon source'

/**
 * @param made further columns of a source, or others under the name of its own
 * @param asked of all columns those that are needed
 * @throws linkage/bad-file, linkage/bad-model
 */
export async function receive(
  engine: DuckDb,
  sources: readonly Source[],
  made: MadeColumns = {},
  asked: (columns: readonly string[]) => readonly string[] = (columns) => columns,
): Promise<Received> {
  for (const table of Object.keys(made))
    if (!sources.some(({ name }) => name === table))
      throw new ChainonError('linkage/bad-model', `columns names ${table}, which is no table`, {
        advice: `They are: ${sources.map(({ name }) => name).join(', ')}.`,
      })
  const each: { from: string; columns: Map<string, string>; types: Map<string, string> }[] = []
  for (const { name, path } of sources) {
    const file = tableOf(path)
    const whole = await engine.describe(`select * from ${file}`).catch((error: Error) => {
      throw new ChainonError('linkage/bad-file', `${path} cannot be read: ${error.message.split('\n')[0]}`, {
        cause: error,
      })
    })
    const from = await withMade(engine, file, whole, name, made[name] ?? {})
    const own = from === file ? whole : await engine.describe(`select * from ${from}`)
    each.push({
      from,
      columns: new Map(own.map((one) => [one.name.trim(), one.name])),
      types: new Map(own.map((one) => [one.name.trim(), one.type])),
    })
  }
  const columns = [...new Set(each.flatMap(({ columns: own }) => [...own.keys()]))]
  const typeOf = (column: string): string => {
    const types = new Set(each.map((one) => one.types.get(column)))
    const [only] = types
    return types.size === 1 && only !== undefined ? only : 'varchar'
  }
  const needed = asked(columns)
  const selects = each.map(({ from, columns: own }, at) => {
    const list = needed.map((column) => {
      const called = own.get(column)
      return called === undefined
        ? `cast(null as varchar) as ${quoted(column)}`
        : `cast(${quoted(called)} as ${typeOf(column)}) as ${quoted(column)}`
    })
    return `select ${[...list, `${at} as ${quoted(SOURCE)}`].join(', ')} from ${from}`
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

type Column = Awaited<ReturnType<DuckDb['describe']>>[number]

/** The file with its further columns, each over the columns that the file has. */
async function withMade(
  engine: DuckDb,
  file: string,
  has: readonly Column[],
  table: string,
  made: MadeColumns[string],
): Promise<string> {
  const names = Object.keys(made)
  if (names.length === 0) return file
  const trimmed = `(select ${has.map((one) => `${quoted(one.name)} as ${quoted(one.name.trim())}`).join(', ')} from ${file})`
  for (const name of names)
    await engine.describe(`select ${made[name]} as made from ${trimmed}`).catch((error: Error) => {
      throw new ChainonError(
        'linkage/bad-model',
        `columns.${table}.${name} cannot be told: ${error.message.split('\n')[0]}`,
        { advice: `${table} has: ${has.map((one) => one.name.trim()).join(', ')}.`, cause: error },
      )
    })
  const kept = has
    .map((one) => one.name.trim())
    .filter((name) => !names.includes(name))
    .map(quoted)
  return `(select ${[...kept, ...names.map((name) => `${made[name]} as ${quoted(name)}`)].join(', ')} from ${trimmed})`
}

/** A file as DuckDB reads it. */
export const tableOf = (path: string): string =>
  /\.parquet$/i.test(path)
    ? `read_parquet(${duckdb.quoteValue(path)})`
    : `read_csv(${duckdb.quoteValue(path)}, all_varchar = true, header = true, sample_size = -1)`

/** The table `source_names`: what each number of a source is called. */
export const nameSources = (engine: DuckDb, sources: readonly Source[]): Promise<void> =>
  engine.load(
    'source_names',
    { source: 'integer', name: 'varchar' },
    sources.map(({ name }, at) => [at, name] as const),
  )
