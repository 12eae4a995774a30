import { setImmediate } from 'node:timers/promises'
import type { DuckDb } from '../../engine/index.ts'
import { LEAST_KEPT } from '../cluster/cluster.ts'
import type { Comparison } from '../comparisons/model.ts'
import type { Across } from '../pairs/across.ts'
import { keyOf, type Only, pairsOfRule } from '../pairs/blocking.ts'
import { type Groups, oneGroup, pairsIn, partnersFrom } from '../pairs/groups.ts'
import type { RecordNumbers, Rows } from '../pairs/record-numbers.ts'
import { RECORDS } from '../records/prepare.ts'
import { sharedIntegers } from '../threads/shared.ts'
import type { Threads } from '../threads/threads.ts'
import { type Bound, boundOf, canReach } from './bound.ts'
import { Found, type NearPairs, nearPairs } from './near.ts'
import { type Sieve, sieveOf } from './sieve.ts'
import type { Trained } from './weights.ts'

/** Among what pairs are looked for, and how they are compared. */
export interface Candidates {
  readonly comparisons: readonly Comparison[]
  readonly numbers: RecordNumbers
  /** Of the blocking rules; none for all pairs. */
  readonly conditions: readonly string[]
  readonly across: Across
  /** That look for pairs, where there are many. */
  readonly threads?: Threads | undefined
}

/** The pairs of one rule that no earlier rule has, as places of groups or as a query. */
export type RulePairs =
  | { readonly groups: Groups; readonly from: Int32Array; readonly pairs: number }
  | { readonly query: (only: Only) => string }

/** @param rule null for all pairs */
export function pairsOf(
  { numbers, conditions, across }: Omit<Candidates, 'comparisons'>,
  rule: number | null,
): RulePairs {
  const groups = rule === null ? oneGroup(numbers.records) : numbers.groups[rule]
  if (!groups)
    return { query: (only) => `select l.rid, r.rid ${pairsOfRule(conditions, rule, across, only)}` }
  const from = partnersFrom(groups, numbers.begins, across)
  return { groups, from, pairs: pairsIn(groups, from) }
}

/** By what those are told that may weigh enough, whichever rule they are of. */
export const sieveFor = (trained: Trained, { comparisons, numbers }: Candidates): Sieve =>
  sieveOf(boundOf(comparisons, trained, numbers, LEAST_KEPT), numbers.rows)

/** Some of the pairs of a rule. */
export interface SomePairs {
  /** Conditions on the records, for rules that are conditions themselves. */
  readonly only?: Only
  /** The same for rules that are lists, as `sidesOf` has it. */
  readonly sides?: Int32Array | undefined
  /** Of the places of its groups, from and to. */
  readonly part?: readonly [number, number]
}

/** The pairs of one rule that may weigh enough. The connection of the engine is left to others. */
export async function* nearOfRule(
  engine: DuckDb,
  sieve: Sieve,
  { numbers, threads, ...candidates }: Omit<Candidates, 'comparisons'>,
  rule: number | null,
  { only = {}, sides, part }: SomePairs = {},
): AsyncGenerator<NearPairs> {
  const pairs = pairsOf({ numbers, ...candidates }, rule)
  if ('query' in pairs) yield* nearOf(engine, sieve.bound, numbers.rows, pairs.query(only))
  else {
    const earlier = numbers.keys.slice(0, rule ?? 0).flatMap((key) => key ?? [])
    const search = { groups: pairs.groups, from: pairs.from, sieve, earlier, sides }
    const places = part ?? ([0, pairs.from.length] as const)
    if (threads?.areWorth(pairs.pairs)) yield* threads.near(search, places)
    else
      for (const near of nearPairs(search, places))
        if (near) yield near
        // The database is asked in several steps, and each waits until this process listens.
        else await setImmediate()
  }
}

/** Those of the pairs of a query (records on the left and on the right, 1, 2, …) that may weigh enough. */
export async function* nearOf(
  engine: DuckDb,
  bound: Bound,
  rows: Rows,
  query: string,
): AsyncGenerator<NearPairs> {
  const beside = await engine.connect()
  try {
    const found = new Found(rows.count)
    for await (const [left, right] of beside.streamNumbers(query)) {
      for (let at = 0; at < (left as Int32Array).length; at++) {
        const [l, r] = [left?.[at] as number, right?.[at] as number]
        if (canReach(bound, rows, (l - 1) * rows.width, (r - 1) * rows.width)) found.add(l, r)
      }
      if (found.isFull) yield found.taken()
    }
    if (found.count > 0) yield found.taken()
  } finally {
    await beside.close()
  }
}

/** Earlier rules that are conditions in SQL, of which numbers tell nothing. */
export const earlierConditions = (conditions: readonly string[], rule: number | null): readonly string[] =>
  conditions.slice(0, rule ?? 0).filter((one) => keyOf(one) === undefined)

/** Which side each record may be on: 1 left, 2 right. */
export async function sidesOf(
  engine: DuckDb,
  records: number,
  { l, r }: Only,
): Promise<Int32Array | undefined> {
  if (l === undefined && r === undefined) return undefined
  const sides = sharedIntegers(records)
  const side = (condition = 'true', bit = 1): string => `case when ${condition} then ${bit} else 0 end`
  for await (const [rid, of] of engine.streamNumbers(
    `select rid - 1, ${side(l, 1)} + ${side(r, 2)} from ${RECORDS}`,
  ))
    for (const [at, record] of (rid as Int32Array).entries()) sides[record] = (of as Int32Array)[at] as number
  return sides
}
