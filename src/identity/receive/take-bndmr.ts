import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { exists, hashFile, sha256, writeAtomically } from '../../base/index.ts'
import { type DuckDb, Ledger, openDuckDb } from '../../engine/index.ts'
import { bndmrTables } from '../../sources/index.ts'
import { takeFiles } from '../handover/file-stream.ts'
import { resolveOppositions } from '../oppositions/resolve.ts'
import { loadHubIds } from '../pseudonymise/snds-persons.ts'
import type { RoleContext } from '../roles/model.ts'

/** `import.meta.url` of this task, for the role's process. */
export const takeBndmrTask = import.meta.url

export interface TakeBndmrInput {
  readonly deliveries: string
  readonly lake: string
  readonly ledgerPath: string
}

/** Raise when the rows of the lake would differ from the same delivery. */
const VERSION = 1

/**
 * Task of the matcher, at the other end of the registry's hand-over: keeps the linkage variables for the next
 * link, remembers which level-1 pseudonyms are one patient, and writes lake/bndmr under hub ids.
 */
export default async function takeBndmr(
  context: RoleContext,
  { deliveries, lake, ledgerPath }: TakeBndmrInput,
): Promise<{ patients: number; withNir: number }> {
  const key = await context.key()
  const transfer = join(context.folder, 'transfers', 'bndmr')
  await takeFiles(context.taken(), transfer)
  const ledger = await Ledger.open(ledgerPath)
  const engine = await openDuckDb({ spill: join(context.folder, 'spill') })
  try {
    await engine.run(
      `create view patients as select * from read_parquet('${quoted(join(transfer, 'patients.parquet'))}')`,
    )
    const sent = await deliveredTables(deliveries)
    await loadHubIds(engine, everyLevel1(sent), key)
    const identity = await keepIdentity(engine, context.folder)
    for (const { table, path } of sent) await writeTable(engine, table, path, lake, identity, ledger)
    await resolveOppositions(context.folder, lake)
    const [counts] = await engine.rows<{ n: bigint; known: bigint }>(
      'select count(*) as n, count(nir) as known from patients',
    )
    return { patients: Number(counts?.n), withNir: Number(counts?.known) }
  } finally {
    await engine.close()
    await rm(join(context.folder, 'spill'), { recursive: true, force: true })
  }
}

const quoted = (path: string): string => path.replaceAll("'", "''")

async function deliveredTables(deliveries: string): Promise<{ table: string; path: string }[]> {
  const all = Object.keys(bndmrTables).map((table) => ({ table, path: join(deliveries, `${table}.parquet`) }))
  const there = await Promise.all(all.map(({ path }) => exists(path)))
  return all.filter((_, index) => there[index])
}

const everyLevel1 = (sent: readonly { path: string }[]): string =>
  `select distinct level1 from (${sent
    .map(({ path }) => `select level1 from read_parquet('${quoted(path)}')`)
    .join(' union all ')}) where level1 is not null order by level1`

async function keepIdentity(engine: DuckDb, folder: string): Promise<string> {
  const path = join(folder, 'identity', 'bndmr.parquet')
  await mkdir(join(folder, 'identity'), { recursive: true, mode: 0o700 })
  await writeAtomically(path, async (temporary) => {
    await engine.writeParquet(
      'select h.level1, p.nir, p.psa, h.person from hub h left join patients p on p.level1 = h.level1 order by h.level1',
      temporary,
    )
  })
  return hashFile(path)
}

async function writeTable(
  engine: DuckDb,
  table: string,
  delivered: string,
  lake: string,
  identity: string,
  ledger: Ledger,
): Promise<void> {
  const path = join(lake, 'bndmr', `${table}.parquet`)
  const key = sha256(JSON.stringify([VERSION, table, await hashFile(delivered), identity]))
  if (await ledger.done(path, key)) return
  const started = performance.now()
  let rows = 0
  await writeAtomically(path, async (temporary) => {
    rows = await engine.writeParquet(
      `select t.row_id, h.person, t.* exclude (row_id, level1) from read_parquet('${quoted(delivered)}') t left join hub h on h.level1 = t.level1 order by t.row_id`,
      temporary,
    )
  })
  await ledger.enter({
    key,
    step: `pseudonymise ${table}`,
    output: path,
    rows,
    bytes: (await stat(path)).size,
    seconds: Number(((performance.now() - started) / 1000).toFixed(3)),
    at: new Date().toISOString(),
  })
}
