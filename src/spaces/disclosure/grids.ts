/** Steps `from` (included) to `to` (excluded) of the grid handed in. */
export interface Interval {
  readonly from: number
  readonly to: number
}

/** One curve: its persons, and its events and censored before each step of the grid handed in (running totals). */
export interface Series {
  readonly n: number
  readonly events: readonly number[]
  readonly censored: readonly number[]
}

/**
 * Grids from fine to coarse, each a merging of the one before: steps of the largest curve with at least 11 events
 * and 11 censored (or none), then 22, 44… A curve of an eighth of the persons finds about 11 on the fourth.
 */
export function chainOfGrids(largest: Series, threshold: number): Interval[][] {
  const grids: Interval[][] = []
  let finest: Interval[] = Array.from({ length: largest.events.length - 1 }, (_, from) => ({
    from,
    to: from + 1,
  }))
  for (let least = threshold; least <= largest.n; least = Math.ceil(least * 1.5)) {
    const grid = mergeTo(finest, largest, least)
    if (grid.length === 0) break
    if (grids.length === 0 || grid.length < (grids.at(-1) as Interval[]).length) grids.push(grid)
    finest = grid
    if (grid.length === 1) break
  }
  return grids
}

/** Merges neighbours until each interval holds `least` events and censored, or none; what is left over is cut. */
function mergeTo(finest: readonly Interval[], { events, censored }: Series, least: number): Interval[] {
  const grid: Interval[] = []
  let from = finest[0]?.from ?? 0
  for (const { to } of finest) {
    const e = between(events, { from, to })
    const c = between(censored, { from, to })
    if ((e !== 0 && e < least) || (c !== 0 && c < least)) continue
    grid.push({ from, to })
    from = to
  }
  return grid
}

/**
 * How many steps of a grid may be shown of a curve by itself: the most for which each step has enough at risk at
 * its beginning, enough events or none, and what follows from them holds enough or none: the censored of every
 * step but the last, and all who are left beside the events of the last.
 */
export function shownSteps(
  { n, events, censored }: Series,
  grid: readonly Interval[],
  threshold: number,
): number {
  const small = (count: number) => count > 0 && count < threshold
  let risk = n
  let most = 0
  for (const [i, interval] of grid.entries()) {
    const e = between(events, interval)
    const c = between(censored, interval)
    if (risk < threshold || small(e)) break
    if (!small(risk - e)) most = i + 1
    if (small(c)) break
    risk -= e + c
  }
  return most
}

/** How many fall in an interval, by running totals. */
export const between = (totals: readonly number[], { from, to }: Interval): number =>
  (totals[to] as number) - (totals[from] as number)

/** How many are at risk when a step begins. */
export const atRisk = ({ n, events, censored }: Series, step: number): number =>
  n - (events[step] as number) - (censored[step] as number)
