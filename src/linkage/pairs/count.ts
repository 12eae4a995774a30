import type { DuckDb } from '../../engine/index.ts'
import { comparisonsOf } from '../comparisons/compile.ts'
import type { LinkageModel } from '../model.ts'
import { prepare, RECORDS } from '../records/prepare.ts'
import type { Source } from '../records/receive.ts'
import { type Across, acrossOf, isWithin, possiblePairs } from './across.ts'
import { blockingOf, keyOf, nameOf, pairsOfRule } from './blocking.ts'

export interface CountedRule {
  readonly rule: string
  /** Pairs that agree on it, those that agree on an earlier rule too. */
  readonly pairs: number
  /** Records of the value that most records have; undefined for a condition in SQL. */
  readonly largest?: number
}

export interface CountedPairs {
  readonly records: number
  readonly possible: number
  readonly rules: readonly CountedRule[]
}

/** How many pairs each blocking rule would look at, without looking at any where the rule is a list of columns. */
export async function countPairs(
  engine: DuckDb,
  sources: readonly Source[],
  model: LinkageModel,
): Promise<CountedPairs> {
  const rules = model.blocking === 'all' ? [] : model.blocking
  const blocking = blockingOf(rules)
  const across = acrossOf(model, sources)
  const { bySource, records } = await prepare(engine, sources, {
    id: model.id,
    comparisons: comparisonsOf(model),
    keys: blocking.keys,
    raw: blocking.raw,
    made: model.columns,
  })
  const counted: CountedRule[] = []
  for (const [at, rule] of rules.entries()) {
    counted.push({
      rule: nameOf(rule),
      ...(await countOf(engine, blocking.conditions[at] as string, across, sources.length)),
    })
  }
  return { records, possible: possiblePairs(across, bySource), rules: counted }
}

/**
 * How many pairs agree on a rule.
 * @param tables how many there are
 */
export async function countOf(
  engine: DuckDb,
  condition: string,
  across: Across,
  tables: number,
): Promise<{ pairs: number; largest?: number }> {
  const key = keyOf(condition)
  if (key !== undefined) return ofKey(engine, key, across, tables)
  const [row] = await engine.rows<{ n: bigint }>(
    `select count(*) as n ${pairsOfRule([condition], 0, across)}`,
  )
  return { pairs: Number(row?.n ?? 0) }
}

/** Pairs of equal keys, counted from values: of all those that are not of one table whose own records are no pairs. */
async function ofKey(
  engine: DuckDb,
  key: string,
  across: Across,
  tables: number,
): Promise<{ pairs: number; largest: number }> {
  const among = (n: string): string => `${n} * (${n} - 1) / 2`
  const without = Array.from({ length: tables }, (_, source) => source).filter(
    (one) => !isWithin(across, one),
  )
  const counts = without.map(
    (source) => `, cast(count(*) filter (where source = ${source}) as double) as n${source}`,
  )
  const [row] = await engine.rows<{ pairs: number | null; largest: number | null }>(
    `select sum(${[among('n'), ...without.map((source) => among(`n${source}`))].join(' - ')}) as pairs, max(n) as largest
     from (select cast(count(*) as double) as n ${counts.join('')} from ${RECORDS} where ${key} is not null group by ${key})`,
  )
  return { pairs: row?.pairs ?? 0, largest: row?.largest ?? 0 }
}
