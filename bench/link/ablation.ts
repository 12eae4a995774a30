/*
 * What each ingredient of the linkage brings: it is left out, one at a time, and the pairs of the clusters are held against
 * the truth, at the default threshold, with the model that `suggest` writes.
 *
 *   npx tsx bench/link/ablation.ts [--folder DIR] [--persons 3000] [--set NAME] [--without NAME]
 *
 * The folder holds fake_1000.csv and febrl_dataset4a.csv, febrl_dataset4b.csv; sets that it does not hold are left out, and
 * said. `persons` is how many invented historical people there are; `set` and `without` are the beginnings of names.
 */
import { access, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type DuckDb, openDuckDb } from '../../src/engine/index.ts'
import { type LinkageModel, linkRecords, type Source, suggest, type Wanted } from '../../src/linkage/index.ts'
import { writeHistorical } from './historical.ts'

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: '../shared/linkage' },
    persons: { type: 'string', default: '3000' },
    set: { type: 'string', default: '' },
    without: { type: 'string', default: '' },
  },
})
const { folder, persons } = values

interface DataSet {
  readonly name: string
  readonly files: readonly string[]
  readonly wanted: Wanted
  /** SQL of the person of a record of `records`. */
  readonly truth: string
}

type Edit = (model: LinkageModel) => LinkageModel
const training =
  (of: Partial<NonNullable<LinkageModel['training']>>): Edit =>
  (model) => ({
    ...model,
    training: { ...model.training, ...of },
  })
const clusters =
  (of: NonNullable<LinkageModel['clusters']>): Edit =>
  (model) => ({
    ...model,
    clusters: { ...model.clusters, ...of },
  })
type Spec = LinkageModel['comparisons'][number]
const each =
  (of: (spec: Spec) => readonly Spec[]): Edit =>
  (model) => ({
    ...model,
    comparisons: model.comparisons.flatMap(of),
  })

const HAVE_FREQUENCY = new Set(['exact', 'text', 'edits', 'jaccard', 'name', 'names', 'email', 'category'])

const WITHOUT: Readonly<Record<string, Edit>> = {
  nothing: (model) => model,
  'values that are one': training({ valuePairs: false }),
  'weights again from clusters (and values that are one)': training({ rounds: 0 }),
  'pairs that blocking missed': clusters({ complete: false }),
  'average linkage: connected components': clusters({ method: 'connected' }),
  'rare values weigh more': each((spec) => [
    HAVE_FREQUENCY.has(spec.compare) ? ({ ...spec, termFrequency: false } as Spec) : spec,
  ]),
  'names as names: two short texts': each((spec) =>
    spec.compare === 'names'
      ? [spec.forename, spec.surname].map(
          (column) => ({ compare: 'text', column, termFrequency: true }) as const,
        )
      : [spec],
  ),
  'dates as dates: a code with edits': each((spec) =>
    spec.compare === 'birth-date'
      ? [{ compare: 'edits', column: spec.column, edits: [1, 2], transpositions: true }]
      : [spec],
  ),
}

async function judge(engine: DuckDb, sources: readonly Source[], model: LinkageModel, truth: string) {
  const started = performance.now()
  const { clusters: found } = await linkRecords(engine, sources, model)
  const seconds = (performance.now() - started) / 1000
  await engine.loadIntegers('judged', { rid: Int32Array.from(found, (_, at) => at + 1), cluster: found })
  const pairsBy = (keys: string): string =>
    `(select coalesce(sum(n * (n - 1) / 2), 0) from (select count(*) as n from told group by ${keys}) as g)`
  const [row] = await engine.rows<Record<'right' | 'found' | 'really', number>>(
    `with told as (select j.cluster, ${truth} as person from records as r join judged as j on j.rid = r.rid)
     select cast(${pairsBy('cluster, person')} as double) as right, cast(${pairsBy('cluster')} as double) as found,
       cast(${pairsBy('person')} as double) as really`,
  )
  const [right, all, really] = [row?.right ?? 0, row?.found ?? 0, row?.really ?? 0]
  const round = (x: number): number => Number(x.toFixed(4))
  return {
    f1: round((2 * right) / (all + really)),
    precision: round(right / all),
    recall: round(right / really),
    seconds: Number(seconds.toFixed(1)),
  }
}

const dir = await mkdtemp(join(tmpdir(), 'chainon-ablation-'))
const engine = await openDuckDb()
try {
  const historical = join(dir, 'historical.csv')
  await writeHistorical(Number(persons), historical)
  const fake = join(folder, 'fake_1000.csv')
  const sets: readonly DataSet[] = [
    {
      name: 'fake_1000',
      files: [fake],
      wanted: {},
      truth: `(select f.cluster from read_csv('${fake}', all_varchar = true) as f where f.unique_id = r.id)`,
    },
    {
      name: 'febrl4 without soc_sec_id',
      files: ['a', 'b'].map((part) => join(folder, `febrl_dataset4${part}.csv`)),
      wanted: { ignore: ['soc_sec_id'] },
      truth: `split_part(r.id, '-', 2)`,
    },
    {
      name: 'historical people',
      files: [historical],
      wanted: { ignore: ['person'] },
      truth: `(select h.person from read_csv('${historical}', all_varchar = true) as h where h.id = r.id)`,
    },
  ]
  for (const { name, files, wanted, truth } of sets) {
    if (!name.startsWith(values.set)) continue
    const there = await Promise.all(
      files.map((file) =>
        access(file).then(
          () => true,
          () => false,
        ),
      ),
    )
    if (there.includes(false)) {
      console.error(`left out: ${name}, because ${folder} does not hold it`)
      continue
    }
    const sources = files.map((path, at) => ({ name: `table ${at + 1}`, path }))
    const { model } = await suggest(engine, sources, wanted)
    for (const [without, edit] of Object.entries(WITHOUT).filter(([of]) => of.startsWith(values.without)))
      console.log(
        JSON.stringify({
          bench: 'ablation',
          set: name,
          without,
          ...(await judge(engine, sources, edit(model), truth)),
        }),
      )
  }
} finally {
  await engine.close()
  await rm(dir, { recursive: true, force: true })
}
