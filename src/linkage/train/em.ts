/** How often a pattern of levels was found among pairs. `levels[i]` is that of comparison i; -1 is unknown. */
export interface Pattern {
  readonly levels: readonly number[]
  readonly pairs: number
  /** What readers say of its pairs; where nobody does it is for EM to tell. */
  readonly matches?: boolean
}

/** m and u of each level of each comparison. */
export interface Parameters {
  readonly m: readonly (readonly number[])[]
  readonly u: readonly (readonly number[])[]
}

/** Log2 of how many times more probable a pattern is among matches than among the others. */
export function weightOf(levels: readonly number[], { m, u }: Parameters): number {
  let weight = 0
  levels.forEach((level, at) => {
    if (level >= 0) weight += Math.log2((m[at]?.[level] as number) / (u[at]?.[level] as number))
  })
  return weight
}

export const oddsToProbability = (log2odds: number): number => 1 / (1 + 2 ** -log2odds)
export const probabilityToOdds = (probability: number): number => Math.log2(probability / (1 - probability))

export interface EmResult extends Parameters {
  /** Share of the pairs that match. */
  readonly prior: number
  readonly rounds: number
  /** Did the share of matches run into its bound? Then the pairs did not tell matches from others. */
  readonly bounded: boolean
}

export interface EmOptions {
  readonly prior: number
  readonly start: Parameters
  /** Learn u too, or only m and the prior? */
  readonly learnU: boolean
  /** Levels that stay as they are. */
  readonly fixedM?: readonly (readonly boolean[])[]
  readonly fixedU?: readonly (readonly boolean[])[]
  readonly most?: number
  /** The prior goes no higher: among pairs of a union of rules EM may else call most of them matches. */
  readonly highest?: number
}

/** No level is impossible: what was never seen has a share of half a pair. */
const SMOOTH = 0.5

/**
 * Expectation maximisation of the model of Fellegi and Sunter over counted patterns (Winkler 1988): comparisons are
 * independent among matches and among others. What readers said of a pair takes the place of its probability, and counts
 * as much as any other pair. Sums run in the order of the patterns, so that equal counts give equal bits.
 */
export function expectationMaximisation(patterns: readonly Pattern[], options: EmOptions): EmResult {
  let { m, u } = options.start
  let prior = options.prior
  const highest = options.highest ?? 0.9
  let rounds = 0
  for (; rounds < (options.most ?? 200); rounds++) {
    const shares = m.map((levels) => levels.map(() => ({ matches: 0, others: 0 })))
    let matches = 0
    let all = 0
    const odds = probabilityToOdds(prior)
    for (const { levels, pairs, matches: said } of patterns) {
      const p = said === undefined ? oddsToProbability(odds + weightOf(levels, { m, u })) : Number(said)
      matches += p * pairs
      all += pairs
      levels.forEach((level, at) => {
        const share = level < 0 ? undefined : shares[at]?.[level]
        if (!share) return
        share.matches += p * pairs
        share.others += (1 - p) * pairs
      })
    }
    const next = (old: Parameters['m'], of: 'matches' | 'others', fixed: EmOptions['fixedM']) =>
      old.map((levels, at) => normalised(levels, shares[at]?.map((one) => one[of]) ?? [], fixed?.[at]))
    const newM = next(m, 'matches', options.fixedM)
    const newU = options.learnU ? next(u, 'others', options.fixedU) : u
    const newPrior = Math.min(highest, Math.max(matches / all, 1e-12))
    const moved = Math.max(largestMove(m, newM), largestMove(u, newU), Math.abs(newPrior - prior))
    m = newM
    u = newU
    prior = newPrior
    if (moved < 1e-6) break
  }
  return { m, u, prior, rounds, bounded: prior >= highest }
}

/** Shares of levels that sum to 1; those that are fixed keep theirs. Nothing seen leaves the old ones. */
function normalised(
  old: readonly number[],
  counts: readonly number[],
  fixed: readonly boolean[] = [],
): readonly number[] {
  const free = old.map((_, at) => !fixed[at])
  const kept = old.reduce((sum, value, at) => sum + (free[at] ? 0 : value), 0)
  const sum = counts.reduce((total, value, at) => total + (free[at] ? value + SMOOTH : 0), 0)
  const seen = counts.reduce((total, value, at) => total + (free[at] ? value : 0), 0)
  if (seen === 0) return old
  return old.map((value, at) =>
    free[at] ? (Math.max(0, 1 - kept) * ((counts[at] as number) + SMOOTH)) / sum : value,
  )
}

const largestMove = (a: Parameters['m'], b: Parameters['m']): number =>
  Math.max(
    0,
    ...a.flatMap((levels, at) => levels.map((value, level) => Math.abs(value - (b[at]?.[level] as number)))),
  )

/** Where EM begins: matches mostly agree best, and ever less often worse. */
export function startOfM(levels: readonly number[]): readonly (readonly number[])[] {
  return levels.map((count) => {
    const raw = Array.from({ length: count }, (_, at) => (at === 0 ? 8 : at === count - 1 ? 0.6 : 1 / at))
    const sum = raw.reduce((a, b) => a + b, 0)
    return raw.map((value) => value / sum)
  })
}
