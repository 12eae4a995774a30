/*
 * Is the registry linked to the claims of a whole country in two minutes, and rightly? Inputs of the linkage are drawn at the
 * size asked for (`bench/national/country.ts`), then the steps of the indirect stage run as in the matcher's process: from
 * the tables as they were received to the links, with the NIR and the estimates of false links, without the report and the
 * hashing of files. Beside the truth: precision, recall of all who are in both, of those with a hospital contact that the
 * registry tells of (`seen`), and of those of whom the SNDS holds one (`met`).
 *
 *   npx tsx bench/linkage-national.ts [--share 0.05,0.2,1] [--dir DIR] [--memory 12GB] [--keep]
 *
 * A share of 1 is 500,000 patients, 67 million persons and 180 million hospital contacts: 14 GB, drawn in a quarter of an
 * hour and held in DIR, where it is found again.
 */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { exists } from '../src/base/index.ts'
import { type DuckDb, openDuckDb, Plan } from '../src/engine/index.ts'
import { match } from '../src/identity/linkage/match.ts'
import { bindLinkage } from '../src/identity/linkage/open-lake.ts'
import { memoryOf } from './memory.ts'
import { writeNational } from './national/country.ts'

const { values } = parseArgs({
  options: {
    share: { type: 'string', default: '0.05,0.2,1' },
    dir: { type: 'string' },
    memory: { type: 'string', default: '12GB' },
    keep: { type: 'boolean', default: false },
    // Of one measurement: the parent runs each in a process of its own, whose memory alone is counted.
    one: { type: 'boolean', default: false },
  },
})

const sizeOf = (share: number) => ({
  persons: Math.round(67_000_000 * share),
  patients: Math.round(500_000 * share),
  stays: Math.round(180_000_000 * share),
})
/** In a country one link in a thousand may be false: a little less, for it is a guess. */
const MOST_FALSE = 0.0008
const rounded = (x: number, digits = 1): number => Number(x.toFixed(digits))

/** Links beside the truth: counts in the order in which they are told. */
async function judgeLinks(engine: DuckDb, dir: string, links: string, patients: string): Promise<object> {
  const [row] = await engine.rows<Record<string, bigint>>(`
    with linked as (select p.person as bndmr, l.person as snds from '${links}' l join '${patients}' p using (transit)),
      truth as (select * from '${join(dir, 'truth.parquet')}'), right_ones as (select * from linked join truth using (bndmr, snds))
    select (select count(*) from linked) as links, (select count(*) from right_ones) as correct, (select count(*) from truth) as both,
      (select count(*) from truth where seen) as seen, (select count(*) from right_ones where seen) as correct_seen,
      (select count(*) from truth where met) as met, (select count(*) from right_ones where met) as correct_met`)
  const n = (name: string): number => Number(row?.[name] ?? 0)
  return {
    links: n('links'),
    precision: rounded(n('correct') / n('links'), 5),
    recall: rounded(n('correct') / n('both'), 4),
    recallOfSeen: rounded(n('correct_seen') / n('seen'), 4),
    recallOfMet: rounded(n('correct_met') / n('met'), 4),
  }
}

async function measure(dir: string): Promise<object> {
  const work = join(dir, 'work')
  await rm(work, { recursive: true, force: true })
  await mkdir(work, { recursive: true })
  const engine = await openDuckDb({ memory: values.memory, spill: join(dir, 'spill') })
  const steps: object[] = []
  const busy = (): number => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  }
  let before = busy()
  const plan = new Plan(engine, {
    onStep: ({ step, written }) => {
      if (!written) return
      const now = busy()
      steps.push({ step, rows: written.rows, seconds: rounded(written.seconds), cpu: rounded(now - before) })
      before = now
    },
  })
  let peak = 0
  const watch = setInterval(() => {
    void memoryOf(process.pid).then((bytes) => {
      peak = Math.max(peak, bytes)
    })
  }, 500)
  try {
    const [from, started] = [busy(), performance.now()]
    await bindLinkage(
      plan,
      { folder: join(dir, 'trusted', 'matcher'), lake: join(dir, 'lake'), work },
      'none',
    )
    const { weighed, patients, compared } = await match(plan, work, {
      method: 'probabilistic',
      compare: false,
      mostFalse: MOST_FALSE,
      today: '2021-01-04',
    })
    const [seconds, cpuSeconds] = [(performance.now() - started) / 1000, busy() - from]
    return {
      seconds: rounded(seconds),
      cpuSeconds: rounded(cpuSeconds),
      peakGigabytes: rounded(peak / 1e9),
      truth: await judgeLinks(engine, dir, join(work, 'weighed_links.parquet'), patients),
      choice: weighed?.choice,
      falseMatches: compared.falseMatches,
      steps,
    }
  } finally {
    clearInterval(watch)
    await engine.close()
    await rm(work, { recursive: true, force: true })
    await rm(join(dir, 'spill'), { recursive: true, force: true })
  }
}

if (values.one) {
  console.log(JSON.stringify(await measure(values.dir as string)))
} else {
  const root = values.dir ?? (await mkdtemp(join(tmpdir(), 'chainon-bench-national-')))
  const results: object[] = []
  for (const share of values.share.split(',').map(Number)) {
    const dir = join(root, String(share))
    const size = sizeOf(share)
    if (!(await exists(join(dir, 'truth.parquet')))) await writeNational(dir, size)
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [...process.execArgv, process.argv[1] as string, '--one', '--dir', dir, '--memory', values.memory],
      { maxBuffer: 1e8 },
    )
    results.push({ share, ...size, ...(JSON.parse(stdout) as object) })
    if (!values.keep && values.dir === undefined) await rm(dir, { recursive: true, force: true })
  }
  console.log(JSON.stringify({ bench: 'linkage-national', memory: values.memory, results }, null, 1))
}
