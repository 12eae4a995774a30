import type { BlockingRule } from '../model.ts'
import { RECORDS } from '../records/prepare.ts'
import { type Across, ordered } from './across.ts'

/** Which pairs are looked at: those that agree on a rule, each once, under the first rule that it agrees on. */
export interface Blocking {
  /** For rules that are lists: the expressions that make key 0, 1, … */
  readonly keys: readonly (readonly string[])[]
  /** Columns that conditions in SQL name. */
  readonly raw: readonly string[]
  /** Each rule as a condition over l and r. */
  readonly conditions: readonly string[]
}

export function blockingOf(rules: readonly BlockingRule[]): Blocking {
  const keys: (readonly string[])[] = []
  const raw = new Set<string>()
  const conditions = rules.map((rule) => {
    if (Array.isArray(rule)) return `l.k${keys.push(rule) - 1} = r.k${keys.length - 1}`
    for (const [, column] of rule.sql.matchAll(/\b[lr]\."([^"]+)"/g)) raw.add(column as string)
    return `(${rule.sql})`
  })
  return { keys, raw: [...raw], conditions }
}

/** Conditions on the records of the left and of the right side of a pair. */
export interface Only {
  readonly l?: string | undefined
  readonly r?: string | undefined
}

/**
 * FROM and WHERE of the pairs of one rule that no earlier rule has.
 * @param at which rule; null for all pairs
 * @param only further conditions on the records of a side
 * @param among a table of records, where they are not all
 */
export function pairsOfRule(
  conditions: readonly string[],
  at: number | null,
  across: Across,
  only: Only = {},
  among = RECORDS,
): string {
  const [l, r] = sides(across, only, among)
  // Compared inside a call the order is no condition of the join, whose ways of doing it are far slower than all pairs.
  if (at === null) return `from ${l} as l cross join ${r} as r where (${ordered(across)}) is true`
  const earlier = conditions.slice(0, at).map((one) => ` and not coalesce(${one}, false)`)
  return `from ${l} as l join ${r} as r on ${conditions[at]} and ${ordered(across)}${earlier.join('')}`
}

/** Where records are compared across only, none of the first is on the right of a pair, and none of the last on the left. */
function sides({ within }: Across, only: Only, among: string): readonly [string, string] {
  const where = (...conditions: readonly (string | undefined)[]): string => {
    const there = conditions.filter((one) => one !== undefined)
    return there.length === 0 ? among : `(select * from ${among} where ${there.join(' and ')})`
  }
  return within === 'none'
    ? [where(`source < (select max(source) from ${among})`, only.l), where('source > 0', only.r)]
    : [where(only.l), where(only.r)]
}

/** The key of a rule that is a list; undefined for a condition in SQL. */
export const keyOf = (condition: string): string | undefined => /^l\.(k\d+) = r\.\1$/.exec(condition)?.[1]

/** The rules whose pairs are looked at, by number; where there is none, null for all pairs. */
export const rulesOf = (conditions: readonly string[]): readonly (number | null)[] =>
  conditions.length === 0 ? [null] : conditions.map((_, at) => at)

/** A rule as a person reads it. */
export const nameOf = (rule: BlockingRule): string => (Array.isArray(rule) ? rule.join(', ') : rule.sql)
