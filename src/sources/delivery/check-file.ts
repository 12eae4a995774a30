import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { duckdb, type DuckDb } from '../../engine/index.ts'
import type { SourceTable } from '../model.ts'
import { tableNamed } from '../tables.ts'
import { balancesOf, decimal } from './balance.ts'
import { copyCsv } from './copy-csv.ts'
import { type Examined, examine, reasonsQuery } from './examine.ts'
import { type DeliveredColumn, knownNames, matchColumns } from './match-columns.ts'
import type { AcceptedFile, Balance, Delivered, FileReport, Reason, RefusedFile, Warning } from './model.ts'
import { clearQuarantine, keepRows, placesOf, readReasons, writeReasons } from './quarantine.ts'
import type { Recognised } from './recognise.ts'
import { type CsvShape, scanCsv } from './scan-csv.ts'

/** Reasons shown in a report; the file of reasons holds all. */
const SHOWN = 20

export type Checked =
  | { readonly report: FileReport; readonly accepted: AcceptedFile }
  | { readonly refused: RefusedFile }

/** Checks one file: what it holds, which rows are accepted, what is to be told. Nothing is written but quarantine. */
export async function checkFile(
  engine: DuckDb,
  source: Delivered,
  file: Recognised,
  sha256: string,
  quarantine: string,
): Promise<Checked> {
  const definition = tableNamed(source, file.table)
  const name = plainName(file.file)
  const places = placesOf(quarantine, name, sha256)
  const copy = join(quarantine, '.readable', `${name}.${sha256.slice(0, 12)}.csv`)
  const opened = await open(engine, definition, file, copy)
  if ('refused' in opened) return opened
  const { shape, delivered, reads } = opened
  const matched = matchColumns(definition, delivered)
  if (matched.lacking.length > 0)
    return refuse(
      file,
      'required-column-absent',
      `lacks ${matched.lacking.join(', ')}, without which ${file.table} says nothing; it has ${delivered.map((one) => one.name).join(', ')}`,
    )
  const readable = {
    source,
    table: file.table,
    period: file.period,
    part: file.part,
    path: file.path,
    reads,
    format: file.format,
    ...(shape ? { csv: csvOptions(shape) } : {}),
    columns: matched.columns,
  }
  const types = new Map(
    matched.columns.map((one) => [one.column, delivered.find((d) => d.name === one.found)?.type ?? '']),
  )
  const examined = await examine(engine, definition, readable, types)
  const misshapen = shape?.misshapen ?? []
  const found = balances(definition, examined, misshapen.length)
  const clean = found.setAside.rows === 0
  const accepted: AcceptedFile = {
    ...readable,
    columns: examined.columns,
    ...found.accepted,
    setAside: clean ? found.setAside : { ...found.setAside, reasons: places.reasons },
    sha256,
  }
  let reasons: Awaited<ReturnType<typeof readReasons>> = { first: [], count: 0 }
  if (clean) await clearQuarantine(places)
  else {
    const { badColumns } = examined
    const query = badColumns.length === 0 ? undefined : reasonsQuery(definition, accepted, badColumns)
    await writeReasons(engine, places, query, misshapen, delivered.length)
    await keepRows(engine, places, accepted, shape)
    reasons = await readReasons(engine, places.reasons, SHOWN)
  }
  const undated: Warning[] = file.dated ? [] : [{ kind: 'unknown-period', count: 1 }]
  return {
    accepted,
    report: {
      file: file.file,
      table: file.table,
      period: file.period,
      part: file.part,
      ...balancesOf(accepted),
      reasons: reasons.first.map((one) => shown(one, definition)),
      reasonCount: reasons.count,
      warnings: [...undated, ...matched.warnings, ...examined.warnings],
      ...(clean ? {} : { quarantine: places.rows }),
      unchanged: false,
    },
  }
}

/** A reason as a report may show it: what names a person stays in quarantine. */
function shown(reason: Reason, definition: SourceTable): Reason {
  const spec = definition.columns[reason.column]
  return spec?.identity || spec?.pseudonym ? { ...reason, value: null } : reason
}

const refuse = (file: Recognised, why: RefusedFile['why'], says: string): { refused: RefusedFile } => ({
  refused: { file: file.file, why, says },
})

/** A file's name with its folder, as one name. */
const plainName = (file: string): string =>
  file.replaceAll(/[/\\]/g, '__').replace(/\.(csv|txt|tsv|dat|parquet|pq)(\.gz)?$/i, '')

interface Opened {
  readonly shape: CsvShape | undefined
  readonly delivered: readonly DeliveredColumn[]
  readonly reads: string
}

/** Columns of a file, and from where its rows are read: itself, or a copy that can be read in one way only. */
async function open(
  engine: DuckDb,
  definition: SourceTable,
  file: Recognised,
  copy: string,
): Promise<Opened | { refused: RefusedFile }> {
  if (file.format === 'parquet') {
    try {
      const described = await engine.describe(`select * from read_parquet(${duckdb.quoteValue(file.path)})`)
      return { shape: undefined, delivered: described, reads: file.path }
    } catch (error) {
      return refuse(file, 'unreadable', `cannot be read as Parquet: ${firstLine(error)}`)
    }
  }
  let shape: CsvShape
  try {
    shape = await scanCsv(file.path, knownNames(definition))
  } catch (error) {
    return refuse(file, 'unreadable', `cannot be read: ${firstLine(error)}`)
  }
  if (shape.header.length === 0) return refuse(file, 'unreadable', 'is empty: there is not even a header')
  const delivered = shape.header.map((name) => ({ name, type: 'VARCHAR' }))
  if (shape.plain) return { shape, delivered, reads: file.path }
  await copyCsv(shape, copy)
  return { shape, delivered, reads: copy }
}

const firstLine = (error: unknown): string =>
  String(error instanceof Error ? error.message : error).split('\n')[0] ?? ''

const csvOptions = (shape: CsvShape) => ({
  separator: shape.separator,
  encoding: shape.encoding === 'latin-1' ? ('latin-1' as const) : ('utf-8' as const),
  header: shape.header,
})

/** The euros of a row with the wrong number of fields cannot be known: none. */
function balances(
  definition: SourceTable,
  { rows, badRows, euros }: Examined,
  misshapen: number,
): Pick<FileReport, 'accepted' | 'setAside'> {
  const hasAmount = definition.amount !== undefined
  const balance = (n: number, amount: bigint): Balance => ({
    rows: n,
    euros: hasAmount ? decimal(amount) : null,
  })
  return {
    accepted: balance(rows - badRows, euros.received - euros.setAside),
    setAside: balance(badRows + misshapen, euros.setAside),
  }
}

/** Is what the accepted file reads still there? The copy of an awkward CSV file may have been cleared away. */
export const stillReadable = (file: AcceptedFile): boolean =>
  existsSync(file.reads) && (file.setAside.reasons === undefined || existsSync(file.setAside.reasons))
