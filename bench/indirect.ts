/*
 * How right is the indirect linkage of the registry, and does it know how right it is? Small invented countries with the
 * defects of the demo, each from its own seed, are received and linked by both methods. Beside the truth: recall and
 * precision of each, and how often the 95 % intervals for the share of false links hold the true share.
 *
 *   npx tsx bench/indirect.ts [--seeds 20] [--from 1] [--persons 5000] [--rare 1000]
 */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openDuckDb } from '../src/engine/index.ts'
import {
  evaluateLinks,
  type FalseMatches,
  link,
  type LinkageMethod,
  type LinkQuality,
} from '../src/identity/index.ts'
import { demoCountry, synthesise } from '../src/synthetic/index.ts'
import { READ_BY_LINKAGE, receiveCountry, truthOf } from '../test/fixtures/received-country.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    from: { type: 'string', default: '1' },
    persons: { type: 'string', default: '5000' },
    rare: { type: 'string', default: '1000' },
  },
})

interface Seed {
  readonly seed: string
  readonly probabilistic: LinkQuality
  readonly ladder: LinkQuality
  readonly estimates: readonly (FalseMatches & { readonly covers: boolean | null })[]
}

async function measure(seed: string): Promise<Seed> {
  const dir = await mkdtemp(join(tmpdir(), 'chainon-bench-indirect-'))
  const at = { country: join(dir, 'country'), hub: join(dir, 'hub'), seed }
  try {
    await synthesise({
      persons: Number(values.persons),
      rare: Number(values.rare),
      years: demoCountry.years,
      departements: demoCountry.departements,
      seed,
      out: at.country,
    })
    await receiveCountry(at, READ_BY_LINKAGE)
    const truth = await truthOf(at)
    const transfers = join(at.hub, 'trusted', 'matcher', 'transfers')
    await cp(transfers, join(dir, 'transfers'), { recursive: true })
    const linked = async (method: LinkageMethod) => {
      await cp(join(dir, 'transfers'), transfers, { recursive: true })
      const { version, quality } = await link({
        trusted: join(at.hub, 'trusted'),
        lake: join(at.hub, 'lake'),
        receipts: join(at.hub, 'receipts'),
        today: '2021-01-04',
        engine: { engine: 'duckdb' },
        method,
        compare: false,
      })
      const engine = await openDuckDb({ threads: 1 })
      const rows = (name: string, where = '') =>
        engine.rows<{ bndmr: string; snds: string }>(
          `select bndmr, snds from '${join(at.hub, 'lake', 'links', version, `${name}.parquet`)}' ${where}`,
        )
      const indirect = [...(await rows('links', `where step <> 'nir'`)), ...(await rows('contradicted'))]
      await engine.close()
      return { found: evaluateLinks(indirect, truth), falseMatches: quality.falseMatches }
    }
    const { found, falseMatches } = await linked('probabilistic')
    const wrong = 1 - found.precision
    return {
      seed,
      probabilistic: found,
      ladder: (await linked('ladder')).found,
      estimates: falseMatches.map((one) => ({
        ...one,
        covers:
          one.low === null || one.high === null
            ? null
            : wrong >= one.low - ROUNDING && wrong <= one.high + ROUNDING,
      })),
    }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** Both are whole numbers over the links, reckoned in different ways. */
const ROUNDING = 1e-9
const rounded = (x: number): number => Number(x.toFixed(5))
const mean = (of: readonly number[]): number | null =>
  of.length === 0 ? null : rounded(of.reduce((a, b) => a + b, 0) / of.length)

const results: Seed[] = []
const first = Number(values.from)
for (let at = first; at < first + Number(values.seeds); at += 1) {
  const one = await measure(`indirect-${at}`)
  results.push(one)
  const { precision, recall } = one.probabilistic
  process.stderr.write(
    `${one.seed}: ${rounded(precision)} ${rounded(recall)}, ladder ${rounded(one.ladder.precision)} ${rounded(one.ladder.recall)}, covers ${one.estimates.map(({ covers }) => covers).join(' ')}\n`,
  )
}
const judged = (method: LinkageMethod) => ({
  precision: mean(results.map((one) => one[method].precision)),
  leastPrecision: rounded(Math.min(...results.map((one) => one[method].precision))),
  recall: mean(results.map((one) => one[method].recall)),
})
const coverage = results[0]?.estimates.map(({ estimator }, index) => {
  const all = results.flatMap(({ estimates }) => estimates[index] ?? [])
  const told = all.filter(({ covers }) => covers !== null)
  return {
    estimator,
    runs: told.length,
    covers: mean(told.map(({ covers }) => (covers ? 1 : 0))),
    rate: mean(told.map(({ rate }) => rate ?? 0)),
    high: mean(told.map(({ high }) => high ?? 0)),
  }
})
console.log(
  JSON.stringify(
    {
      bench: 'indirect',
      persons: Number(values.persons),
      rare: Number(values.rare),
      seeds: results.length,
      truth: mean(results.map(({ probabilistic }) => 1 - probabilistic.precision)),
      probabilistic: judged('probabilistic'),
      ladder: judged('ladder'),
      fewestPointsMore: rounded(
        100 * Math.min(...results.map((one) => one.probabilistic.recall - one.ladder.recall)),
      ),
      coverage,
      results: results.map(({ seed, probabilistic, ladder, estimates }) => ({
        seed,
        probabilistic,
        ladder,
        estimates,
      })),
    },
    null,
    1,
  ),
)
