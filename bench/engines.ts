/*
 * The same steps on DuckDB, on a Trino cluster of one worker and of two, over the same lake in one run: cleaning,
 * linkage, CDM, extract and study; rows per second of each. Every table is compared with DuckDB's.
 *
 *   npm run build && npx tsx bench/engines.ts [persons] [heap of each process] [--years 3]
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
import { rowsOf } from '../src/app/chain/model.ts'
import { receive } from '../src/app/chain/receive.ts'
import { runStudy } from '../src/app/chain/run-study.ts'
import { ANALYST, grantPermit, PERMIT } from '../src/app/demo/grant-permit.ts'
import { Ledger } from '../src/engine/index.ts'
import { runCleaning } from '../src/sources/index.ts'
import { openSpace } from '../src/spaces/index.ts'
import { type Hub, openHub } from '../src/store/index.ts'
import { dromos } from '../src/studies/index.ts'
import { demoCountry, synthesise } from '../src/synthetic/index.ts'
import { differingTables } from '../test/fixtures/same-tables.ts'
import { startCluster } from '../tools/trino/cluster.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { dir: { type: 'string' }, years: { type: 'string', default: String(demoCountry.years) } },
})
const years = Number(values.years)
const [persons = 200_000] = positionals.map(Number)
const memory = positionals[1] ?? '4G'
const dir = values.dir ?? (await mkdtemp(join(tmpdir(), 'chainon-engines-')))
const country = join(dir, 'country')
const folder = join(dir, 'hub')
const kept = join(dir, 'kept')

const say = (what: string): void => void process.stderr.write(`${new Date().toISOString()} ${what}\n`)

say(`inventing ${persons} persons, ${years} years`)
await synthesise({
  persons,
  seed: 'engines',
  years,
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

const made = [
  'lake/snds/rule_hits',
  'lake/snds/RESIDENCE.parquet',
  'lake/links',
  'lake/omop',
  `spaces/${PERMIT}`,
]

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
  const omop = await timed('omop', async () => rowsOf((await build(hub, 'bench')).tables))
  hub = await grantPermit(hub)
  const extract = await timed('extract', async () =>
    rowsOf((await openSpace({ hub, permit: PERMIT, as: ANALYST })).manifest.tables),
  )
  const study = await timed('study', async () => (await runStudy(hub, dromos, PERMIT, ANALYST)).tables.length)
  return [cleaning, linkage, omop, extract, study]
}

let base: readonly Timed[] = []

/** Told as soon as it is known: a pass on a cluster may take an hour, and the next may fail. */
function tell(engine: string, times: readonly Timed[], differing?: readonly string[]): void {
  const told = times.map((one, at) => ({
    ...one,
    rowsPerSecond: Math.round(one.rows / one.seconds),
    timesDuckDb: Number((one.seconds / (base[at]?.seconds ?? one.seconds)).toFixed(2)),
  }))
  const result = { bench: 'engines', persons, years, engine, heap: memory, steps: told, differing }
  process.stdout.write(`${JSON.stringify(result)}\n`)
}

await begin()
say('steps on DuckDB')
base = await steps()
tell('duckdb', base)
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
    tell(`trino, ${workers} worker${workers > 1 ? 's' : ''}`, times, differing)
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

if (values.dir === undefined) await rm(dir, { recursive: true, force: true })
