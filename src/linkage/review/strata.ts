/** Pairs whose match weight is in [from, to). */
export interface Stratum {
  readonly from: number
  /** None for the last. */
  readonly to: number | null
  /** How many pairs there are in it. */
  readonly pairs: number
}

/** Distances from the threshold at which one stratum ends: close to it pairs are least certain, and told apart most finely. */
const EDGES = [-5, -3, -1.5, 0, 1.5, 3, 6, 10]

/** Bounds of the strata around a threshold, from the least weight that is kept. */
export function boundsAround(threshold: number, least: number): readonly Omit<Stratum, 'pairs'>[] {
  const edges = [least, ...EDGES.map((edge) => threshold + edge).filter((edge) => edge > least)]
  return edges.map((from, at) => ({ from, to: edges[at + 1] ?? null }))
}

/** No model is so sure that nothing is left to learn: its probabilities are moved this far from 0 and 1. */
const DOUBT = 0.01

export interface Expected {
  readonly pairs: number
  /** Share of them that match, as the model has it. */
  readonly matches: number
  /** Do its pairs reach the threshold? */
  readonly above: boolean
}

/**
 * Of which stratum each next pair is read. One above the threshold, which tells of precision, and one below, which tells
 * of recall, in turn; on each side first one of every stratum, then where one more narrows most what is said of the side
 * (Neyman's allocation, a pair at a time). Whoever stops early has read what tells most.
 * @returns numbers of strata, at most so many, none more often than it has pairs
 */
export function readingOrder(strata: readonly Expected[], most: number): readonly number[] {
  const read = strata.map(() => 0)
  const gainOf = (at: number): number => {
    const { pairs, matches } = strata[at] as Expected
    const n = read[at] as number
    if (n >= pairs) return 0
    const p = DOUBT + (1 - 2 * DOUBT) * matches
    // What the stratum adds to the variance with n read, over that with one more.
    const gain = (pairs ** 2 * p * (1 - p)) / ((n + 1) * (n + 2))
    return n === 0 ? Number.MAX_SAFE_INTEGER + gain : gain
  }
  const best = (above: boolean): number | undefined => {
    const there = strata.flatMap((one, at) => (one.above === above && gainOf(at) > 0 ? [at] : []))
    return there.reduce<number | undefined>(
      (a, b) => (a === undefined || gainOf(b) > gainOf(a) ? b : a),
      undefined,
    )
  }
  const order: number[] = []
  for (let above = true; order.length < most; above = !above) {
    const next = best(above) ?? best(!above)
    if (next === undefined) break
    read[next] = (read[next] as number) + 1
    order.push(next)
  }
  return order
}
