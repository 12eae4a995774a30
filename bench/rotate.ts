/*
 * How fast is a key rotated, and in how much memory? A lake is drawn with the true hub ids of so many persons and twenty
 * lines of care for each, in four files; then `rotateMatcherKey` runs as in a hub, in the matcher's own process. Beside it, in
 * the same run: the same files copied by one statement each, which is what writing them costs at least.
 *
 *   npx tsx bench/rotate.ts [--persons 20000,200000,1000000]
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bytesFor } from '../src/base/index.ts'
import { openDuckDb } from '../src/engine/index.ts'
import { createKeys, hubId, rotateMatcherKey } from '../src/identity/index.ts'
import { memoryOf } from './memory.ts'

const { values } = parseArgs({
  options: {
    persons: { type: 'string', default: '20000,200000,1000000' },
  },
})
const sizes = values.persons.split(',').map(Number)
const LINES = 20
const FILES = 4

async function measure(persons: number): Promise<object> {
  const hub = await mkdtemp(join(tmpdir(), 'chainon-bench-rotate-'))
  const at = (...parts: string[]): string => join(hub, ...parts)
  try {
    await createKeys(at('trusted'), 'bench')
    const lines = at('lake', 'snds', 'ER_PRS_F')
    const identity = at('trusted', 'matcher', 'identity')
    for (const folder of [lines, identity, at('receipts'), at('runs'), at('copy')])
      await mkdir(folder, { recursive: true })
    const engine = await openDuckDb({ spill: at('spill') })
    const key = bytesFor('bench', 'matcher')
    function* everybody() {
      for (let n = 0; n < persons; n += 1) {
        const level1 = `L${String(n).padStart(16, '0')}`
        yield [n, level1, hubId(key, level1)] as const
      }
    }
    await engine.load('people', { n: 'integer', level1: 'varchar', person: 'varchar' }, everybody())
    await engine.writeParquet(
      'select level1 as psa, 1 as rng, null::varchar as own, level1, person from people order by psa',
      join(identity, 'snds.parquet'),
    )
    const each = Math.ceil((persons * LINES) / FILES)
    for (let file = 0; file < FILES; file += 1)
      await engine.writeParquet(
        `select cast(i as bigint) as row_id, p.person, cast(i % 9973 as integer) as a, 'C' || (i % 613) as b, date '2019-01-01' + cast(i % 365 as integer) as c
         from range(${file * each}, ${(file + 1) * each}) r(i) join people p on p.n = hash(i) % ${persons} order by row_id`,
        join(lines, `${2019 + file}.parquet`),
      )
    const copied = performance.now()
    for (let file = 0; file < FILES; file += 1)
      await engine.writeParquet(
        `select * from '${join(lines, `${2019 + file}.parquet`)}'`,
        at('copy', `${file}.parquet`),
      )
    const copySeconds = (performance.now() - copied) / 1000
    await engine.close()
    await rm(at('copy'), { recursive: true })
    let peak = 0
    // The matcher's process alone: what was drawn stands in this one.
    const sampling = setInterval(() => {
      void memoryOf(process.pid).then((bytes) => {
        peak = Math.max(peak, bytes - process.memoryUsage().rss)
      })
    }, 200)
    const started = performance.now()
    const rotated = await rotateMatcherKey({
      trusted: at('trusted'),
      lake: at('lake'),
      receipts: at('receipts'),
      ledgerPath: at('runs', 'ledger.jsonl'),
      beside: [at('runs'), at('receipts')],
      unfinished: at('unfinished'),
    })
    const seconds = (performance.now() - started) / 1000
    clearInterval(sampling)
    return {
      persons,
      rows: each * FILES,
      seconds: Number(seconds.toFixed(2)),
      rowsPerSecond: Math.round((each * FILES) / seconds),
      peakMB: Math.round(peak / 1e6),
      copySeconds: Number(copySeconds.toFixed(2)),
      oldIdsLeft: rotated.oldIdsLeft,
      ids: rotated.ids,
    }
  } finally {
    await rm(hub, { recursive: true, force: true })
  }
}

const results: unknown[] = []
for (const persons of sizes) results.push(await measure(persons))
console.log(JSON.stringify({ bench: 'rotate', results }, null, 1))
