import { join } from 'node:path'
import { writeAtomically } from '../../base/index.ts'
import type { DuckDb } from '../../engine/index.ts'
import { acceptedRows } from '../delivery/accepted-rows.ts'
import type { AcceptedFile } from '../delivery/model.ts'

/**
 * Writes the accepted referentials to the lake: referentials/<TABLE>.parquet, with `row_id` and an empty `person`
 * as every table of the lake. They name nobody.
 */
export async function writeReferentials(options: {
  readonly engine: DuckDb
  readonly files: readonly AcceptedFile[]
  /** The lake's folder. */
  readonly lake: string
}): Promise<void> {
  const { engine, files, lake } = options
  for (const table of new Set(files.map((file) => file.table))) {
    const parts = files.filter((file) => file.table === table)
    const columns = parts[0]?.columns.map((one) => `"${one.column}"`).join(', ')
    const rows = parts.map(
      (file) => `select row_id, cast(null as varchar) as person, ${columns} from (${acceptedRows(file)})`,
    )
    await writeAtomically(join(lake, 'referentials', `${table}.parquet`), async (temporary) => {
      await engine.writeParquet(`select * from (${rows.join(' union all ')}) order by row_id`, temporary)
    })
  }
}
