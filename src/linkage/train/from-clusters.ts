import type { DuckDb } from '../../engine/index.ts'
import { type Clusters, shared } from '../cluster/model.ts'
import { type Comparison, levelsOf } from '../comparisons/model.ts'
import { type Across, ordered } from '../pairs/across.ts'
import { RECORDS } from '../records/prepare.ts'
import type { Trained } from '../score/weights.ts'
import type { Pattern } from './em.ts'
import { withGiven } from './given.ts'
import { countPatterns, knownPairs, sharesOf, withoutMatches } from './train.ts'

/**
 * m, u and the prior from all pairs inside clusters, whether a blocking rule found them or not: sessions of EM see only
 * pairs that agree on their rule, and what agrees on one thing agrees more on others.
 * @param chance patterns among pairs drawn by chance
 */
export async function fromClusters(
  engine: DuckDb,
  comparisons: readonly Comparison[],
  {
    old,
    clusters,
    chance,
    across,
    possible,
    fixedPrior,
  }: {
    readonly old: Trained
    readonly clusters: Clusters
    readonly chance: readonly Pattern[]
    readonly across: Across
    readonly possible: number
    readonly fixedPrior: boolean
  },
): Promise<Trained> {
  await engine.loadIntegers('clustered', shared(clusters))
  await engine.run(
    `create or replace table together as select r.*, c.cluster from ${RECORDS} as r join clustered as c on c.rid = r.rid`,
  )
  const patterns = await countPatterns(
    engine,
    comparisons,
    `from together as l join together as r on l.cluster = r.cluster and ${ordered(across)}`,
  )
  await engine.run('drop table clustered; drop table together')
  const pairs = patterns.reduce((sum, one) => sum + one.pairs, 0)
  if (pairs === 0) return old
  const counts = comparisons.map((one) => levelsOf(one).length)
  const prior = fixedPrior ? old.prior : Math.min(0.5, pairs / possible)
  const m = withGiven(comparisons, sharesOf(patterns, counts), 'm')
  // Where levels have been added, what was known of the others does not fit any more.
  const before = counts.every((count, at) => old.u[at]?.length === count) ? old.u : sharesOf(chance, counts)
  const u = withGiven(comparisons, withoutMatches(chance, { prior, m, u: before }, counts), 'u')
  const counted = (of: readonly Pattern[]): number[] => comparisons.map((_, at) => knownPairs(of, at))
  return { prior, m, u, pairs: { m: counted(patterns), u: counted(chance) } }
}
