import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalJson, ChainonError, hashFile, sha256, writeAtomically } from '../../base/index.ts'
import { type DuckDb, Ledger, openDuckDb, sideBySide } from '../../engine/index.ts'
import { type AcceptedFile, lakeFile, sndsTables } from '../../sources/index.ts'
import { resolveOppositions } from '../oppositions/resolve.ts'
import type { RoleContext } from '../roles/model.ts'
import { lakeRows, makePersons } from './snds-persons.ts'

/** `import.meta.url` of this task, for the role's process. */
export const pseudonymiseSndsTask = import.meta.url

export interface PseudonymiseSndsInput {
  /** All accepted files of the SNDS, not only new ones: who is who depends on all of them. */
  readonly files: readonly AcceptedFile[]
  readonly lake: string
  readonly ledgerPath: string
}

export interface Pseudonymised {
  /** Files of the lake, with their rows; `skipped` when the ledger held them. */
  readonly written: readonly { path: string; table: string; rows: number; skipped: boolean }[]
  readonly persons: number
}

/** Raise when the rows of the lake would differ from the same delivery. */
const VERSION = 1

/** Task of the matcher: level-1 pseudonyms of accepted SNDS files become hub ids, in one pass per file. */
export default async function pseudonymiseSnds(
  context: RoleContext,
  { files, lake, ledgerPath }: PseudonymiseSndsInput,
): Promise<Pseudonymised> {
  const key = await context.key()
  const ledger = await Ledger.open(ledgerPath)
  const engine = await openDuckDb({ threads: 1, spill: join(context.folder, 'spill') })
  try {
    const bySize = [...files].sort((a, b) => b.rows - a.rows || (a.path < b.path ? -1 : 1))
    context.progress({ stage: 'persons' })
    await makePersons(engine, bySize, key, (queries) =>
      sideBySide(engine, queries, (connection, query) => connection.run(query)),
    )
    const identity = await keepIdentity(engine, context.folder)
    const total = files.reduce((sum, file) => sum + file.rows, 0)
    let done = 0
    const written: Pseudonymised['written'][number][] = []
    await sideBySide(engine, bySize, async (connection, file) => {
      written.push(await writeFile(connection, file, lake, identity, ledger))
      done += file.rows
      context.progress({ stage: 'write', done, total })
    })
    await removeStale(lake, files)
    await resolveOppositions(context.folder, lake)
    const [count] = await engine.rows<{ n: bigint }>('select count(*) as n from hub')
    return { written: written.sort((a, b) => (a.path < b.path ? -1 : 1)), persons: Number(count?.n ?? 0) }
  } finally {
    await engine.close()
    await rm(join(context.folder, 'spill'), { recursive: true, force: true })
  }
}

/** Who is who stays in the matcher's folder: oppositions and a known NIR are resolved by it. Returns its hash. */
async function keepIdentity(engine: DuckDb, folder: string): Promise<string> {
  const path = join(folder, 'identity', 'snds.parquet')
  await mkdir(join(folder, 'identity'), { recursive: true, mode: 0o700 })
  await writeAtomically(path, async (temporary) => {
    await engine.writeParquet(
      'select i.psa, i.rng, i.own, i.level1, h.person from identity i join hub h on h.level1 = i.level1 order by i.psa, i.rng nulls first',
      temporary,
    )
  })
  return hashFile(path)
}

async function writeFile(
  connection: DuckDb,
  file: AcceptedFile,
  lake: string,
  identity: string,
  ledger: Ledger,
): Promise<Pseudonymised['written'][number]> {
  const path = join(lake, lakeFile(file))
  const { table, period, part, columns, setAside, csv } = file
  const key = sha256(
    // Canonical: the same file is told by the check, or read back from the list of what is kept.
    canonicalJson([VERSION, file.sha256, table, period, part, columns, csv ?? null, setAside.rows, identity]),
  )
  const before = await ledger.done(path, key)
  if (before) return { path, table, rows: before.rows, skipped: true }
  const started = performance.now()
  let rows = 0
  await writeAtomically(path, async (temporary) => {
    rows = await connection.writeParquet(lakeRows(file), temporary)
    if (rows !== file.rows)
      throw new ChainonError(
        'identity/rows-differ',
        `${table} ${period}: ${file.rows} rows were accepted and ${rows} were written`,
        { advice: 'The delivered file changed after it was checked; receive it again.' },
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
  return { path, table, rows, skipped: false }
}

/** Files of the lake whose delivery is no longer accepted (withdrawn, or cut otherwise). */
async function removeStale(lake: string, files: readonly AcceptedFile[]): Promise<void> {
  const wanted = new Set(files.map((file) => join(lake, lakeFile(file))))
  for (const table of Object.keys(sndsTables)) {
    const folder = join(lake, 'snds', table)
    for (const name of await readdir(folder).catch(() => []))
      if (name.endsWith('.parquet') && !wanted.has(join(folder, name))) await rm(join(folder, name))
  }
}
