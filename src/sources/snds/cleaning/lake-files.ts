import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Plan } from '../../../engine/index.ts'
import { lakeTable, type SourceTable } from '../../model.ts'
import { COMMUNE } from '../../referentials/tables.ts'
import { sndsTables } from '../tables.ts'

/** The Parquet files of a table in the lake, in order of name; none when it was not delivered. */
async function lakeFiles(lake: string, definition: SourceTable): Promise<string[]> {
  const { source, name } = definition
  if (source === 'snds') {
    const folder = join(lake, source, name)
    const files = await readdir(folder).catch(() => [])
    return files
      .filter((file) => file.endsWith('.parquet'))
      .sort()
      .map((file) => join(folder, file))
  }
  const files = await readdir(join(lake, source)).catch(() => [])
  return files.filter((file) => file === `${name}.parquet`).map((file) => join(lake, source, file))
}

/** Tables that the cleaning of the SNDS reads. */
const read = [...Object.values(sndsTables), COMMUNE] as unknown as readonly SourceTable[]

/** Binds every table that stands in the lake, and names those that do not. */
export async function bindLake(plan: Plan, lake: string): Promise<ReadonlySet<SourceTable>> {
  const absent = new Set<SourceTable>()
  for (const definition of read) {
    const files = await lakeFiles(lake, definition)
    if (files.length === 0) absent.add(definition)
    else await plan.bind(lakeTable(definition), files)
  }
  return absent
}
