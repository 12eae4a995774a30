/*
 * The whole chain at several sizes: rows per second of each stage, peak memory of all its processes together, and
 * what it leaves on the disk. Each size runs in a folder of its own, which is removed.
 *
 *   npm run build && npx tsx bench/chain.ts 20000 200000 1000000
 *   npx tsx bench/chain.ts 1000000 --dir DIR     goes on with a run of this size that was ended, and keeps its folder
 */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { DemoResult } from '../src/app/demo/model.ts'
import { bytesIn } from '../src/base/index.ts'
import { memoryOf } from './memory.ts'

const main = fileURLToPath(new URL('../dist/app/cli/main.js', import.meta.url))
const { values, positionals } = parseArgs({ allowPositionals: true, options: { dir: { type: 'string' } } })
const sizes = positionals.map(Number)

for (const persons of sizes) {
  const dir = values.dir ?? (await mkdtemp(join(tmpdir(), 'chainon-bench-')))
  const child = spawn(
    process.execPath,
    [main, 'demo', '--persons', String(persons), '--dir', join(dir, 'demo'), '--json'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => (out += String(chunk)))
  let memory = 0
  let disk = 0
  const watch = setInterval(() => {
    void memoryOf(child.pid as number).then((now) => (memory = Math.max(memory, now)))
  }, 500)
  const watchDisk = setInterval(() => {
    void bytesIn(dir).then((now) => (disk = Math.max(disk, now)))
  }, 5000)
  await new Promise((done) => child.once('close', done))
  clearInterval(watch)
  clearInterval(watchDisk)
  disk = Math.max(disk, await bytesIn(dir))
  if (out === '') throw new Error(`the chain of ${persons} persons ended without a result`)
  const { stages, balance } = JSON.parse(out) as DemoResult
  process.stdout.write(
    `${JSON.stringify({
      bench: 'chain',
      persons,
      years: 3,
      seconds: Number(stages.reduce((sum, stage) => sum + stage.seconds, 0).toFixed(1)),
      peakMemoryGb: Number((memory / 1e9).toFixed(2)),
      peakDiskGb: Number((disk / 1e9).toFixed(2)),
      stages: stages.map((stage) => ({
        ...stage,
        ...(stage.rows === undefined ? {} : { rowsPerSecond: Math.round(stage.rows / stage.seconds) }),
      })),
      linkage: balance.linkage,
      balances: balance.euros?.balances,
    })}\n`,
  )
  if (values.dir === undefined) await rm(dir, { recursive: true, force: true })
}
