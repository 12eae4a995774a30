import { join } from 'node:path'
import { ChainonError, writeText } from '../base/index.ts'
import { type DuckDb, duckdb } from '../engine/index.ts'
import { uniqueTables } from './cluster/apart.ts'
import { connectedComponents } from './cluster/components.ts'
import { type Change, keepIds } from './cluster/keep-ids.ts'
import type { Clusters, Edges } from './cluster/model.ts'
import { comparisonsOf } from './comparisons/compile.ts'
import type { Comparison } from './comparisons/model.ts'
import { quoted } from './comparisons/words.ts'
import { asTrained } from './link-records.ts'
import type { LinkageModel } from './model.ts'
import { acrossOf, uniqueOf } from './pairs/across.ts'
import { blockingOf } from './pairs/blocking.ts'
import { readNumbers } from './pairs/record-numbers.ts'
import { prepare, RECORDS } from './records/prepare.ts'
import { knownSources, writeKnown } from './records/known.ts'
import { nameSources, type Source } from './records/receive.ts'
import { writeTables } from './results.ts'
import { clusterScored, completed } from './score/cluster-scored.ts'
import { edgesOf, JUDGED, judgeScored, SCORED, scoreMore, scorePairs } from './score/edges.ts'
import { withValuePairs } from './train/value-pairs.ts'

export interface Added {
  readonly records: number
  readonly newRecords: number
  /** Records whose clusters were made again. */
  readonly touched: number
  readonly pairs: number
  readonly clusters: number
  readonly changes: readonly Change[]
}

/**
 * Links new records with those of a result, by its trained model: only pairs with a new record are looked at, and only what
 * they touch is clustered again. The partition is that of linking all records at once by the same weights.
 *
 * What touches nothing new stays as it is because clusters never reach beyond what pairs from the threshold on connect,
 * and `pairs.parquet` of the result holds all of those. How rare a value is is told from the records with which the weights
 * were learnt.
 * @param results the folder of the result; @param sources its files, as `readKnown` gives them
 * @throws linkage/no-result where records of the files are not in the result
 */
export async function addRecords(
  engine: DuckDb,
  results: string,
  sources: readonly Source[],
  added: readonly Source[],
  model: LinkageModel,
  out: string,
  tell: (line: string) => void = () => {},
): Promise<Added> {
  if (!model.trained) throw new ChainonError('linkage/no-result', `the model of ${results} is not trained`)
  const all = [...sources, ...added.map((one) => ({ ...one, added: true }))]
  const comparisons = withValuePairs(comparisonsOf(model), model.trained.valuePairs ?? {})
  const trained = asTrained(model, comparisons)
  const { keys, raw, conditions } = blockingOf(model.blocking === 'all' ? [] : model.blocking)
  const { records, bySource } = await prepare(engine, all, {
    id: model.id,
    comparisons,
    keys,
    raw,
    made: model.columns,
  })
  const earlier = bySource.slice(0, sources.length).reduce((a, b) => a + b, 0)
  tell(`${records - earlier} new records and ${earlier}`)
  await loadEarlier(engine, results, all, comparisons, earlier)
  const across = acrossOf(model, all)
  // New records come last, so that the right side of their pairs is always one of them.
  const candidates = {
    comparisons,
    numbers: await readNumbers(engine, comparisons, conditions, bySource),
    conditions,
    across,
  }
  await scorePairs(engine, trained, candidates, { r: `rid > ${earlier}` })
  const touched = await touchedBy(engine, records, earlier, model.threshold ?? 0)
  await engine.loadIntegers('touched', { rid: touched })
  const part = 'rid in (select rid from touched)'
  await scoreMore(engine, trained, candidates, {
    l: part,
    r: `rid <= ${earlier} and ${part}`,
  })
  const limits = { tables: uniqueTables(bySource, uniqueOf(model, all)) }
  const once = await clusterScored(engine, model, records, limits)
  const again = (await completed(engine, model, trained, candidates, { ...once, limits })) ?? once.clusters
  const { ids, changes } = await withEarlier(engine, again, touched)
  await engine.run(
    `insert into ${SCORED} select e.* from earlier_pairs as e anti join touched as l on l.rid = e.rid_l`,
  )
  await judgeScored(engine, { rid: Int32Array.from(ids, (_, at) => at + 1), cluster: ids })
  const pairs = await writeTables(engine, out, all, comparisons, model.threshold)
  await writeText(join(out, 'model.json'), `${JSON.stringify(model, null, 2)}\n`)
  await writeKnown(out, await knownSources(all))
  await writeChanges(out, changes)
  await engine.run(
    `drop table clustered; drop table ${JUDGED}; drop table touched; drop table earlier_pairs; drop table earlier_clusters`,
  )
  return {
    records,
    newRecords: records - earlier,
    touched: touched.length,
    pairs,
    clusters: new Set(ids).size,
    changes,
  }
}

/** The pairs and clusters of the result, by the numbers that records have now. */
async function loadEarlier(
  engine: DuckDb,
  results: string,
  sources: readonly Source[],
  comparisons: readonly Comparison[],
  records: number,
): Promise<void> {
  const levels = comparisons.map(({ name }, at) => `p.${quoted(`level of ${name}`)} as g${at}`)
  const file = (name: string): string => duckdb.quoteValue(join(results, name))
  await nameSources(engine, sources)
  await engine.run(`create or replace table numbers as
    select r.rid, s.name as source, r.id from ${RECORDS} as r join source_names as s on s.source = r.source`)
  await engine.run(`create or replace table earlier_clusters as select n.rid, cast(c.cluster as integer) as cluster
    from read_parquet(${file('clusters.parquet')}) as c join numbers as n on n.source = c.source and n.id = c.id`)
  await engine.run(`create or replace table earlier_pairs as select l.rid as rid_l, r.rid as rid_r, p.weight, ${levels.join(', ')}, p.rule
    from read_parquet(${file('pairs.parquet')}) as p
    join numbers as l on l.source = p.source_l and l.id = p.id_l join numbers as r on r.source = p.source_r and r.id = p.id_r`)
  await engine.run('drop table numbers; drop table source_names')
  const [row] = await engine.rows<{ n: bigint }>('select count(*) as n from earlier_clusters')
  if (Number(row?.n ?? 0) !== records)
    throw new ChainonError(
      'linkage/no-result',
      `clusters.parquet of ${results} does not hold the ${records} records of its files`,
    )
}

/** Numbers of the records that a chain of pairs from the threshold on joins with a new one, those themselves among them. */
async function touchedBy(
  engine: DuckDb,
  records: number,
  earlier: number,
  threshold: number,
): Promise<Int32Array> {
  const found = await edgesOf(engine, threshold)
  const known = await edgesOf(engine, threshold, 'earlier_pairs')
  const reached = connectedComponents(records, joined(known, found), threshold)
  const isNew = new Set(reached.subarray(earlier))
  return Int32Array.from(reached.keys())
    .filter((at) => isNew.has(reached[at] as number))
    .map((at) => at + 1)
}

function joined(a: Edges, b: Edges): Edges {
  const n = a.weight.length
  const [left, right] = [new Int32Array(n + b.weight.length), new Int32Array(n + b.weight.length)]
  const weight = new Float64Array(n + b.weight.length)
  for (const [of, at] of [
    [a, 0],
    [b, n],
  ] as const) {
    left.set(of.left, at)
    right.set(of.right, at)
    weight.set(of.weight, at)
  }
  return { left, right, weight }
}

/** Ids of all records: those of untouched clusters as they were. */
async function withEarlier(
  engine: DuckDb,
  clusters: Clusters,
  touched: Int32Array,
): Promise<{ ids: Int32Array; changes: readonly Change[] }> {
  const ids = new Int32Array(clusters.length)
  for await (const [rid, cluster] of engine.streamNumbers('select rid, cluster from earlier_clusters'))
    for (const [at, one] of rid?.entries() ?? []) ids[one - 1] = cluster?.[at] as number
  const isTouched = new Uint8Array(clusters.length)
  for (const rid of touched) isTouched[rid - 1] = 1
  // Untouched records stand in the clusters that they had, under numbers that no touched one has.
  const whole = clusters.map((cluster, at) =>
    isTouched[at] ? cluster : clusters.length + (ids[at] as number),
  )
  return keepIds(whole, ids)
}

/** One line for each cluster that is new or not as it was. */
async function writeChanges(out: string, changes: readonly Change[]): Promise<void> {
  const lines = changes.map(
    ({ cluster, change, earlier, newRecords }) => `${cluster},${change},${earlier.join(' ')},${newRecords}`,
  )
  await writeText(
    join(out, 'changes.csv'),
    `${['cluster,change,earlier,new_records', ...lines].join('\n')}\n`,
  )
}
