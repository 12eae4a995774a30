/** Matches that agree on the same things: which, as bits of the atoms, and how many they are taken to be. */
export interface Agreement {
  readonly mask: number
  readonly matches: number
}

/** A rule that might be taken: the atoms that it asks to be equal, and the pairs that it looks at. */
export interface Candidate {
  readonly atoms: readonly number[]
  readonly pairs: number
}

/** Bits beyond 32 are out of reach of bitwise operators. */
export const hits = (rule: readonly number[], mask: number): boolean =>
  rule.every((atom) => Math.floor(mask / 2 ** atom) % 2 === 1)

/** How many of the matches a set of rules finds. */
export const found = (rules: readonly (readonly number[])[], all: readonly Agreement[]): number =>
  all.reduce((sum, { mask, matches }) => sum + (rules.some((rule) => hits(rule, mask)) ? matches : 0), 0)

/** A rule that finds fewer of all matches besides what others find is not worth its line. */
const LEAST_GAIN = 2e-4

/**
 * Rules that find most matches for a number of pairs: again and again that is taken which finds most that no other has
 * found for what it costs (the greedy way to a largest cover under a budget). A rule that costs little and finds little may
 * stand in the way of one that finds much: the cost is weighed in three ways, and the best of the three is taken.
 */
export function chooseRules(
  candidates: readonly Candidate[],
  all: readonly Agreement[],
  budget: number,
  most: number,
): readonly Candidate[] {
  const finds = candidates.map(({ atoms }) =>
    Int32Array.from(all.flatMap(({ mask }, i) => (hits(atoms, mask) ? [i] : []))),
  )
  const total = all.reduce((sum, { matches }) => sum + matches, 0)
  const tried = [1, 0.5, 0.25].map((weight) => {
    const left = Float64Array.from(all, ({ matches }) => matches)
    const gainOf = (at: number): number => {
      let gain = 0
      for (const i of finds[at] as Int32Array) gain += left[i] as number
      return gain
    }
    const gains = candidates.map((_, at) => gainOf(at))
    const worth = (at: number): number =>
      (gains[at] as number) / Math.max(1, (candidates[at] as Candidate).pairs) ** weight
    const chosen: number[] = []
    for (let spent = 0; chosen.length < most; ) {
      const best = nextRule(candidates.keys(), {
        isOut: (at) =>
          spent + (candidates[at] as Candidate).pairs > budget || (gains[at] as number) < LEAST_GAIN * total,
        worth,
        again: (at) => (gains[at] = gainOf(at)),
      })
      if (best === -1) break
      chosen.push(best)
      spent += (candidates[best] as Candidate).pairs
      for (const i of finds[best] as Int32Array) left[i] = 0
      gains[best] = 0
    }
    const rules = withoutIdle(
      chosen.map((at) => candidates[at] as Candidate),
      all,
      total,
    )
    return {
      rules,
      found: found(
        rules.map(({ atoms }) => atoms),
        all,
      ),
    }
  })
  return tried.reduce((best, one) => (one.found > best.found ? one : best)).rules
}

/** What a rule gains only ever gets less: what is best by old counts is counted again, until it still is the best. */
function nextRule(
  candidates: Iterable<number>,
  {
    isOut,
    worth,
    again,
  }: {
    readonly isOut: (at: number) => boolean
    readonly worth: (at: number) => number
    readonly again: (at: number) => void
  },
): number {
  const all = [...candidates]
  const counted = new Set<number>()
  for (;;) {
    let best = -1
    for (const at of all) if (!isOut(at) && (best === -1 || worth(at) > worth(best))) best = at
    if (best === -1 || counted.has(best)) return best
    counted.add(best)
    again(best)
  }
}

/** What was taken early may find nothing that later rules do not find as well. */
function withoutIdle(
  chosen: readonly Candidate[],
  all: readonly Agreement[],
  total: number,
): readonly Candidate[] {
  let kept = [...chosen]
  for (const one of [...chosen].sort((a, b) => b.pairs - a.pairs)) {
    const others = kept.filter((other) => other !== one)
    const lost =
      found(
        kept.map(({ atoms }) => atoms),
        all,
      ) -
      found(
        others.map(({ atoms }) => atoms),
        all,
      )
    if (lost < LEAST_GAIN * total) kept = others
  }
  return kept
}
