/*
 * Track 1: two files of a million people, 90 % of them in both, linked by Splink 5 and by Chaînon with the same blocking
 * rules and levels, training included; time, peak memory and accuracy of each, in one run.
 *
 *   npm run build && npx tsx bench/link/two-files.ts [persons] [runs]
 *
 * Splink runs in a virtual environment of Python; where that cannot be made the bench says so and measures ours alone.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openDuckDb } from '../../src/engine/index.ts'
import type { LinkageModel } from '../../src/linkage/index.ts'
import { measured, median } from './measured.ts'
import { writePeople } from './people.ts'
import { pythonWithSplink } from './python.ts'

const [persons = 1_000_000, runs = 3] = process.argv.slice(2).map(Number)
const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url))
const chainon = here('../../dist/app/cli/main.js')
const dir = await mkdtemp(join(tmpdir(), 'chainon-two-files-'))
const [left, right] = [join(dir, 'left.parquet'), join(dir, 'right.parquet')]

const RULES = [
  ['birth_date'],
  ['surname', 'substr(birth_date, 1, 3)'],
  ['forename', 'substr(birth_date, 1, 7)'],
  ['birthplace', 'substr(birth_date, 1, 4)'],
  ['forename', 'postcode'],
]
const model: LinkageModel = {
  linkage: 1,
  type: 'link',
  id: 'id',
  comparisons: [
    { compare: 'text', column: 'forename', likeness: [0.92, 0.8], termFrequency: true },
    { compare: 'text', column: 'surname', likeness: [0.92, 0.8], termFrequency: true },
    { compare: 'edits', column: 'birth_date', edits: [1, 2], transpositions: true },
    { compare: 'exact', column: 'sex' },
    { compare: 'exact', column: 'birthplace', termFrequency: true },
    { compare: 'exact', column: 'postcode', termFrequency: true },
  ],
  blocking: RULES,
  prior: { certain: [['forename', 'surname', 'birth_date']], recall: 0.7 },
  training: {
    sessions: [
      ['forename', 'surname'],
      ['birth_date', 'birthplace'],
    ],
    rounds: 0,
  },
  clusters: { method: 'one-to-one' },
}

/** Precision, recall and F1 of the pairs that a query calls links. */
async function judge(links: string): Promise<{ precision: number; recall: number; f1: number }> {
  const engine = await openDuckDb({ memory: '8GB' })
  try {
    const [row] = await engine.rows<{ right: bigint; links: bigint; matches: bigint }>(
      `select count(*) filter (where l.person = r.person) as right, count(*) as links,
         (select count(*) from '${left}' as a join '${right}' as b on a.person = b.person) as matches
       from (${links}) as found join '${left}' as l on l.id = found.id_l join '${right}' as r on r.id = found.id_r`,
    )
    const [good, all, matches] = [Number(row?.right), Number(row?.links), Number(row?.matches)]
    return { precision: good / all, recall: good / matches, f1: (2 * good) / (all + matches) }
  } finally {
    await engine.close()
  }
}

try {
  const engine = await openDuckDb({ memory: '8GB' })
  await writePeople(engine, { persons, overlap: 0.9, seed: 'two files' }, dir)
  await engine.close()
  await writeFile(join(dir, 'model.json'), JSON.stringify(model))
  const python = pythonWithSplink()
  const ours: Awaited<ReturnType<typeof measured>>[] = []
  const theirs: typeof ours = []
  for (let run = 0; run < runs; run++) {
    const out = join(dir, 'linked')
    const modelFile = join(dir, 'model.json')
    ours.push(
      await measured(process.execPath, [
        chainon,
        'link',
        '--left',
        left,
        '--right',
        right,
        '--model',
        modelFile,
        '--out',
        out,
        '--memory',
        '4GB',
        '--json',
      ]),
    )
    if (python) theirs.push(await measured(python, [here('two_files.py'), dir]))
  }
  const pairs = join(dir, 'linked', 'pairs.parquet')
  const result = {
    bench: 'two files',
    persons,
    runs,
    chainon: {
      seconds: median(ours.map(({ seconds }) => seconds)),
      peakMemoryGb: Math.max(...ours.map(({ memoryGb }) => memoryGb)),
      links: await judge(`select id_l, id_r from '${pairs}' where together`),
      pairs: await judge(`select id_l, id_r from '${pairs}'`),
    },
    splink:
      theirs.length === 0
        ? 'skipped: no Python with Splink'
        : {
            seconds: median(theirs.map(({ seconds }) => seconds)),
            peakMemoryGb: Math.max(...theirs.map(({ memoryGb }) => memoryGb)),
            pairs: await judge(`select id_l, id_r from '${join(dir, 'splink.parquet')}'`),
            ...(JSON.parse(await readFile(join(dir, 'splink.json'), 'utf8')) as object),
          },
    ratio:
      theirs.length === 0
        ? null
        : median(theirs.map((one, at) => one.seconds / (ours[at]?.seconds as number))),
  }
  console.log(JSON.stringify(result, null, 2))
} finally {
  await rm(dir, { recursive: true, force: true })
}
