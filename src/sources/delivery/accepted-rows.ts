import { ChainonError } from '../../base/index.ts'
import { duckdb } from '../../engine/index.ts'
import type { SourceTable } from '../model.ts'
import { tableNamed } from '../tables.ts'
import type { AcceptedColumn, AcceptedFile, CsvOptions } from './model.ts'
import { readValue } from './read-values.ts'

export const quoteColumn = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`

/** Name under which the number of a row in its file stands beside the delivered columns. */
export const ROW = 'row_number_'

/** First of the row ids of a file: (period × 1000 + part) × 2^32; the row's number in the file is added. */
const base = (file: Pick<AcceptedFile, 'period' | 'part'>): bigint =>
  (BigInt(file.period) * 1000n + BigInt(file.part)) * 4294967296n

/**
 * SQL of DuckDB: the accepted rows of a delivered file. It gives `row_id` bigint, then every column of the
 * definition under its own name and type, NULL where the delivery lacks it. Rows set aside are left out. Rows
 * come in file order, but only `order by row_id` promises it.
 */
export function acceptedRows(file: AcceptedFile): string {
  const definition = tableNamed(file.source, file.table)
  const columns = file.columns.map((one) => `${valueOf(one, file, definition)} as ${quoteColumn(one.column)}`)
  const { reasons } = file.setAside
  const kept = reasons === undefined ? '' : ` where d.${ROW} not in (${rowsIn(reasons)})`
  return `select cast(${base(file)} + d.${ROW} as bigint) as row_id, ${columns.join(', ')} from (${deliveredRows(file)}) as d${kept}`
}

function valueOf(one: AcceptedColumn, file: AcceptedFile, definition: SourceTable): string {
  const spec = definition.columns[one.column]
  if (!spec) throw new ChainonError('sources/unknown-column', `${file.table} has no column ${one.column}`)
  if (one.reading !== 'derived') return readValue(`d.${quoteColumn(one.found ?? '')}`, one.reading, spec)
  const from = file.columns.find((other) => other.column === spec.dummyOf)
  return from ? readValue(valueOf(from, file, definition), 'derived', spec) : `cast(null as ${spec.type})`
}

/** SQL: the rows as delivered, columns under their delivered names, and the number of each row from 1. */
export function deliveredRows(file: Pick<AcceptedFile, 'reads' | 'path' | 'format' | 'csv'>): string {
  const path = duckdb.quoteValue(file.reads)
  if (file.format === 'parquet' || !file.csv)
    return `select *, file_row_number + 1 as ${ROW} from read_parquet(${path}, file_row_number = true)`
  return file.reads === file.path ? plainCsv(path, file.csv) : copiedCsv(path, file.csv)
}

/** Of a file without quotes and with the same number of fields throughout: nothing is left for a parser to guess. */
function plainCsv(path: string, csv: CsvOptions): string {
  return `select *, row_number() over () as ${ROW} from read_csv(${path}, ${options(csv.separator, '', csv.header)})`
}

/** Of our own copy (see copy-csv.ts), which carries the row numbers of the delivered file. */
function copiedCsv(path: string, csv: CsvOptions): string {
  const columns = csv.header.map(quoteColumn).join(', ')
  return `select ${columns}, cast(${ROW} as bigint) as ${ROW} from read_csv(${path}, ${options(';', '"', [ROW, ...csv.header])})`
}

function options(separator: string, quote: string, header: readonly string[]): string {
  const columns = header.map((one) => `${duckdb.quoteValue(one)}: 'VARCHAR'`).join(', ')
  return `auto_detect = false, header = true, delim = ${duckdb.quoteValue(separator)}, quote = '${quote}', escape = '${quote}', columns = {${columns}}`
}

/** SQL: the numbers of the rows that a file of reasons names. */
export function rowsIn(reasons: string): string {
  return `select distinct cast("row" as bigint) from read_csv(${duckdb.quoteValue(reasons)}, auto_detect = false, header = true, delim = ';', quote = '"', escape = '"', columns = {'row': 'VARCHAR', 'column': 'VARCHAR', 'value': 'VARCHAR', 'reason': 'VARCHAR'})`
}

/** Where the rows of a file go, relative to the lake: `snds/ER_PRS_F/2019.parquet`, `snds/T_MCO_B/2019-2.parquet`. */
export function lakeFile(file: Pick<AcceptedFile, 'source' | 'table' | 'period' | 'part'>): string {
  const part = file.part === 0 ? '' : `-${file.part}`
  return `${file.source}/${file.table}/${file.period}${part}.parquet`
}
