import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeAtomically } from '../base/index.ts'
import { openDuckDb } from '../engine/index.ts'
import type { CdmTable } from './spec/model.ts'
import { cdmTables } from './spec/tables.ts'

/** The name of the file beside the Parquet files of a version. */
export const DUCKDB_FILE = 'cdm.duckdb'

/**
 * A version of the CDM as one DuckDB file: every table with the types, the keys and the required fields of the
 * specification, so that a row that breaks one of them breaks the writing. Its bytes differ from run to run, its
 * content does not.
 * @param folder lake/omop/<version>
 */
export async function writeDuckDb(folder: string, spill: string): Promise<string> {
  const path = join(folder, DUCKDB_FILE)
  await writeAtomically(path, async (temporary) => {
    const engine = await openDuckDb({ path: temporary, memory: '4GB', spill })
    try {
      for (const { name, fields, order } of Object.values(cdmTables) as unknown as CdmTable[]) {
        const columns = Object.entries(fields).map(
          ([field, { type, required }]) => `${field} ${type}${required ? ' not null' : ''}`,
        )
        await engine.run(`create table ${name} (${columns.join(', ')})`)
        await engine.run(
          `insert into ${name} select ${Object.keys(fields).join(', ')} from ${await engine.table([join(folder, `${name}.parquet`)], {})} order by ${order.join(', ')}`,
        )
      }
    } finally {
      await engine.close()
      await rm(`${temporary}.wal`, { force: true })
    }
  })
  return path
}
