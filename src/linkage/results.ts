import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { allEnded, writeAtomically, writeText } from '../base/index.ts'
import { type DuckDb, duckdb } from '../engine/index.ts'
import { countClusters, numbered } from './cluster/model.ts'
import { type Comparison, levelsOf } from './comparisons/model.ts'
import { quoted } from './comparisons/words.ts'
import { type Linked, withTraining } from './link-records.ts'
import type { LinkageModel } from './model.ts'
import { RECORDS } from './records/prepare.ts'
import { knownSources, writeKnown } from './records/known.ts'
import type { Source } from './records/receive.ts'
import { measure } from './report/measure.ts'
import { renderReport } from './report/render.ts'
import { drawnByStratum, drawSample } from './review/draw.ts'
import { JUDGED, judgeScored } from './score/edges.ts'
import { weightsOf } from './score/weights.ts'

/**
 * Writes `pairs.parquet` (ids, weight, probability, rule, level of each comparison, one cluster or not), `clusters.parquet`
 * (source, id, cluster) and `model.json` with what was learnt, `training.json` with how, `sources.json` of which files,
 * `report.html`, and `review.json`, the pairs to be read by a person. No value of a record is written but ids.
 * @returns how many pairs and clusters
 */
export async function writeResults(
  engine: DuckDb,
  out: string,
  sources: readonly Source[],
  model: LinkageModel,
  linked: Linked,
): Promise<{ readonly pairs: number; readonly clusters: number }> {
  await judgeScored(engine, numbered(linked.clusters, true))
  const [pairs, known] = await allEnded([
    writeTables(engine, out, sources, linked.comparisons, model.threshold),
    knownSources(sources),
  ])
  await writeText(join(out, 'model.json'), `${JSON.stringify(withTraining(model, linked), null, 2)}\n`)
  if (linked.sessions.length > 0)
    await writeText(join(out, 'training.json'), `${JSON.stringify(trainingOf(linked), null, 2)}\n`)
  await writeKnown(out, known)
  const measures = await measure(engine, sources, model, linked)
  const weakest = measures.bridges.map(({ cluster }) => cluster)
  const sample = await drawSample(engine, known, model, linked, weakest)
  await writeText(join(out, 'review.json'), `${JSON.stringify(sample, null, 1)}\n`)
  await writeText(join(out, 'report.html'), renderReport({ ...measures, toRead: drawnByStratum(sample) }))
  await engine.run(`drop table clustered; drop table ${JUDGED}`)
  return { pairs, clusters: countClusters(linked.clusters) }
}

/**
 * Writes pairs and clusters.
 * @param engine the scored pairs are judged by their clusters
 * @returns how many pairs
 */
export async function writeTables(
  engine: DuckDb,
  out: string,
  sources: readonly Source[],
  comparisons: readonly Comparison[],
  threshold = 0,
): Promise<number> {
  await mkdir(out, { recursive: true })
  const nameOf = (source: string): string =>
    `case ${source} ${sources.map(({ name }, at) => `when ${at} then ${duckdb.quoteValue(name)}`).join(' ')} end`
  const levels = inOne(comparisons.map((_, at) => `p.g${at}`))
  const named = comparisons.map(({ name }, at) => `${levels.told[at]} as ${quoted(`level of ${name}`)}`)
  await writeAtomically(join(out, 'clusters.parquet'), (path) =>
    engine
      .writeParquet(
        `select ${nameOf('r.source')} as source, r.id, cast(c.cluster as bigint) as cluster
         from ${RECORDS} as r join clustered as c on c.rid = r.rid order by r.rid`,
        path,
      )
      .then(() => undefined),
  )
  let pairs = 0
  await writeAtomically(join(out, 'pairs.parquet'), async (path) => {
    pairs = await engine.writeParquet(
      // What is put in order is as narrow as can be: names, probabilities and levels are told afterwards.
      `select ${nameOf('source_l')} as source_l, id_l, ${nameOf('source_r')} as source_r, id_r, weight,
         1 / (1 + pow(2, -weight)) as probability, rule, together, ${named.join(', ')}
       from (
         select l.source as source_l, l.id as id_l, r.source as source_r, r.id as id_r, p.weight, p.rule, p.together, ${levels.packed}
         from ${JUDGED} as p join ${RECORDS} as l on l.rid = p.rid_l join ${RECORDS} as r on r.rid = p.rid_r
         where p.weight >= ${threshold} order by p.rid_l, p.rid_r)`,
      path,
    )
  })
  return pairs
}

/** Levels in so many bits, so many of them in one number. */
const BITS = 8
const IN_ONE = 7

/** SQL that puts levels (-1, 0, …) in a few numbers, and that tells them from those. */
function inOne(levels: readonly string[]): { readonly packed: string; readonly told: readonly string[] } {
  const shiftOf = (at: number): number => (at % IN_ONE) * BITS
  const numbers = Array.from({ length: Math.ceil(levels.length / IN_ONE) }, (_, number) =>
    levels
      .slice(number * IN_ONE, (number + 1) * IN_ONE)
      .map((level, at) => `((cast(${level} as bigint) + 1) << ${shiftOf(at)})`)
      .join(' | '),
  )
  return {
    packed: numbers.map((sql, at) => `${sql} as levels_${at}`).join(', '),
    told: levels.map((_, at) => {
      const number = `levels_${Math.floor(at / IN_ONE)}`
      return `cast(((${number} >> ${shiftOf(at)}) & ${2 ** BITS - 1}) - 1 as tinyint)`
    }),
  }
}

/** What each session found, and how far sessions disagree on a level: the largest difference of its match weights. */
function trainingOf({ sessions, comparisons, trained, valuePairs }: Linked): object {
  return {
    valuePairs,
    sessions: sessions.map(({ rule, pairs, prior, rounds, bounded }) => ({
      rule,
      pairs,
      matches: prior,
      rounds,
      ...(bounded ? { warning: 'its pairs did not tell matches from others' } : {}),
    })),
    comparisons: Object.fromEntries(
      comparisons.map((one, at) => {
        const learnt = sessions.filter(({ learns }) => learns[at])
        const weights = learnt.map((session) => weightsOf({ m: session.m, u: trained.u })[at] as number[])
        const levels = levelsOf(one).map(({ label }, level) => {
          const found = weights.map((of) => of[level] as number)
          return { label, disagreement: found.length < 2 ? null : Math.max(...found) - Math.min(...found) }
        })
        return [one.name, { sessions: learnt.map(({ rule }) => rule), levels }]
      }),
    ),
  }
}
