/*
 * Are the planted effects found? The demo over several seeds: how often an interval with at least 75 patients holds
 * what was planted, whether the pooled ratio of delays (planted at 1.5) excludes 1, and how often an effect is
 * declared where none was planted.
 *
 *   npm run build && npx tsx bench/effects.ts [seeds] [persons] [first seed]
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { DemoResult } from '../src/app/demo/model.ts'
import type { Found } from '../src/app/demo/planted.ts'

const main = fileURLToPath(new URL('../dist/app/cli/main.js', import.meta.url))
const [seeds = 20, persons = 20_000, first = 1] = process.argv.slice(2).map(Number)
const LARGE = 75

const all: (Found & { readonly seed: number })[] = []
const linkage: object[] = []
for (let seed = first; seed < first + seeds; seed += 1) {
  const dir = await mkdtemp(join(tmpdir(), 'chainon-effects-'))
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      main,
      'demo',
      '--persons',
      String(persons),
      '--seed',
      `effects ${seed}`,
      '--dir',
      join(dir, 'demo'),
      '--json',
    ],
    { maxBuffer: 1 << 28 },
  )
  const { balance } = JSON.parse(stdout) as DemoResult
  all.push(...(balance.effects ?? []).map((one) => ({ ...one, seed })))
  if (balance.linkage.truth) linkage.push({ seed, ...balance.linkage.truth })
  await rm(dir, { recursive: true, force: true })
  process.stderr.write(
    `seed ${seed}: ${balance.effects?.filter((one) => one.inside).length} of ${balance.effects?.length}\n`,
  )
}

const share = (of: readonly Found[]): object => ({
  intervals: of.length,
  inside: of.filter((one) => one.inside).length,
  share: Number((of.filter((one) => one.inside).length / Math.max(1, of.length)).toFixed(4)),
})
const real = all.filter((one) => !one.null && one.n >= LARGE)
const kind = (id: string): string =>
  id.startsWith('cost') ? 'cost' : id.includes('ORPHA') ? 'delay' : 'delay ratio'
const nulls = all.filter((one) => one.null)
const deprived = all.filter((one) => one.id === 'delay/quintile-5-against-1')
process.stdout.write(
  `${JSON.stringify(
    {
      bench: 'effects',
      seeds,
      persons,
      coverage: share(real),
      byKind: Object.fromEntries(
        ['cost', 'delay', 'delay ratio'].map((name) => [
          name,
          share(real.filter(({ id }) => kind(id) === name)),
        ]),
      ),
      delayRatio: {
        planted: 1.5,
        excludesOne: deprived.filter((one) => one.low > 1).length,
        of: deprived.length,
        meanFound: Number((deprived.reduce((sum, one) => sum + one.value, 0) / deprived.length).toFixed(3)),
      },
      nulls: {
        intervals: nulls.length,
        declared: nulls.filter((one) => !one.inside).map(({ seed, id }) => `${seed}: ${id}`),
      },
      linkage,
      outside: real.filter((one) => !one.inside),
    },
    null,
    1,
  )}\n`,
)
