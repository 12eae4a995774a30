import { join } from 'node:path'
import { sha256 } from '../../base/index.ts'
import { type DuckDb, duckdb } from '../../engine/index.ts'
import { LEAST_KEPT } from '../cluster/cluster.ts'
import { rulesOf } from '../pairs/blocking.ts'
import { partsOfPairs } from '../pairs/groups.ts'
import {
  type Candidates,
  earlierConditions,
  nearOfRule,
  pairsOf,
  type RulePairs,
  sieveFor,
  type SomePairs,
} from './candidates.ts'
import { type Batch, countScored, createScored, SCORED, scoringOf } from './edges.ts'
import { NEAR, scoring } from './score.ts'
import type { Trained } from './weights.ts'
import { isPutDown, putDown, type Work } from './work.ts'

/** Pairs of one chunk where nobody says: half a minute of work, beside which looking up all records weighs little. */
export const CHUNK = 200_000_000
/** With fewer pairs in all it is sooner done again than put down. */
const MOST_AT_ONCE = 200_000_000

/** Are there so many pairs that the work should be put down as it goes? Those of conditions in SQL are not counted. */
export function isLong(candidates: Omit<Candidates, 'comparisons'>): boolean {
  const pairs = rulesOf(candidates.conditions).map((rule) => {
    const of = pairsOf(candidates, rule)
    return 'query' in of ? 0 : of.pairs
  })
  return pairs.reduce((a, b) => a + b, 0) > MOST_AT_ONCE
}

/**
 * Scores the pairs of all rules as `scorePairs` does, a chunk at a time, each put down when it is done. What is put down
 * bears the hash of the weights, so that a work that is begun again finds its own chunks and no others.
 * @returns how many pairs weigh enough to be kept
 */
export async function scoreInChunks(
  engine: DuckDb,
  trained: Trained,
  candidates: Candidates,
  work: Work,
  tell: (line: string) => void = () => {},
): Promise<number> {
  const { comparisons, conditions } = candidates
  const sieve = sieveFor(trained, candidates)
  const weights = sha256(scoring(comparisons, trained, LEAST_KEPT)).slice(0, 16)
  // All of them first: the database counts and weighs over one connection, where it can do one at a time.
  const chunks: (SomePairs & { readonly rule: number | null; readonly name: string })[] = []
  for (const rule of rulesOf(conditions)) {
    const ofRule = await chunksOf(engine, pairsOf(candidates, rule), work.chunk)
    for (const [at, chunk] of ofRule.entries())
      chunks.push({ ...chunk, rule, name: `rule-${rule ?? 'all'}-${at + 1}-of-${ofRule.length}` })
  }
  await createScored(engine, comparisons)
  const take = (piece: string): Promise<void> =>
    engine.run(`insert into ${SCORED} select * from read_parquet(${duckdb.quoteValue(piece)})`)
  const weigh = async (query: string, piece: string): Promise<void> => {
    await engine.asWritten(() => putDown(work, piece, (path) => engine.writeParquet(query, path)))
    await take(piece)
  }
  // While the database weighs the pairs of one chunk, those of the next are looked for, and given to it.
  const beside = await engine.connect()
  let before: Promise<void> = Promise.resolve()
  try {
    for (const [at, { rule, name, ...some }] of chunks.entries()) {
      const piece = join(work.folder, weights, `${name}.parquet`)
      let query: string | undefined
      if (!(await isPutDown(work, piece))) {
        const except = earlierConditions(conditions, rule)
        const batches: Batch[] = []
        for await (const pairs of nearOfRule(engine, sieve, candidates, rule, some))
          batches.push({ ...pairs, rule: rule ?? 0, except })
        query = await scoringOf(beside, comparisons, trained, batches, `${NEAR}_${at % 2}`)
      }
      await before
      before = query === undefined ? take(piece) : weigh(query, piece)
      before = before.then(() => tell(`chunk ${at + 1} of ${chunks.length}`))
      // Whoever awaits it is told; until then nobody listens.
      before.catch(() => undefined)
    }
  } finally {
    await before.finally(() => beside.close())
  }
  await engine.run([0, 1].map((at) => `drop table if exists ${NEAR}_${at}`).join('; '))
  return countScored(engine)
}

/** Parts of the pairs of a rule: by the places of its groups; of a condition in SQL by the record on the left. */
async function chunksOf(engine: DuckDb, pairs: RulePairs, chunk: number): Promise<readonly SomePairs[]> {
  if ('groups' in pairs) {
    const parts = partsOfPairs(pairs.groups, pairs.from, chunk)
    return parts.slice(1).map((end, at) => ({ part: [parts[at] as number, end] }))
  }
  const [row] = await engine.rows<{ n: bigint }>(`select count(*) as n from (${pairs.query({})}) as pairs`)
  const n = Math.max(1, Math.ceil(Number(row?.n ?? 0) / chunk))
  return Array.from({ length: n }, (_, at) => ({ only: { l: `rid % ${n} = ${at}` } }))
}
