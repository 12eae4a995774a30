import { allEnded, canonicalJson, ChainonError, wilsonInterval } from '../base/index.ts'
import type { DuckDb } from '../engine/index.ts'
import { uniqueTables } from './cluster/apart.ts'
import { constraintsOf } from './cluster/decisions.ts'
import type { Clusters, Constraints } from './cluster/model.ts'
import { comparisonsOf } from './comparisons/compile.ts'
import { type Comparison, levelsOf } from './comparisons/model.ts'
import { namedIn } from './comparisons/words.ts'
import type { LinkageModel } from './model.ts'
import { acrossOf, possiblePairs, uniqueOf } from './pairs/across.ts'
import { blockingOf, nameOf } from './pairs/blocking.ts'
import { readNumbers, type RecordNumbers } from './pairs/record-numbers.ts'
import { type Prepared, prepare } from './records/prepare.ts'
import type { Source } from './records/receive.ts'
import { decide, type DecidedPair, decisionsOf } from './review/decided.ts'
import type { Label } from './review/labels.ts'
import { CHUNK, isLong, scoreInChunks } from './score/chunks.ts'
import { clusterScored, completed } from './score/cluster-scored.ts'
import { countScored, scorePairs } from './score/edges.ts'
import type { Trained } from './score/weights.ts'
import { openWork } from './score/work.ts'
import { Threads } from './threads/threads.ts'
import { fromClusters } from './train/from-clusters.ts'
import { priorOf } from './train/prior.ts'
import { chancePatterns, type Session, train } from './train/train.ts'
import { learnValuePairs, type ValuePairs, withValuePairs } from './train/value-pairs.ts'

export interface Linked {
  readonly prepared: Prepared
  readonly comparisons: readonly Comparison[]
  readonly numbers: RecordNumbers
  readonly trained: Trained
  /** Values that were found to be one. */
  readonly valuePairs: ValuePairs
  /** What each session of EM found; none where the model was trained before. */
  readonly sessions: readonly Session[]
  /** Pairs that were kept. */
  readonly pairs: number
  readonly clusters: Clusters
  /** What readers say of pairs; none where no labels were given. */
  readonly read: readonly DecidedPair[]
  readonly decided: Constraints | undefined
  /** Of a work that was put down as it went: chunks that were made, and those that were found done. */
  readonly chunks?: { readonly made: number; readonly found: number }
}

export interface PutDown {
  /** It is left there: whoever has written the results removes it. */
  readonly folder: string
  /** Pairs of one chunk; without it only a long work is put down. */
  readonly chunk?: number
}

export interface LinkOptions {
  /** Where a long work puts down what it has done; nowhere without it. */
  readonly putDown?: PutDown
  /** What readers say of pairs: used in training, and respected by the clusters. */
  readonly labels?: readonly Label[]
}

const SEED = 'chainon'
const TRAINING_PAIRS = 2_000_000
const ROUNDS = 2

/**
 * Links or deduplicates records by the model of Fellegi and Sunter. The records stand in the engine afterwards, as
 * `records`, and the scored pairs as `scored`.
 * @param tell what is done, as it is done
 */
export async function linkRecords(
  engine: DuckDb,
  sources: readonly Source[],
  model: LinkageModel,
  tell: (line: string) => void = () => {},
  options: LinkOptions = {},
): Promise<Linked> {
  const threads = new Threads()
  try {
    return await linkIn(threads, engine, sources, model, tell, options)
  } finally {
    await threads.close()
  }
}

async function linkIn(
  threads: Threads,
  engine: DuckDb,
  sources: readonly Source[],
  model: LinkageModel,
  tell: (line: string) => void,
  { putDown, labels = [] }: LinkOptions,
): Promise<Linked> {
  const across = acrossOf(model, sources)
  let comparisons = withValuePairs(comparisonsOf(model), model.trained?.valuePairs ?? {})
  const rules = model.blocking === 'all' ? [] : model.blocking
  const sessions = model.trained ? [] : (model.training?.sessions ?? rules)
  if (!model.trained && sessions.length === 0)
    throw new ChainonError('linkage/no-sessions', 'nothing says which pairs the weights are learnt from', {
      advice: 'Where all pairs are looked at, training.sessions names rules whose pairs mostly match.',
    })
  const certain = model.prior && 'certain' in model.prior ? model.prior.certain : []
  const blocking = blockingOf([...rules, ...sessions, ...certain])
  const prepared = await prepare(engine, sources, {
    id: model.id,
    comparisons,
    keys: blocking.keys,
    raw: blocking.raw,
    made: model.columns,
  })
  tell(`${prepared.records} records`)
  const read = labels.length > 0 ? await decide(engine, sources, model.type, labels) : []
  const decided = labels.length > 0 ? constraintsOf(prepared.records, decisionsOf(read)) : undefined
  const possible = possiblePairs(across, prepared.bySource)
  const conditions = {
    rules: blocking.conditions.slice(0, rules.length),
    certain: blocking.conditions.slice(rules.length + sessions.length),
  }
  const samples = {
    across,
    seed: model.training?.seed ?? SEED,
    most: model.training?.pairs ?? TRAINING_PAIRS,
  }
  const prior = await priorOf(engine, model, conditions.certain, across, {
    possible,
    tables: sources.length,
  })
  const learning = model.trained
    ? undefined
    : train(
        engine,
        comparisons,
        {
          ...samples,
          conditions: blocking.conditions,
          sessions: sessions.map((rule, at) => ({
            at: rules.length + at,
            rule: nameOf(rule),
            // Its pairs agree on them, and teach nothing of them.
            columns: namedIn([nameOf(rule)], prepared.columns),
          })),
          prior,
          decided: decided !== undefined,
        },
        prepared.bySource,
      )
  const reading = readNumbers(engine, comparisons, conditions.rules, prepared.bySource, threads)
  const [training, numbers] = await allEnded([learning, reading])
  const among = { numbers, conditions: conditions.rules, across, threads }
  const limits = { tables: uniqueTables(prepared.bySource, uniqueOf(model, sources)), decided }
  const isPutDown = putDown && (putDown.chunk !== undefined || isLong(among))
  const work = isPutDown ? await openWork(putDown.folder, putDown.chunk ?? CHUNK, model, sources) : undefined
  let trained = training?.trained ?? asTrained(model, comparisons)
  let chance = training?.chance ?? []
  let valuePairs = model.trained?.valuePairs ?? {}
  const rounds = training ? (model.training?.rounds ?? ROUNDS) : 0
  for (let round = 0; ; round++) {
    const candidates = { comparisons, ...among }
    let pairs = work
      ? await scoreInChunks(engine, trained, candidates, work, tell)
      : await scorePairs(engine, trained, candidates)
    const once = await clusterScored(engine, model, prepared.records, limits, threads)
    let { clusters } = once
    tell(`${pairs} pairs are kept`)
    const isLast = !training || round === rounds
    const complete = isLast
      ? await completed(engine, model, trained, candidates, { ...once, limits })
      : undefined
    if (complete) {
      clusters = complete
      pairs = await countScored(engine)
      tell(`${pairs} pairs are kept, those with which clusters touch among them`)
    }
    if (isLast)
      return {
        prepared,
        comparisons,
        numbers,
        trained,
        valuePairs,
        sessions: training?.sessions ?? [],
        pairs,
        clusters,
        read,
        decided,
        ...(work ? { chunks: { made: work.made, found: work.found } } : {}),
      }
    if (model.training?.valuePairs !== false) {
      const learnt = await learnValuePairs(engine, comparisons, clusters)
      if (canonicalJson(learnt) !== canonicalJson(valuePairs)) {
        valuePairs = learnt
        comparisons = withValuePairs(comparisonsOf(model), valuePairs)
        chance = await chancePatterns(engine, comparisons, samples, possible)
      }
    }
    trained = await fromClusters(engine, comparisons, {
      old: trained,
      clusters,
      chance,
      across,
      possible,
      fixedPrior: model.prior !== undefined && 'fixed' in model.prior && model.prior.fixed === true,
    })
  }
}

/** @throws linkage/bad-model where the levels are not those of the comparisons */
export function asTrained(model: LinkageModel, comparisons: readonly Comparison[]): Trained {
  const trained = model.trained as NonNullable<LinkageModel['trained']>
  const of = (which: 'm' | 'u'): Trained['m'] =>
    comparisons.map((one) => {
      const levels = trained.comparisons[one.name] ?? []
      const labels = levelsOf(one).map(({ label }) => label)
      if (levels.map(({ label }) => label).join('\n') !== labels.join('\n'))
        throw new ChainonError('linkage/bad-model', `${one.name} was trained with other levels`, {
          advice: `Its levels are: ${labels.join('; ')}.`,
        })
      return levels.map((level) => level[which])
    })
  return { prior: trained.prior, m: of('m'), u: of('u') }
}

/** The model with what was learnt. */
export const withTraining = (
  model: LinkageModel,
  { comparisons, trained, valuePairs }: Pick<Linked, 'comparisons' | 'trained' | 'valuePairs'>,
): LinkageModel => ({
  ...model,
  trained: {
    prior: trained.prior,
    ...(Object.keys(valuePairs).length > 0 ? { valuePairs } : {}),
    comparisons: Object.fromEntries(
      comparisons.map((one, at) => [
        one.name,
        levelsOf(one).map(({ label }, level) => {
          const [m, u] = [trained.m[at]?.[level] as number, trained.u[at]?.[level] as number]
          const { pairs } = trained
          const intervals = pairs && {
            mInterval: wilsonInterval(m, pairs.m[at] as number),
            uInterval: wilsonInterval(u, pairs.u[at] as number),
          }
          return { label, m, u, ...intervals }
        }),
      ]),
    ),
  },
})
