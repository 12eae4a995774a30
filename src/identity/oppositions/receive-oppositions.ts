import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ChainonError } from '../../base/index.ts'
import { openDuckDb } from '../../engine/index.ts'
import { acceptedRows, checkDelivery, type DeliveryReport, keepDelivery } from '../../sources/index.ts'
import { sendFiles } from '../handover/file-stream.ts'
import { withoutValues } from '../receive/without-values.ts'
import type { RoleContext } from '../roles/model.ts'
import { pseudonymsOf } from './pseudonyms-of.ts'

/** `import.meta.url` of this task, for the role's process. */
export const receiveOppositionsTask = import.meta.url

export interface ReceiveOppositionsInput {
  readonly dir: string
  /** Births after this year are not thought of when a NIR leaves the century open. */
  readonly lastYear: number
}

/**
 * Task of the source: reads the list of the rights office, turns every name in it into level-1 pseudonyms and
 * hands those to the matcher. A delivery is the whole list: who no longer stands in it no longer objects.
 */
export default async function receiveOppositions(
  context: RoleContext,
  { dir, lastYear }: ReceiveOppositionsInput,
): Promise<{ report: DeliveryReport; entries: number; unreadable: number }> {
  const key = await context.key()
  const engine = await openDuckDb({ spill: join(context.folder, 'spill') })
  const outgoing = join(context.folder, 'outgoing-oppositions')
  try {
    const report = await checkDelivery({
      source: 'oppositions',
      dir,
      quarantine: join(context.folder, 'quarantine', 'oppositions'),
      engine,
    })
    if (report.accepted.length === 0)
      throw new ChainonError('identity/no-oppositions', `${dir} holds no readable OPPOSITION file`, {
        advice: 'A list without anybody in it is a file with a header only; no file is not an empty list.',
      })
    const folder = join(context.folder, 'deliveries', 'oppositions')
    const kept = await keepDelivery(folder, report.accepted, true)
    const rows = await engine.rows<{
      source: string | null
      kind: string
      id: string
      scope: string | null
      from: string | null
      until: string | null
    }>(
      `select SOURCE as source, ID_KIND as kind, ID as id, SCOPE as scope, "FROM" as "from", "UNTIL" as "until" from (${kept.map(acceptedRows).join(' union all ')}) order by row_id`,
    )
    let unreadable = 0
    const pseudonyms = rows.flatMap((row, entry) => {
      const found = pseudonymsOf(key, row.kind, row.id, lastYear)
      if (found.length === 0) unreadable += 1
      // What is not said is taken in its widest sense: an objection must not fail for a missing word.
      const { source, scope, from, until } = row
      return found.map(
        (one) =>
          [entry, source ?? 'all', scope ?? 'all', from, until, one.form, one.level1, one.own] as const,
      )
    })
    await engine.load(
      'list',
      {
        entry: 'integer',
        source: 'varchar',
        scope: 'varchar',
        from_date: 'varchar',
        until_date: 'varchar',
        form: 'varchar',
        level1: 'varchar',
        own: 'varchar',
      },
      pseudonyms,
    )
    await rm(outgoing, { recursive: true, force: true })
    await mkdir(outgoing, { mode: 0o700 })
    const path = join(outgoing, 'oppositions.parquet')
    await engine.writeParquet(
      'select source, scope, cast(from_date as date) as from_date, cast(until_date as date) as until_date, form, level1, own from list order by level1, form, source, scope, from_date, until_date, own',
      path,
    )
    await sendFiles(context.given(), [{ name: 'oppositions.parquet', path }])
    return { report: withoutValues(report), entries: rows.length, unreadable }
  } finally {
    await engine.close()
    await rm(outgoing, { recursive: true, force: true })
    await rm(join(context.folder, 'spill'), { recursive: true, force: true })
  }
}
