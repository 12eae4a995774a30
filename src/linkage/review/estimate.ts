import { exactCount } from './exact-count.ts'

/** A pair that was drawn and decided. */
export interface Read {
  readonly stratum: number
  /** How many pairs its stratum has. */
  readonly pairs: number
  readonly matches: boolean
  /** Its match weight now; it may have changed since it was drawn. */
  readonly weight: number
}

export interface Share {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** What read pairs say of a threshold. */
export interface Estimate {
  readonly threshold: number
  readonly above: number
  readonly below: number
  /** Null where no pair above was read. */
  readonly precision: Share | null
  /** Of the matches among the pairs that were kept; null where no match was read above. */
  readonly recall: Share | null
}

/**
 * Precision and recall at a threshold, from pairs drawn by strata: each counts for as many as its stratum has for one that
 * was read (Horvitz and Thompson 1952). Intervals put together the exact ones of each stratum (method of variance
 * estimates recovery, Zou and Donner 2008), so that a stratum in which all were right says how few were read.
 */
export function estimateAt(read: readonly Read[], threshold: number): Estimate {
  const above = totalOf(read, ({ weight }) => weight >= threshold)
  const below = totalOf(read, ({ weight }) => weight < threshold)
  const n = (of: (one: Read) => boolean): number => read.filter(of).length
  return {
    threshold,
    above: n(({ weight }) => weight >= threshold),
    below: n(({ weight }) => weight < threshold),
    precision:
      above.pairs === 0
        ? null
        : {
            value: above.matches / above.pairs,
            low: Math.max(0, (above.matches - above.under) / above.pairs),
            high: Math.min(1, (above.matches + above.over) / above.pairs),
          },
    recall: above.matches === 0 ? null : recallOf(above, below),
  }
}

/** Matches among all pairs of a kind, and by how much they may be fewer or more. */
interface Total {
  readonly pairs: number
  readonly matches: number
  readonly under: number
  readonly over: number
}

function totalOf(read: readonly Read[], isOf: (one: Read) => boolean): Total {
  const strata = new Map<number, Read[]>()
  for (const one of read) strata.set(one.stratum, [...(strata.get(one.stratum) ?? []), one])
  const cells = [...strata.values()].flatMap((all) => {
    const ours = all.filter(isOf)
    if (ours.length === 0) return []
    // A stratum that the threshold cuts: how many of its pairs are on this side is estimated, too.
    const part = ours.length / all.length
    const size = Math.max(all.length, ...all.map(({ pairs }) => pairs))
    const pairs = Math.max(ours.length, Math.round(size * part))
    const right = ours.filter(({ matches }) => matches).length
    const [low, high] = exactCount(right, ours.length, pairs)
    const matches = (pairs * right) / ours.length
    const cut = (1.959964 * size) ** 2 * (1 - all.length / size) * ((part * (1 - part)) / all.length)
    return { pairs, matches, under: matches - low, over: high - matches, cut }
  })
  const sum = (of: (cell: (typeof cells)[number]) => number): number =>
    cells.reduce((a, one) => a + of(one), 0)
  const pairs = sum((one) => one.pairs)
  const matches = sum((one) => one.matches)
  const mean = pairs === 0 ? 0 : matches / pairs
  // A pair more or less on this side moves the share by as much as its stratum differs from it.
  const cut = sum((one) => one.cut * (one.matches / one.pairs - mean) ** 2)
  const together = (of: (cell: (typeof cells)[number]) => number): number => {
    // Matches are whole numbers: half of one for each stratum of which something is left to chance.
    const half = cells.filter((one) => of(one) > 0).length / 2
    return Math.min(Math.sqrt(cut + sum((one) => of(one) ** 2)) + half, Math.sqrt(cut) + sum(of))
  }
  return { pairs, matches, under: together(({ under }) => under), over: together(({ over }) => over) }
}

/** Matches above over all matches: one over one and the ratio of those below to those above. */
function recallOf(above: Total, below: Total): Share {
  const ratio = below.matches / above.matches
  const more = Math.hypot(below.over, ratio * above.under) / above.matches
  const less = Math.hypot(below.under, ratio * above.over) / above.matches
  return {
    value: 1 / (1 + ratio),
    low: 1 / (1 + ratio + more),
    high: 1 / (1 + Math.max(0, ratio - less)),
  }
}
