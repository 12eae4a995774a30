/*
 * The same steps on DuckDB, on a Trino cluster of one worker and of two, over the same lake in one run: cleaning,
 * linkage, CDM and extract; rows per second of each. Every table is compared with DuckDB's.
 *
 *   npm run build && npx tsx bench/engines.ts [persons] [heap of each process]
 *   npx tsx bench/engines.ts 200000 4G --dir DIR      goes on with a run that was ended, and keeps its folder
 */
import { existsSync } from 'node:fs'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from '../src/app/chain/build-omop.ts'
import { ledgerPath, withEngine } from '../src/app/chain/engine.ts'
import { link } from '../src/app/chain/link.ts'
import { makeHub } from '../src/app/chain/make-hub.ts'
import { receive } from '../src/app/chain/receive.ts'
import { Ledger } from '../src/engine/index.ts'
import { runCleaning } from '../src/sources/index.ts'
import { type Hub, openHub } from '../src/store/index.ts'
import { demoCountry, synthesise } from '../src/synthetic/index.ts'
import { differingTables } from '../test/fixtures/same-tables.ts'
import { startCluster } from '../tools/trino/cluster.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { dir: { type: 'string' } } })
const [persons = 200_000] = positionals.map(Number)
const memory = positionals[1] ?? '4G'
const dir = values.dir ?? (await mkdtemp(join(tmpdir(), 'chainon-engines-')))
const country = join(dir, 'country')
const folder = join(dir, 'hub')
const kept = join(dir, 'kept')

const say = (what: string): void => void process.stderr.write(`${new Date().toISOString()} ${what}\n`)

say(`inventing ${persons} persons`)
await synthesise({
  persons,
  seed: 'engines',
  years: demoCountry.years,
  rare: Math.round((persons * demoCountry.rare) / demoCountry.persons),
  departements: demoCountry.departements,
  out: country,
})
let hub = existsSync(folder)
  ? await on('duckdb')
  : await makeHub(folder, { synthetic: true, seed: 'engines' })
for (const source of ['referentials', 'snds', 'bndmr', 'oppositions'] as const) {
  say(`receiving ${source}`)
  await receive(hub, source, join(country, source), 'bench')
}
// What a linkage destroys, and what the steps below write: each engine begins from here.
if (!existsSync(kept)) await cp(hub.path('trusted', 'matcher'), kept, { recursive: true })

interface Timed {
  readonly step: string
  readonly seconds: number
  readonly rows: number
}

async function timed(step: string, work: () => Promise<number>): Promise<Timed> {
  const started = performance.now()
  const rows = await work()
  const seconds = Number(((performance.now() - started) / 1000).toFixed(1))
  say(`${step}: ${rows} rows in ${seconds} s`)
  return { step, rows, seconds }
}

const made = ['lake/snds/rule_hits', 'lake/snds/RESIDENCE.parquet', 'lake/links', 'lake/omop']

/** Before a cluster starts, which leaves its password in the matcher's folder. */
async function begin(): Promise<void> {
  for (const path of made) await rm(hub.path(path), { recursive: true, force: true })
  await rm(hub.path('trusted', 'matcher'), { recursive: true })
  await cp(kept, hub.path('trusted', 'matcher'), { recursive: true })
}

async function steps(): Promise<Timed[]> {
  const cleaning = await timed('cleaning', async () => {
    const ledger = await Ledger.open(ledgerPath(hub))
    const { tables } = await withEngine(hub, (engine) =>
      runCleaning({ engine, ledger, lake: hub.path('lake') }),
    )
    return tables.reduce((sum, { rows }) => sum + rows, 0)
  })
  const linkage = await timed('linkage', async () => (await link(hub, 'bench')).quality.patients)
  const omop = await timed('omop', async () =>
    Object.values((await build(hub, 'bench')).tables).reduce((sum, { rows }) => sum + rows, 0),
  )
  return [cleaning, linkage, omop]
}

const results: { engine: string; timed: readonly Timed[]; differing?: readonly string[] }[] = []
await begin()
say('steps on DuckDB')
results.push({ engine: 'duckdb', timed: await steps() })
const duck = join(dir, 'duckdb')
for (const path of made) await cp(hub.path(path), join(duck, path), { recursive: true })

for (const workers of [1, 2]) {
  await begin()
  const options = {
    dir: join(dir, 'trino'),
    hub: folder,
    workers,
    memory,
    faultTolerant: false,
    quick: false,
    port: 28443,
  }
  const cluster = await startCluster(options, say)
  try {
    hub = await on(`trino\ntrino:\n  server: ${cluster.address}\n  certificate: ${cluster.certificate}`)
    say(`steps on Trino, ${workers} worker(s)`)
    const times = await steps()
    const differing = []
    for (const path of made) differing.push(...(await differingTables(join(duck, path), hub.path(path))))
    results.push({ engine: `trino, ${workers} worker${workers > 1 ? 's' : ''}`, timed: times, differing })
  } finally {
    await cluster.stop()
  }
}

/** The hub, on another engine from now on. */
async function on(engine: string): Promise<Hub> {
  const file = join(folder, 'chainon.yaml')
  const others = (await readFile(file, 'utf8')).replace(/^engine: .*\n(trino:\n(  .*\n)+)?/m, '')
  await writeFile(file, `${others}engine: ${engine}\n`)
  return openHub(folder)
}

const base = results[0] as (typeof results)[number]
for (const { engine, timed: times, differing } of results)
  process.stdout.write(
    `${JSON.stringify({
      bench: 'engines',
      persons,
      engine,
      heap: memory,
      steps: times.map((one, i) => ({
        ...one,
        rowsPerSecond: Math.round(one.rows / one.seconds),
        timesDuckDb: Number((one.seconds / (base.timed[i]?.seconds ?? 1)).toFixed(2)),
      })),
      ...(differing ? { differing } : {}),
    })}\n`,
  )
if (values.dir === undefined) await rm(dir, { recursive: true, force: true })
