import type { DuckDb } from '../../engine/index.ts'
import type { Edges } from '../cluster/model.ts'
import { LEAST_KEPT } from '../cluster/cluster.ts'
import type { Comparison } from '../comparisons/model.ts'
import type { Across } from '../pairs/across.ts'
import { type Only, pairsOfRule, rulesOf } from '../pairs/blocking.ts'
import { scoring } from './score.ts'
import type { Trained } from './weights.ts'

/** The table of scored pairs: `rid_l`, `rid_r`, `weight`, levels `g0`, `g1`, …, and `rule`, that which found the pair. */
export const SCORED = 'scored'

/**
 * Scores the pairs of all rules, one rule after the other.
 * @param conditions of the rules; none for all pairs
 * @param only some of the records
 * @returns how many pairs weigh enough to be kept
 */
export async function scorePairs(
  engine: DuckDb,
  comparisons: readonly Comparison[],
  trained: Trained,
  conditions: readonly string[],
  across: Across,
  only: Only = {},
): Promise<number> {
  const levels = comparisons.map((_, at) => `g${at} tinyint`).join(', ')
  await engine.run(
    `create or replace table ${SCORED} (rid_l integer, rid_r integer, weight double, ${levels}, rule smallint)`,
  )
  await scoreMore(engine, comparisons, trained, conditions, across, only)
  return countScored(engine)
}

/** Adds the pairs of all rules to the scored ones. */
export async function scoreMore(
  engine: DuckDb,
  comparisons: readonly Comparison[],
  trained: Trained,
  conditions: readonly string[],
  across: Across,
  only: Only = {},
): Promise<void> {
  const rules = rulesOf(conditions)
  for (const rule of rules) {
    const from = pairsOfRule(conditions, rule, across, only)
    await scoreFrom(engine, comparisons, trained, { from, rule: rule ?? 0, threshold: LEAST_KEPT })
  }
}

/** How many pairs are kept. */
export async function countScored(engine: DuckDb): Promise<number> {
  const [row] = await engine.rows<{ n: bigint }>(`select count(*) as n from ${SCORED}`)
  return Number(row?.n ?? 0)
}

/** Adds the pairs of a FROM that reach a weight to the scored ones. */
export async function scoreFrom(
  engine: DuckDb,
  comparisons: readonly Comparison[],
  trained: Trained,
  { from, rule, threshold }: { readonly from: string; readonly rule: number; readonly threshold: number },
): Promise<void> {
  const { near, scored } = scoring(comparisons, trained, from, threshold)
  await engine.asWritten(async () => {
    await engine.run(near)
    await engine.run(
      `insert into ${SCORED} select *, cast(${rule} as smallint) as rule from (${scored}) as of_rule`,
    )
  })
}

/** The scored pairs from a weight on, for clustering; in an order that neither threads nor rules change. */
export async function edgesOf(engine: DuckDb, least = LEAST_KEPT, from = SCORED): Promise<Edges> {
  const where = `from ${from} where weight >= ${least}`
  const [row] = await engine.rows<{ n: bigint }>(`select count(*) as n ${where}`)
  const n = Number(row?.n ?? 0)
  const edges = { left: new Int32Array(n), right: new Int32Array(n), weight: new Float64Array(n) }
  let at = 0
  for await (const [left, right, weight] of engine.streamColumns(
    `select rid_l - 1, rid_r - 1, weight ${where} order by rid_l, rid_r`,
  )) {
    edges.left.set(left as number[], at)
    edges.right.set(right as number[], at)
    edges.weight.set(weight as number[], at)
    at += (left as number[]).length
  }
  return edges
}
