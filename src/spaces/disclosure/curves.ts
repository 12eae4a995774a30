import type { Denial } from '../../base/index.ts'
import type { CheckedStep, CurveStep } from '../output-model.ts'
import { type CurveCell, curveValues } from './curve-families.ts'
import { atRisk, between, chainOfGrids, type Interval, type Series, shownSteps } from './grids.ts'
import type { Lattice } from './lattice.ts'
import type { DisclosureProfile, WithoutGuards } from './profile.ts'
import { buildSystem, say, type System } from './system.ts'

export interface CurveCheck {
  /** Cell → the steps that may be shown; a cell that is absent shows no curve. */
  readonly shown: ReadonlyMap<string, readonly CheckedStep[]>
  readonly denials: readonly Denial[]
}

/** What is shown of one curve: a grid of the chain (0 is the finest) and how many of its steps. */
interface Choice {
  readonly level: number
  readonly steps: number
}

/**
 * Merges the steps of all curves of one family. Grids form a chain, each a merging of the one before, so that
 * what is known of one curve can be compared with another on the coarser of their two grids. Each curve takes the
 * finest grid on which its own steps hold; then every difference between a curve and those of its parts is looked
 * at on every grid, and while one leaves 1 to 10 events, censored or at risk, the smallest curve of it gets coarser.
 */
export function checkCurves(
  lattice: Lattice,
  cells: ReadonlyMap<string, CurveCell>,
  profile: DisclosureProfile,
  without: WithoutGuards = {},
): CurveCheck {
  const denials = [...cells].flatMap(([key, cell]) => canMerge(key, cell, cells))
  if (denials.length > 0) return { shown: new Map(), denials: denials.slice(0, 5) }
  if (without.curves)
    return {
      shown: new Map([...cells].filter(([, cell]) => !cell.hidden).map(([key, { steps }]) => [key, steps])),
      denials: [],
    }
  const system = buildSystem(lattice, curveValues(cells))
  if (system.denials.length > 0) return { shown: new Map(), denials: system.denials }
  const series = system.nodes.map(
    ({ values }): Series => ({
      n: values[0] as number,
      events: upTo(values.slice(1).filter((_, i) => i % 2 === 0)),
      censored: upTo(values.slice(1).filter((_, i) => i % 2 === 1)),
    }),
  )
  const family = new Family(system, series, cells, profile)
  family.mend(without.complementary === true)
  return { shown: family.shown(), denials: [] }
}

class Family {
  readonly #system: System
  readonly #series: readonly Series[]
  readonly #cells: ReadonlyMap<string, CurveCell>
  readonly #grids: readonly (readonly Interval[])[]
  readonly #choices: (Choice | undefined)[]
  readonly #profile: DisclosureProfile

  constructor(
    system: System,
    series: readonly Series[],
    cells: ReadonlyMap<string, CurveCell>,
    profile: DisclosureProfile,
  ) {
    this.#system = system
    this.#series = series
    this.#cells = cells
    this.#profile = profile
    const told = ({ events }: Series) => events.at(-1) as number
    const largest = series.reduce((a, b) => (told(b) > told(a) ? b : a), series[0] as Series)
    this.#grids = chainOfGrids(largest, profile.threshold)
    this.#choices = system.nodes.map(({ key }, j) =>
      cells.get(key) && !cells.get(key)?.hidden ? this.#best(j, 0) : undefined,
    )
  }

  /** The finest grid from `level` on that keeps nine tenths of what the best one tells. */
  #best(j: number, level: number): Choice | undefined {
    const series = this.#series[j] as Series
    const choices = this.#grids.flatMap((grid, at) => {
      if (at < level) return []
      const steps = shownSteps(series, grid, this.#profile.threshold)
      return steps === 0
        ? []
        : [{ level: at, steps, told: series.n - atRisk(series, (grid[steps - 1] as Interval).to) }]
    })
    const most = Math.max(0, ...choices.map(({ told }) => told))
    return choices.find(({ told }) => told >= 0.9 * most)
  }

  /** The step at which what is shown of a node ends. */
  #end({ level, steps }: Choice): number {
    const grid = this.#grids[level] as readonly Interval[]
    return (grid[steps - 1] as Interval).to
  }

  /** Is this interval of a grid one that the node's shown steps add up to? */
  #tells(j: number, level: number, interval: Interval): boolean {
    const choice = this.#choices[j]
    return choice !== undefined && choice.level <= level && interval.to <= this.#end(choice)
  }

  #endsAfter(j: number, interval: Interval): boolean {
    const choice = this.#choices[j]
    return choice !== undefined && interval.to < this.#end(choice)
  }

  /** Coarsens until no difference between curves leaves too few. */
  mend(onlyThemselves: boolean): void {
    if (onlyThemselves) return
    for (let level = 0; level < this.#grids.length; ) {
      const leak = this.#firstLeak(level)
      if (leak === undefined) {
        level++
        continue
      }
      const choice = this.#choices[leak] as Choice
      this.#choices[leak] = this.#best(leak, choice.level + 1)
      // What was told from its old grid on is told no more: grids before that one are as they were.
      level = Math.min(level, choice.level)
    }
  }

  /** The curve to coarsen for the first difference on this grid that leaves too few. */
  #firstLeak(level: number): number | undefined {
    for (const interval of this.#grids[level] as readonly Interval[]) {
      const told = this.#system.nodes.map((_, j) => this.#tells(j, level, interval))
      const toldOn = told.map((is, j) => is && this.#endsAfter(j, interval))
      const leak =
        this.#leak(told, (s) => {
          const events = between(s.events, interval)
          const risk = atRisk(s, interval.from)
          return [events, risk, risk - events]
        }) ?? this.#leak(toldOn, (s) => [between(s.censored, interval), atRisk(s, interval.to)])
      if (leak !== undefined) return leak
    }
    return undefined
  }

  /** Follows every sum and difference; the smallest shown curve of one that leaves 1 to 10. */
  #leak(told: readonly boolean[], quantities: (series: Series) => number[]): number | undefined {
    const small = (n: number) => n > 0 && n < this.#profile.threshold
    const known = [...told]
    for (let changed = true; changed; ) {
      changed = false
      for (const { whole, parts } of this.#system.equations) {
        const unknown = [whole, ...parts].filter((j) => !known[j])
        if (unknown.length === 0 || (!known[whole] && unknown.length > 1)) continue
        const left = unknown
          .map((j) => quantities(this.#series[j] as Series))
          .reduce((a, b) => a.map((n, i) => n + (b[i] as number)))
        if (left.some(small)) {
          const shown = (j: number) => told[j] as boolean
          const candidates = parts.some(shown)
            ? parts.filter(shown)
            : this.#sources(equationAround(whole, parts), told)
          const smallest = candidates.sort(
            (a, b) => (this.#series[a] as Series).n - (this.#series[b] as Series).n || a - b,
          )[0]
          if (smallest !== undefined) return smallest
        }
        if (unknown.length === 1) {
          known[unknown[0] as number] = true
          changed = true
        }
      }
    }
    return undefined
  }

  /** Shown curves from which the members of an equation became known, when none of them is shown itself. */
  #sources(members: readonly number[], told: readonly boolean[]): number[] {
    const near = this.#system.equations.filter(({ whole, parts }) =>
      [whole, ...parts].some((j) => members.includes(j)),
    )
    const parts = near.flatMap((equation) => equation.parts).filter((j) => told[j])
    return parts.length > 0 ? parts : told.flatMap((is, j) => (is ? [j] : []))
  }

  shown(): Map<string, readonly CheckedStep[]> {
    const shown = new Map<string, readonly CheckedStep[]>()
    for (const [j, choice] of this.#choices.entries()) {
      const { key } = this.#system.nodes[j] as System['nodes'][number]
      const steps = this.#cells.get(key)?.steps
      if (choice && steps)
        shown.set(key, mergeSteps(steps, this.#grids[choice.level] as Interval[], choice.steps))
    }
    return shown
  }
}

const equationAround = (whole: number, parts: readonly number[]): number[] => [whole, ...parts]

/** Running totals, from none. */
function upTo(values: readonly number[]): number[] {
  const sums = [0]
  for (const value of values) sums.push((sums.at(-1) as number) + value)
  return sums
}

function mergeSteps(steps: readonly CurveStep[], grid: readonly Interval[], count: number): CheckedStep[] {
  return grid.slice(0, count).map(({ from, to }, i): CheckedStep => {
    const members = steps.slice(from, to)
    const first = members[0] as CurveStep
    const last = members.at(-1) as CurveStep
    return {
      after: first.after,
      until: last.until,
      atRisk: first.atRisk,
      events: members.reduce((n, { events }) => n + events, 0),
      // Of the last step only the events are told: how many are still at risk at its end is not.
      censored: i === count - 1 ? null : members.reduce((n, { censored }) => n + censored, 0),
      survival: thousandths(last.survival),
      low: thousandths(last.low),
      high: thousandths(last.high),
    }
  })
}

/** All its digits would tell in which order events and censored came within a step, also how many came in the last. */
const thousandths = (x: number): number => Number(x.toFixed(3))

/** Curves that cannot be compared: another grid, or numbers that do not follow from each other. */
function canMerge(key: string, cell: CurveCell, cells: ReadonlyMap<string, CurveCell>): Denial[] {
  const cellName = say(key)
  const [first] = [...cells.values()]
  const grid = (steps: readonly CurveStep[]) => steps.map(({ after, until }) => `${after}-${until}`).join(' ')
  if (first && grid(first.steps) !== grid(cell.steps))
    return [{ code: 'disclosure/curve-grid', cell: cellName }]
  let left = cell.n
  for (const [i, { after, until, atRisk: risk, events, censored }] of cell.steps.entries()) {
    const joins = i === 0 || cell.steps[i - 1]?.until === after
    if (risk !== left || until <= after || !joins)
      return [{ code: 'disclosure/curve-does-not-add-up', cell: cellName, after }]
    left -= events + censored
  }
  return left < 0 ? [{ code: 'disclosure/curve-does-not-add-up', cell: cellName }] : []
}
