import { sha256 } from '../../base/index.ts'
import { type DuckDb, duckdb } from '../../engine/index.ts'
import { LEAST_KEPT } from '../cluster/cluster.ts'
import type { Comparison } from '../comparisons/model.ts'
import { type Across, possiblePairs } from '../pairs/across.ts'
import { type Only, pairsOfRule, rulesOf } from '../pairs/blocking.ts'
import { ofKey } from '../pairs/count.ts'
import { RECORDS } from '../records/prepare.ts'
import { countScored, SCORED } from './edges.ts'
import { scoring } from './score.ts'
import type { Trained } from './weights.ts'
import { pieceOf, type Work } from './work.ts'

/** Pairs of one chunk where nobody says: some seconds of work. */
export const CHUNK = 50_000_000
/** With fewer pairs in all it is sooner done again than put down. */
const MOST_AT_ONCE = 2 * CHUNK
/** Of so many values one is counted where a rough number will do. */
const PARTS = 16

/** Are there so many pairs that the work should be put down as it goes? Told from a part of the values. */
export async function isLong(
  engine: DuckDb,
  conditions: readonly string[],
  across: Across,
  bySource: readonly number[],
): Promise<boolean> {
  const possible = possiblePairs(across, bySource)
  if (possible <= MOST_AT_ONCE || conditions.length === 0) return possible > MOST_AT_ONCE
  let pairs = 0
  for (const condition of conditions) {
    const key = keyOf(condition)
    if (key !== undefined) pairs += PARTS * (await ofKey(engine, key, across, `${key} % ${PARTS} = 0`)).pairs
  }
  return pairs > MOST_AT_ONCE
}

/**
 * Scores the pairs of all rules as `scorePairs` does, a chunk at a time, each put down when it is done. What is put down
 * bears the hash of the weights, so that a work that is begun again finds its own chunks and no others.
 * @returns how many pairs weigh enough to be kept
 */
export async function scoreInChunks(
  engine: DuckDb,
  comparisons: readonly Comparison[],
  trained: Trained,
  conditions: readonly string[],
  across: Across,
  work: Work,
  tell: (line: string) => void = () => {},
): Promise<number> {
  const weights = sha256(scoring(comparisons, trained, '', LEAST_KEPT).scored).slice(0, 16)
  const rules = rulesOf(conditions)
  const pieces: string[] = []
  for (const rule of rules) {
    const chunks = await chunksOf(engine, conditions, rule, across, work.chunk)
    for (const [at, only] of chunks.entries()) {
      const name = `${weights}/rule-${rule ?? 'all'}-${at + 1}-of-${chunks.length}.parquet`
      const from = pairsOfRule(conditions, rule, across, only)
      const { near, scored } = scoring(comparisons, trained, from, LEAST_KEPT)
      pieces.push(
        await pieceOf(work, name, (path) =>
          engine.asWritten(async () => {
            await engine.run(near)
            await engine.writeParquet(
              `select *, cast(${rule ?? 0} as smallint) as rule from (${scored}) as of_rule`,
              path,
            )
          }),
        ),
      )
      tell(`rule ${(rule ?? 0) + 1} of ${rules.length}, chunk ${at + 1} of ${chunks.length}`)
    }
  }
  const files = pieces.map((path) => duckdb.quoteValue(path))
  await engine.run(`create or replace table ${SCORED} as select * from read_parquet([${files.join(', ')}])`)
  return countScored(engine)
}

/** Parts of the pairs of a rule: by its key where no value alone is a chunk, else by the record on the left. */
async function chunksOf(
  engine: DuckDb,
  conditions: readonly string[],
  rule: number | null,
  across: Across,
  chunk: number,
): Promise<readonly Only[]> {
  const key = rule === null ? undefined : keyOf(conditions[rule] as string)
  const { pairs, largest = 0 } =
    key === undefined
      ? { pairs: await countOf(engine, conditions, rule, across) }
      : await ofKey(engine, key, across)
  const n = Math.max(1, Math.ceil(pairs / chunk))
  if (n === 1) return [{}]
  const parts = Array.from({ length: n }, (_, at) => at)
  if (key !== undefined && (largest * (largest - 1)) / 2 <= chunk)
    return parts.map((at) => ({ l: `${key} % ${n} = ${at}`, r: `${key} % ${n} = ${at}` }))
  return parts.map((at) => ({ l: `rid % ${n} = ${at}` }))
}

async function countOf(
  engine: DuckDb,
  conditions: readonly string[],
  rule: number | null,
  across: Across,
): Promise<number> {
  if (rule === null) {
    const rows = await engine.rows<{ n: bigint }>(
      `select count(*) as n from ${RECORDS} group by source order by source`,
    )
    return rows.length === 0
      ? 0
      : possiblePairs(
          across,
          rows.map(({ n }) => Number(n)),
        )
  }
  const [row] = await engine.rows<{ n: bigint }>(
    `select count(*) as n ${pairsOfRule([conditions[rule] as string], 0, across)}`,
  )
  return Number(row?.n ?? 0)
}

/** The key of a rule that is a list; undefined for a condition in SQL. */
const keyOf = (condition: string): string | undefined => /^l\.(k\d+) = r\.\1$/.exec(condition)?.[1]
