/*
 * How right and how fast is the linkage as the country grows? The inputs of the linkage alone are drawn
 * (`test/fixtures/linkage-country.ts`: the noise of the demo country), so that a million persons fit; `link` then
 * runs as in a hub, in the matcher's own process. Patients are 2.2 % of the persons, as in the real registry, and
 * never fewer than the demo's 4,000.
 *
 *   npx tsx bench/linkage.ts [--persons 20000,200000,1000000] [--method probabilistic]
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { openDuckDb } from '../src/engine/index.ts'
import {
  createKeys,
  evaluateLinks,
  link,
  type LinkageMethod,
  type LinkQuality,
} from '../src/identity/index.ts'
import { linkageCountry } from '../test/fixtures/linkage-country.ts'

const { values } = parseArgs({
  options: {
    persons: { type: 'string', default: '20000,200000,1000000' },
    method: { type: 'string', default: 'probabilistic' },
    // Of one measurement: the parent runs each in a process of its own, whose children alone are counted.
    one: { type: 'boolean', default: false },
  },
})
const method: LinkageMethod = values.method === 'ladder' ? 'ladder' : 'probabilistic'
const sizes = values.persons.split(',').map(Number)

const shown = ({ links, precision, recall }: LinkQuality) => ({
  links,
  precision: Number(precision.toFixed(5)),
  recall: Number(recall.toFixed(4)),
})

async function measure(persons: number, noise: 0 | 1): Promise<object> {
  const hub = await mkdtemp(join(tmpdir(), 'chainon-bench-linkage-'))
  try {
    const patients = Math.max(4000, Math.round(persons * 0.022))
    await createKeys(join(hub, 'trusted'), 'bench')
    await linkageCountry(hub, { persons, patients, noise })
    const started = performance.now()
    const { version, rungs, quality } = await link({
      trusted: join(hub, 'trusted'),
      lake: join(hub, 'lake'),
      receipts: join(hub, 'receipts'),
      today: '2021-01-04',
      engine: { engine: 'duckdb' },
      method,
      compare: false,
    })
    const seconds = (performance.now() - started) / 1000
    const engine = await openDuckDb({ threads: 1 })
    type Link = { bndmr: string; snds: string; step: string }
    const rows = (path: string, where = '') =>
      engine.rows<Link & { seen: boolean }>(`select * from '${join(hub, path)}' ${where}`)
    const truthOf = async (where = ''): Promise<Map<string, Set<string>>> =>
      new Map((await rows('truth.parquet', where)).map(({ bndmr, snds }) => [bndmr, new Set([snds])]))
    const links = await rows(`lake/links/${version}/links.parquet`)
    const indirect = [
      ...links.filter(({ step }) => step !== 'nir'),
      ...(await rows(`lake/links/${version}/contradicted.parquet`)),
    ]
    const [all, seen] = [await truthOf(), await truthOf('where seen')]
    await engine.close()
    return {
      persons,
      patients,
      noise: noise === 1 ? 'default' : 'none',
      indirect: shown(evaluateLinks(indirect, all)),
      ofThoseWithContact: Number((evaluateLinks(indirect, seen).correct / seen.size).toFixed(4)),
      afterNir: shown(evaluateLinks(links, all)),
      ...(method === 'ladder'
        ? { rungsClimbed: rungs.filter(({ climbed }) => climbed).length }
        : { falseMatches: quality.falseMatches }),
      seconds: Number(seconds.toFixed(1)),
      personsPerSecond: Math.round(persons / seconds),
    }
  } finally {
    await rm(hub, { recursive: true, force: true })
  }
}

if (values.one) {
  const [persons = 0, noise] = sizes
  console.log(JSON.stringify(await measure(persons, noise === 0 ? 0 : 1)))
} else {
  const results: unknown[] = []
  for (const persons of sizes)
    for (const noise of [1, 0]) {
      const { stdout } = await promisify(execFile)(process.execPath, [
        ...process.execArgv,
        process.argv[1] as string,
        '--one',
        '--method',
        method,
        '--persons',
        `${persons},${noise}`,
      ])
      results.push(JSON.parse(stdout))
    }
  console.log(JSON.stringify({ bench: 'linkage', method, results }, null, 1))
}
