import type { Highs } from 'highs'
import type { Denial } from '../../base/index.ts'
import { type At, TOTAL } from '../output-model.ts'
import type { Frame, Lattice } from './lattice.ts'
import type { DisclosureProfile, WithoutGuards } from './profile.ts'
import { type Equation, type Need, protect, type Variable } from './protect.ts'
import { buildSystem, type GivenCell, say, type System } from './system.ts'

/** One amount: what the rules look at. */
export interface Amount {
  readonly cents: number
  readonly contributors: number
  readonly top: readonly [number, number]
}

export interface CostCell {
  readonly at: At
  readonly n: number
  /** Item → amount, `TOTAL` included. */
  readonly items: ReadonlyMap<string, Amount>
  /** The persons of this cell are hidden. */
  readonly hidden: boolean
  /** Items that an earlier release showed. */
  readonly released?: ReadonlySet<string>
  /** Known to an earlier release only. */
  readonly earlierOnly?: boolean
  /** Items that would tell, with what was shown before, what a few persons who left cost. */
  readonly withheld?: ReadonlySet<string>
}

export interface CostCheck {
  /** Cells of which no cost is shown. */
  readonly cells: ReadonlySet<string>
  /** Cell → items hidden in a cell that is shown. */
  readonly items: ReadonlyMap<string, ReadonlySet<string>>
  readonly proved: number
  readonly denials: readonly Denial[]
}

/** Why an amount may not be shown or be the only thing that a difference leaves: too few, or two who dominate. */
export function isUnsafe({ cents, contributors, top }: Amount, profile: DisclosureProfile): boolean {
  if (contributors === 0) return false
  return contributors < profile.threshold || top[0] + top[1] >= profile.dominance.share * cents
}

/**
 * Which costs are hidden. Amounts add up over cells and over items; a hidden amount that is unsafe must possibly
 * be as large as eleven of its contributors would make it, and as its two largest without the 85 %; and what a
 * total minus the shown amounts leaves over (over items in a cell, over cells in a group) must itself be safe.
 */
export function checkCosts(
  highs: Highs,
  lattice: Lattice,
  cells: ReadonlyMap<string, CostCell>,
  profile: DisclosureProfile,
  without: WithoutGuards = {},
): CostCheck {
  const board = new Board(lattice, cells, profile)
  const result = (denials: readonly Denial[], proved: number): CostCheck => ({
    cells: board.hiddenCells(),
    items: board.hiddenItems(),
    proved,
    denials,
  })
  if (board.denials.length > 0) return result(board.denials, 0)
  let proved = 0
  const met = new Set<number>()
  board.settle()
  if (without.complementary) return result([], 0)
  for (let changed = true; changed; ) {
    changed = without.items ? board.overCells() : [board.overItems(), board.overCells()].some(Boolean)
    const equations = without.items ? board.equations.filter((e) => e.across === 'cells') : board.equations
    // Hiding more never takes a proof away: only what became hidden since is looked at.
    const needs = board.needs().filter(({ variable }) => !met.has(variable))
    const protection = protect(highs, board.variables, equations, needs, { whole: false })
    for (const { variable } of needs) met.add(variable)
    proved += protection.proved
    if (board.settle() || protection.hid.length > 0) changed = true
    if (protection.open.length > 0)
      return result(
        protection.open.slice(0, 5).map(({ variable }) => ({
          code: 'disclosure/differencing',
          cell: board.name(variable),
        })),
        proved,
      )
  }
  return result([], proved)
}

interface Entry extends Amount {
  readonly item: string
  readonly key: string
  readonly given: boolean
}

interface FrameCells {
  readonly frame: Frame
  readonly cells: ReadonlyMap<string, CostCell>
}

/** All amounts with their equations and what is hidden so far. */
class Board {
  readonly variables: Variable[] = []
  readonly equations: (Equation & { readonly across: 'items' | 'cells' })[] = []
  readonly denials: Denial[] = []
  readonly #entries: Entry[] = []
  readonly #ofCell = new Map<string, Map<string, number>>()
  readonly #profile: DisclosureProfile
  readonly #cells: ReadonlyMap<string, CostCell>
  #frames: readonly FrameCells[] | undefined

  constructor(lattice: Lattice, cells: ReadonlyMap<string, CostCell>, profile: DisclosureProfile) {
    this.#profile = profile
    this.#cells = cells
    const items = [...new Set([...cells.values()].flatMap((cell) => [...cell.items.keys()]))].sort()
    for (const item of items) this.#addItem(lattice, item)
    for (const [key, byItem] of this.#ofCell) {
      const total = byItem.get(TOTAL)
      const parts = [...byItem].filter(([item]) => item !== TOTAL).map(([, j]) => j)
      if (total === undefined || parts.length === 0) continue
      const complete = parts.length === items.length - 1
      const sum = parts.reduce((cents, j) => cents + (this.#entries[j] as Entry).cents, 0)
      const given = cells.get(key)
      if (given && sum !== (this.#entries[total] as Entry).cents)
        this.denials.push({ code: 'disclosure/items-do-not-add-up', cell: say(key) })
      if (complete || given) this.equations.push({ whole: total, parts, across: 'items' })
    }
    for (const [key, { items: amounts }] of cells) {
      if (!amounts.has(TOTAL)) this.denials.push({ code: 'disclosure/no-total', cell: say(key) })
      for (const [item, { cents, contributors, top }] of amounts)
        if (
          !Number.isSafeInteger(cents) ||
          cents < 0 ||
          (contributors === 0 && cents !== 0) ||
          top[0] < top[1] ||
          top[0] > cents
        )
          this.denials.push({ code: 'disclosure/bad-amount', cell: say(key), item })
    }
    this.denials.splice(10)
  }

  #addItem(lattice: Lattice, item: string): void {
    const given = new Map<string, GivenCell>()
    for (const [key, { at, items }] of this.#cells) {
      const amount = items.get(item)
      if (amount) given.set(key, { at, values: [amount.cents, amount.contributors] })
    }
    const system: System = buildSystem(lattice, given)
    this.denials.push(...system.denials.map((denial) => ({ ...denial, item })))
    const offset = this.variables.length
    const deepest = Math.max(0, ...system.nodes.map(({ depth }) => depth))
    for (const { key, at, values, depth } of system.nodes) {
      const cell = this.#cells.get(key)
      const [cents, contributors] = values as [number, number]
      // What nobody handed in may be dominated by whoever is largest in a cell around it.
      const top: readonly [number, number] =
        cell?.items.get(item)?.top ?? this.#topAround(lattice, at, item, cents)
      const j = this.variables.length
      this.#entries.push({ item, key, given: cell !== undefined, cents, contributors, top })
      const zero = cents === 0 && contributors === 0
      this.variables.push({
        truth: cents,
        floor: 0,
        state:
          cell?.released?.has(item) || (cell && zero)
            ? 'fixed'
            : cell && !cell.earlierOnly && !cell.withheld?.has(item)
              ? 'shown'
              : 'hidden',
        weight: (cents / 100 + 10) * 5 ** (deepest - depth) * (item === TOTAL ? 5 : 1),
      })
      const byItem = this.#ofCell.get(key) ?? new Map<string, number>()
      byItem.set(item, j)
      this.#ofCell.set(key, byItem)
    }
    for (const { whole, parts } of system.equations)
      this.equations.push({ whole: offset + whole, parts: parts.map((j) => offset + j), across: 'cells' })
  }

  #topAround(lattice: Lattice, at: At, item: string, cents: number): readonly [number, number] {
    let top: readonly [number, number] = [cents, cents]
    const fine = lattice.frame(Object.keys(at))
    for (const { frame, cells } of this.#byFrame(lattice)) {
      if (!lattice.refines(fine, frame)) continue
      const around = cells.get(lattice.key(lattice.project(at, frame)))?.items.get(item)?.top
      if (around && around[0] + around[1] < top[0] + top[1]) top = around
    }
    return [Math.min(top[0], cents), Math.min(top[1], cents)]
  }

  /** The cells by the dimensions that they cross. */
  #byFrame(lattice: Lattice): readonly FrameCells[] {
    if (this.#frames) return this.#frames
    const frames = new Map<string, { frame: Frame; cells: Map<string, CostCell> }>()
    for (const [key, cell] of this.#cells) {
      const frame = lattice.frame(Object.keys(cell.at))
      const name = frame.join('\n')
      const one = frames.get(name) ?? { frame, cells: new Map<string, CostCell>() }
      one.cells.set(key, cell)
      frames.set(name, one)
    }
    this.#frames = [...frames.values()]
    return this.#frames
  }

  #hide(j: number): boolean {
    const variable = this.variables[j] as Variable
    if (variable.state !== 'shown') return false
    variable.state = 'hidden'
    return true
  }

  #hideCell(key: string): boolean {
    return [...(this.#ofCell.get(key)?.values() ?? [])].map((j) => this.#hide(j)).some(Boolean)
  }

  /** Hides what may not be shown by itself; a cell whose total is hidden shows no item. */
  settle(): boolean {
    let changed = false
    for (const [key, cell] of this.#cells) {
      const total = this.#ofCell.get(key)?.get(TOTAL)
      if (total === undefined) continue
      const small = cell.n > 0 && cell.n < this.#profile.threshold
      const unsafe = isUnsafe(this.#entries[total] as Entry, this.#profile)
      if (cell.hidden || small || unsafe || (this.variables[total] as Variable).state === 'hidden')
        changed = this.#hideCell(key) || changed
    }
    for (const [j, entry] of this.#entries.entries())
      if (isUnsafe(entry, this.#profile)) changed = this.#hide(j) || changed
    return changed
  }

  /** What the total of a cell minus its shown items leaves over must be safe. */
  overItems(): boolean {
    return this.#mend('items', (hidden) => ({
      cents: sum(hidden.map(({ cents }) => cents)),
      // The same persons may stand behind several items: at least as many as behind the largest, and two of them
      // have at most what the two largest of every item have together.
      contributors: Math.max(...hidden.map(({ contributors }) => contributors)),
      top: [sum(hidden.map(({ top }) => top[0])), sum(hidden.map(({ top }) => top[1]))],
    }))
  }

  /** What the cost of a group minus the shown costs of its members leaves over must be safe. */
  overCells(): boolean {
    return this.#mend('cells', (hidden) => {
      // Cells of one partition hold different persons, so the largest of all are the largest of the union.
      const [first = 0, second = 0] = hidden.flatMap(({ top }) => [...top]).sort((a, b) => b - a)
      return {
        cents: sum(hidden.map(({ cents }) => cents)),
        contributors: sum(hidden.map(({ contributors }) => contributors)),
        top: [first, second],
      }
    })
  }

  #mend(across: 'items' | 'cells', union: (hidden: readonly Entry[]) => Amount): boolean {
    let changed = false
    for (const equation of this.equations) {
      if (equation.across !== across) continue
      const stateOf = (j: number) => (this.variables[j] as Variable).state
      for (;;) {
        if (stateOf(equation.whole) === 'hidden') break
        const hidden = equation.parts.filter((j) => stateOf(j) === 'hidden')
        if (hidden.length === 0) break
        if (!isUnsafe(union(hidden.map((j) => this.#entries[j] as Entry)), this.#profile)) break
        const next = equation.parts
          .filter((j) => stateOf(j) === 'shown')
          .sort((a, b) => (this.#entries[a] as Entry).cents - (this.#entries[b] as Entry).cents || a - b)[0]
        const { item, key } = this.#entries[next ?? equation.whole] as Entry
        if (!(item === TOTAL ? this.#hideCell(key) : this.#hide(next ?? equation.whole))) break
        changed = true
      }
    }
    return changed
  }

  needs(): Need[] {
    const { threshold, dominance } = this.#profile
    return this.#entries.flatMap((entry, variable): Need[] => {
      const { cents, contributors, top } = entry
      if ((this.variables[variable] as Variable).state !== 'hidden' || cents === 0) return []
      if (!isUnsafe(entry, this.#profile)) return []
      const persons = contributors < threshold ? (cents * threshold) / Math.max(1, contributors) : 0
      return [{ variable, atLeast: Math.max(persons, (top[0] + top[1]) / dominance.share) }]
    })
  }

  name(j: number): string {
    const { key, item } = this.#entries[j] as Entry
    return `${item} of ${say(key)}`
  }

  hiddenCells(): Set<string> {
    return new Set(
      [...this.#cells.keys()].filter((key) => {
        const total = this.#ofCell.get(key)?.get(TOTAL)
        return total !== undefined && (this.variables[total] as Variable).state === 'hidden'
      }),
    )
  }

  hiddenItems(): Map<string, Set<string>> {
    const items = new Map<string, Set<string>>()
    for (const [j, { key, item, given }] of this.#entries.entries())
      if (given && (this.variables[j] as Variable).state === 'hidden')
        items.set(key, (items.get(key) ?? new Set()).add(item))
    return items
  }
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
