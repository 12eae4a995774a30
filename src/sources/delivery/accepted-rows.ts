import { ChainonError } from '../../base/index.ts'
import { duckdb } from '../../engine/index.ts'
import type { Column } from '../model.ts'
import { tableNamed } from '../tables.ts'
import type { AcceptedFile, CsvOptions } from './model.ts'
import { dummyPseudonym, filled, readFilled } from './read-values.ts'

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
  const { reasons } = file.setAside
  const kept = reasons === undefined ? '' : ` where d.${ROW} not in (${rowsIn(reasons)})`
  const id = `cast(${base(file)} + d.${ROW} as bigint) as row_id`
  // Three levels, so that the text of a value is written once and not wherever its reading looks at it.
  const filledText: string[] = []
  const values: string[] = []
  const columns: string[] = []
  file.columns.forEach((one, index) => {
    const spec = definition.columns[one.column]
    if (!spec) throw new ChainonError('sources/unknown-column', `${file.table} has no column ${one.column}`)
    const name = quoteColumn(one.column)
    columns.push(one.reading === 'derived' ? `${derived(spec, file)} as ${name}` : `v.${name}`)
    if (one.reading === 'derived') return
    if (one.found === undefined) values.push(`cast(null as ${spec.type}) as ${name}`)
    else {
      filledText.push(`${filled(`d.${quoteColumn(one.found)}`, one.reading)} as f${index}`)
      values.push(`${readFilled(`f.f${index}`, one.reading, spec)} as ${name}`)
    }
  })
  return `select v.row_id, ${columns.join(', ')} from (select f.row_id, ${values.join(', ')} from (select ${[id, ...filledText].join(', ')} from (${deliveredRows(file)}) as d${kept}) as f) as v`
}

function derived(spec: Column, file: AcceptedFile): string {
  const delivered = file.columns.some((one) => one.column === spec.dummyOf)
  return delivered && spec.dummyOf
    ? dummyPseudonym(`v.${quoteColumn(spec.dummyOf)}`)
    : `cast(null as ${spec.type})`
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
