import type { DuckDb } from '../../engine/index.ts'
import type { Edges } from '../cluster/model.ts'
import { LEAST_KEPT } from '../cluster/cluster.ts'
import type { Comparison } from '../comparisons/model.ts'
import { type Only, rulesOf } from '../pairs/blocking.ts'
import { type Candidates, earlierConditions, nearOfRule, sidesOf, sieveFor } from './candidates.ts'
import { mostHeld, type NearPairs } from './near.ts'
import { NEAR, scoring } from './score.ts'
import type { Trained } from './weights.ts'

/** The table of scored pairs: `rid_l`, `rid_r`, `weight`, levels `g0`, `g1`, …, and `rule`, that which found the pair. */
export const SCORED = 'scored'

/** The scored pairs, and `together`: whether both records are in one cluster. */
export const JUDGED = 'judged'

/** Judges the scored pairs by clusters, which stand in a table `clustered` afterwards. */
export async function judgeScored(
  engine: DuckDb,
  clustered: { readonly rid: Int32Array; readonly cluster: Int32Array },
): Promise<void> {
  await engine.loadIntegers('clustered', clustered)
  await engine.run(`create or replace temp table ${JUDGED} as
    select s.*, l.cluster = r.cluster as together from ${SCORED} as s
    join clustered as l on l.rid = s.rid_l join clustered as r on r.rid = s.rid_r`)
}

export const createScored = (engine: DuckDb, comparisons: readonly Comparison[]): Promise<void> => {
  const levels = comparisons.map((_, at) => `g${at} tinyint`).join(', ')
  return engine.run(
    `create or replace table ${SCORED} (rid_l integer, rid_r integer, weight double, ${levels}, rule smallint)`,
  )
}

/**
 * Scores the pairs of all rules, one rule after the other.
 * @param only some of the records
 * @returns how many pairs weigh enough to be kept
 */
export async function scorePairs(
  engine: DuckDb,
  trained: Trained,
  candidates: Candidates,
  only: Only = {},
): Promise<number> {
  await createScored(engine, candidates.comparisons)
  await scoreMore(engine, trained, candidates, only)
  return countScored(engine)
}

/** Adds the pairs of all rules to the scored ones. */
export async function scoreMore(
  engine: DuckDb,
  trained: Trained,
  candidates: Candidates,
  only: Only = {},
): Promise<void> {
  const sieve = sieveFor(trained, candidates)
  const some = { only, sides: await sidesOf(engine, candidates.numbers.records, only) }
  async function* ofAllRules(): AsyncGenerator<Batch> {
    for (const rule of rulesOf(candidates.conditions))
      for await (const near of nearOfRule(engine, sieve, candidates, rule, some))
        yield { ...near, rule: rule ?? 0, except: earlierConditions(candidates.conditions, rule) }
  }
  // Soon, so that both are at work, but not for so few that looking up the records is most of it.
  const { records } = candidates.numbers
  const together = { least: records / 4, most: mostHeld(records) }
  await scoreNear(engine, candidates.comparisons, trained, ofAllRules(), together)
}

/** How many pairs are kept. */
export async function countScored(engine: DuckDb): Promise<number> {
  const [row] = await engine.rows<{ n: bigint }>(`select count(*) as n from ${SCORED}`)
  return Number(row?.n ?? 0)
}

/** Near pairs that are weighed together. */
export interface Batch extends NearPairs {
  readonly rule: number
  /** Conditions of which none may be true of a pair. */
  readonly except?: readonly string[]
}

/** How many pairs are weighed together at least, and at most where more are there; all records are looked up each time. */
export interface Together {
  readonly least: number
  readonly most: number
}

const AS_THEY_COME: Together = { least: 1, most: 1 }

/**
 * Adds near pairs that reach a weight to the scored ones. While the database weighs some, the next are looked for: it is
 * given those that are there when it has done with the last.
 */
export async function scoreNear(
  engine: DuckDb,
  comparisons: readonly Comparison[],
  trained: Trained,
  batches: AsyncIterable<Batch> | Iterable<Batch>,
  together: Together = AS_THEY_COME,
): Promise<void> {
  let weighing: Promise<void> | undefined
  const weigh = async (held: readonly Batch[]): Promise<void> => {
    await engine.run(`insert into ${SCORED} ${await scoringOf(engine, comparisons, trained, held)}`)
    weighing = undefined
  }
  const held: Batch[] = []
  const begin = async (): Promise<void> => {
    await weighing
    weighing = weigh(held.splice(0))
    // Whoever awaits it is told; until then nobody listens.
    weighing.catch(() => undefined)
  }
  await engine.asWritten(async () => {
    try {
      for await (const batch of batches) {
        // Pairs are weighed together from which nothing is left out.
        const isAlone = (batch.except ?? []).length > 0
        if (isAlone && held.length > 0) await begin()
        held.push(batch)
        const pairs = held.reduce((sum, { left }) => sum + left.length, 0)
        if (isAlone || pairs >= together.most || (pairs >= together.least && !weighing)) await begin()
      }
      if (held.length > 0) await begin()
    } finally {
      await weighing
    }
  })
}

/**
 * A query of the pairs of some batches that reach a weight, from which the same is left out; it runs `asWritten`.
 * @param near the table that they are put in
 */
export async function scoringOf(
  engine: DuckDb,
  comparisons: readonly Comparison[],
  trained: Trained,
  batches: readonly Batch[],
  near = NEAR,
): Promise<string> {
  await engine.loadIntegers(near, inOne(batches))
  return scoring(comparisons, trained, LEAST_KEPT, batches[0]?.except, near)
}

/** The pairs of some batches, each with its rule. */
function inOne(batches: readonly Batch[]): Readonly<Record<'rid_l' | 'rid_r' | 'rule', Int32Array>> {
  const [only, ...others] = batches
  if (only && others.length === 0)
    return { rid_l: only.left, rid_r: only.right, rule: new Int32Array(only.left.length).fill(only.rule) }
  const pairs = batches.reduce((sum, { left }) => sum + left.length, 0)
  const [rid_l, rid_r, rule] = [0, 1, 2].map(() => new Int32Array(pairs)) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ]
  let at = 0
  for (const batch of batches) {
    rid_l.set(batch.left, at)
    rid_r.set(batch.right, at)
    rule.fill(batch.rule, at, (at += batch.left.length))
  }
  return { rid_l, rid_r, rule }
}

/** The scored pairs from a weight on, for clustering, in any order. */
export async function edgesOf(engine: DuckDb, least: number, from = SCORED): Promise<Edges> {
  const where = `from (from ${from}) where weight >= ${least}`
  const [row] = await engine.rows<{ n: bigint }>(`select count(*) as n ${where}`)
  const n = Number(row?.n ?? 0)
  const edges = { left: new Int32Array(n), right: new Int32Array(n), weight: new Float64Array(n) }
  let at = 0
  for await (const [left, right, weight] of engine.streamNumbers(
    `select rid_l - 1, rid_r - 1, weight ${where}`,
  )) {
    edges.left.set(left as Int32Array, at)
    edges.right.set(right as Int32Array, at)
    edges.weight.set(weight as Float64Array, at)
    at += (left as Int32Array).length
  }
  return edges
}
