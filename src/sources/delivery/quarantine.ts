import { appendFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeAtomically } from '../../base/index.ts'
import { duckdb, type DuckDb } from '../../engine/index.ts'
import { deliveredRows, ROW, rowsIn } from './accepted-rows.ts'
import { copyRecords, quoteField } from './copy-csv.ts'
import type { AcceptedFile, Reason } from './model.ts'
import type { CsvShape } from './scan-csv.ts'

/** Where the rows of one file that were set aside are kept: as received, and why. */
export interface Places {
  readonly rows: string
  readonly reasons: string
}

/**
 * Where they go. The reasons decide what is read later: they are named after the content too, so that an earlier
 * file keeps its own until it is replaced.
 * @param name the file's name with its folder, as one name
 */
export const placesOf = (quarantine: string, name: string, sha256: string): Places => ({
  rows: join(quarantine, `${name}.csv`),
  reasons: join(quarantine, `${name}.${sha256.slice(0, 12)}.reasons.csv`),
})

/** Where the rows are that a file of reasons tells of. */
export const rowsBeside = (reasons: string): string =>
  reasons.replace(/\.[0-9a-f]{12}\.reasons\.csv$/, '.csv')

/**
 * Writes why rows are set aside: `row;column;value;reason`, one line per reason.
 * @param query SQL that gives those four columns, when values are the reason
 * @returns how many reasons there are, and the first of them
 */
export async function writeReasons(
  engine: DuckDb,
  places: Places,
  query: string | undefined,
  misshapen: CsvShape['misshapen'],
  fieldsExpected: number,
): Promise<void> {
  await writeAtomically(places.reasons, async (temporary) => {
    const nothing = `select null as "row", null as "column", null as "value", null as "reason" where false`
    await engine.run(
      `copy (select "row", "column", "value", "reason" from (${query ?? nothing}) as r) to ${duckdb.quoteValue(temporary)} (format csv, delim ';', quote '"', escape '"', header true)`,
    )
    const lines = misshapen.map(
      ({ row, fields }) =>
        `${row};;${fields};${quoteField(`has ${fields} fields where the header has ${fieldsExpected}`)}\n`,
    )
    for (let at = 0; at < lines.length; at += 10_000)
      await appendFile(temporary, lines.slice(at, at + 10_000).join(''))
  })
}

/** The first reasons of a file, in row order, and their number. */
export async function readReasons(
  engine: DuckDb,
  reasons: string,
  limit: number,
): Promise<{ first: Reason[]; count: number }> {
  const from = `read_csv(${duckdb.quoteValue(reasons)}, auto_detect = false, header = true, delim = ';', quote = '"', escape = '"', columns = {'row': 'BIGINT', 'column': 'VARCHAR', 'value': 'VARCHAR', 'reason': 'VARCHAR'})`
  const [{ n } = { n: 0n }] = await engine.rows<{ n: bigint }>(`select count(*) as n from ${from}`)
  const rows = await engine.rows<{
    row: bigint
    column: string | null
    value: string | null
    reason: string
  }>(`select * from ${from} order by "row", "column" limit ${limit}`)
  return {
    count: Number(n),
    first: rows.map((one) => ({
      row: Number(one.row),
      column: one.column ?? '',
      value: one.value,
      reason: one.reason,
    })),
  }
}

/** Keeps the rows set aside as they were received: the very bytes of a CSV file, the values of a Parquet file. */
export async function keepRows(
  engine: DuckDb,
  places: Places,
  file: AcceptedFile,
  shape: CsvShape | undefined,
): Promise<void> {
  if (shape) {
    const rows = await engine.rows<{ row: bigint }>(`select row from (${rowsIn(places.reasons)}) as r("row")`)
    await copyRecords(shape, new Set(rows.map((one) => Number(one.row))), places.rows)
    return
  }
  await writeAtomically(places.rows, (temporary) =>
    engine.run(
      `copy (select d.* from (${deliveredRows(file)}) as d where d.${ROW} in (${rowsIn(places.reasons)}) order by d.${ROW}) to ${duckdb.quoteValue(temporary)} (format csv, delim ';', header true)`,
    ),
  )
}

/** What an earlier delivery of the same file left in quarantine, now that it has been corrected. */
export async function clearQuarantine(places: Places): Promise<void> {
  await rm(places.rows, { force: true })
  await rm(places.reasons, { force: true })
}
