import { availableParallelism } from 'node:os'
import { allEnded } from '../../base/index.ts'
import type { DuckDb } from './duckdb.ts'

/**
 * Runs jobs on several connections of one database that has a single thread per statement. A statement that
 * only filters, joins and writes then keeps the order of its file and gives the same bytes on every run and
 * any number of cores, without the sort that two threads inside one statement would need (a third of the
 * time on claims, measured). Larger jobs should come first.
 */
export async function sideBySide<J>(
  engine: DuckDb,
  jobs: readonly J[],
  run: (connection: DuckDb, job: J) => Promise<void>,
): Promise<void> {
  const waiting = [...jobs]
  const workers = Math.min(waiting.length, Math.max(2, Math.min(8, availableParallelism())))
  let failed = false
  const work = async (): Promise<void> => {
    const connection = await engine.connect()
    try {
      for (;;) {
        const job = waiting.shift()
        if (job === undefined || failed) return
        await run(connection, job)
      }
    } catch (error) {
      failed = true
      throw error
    } finally {
      await connection.close()
    }
  }
  await allEnded(Array.from({ length: workers }, work))
}
