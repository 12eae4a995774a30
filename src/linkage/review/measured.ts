import type { DuckDb } from '../../engine/index.ts'
import type { Linked } from '../link-records.ts'
import { SCORED } from '../score/edges.ts'
import { DECIDED } from './decided.ts'
import { type Estimate, estimateAt, type Read } from './estimate.ts'
import { agreementsOf } from './queue.ts'
import { isOpen } from './settle.ts'

/** What labels came to in a linkage. */
export interface Readers {
  readonly pairs: number
  readonly matches: number
  readonly others: number
  /** Two readers disagree, or nobody is sure: not used. */
  readonly undecided: number
  readonly disputed: number
  /** Decided no match, and joined by a chain of decided matches all the same. */
  readonly contradicted: number
  readonly agreements: ReturnType<typeof agreementsOf>
  /** At thresholds in rising order, that of the model among them; none where no pair was drawn by strata. */
  readonly estimates: readonly Estimate[]
}

/** Thresholds around that of the model. */
const AROUND = [-4, -2, 0, 2, 4, 8]

/** @returns nothing where no labels were given */
export async function measureReaders(
  engine: DuckDb,
  { read, decided }: Linked,
  threshold: number,
): Promise<Readers | undefined> {
  if (!decided) return undefined
  const drawn = await drawnOf(engine, read)
  const count = (wanted: (typeof read)[number]['decision']): number =>
    read.filter(({ decision }) => decision === wanted).length
  return {
    pairs: read.length,
    matches: count('match'),
    others: count('no match'),
    undecided: count(undefined),
    disputed: read.filter(isOpen).length,
    contradicted: decided.contradicted,
    agreements: agreementsOf(read),
    estimates: drawn.length === 0 ? [] : AROUND.map((by) => estimateAt(drawn, threshold + by)),
  }
}

/** Decided pairs of one draw with their weight now: that from which most were read, where there were several. */
async function drawnOf(engine: DuckDb, read: Linked['read']): Promise<readonly Read[]> {
  const rows = await engine.rows<{ rid_l: number; rid_r: number; weight: number }>(
    `select d.rid_l, d.rid_r, s.weight from ${DECIDED} as d join ${SCORED} as s on s.rid_l = d.rid_l and s.rid_r = d.rid_r`,
  )
  const weights = new Map(rows.map(({ rid_l, rid_r, weight }) => [`${rid_l} ${rid_r}`, weight]))
  const samples = new Map<string, Read[]>()
  for (const { left, right, decision, drawn } of read) {
    if (decision === undefined || drawn === undefined) continue
    const one: Read = {
      stratum: drawn.stratum,
      pairs: drawn.pairs,
      matches: decision === 'match',
      // What is not kept any more weighs less than all that is.
      weight: weights.get(`${left} ${right}`) ?? -Infinity,
    }
    const known = samples.get(drawn.sample)
    if (known) known.push(one)
    else samples.set(drawn.sample, [one])
  }
  return [...samples.values()].reduce<readonly Read[]>((a, b) => (b.length > a.length ? b : a), [])
}
