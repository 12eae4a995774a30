/*
 * Track 2: doubles found in one file of millions of records, of which a person has 1 to 36 (median 8): time, peak memory, pairs
 * that the rules look at, and accuracy of the clusters, pair by pair.
 *
 *   npm run build && TMPDIR=/a/large/disk npx tsx bench/link/dedupe.ts [records] [memory]
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openDuckDb } from '../../src/engine/index.ts'
import { countPairs, type LinkageModel } from '../../src/linkage/index.ts'
import { measured } from './measured.ts'
import { writeDoubles } from './people.ts'

const [records = '200000', memory = '8GB'] = process.argv.slice(2)
const chainon = fileURLToPath(new URL('../../dist/app/cli/main.js', import.meta.url))
const dir = await mkdtemp(join(tmpdir(), 'chainon-dedupe-'))
const people = join(dir, 'people.parquet')

const model: LinkageModel = {
  linkage: 1,
  type: 'dedupe',
  id: 'id',
  comparisons: [
    { compare: 'text', column: 'forename', likeness: [0.92, 0.8], termFrequency: true },
    { compare: 'text', column: 'surname', likeness: [0.92, 0.8], termFrequency: true },
    { compare: 'edits', column: 'birth_date', edits: [1, 2], transpositions: true },
    { compare: 'exact', column: 'sex' },
    { compare: 'exact', column: 'birthplace', termFrequency: true },
    { compare: 'exact', column: 'postcode', termFrequency: true },
  ],
  blocking: [
    ['birth_date'],
    ['surname', 'substr(birth_date, 1, 7)'],
    ['forename', 'substr(birth_date, 1, 7)'],
  ],
  prior: { certain: [['forename', 'surname', 'birth_date']], recall: 0.7 },
  training: {
    sessions: [
      ['forename', 'surname'],
      ['birth_date', 'birthplace'],
    ],
    rounds: 0,
  },
}

try {
  const engine = await openDuckDb({ memory })
  await writeDoubles(engine, { records: Number(records), seed: 'doubles' }, dir)
  const counted = await countPairs(engine, [{ name: 'people', path: people }], model)
  await engine.close()
  await writeFile(join(dir, 'model.json'), JSON.stringify(model))
  const out = join(dir, 'linked')
  const ours = await measured(process.execPath, [
    chainon,
    'link',
    '--dedupe',
    people,
    '--model',
    join(dir, 'model.json'),
    '--out',
    out,
    '--memory',
    memory,
    '--json',
  ])
  const judge = await openDuckDb({ memory })
  const pairsOf = (by: string): string =>
    `(select sum(n * (n - 1) / 2) from (select count(*) as n from found group by ${by}))`
  const [row] = await judge.rows<Record<'right' | 'links' | 'matches', number>>(
    `with found as (select p.person, c.cluster from '${join(out, 'clusters.parquet')}' as c join '${people}' as p on p.id = c.id)
     select ${pairsOf('person, cluster')} as right, ${pairsOf('cluster')} as links, ${pairsOf('person')} as matches`,
  )
  await judge.close()
  const [right, links, matches] = [Number(row?.right), Number(row?.links), Number(row?.matches)]
  console.log(
    JSON.stringify(
      {
        bench: 'dedupe',
        records: counted.records,
        rules: counted.rules,
        seconds: ours.seconds,
        peakMemoryGb: ours.memoryGb,
        precision: right / links,
        recall: right / matches,
        f1: (2 * right) / (links + matches),
      },
      null,
      2,
    ),
  )
} finally {
  await rm(dir, { recursive: true, force: true })
}
