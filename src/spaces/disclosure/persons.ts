import type { Highs } from 'highs'
import type { Denial } from '../../base/index.ts'
import type { At } from '../output-model.ts'
import type { Frame, Lattice } from './lattice.ts'
import type { DisclosureProfile, WithoutGuards } from './profile.ts'
import { type Need, protect, type Variable } from './protect.ts'
import { fillOpen } from './fill-open.ts'
import { buildSystem, type GivenCell, say } from './system.ts'

/** A cell of persons with what was already published about it. */
export interface PersonCell {
  readonly at: At
  readonly n: number
  /** Shown by an earlier release: known whatever we do. */
  readonly released?: boolean
  /** Known to an earlier release only, which hid it. */
  readonly hiddenThen?: boolean
}

/** What comparing with an earlier release over other persons adds. */
export interface Compared {
  /**
   * Cell → a number that it must possibly hold, as if nobody had left; hidden even when it is large. Cells that
   * follow from those handed in are among them.
   */
  readonly withheld: ReadonlyMap<string, number>
  readonly frames: readonly Frame[]
}

export interface PersonCheck {
  readonly hidden: ReadonlySet<string>
  readonly proved: number
  readonly denials: readonly Denial[]
}

/**
 * Which cells of persons are hidden: those under the threshold, and the cheapest others without which a sum or a
 * difference would give them away.
 */
export function checkPersons(
  highs: Highs,
  lattice: Lattice,
  cells: ReadonlyMap<string, PersonCell>,
  profile: DisclosureProfile,
  without: WithoutGuards = {},
  { withheld, frames }: Compared = { withheld: new Map(), frames: [] },
): PersonCheck {
  const given = new Map<string, GivenCell>([...cells].map(([key, { at, n }]) => [key, { at, values: [n] }]))
  const { nodes, open, equations, denials } = buildSystem(lattice, given, { everyCell: true, frames })
  if (denials.length > 0) return { hidden: new Set(), proved: 0, denials }
  const small = (n: number) => n > 0 && n < profile.threshold
  const deepest = Math.max(0, ...nodes.map(({ depth }) => depth))
  const variables = nodes.map((node): Variable => {
    const truth = node.values[0] as number
    const cell = cells.get(node.key)
    const state =
      cell?.released || (cell && truth === 0)
        ? 'fixed'
        : !cell || cell.hiddenThen || withheld.has(node.key) || small(truth)
          ? 'hidden'
          : 'shown'
    // Ten times dearer per level: a total is given up only when no neighbour can be.
    return { truth, floor: cell ? 1 : 0, state, weight: (truth + 10) * 10 ** (deepest - node.depth) }
  })
  const leaked = variables.flatMap(({ truth, state }, j) =>
    small(truth) && state === 'fixed' ? [say((nodes[j] as { key: string }).key)] : [],
  )
  const needs = variables.flatMap(({ truth, state }, variable): Need[] => {
    if (state !== 'hidden') return []
    const withhold = withheld.get((nodes[variable] as { key: string }).key) ?? 0
    if (small(truth)) return [{ variable, atLeast: Math.max(profile.threshold, withhold) }]
    return withhold > truth ? [{ variable, atLeast: withhold }] : []
  })
  const known = (j: number) => j < nodes.length
  // Nobody knows how many persons are in a cell that was not handed in: any numbers that fit will do.
  const guess = fillOpen(highs, variables, open.length, equations)
  for (const truth of guess ?? []) variables.push({ truth, floor: 0, state: 'hidden', weight: 0 })
  for (const [i, cell] of open.entries())
    if (guess && !cell.between && small(guess[i] as number))
      needs.push({ variable: nodes.length + i, atLeast: profile.threshold, orNobody: true })
  const among = guess ? equations : equations.filter(({ whole, parts }) => [whole, ...parts].every(known))
  const { open: unmet, proved } = without.complementary
    ? { open: [], proved: 0 }
    : protect(highs, variables, among, needs, { whole: true })
  const nameOf = (j: number) => say(((nodes[j] ?? open[j - nodes.length]) as { key: string }).key)
  return {
    hidden: new Set(
      nodes.filter((_, j) => (variables[j] as Variable).state === 'hidden').map(({ key }) => key),
    ),
    proved,
    denials: [
      ...unmet
        .slice(0, 5)
        .map(({ variable }): Denial => ({ code: 'disclosure/differencing', cell: nameOf(variable) })),
      ...leaked.map((cell): Denial => ({ code: 'disclosure/differencing', cell })),
    ],
  }
}
