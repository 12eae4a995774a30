import type { At, Dimension } from '../../src/spaces/index.ts'
import type { Form, Knowledge } from './linear.ts'

type Dimensions = Readonly<Record<string, Dimension>>

/** More joint cells than this are not written down. */
const MOST = 60_000

/**
 * Persons spread over dimensions, as an attacker writes them down: who has which value of every dimension at once.
 * Not over the product of all dimensions, which is too large, but over groups of them that tell the same (the
 * dimensions that one table crosses are neighbours; the graph is made chordal; its cliques agree where they meet).
 * Each cell of each group is an unknown number, at least 0, once per slot (a slot is a step of a curve, an item…).
 * It shares no code with the check.
 */
export class Field {
  readonly #dimensions: Dimensions
  readonly #knowledge: Knowledge
  readonly #slots: number
  readonly #cliques: readonly Clique[]
  readonly #columns = new Map<string, number>()

  constructor(knowledge: Knowledge, dimensions: Dimensions, ats: readonly At[], slots = 1) {
    this.#dimensions = dimensions
    this.#knowledge = knowledge
    this.#slots = slots
    const frames = [...new Map(ats.map((at) => this.#up(Object.keys(at))).map((f) => [f.join(), f])).values()]
    this.#cliques = cliquesOf(frames).map((names) => this.#clique(names))
    for (const [a, b] of treeOf(this.#cliques)) {
      const shared = a.names.filter((name) => b.names.includes(name))
      const both = new Map<string, { at: At; left: number[]; right: number[] }>()
      for (const [clique, side] of [
        [a, 'left'],
        [b, 'right'],
      ] as const)
        for (const [i, cell] of clique.cells.entries()) {
          const at = Object.fromEntries(shared.map((name) => [name, cell[name] as string]))
          const key = JSON.stringify(at)
          const entry = both.get(key) ?? { at, left: [], right: [] }
          entry[side].push(i)
          both.set(key, entry)
        }
      for (const { left, right } of both.values())
        for (let slot = 0; slot < slots; slot++)
          knowledge.learn(
            [
              ...left.map((i) => [a.first + i * slots + slot, 1] as const),
              ...right.map((i) => [b.first + i * slots + slot, -1] as const),
            ],
            0,
          )
    }
  }

  /** A dimension with the coarser ones that follow from it. */
  #up(names: readonly string[]): string[] {
    const all = new Set<string>()
    for (let name of names)
      for (;;) {
        all.add(name)
        const next = this.#dimensions[name]?.within?.dimension
        if (next === undefined) break
        name = next
      }
    return [...all].sort()
  }

  #clique(names: readonly string[]): Clique {
    const implied = new Set(names.flatMap((name) => this.#up([name]).filter((other) => other !== name)))
    const leaves = names.filter((name) => !implied.has(name))
    let cells: Record<string, string>[] = [{}]
    for (const name of leaves)
      cells = cells.flatMap((cell) =>
        (this.#dimensions[name]?.values ?? []).map((value) => ({ ...cell, [name]: value })),
      )
    if (cells.length > MOST) throw new Error(`${leaves.join(' × ')} has ${cells.length} cells`)
    const full = cells.map((cell) => this.#spread(cell)).filter((cell) => cell !== undefined)
    const first = this.#knowledge.columns
    for (let i = 0; i < full.length * this.#slots; i++) this.#knowledge.variable()
    return { names, cells: full, first }
  }

  /** With everything that follows; undefined where two coordinates contradict each other. */
  #spread(at: At): Record<string, string> | undefined {
    const full: Record<string, string> = { ...at }
    for (const start of Object.keys(at))
      for (let name = start; ; ) {
        const within = this.#dimensions[name]?.within
        if (!within) break
        const value = within.of[full[name] as string] as string
        if (full[within.dimension] !== undefined && full[within.dimension] !== value) return undefined
        full[within.dimension] = value
        name = within.dimension
      }
    return full
  }

  /** The unknown number of a cell in a slot, and undefined for coordinates that contradict themselves. */
  column(at: At, slot = 0): number | undefined {
    const full = this.#spread(at)
    if (!full) return undefined
    const names = Object.keys(full)
    const name = `${JSON.stringify(Object.entries(full).sort())}${slot}`
    const known = this.#columns.get(name)
    if (known !== undefined) return known
    const clique = this.#cliques
      .filter((one) => names.every((each) => one.names.includes(each)))
      .sort((a, b) => a.cells.length - b.cells.length)[0]
    if (!clique) throw new Error(`no table crosses ${names.join(' × ')}`)
    const members = clique.cells.flatMap((cell, i) =>
      names.every((each) => cell[each] === full[each]) ? [clique.first + i * this.#slots + slot] : [],
    )
    const column = members.length === 1 ? (members[0] as number) : this.#knowledge.variable()
    if (members.length !== 1) {
      const form: Form = [[column, 1], ...members.map((j) => [j, -1] as const)]
      this.#knowledge.learn(form, 0)
    }
    this.#columns.set(name, column)
    return column
  }

  /**
   * Cells that nobody handed in but that tables have in common: two tables that both tell of a block have cells per
   * block. These are looked at as well.
   */
  common(ats: readonly At[]): At[] {
    const frames = new Map(ats.map((at) => this.#up(Object.keys(at))).map((f) => [f.join(), f]))
    for (let before = -1; before !== frames.size; ) {
      before = frames.size
      const all = [...frames.values()]
      for (const a of all)
        for (const b of all) {
          const meet = a.filter((name) => b.includes(name))
          frames.set(meet.join(), meet)
        }
    }
    return [...frames.values()].flatMap((names) => {
      const clique = this.#cliques.find((one) => names.every((name) => one.names.includes(name))) as Clique
      const cells = new Map<string, At>()
      for (const cell of clique.cells) {
        const at = Object.fromEntries(names.map((name) => [name, cell[name] as string]))
        cells.set(JSON.stringify(at), at)
      }
      return [...cells.values()]
    })
  }

  /** One name for one cell. */
  nameOf(at: At): string {
    return Object.entries(this.#spread(at) ?? at)
      .sort()
      .map(([name, value]) => `${name}=${value}`)
      .join(', ')
  }
}

interface Clique {
  readonly names: readonly string[]
  readonly cells: readonly Readonly<Record<string, string>>[]
  /** Column of the first cell's first slot. */
  readonly first: number
}

/** Largest groups of the smallest chordal graph that elimination by fewest new edges finds. */
function cliquesOf(frames: readonly (readonly string[])[]): string[][] {
  const near = new Map<string, Set<string>>()
  for (const frame of frames)
    for (const a of frame) near.set(a, new Set([...(near.get(a) ?? []), ...frame.filter((b) => b !== a)]))
  const found: string[][] = []
  while (near.size > 0) {
    const missing = (name: string) => {
      const around = [...(near.get(name) as Set<string>)]
      return around.flatMap((a) => around.filter((b) => a < b && !near.get(a)?.has(b))).length
    }
    const [next] = [...near.keys()].sort((a, b) => missing(a) - missing(b) || (a < b ? -1 : 1)) as [string]
    const around = [...(near.get(next) as Set<string>)]
    found.push([next, ...around].sort())
    for (const a of around) {
      for (const b of around) if (a !== b) near.get(a)?.add(b)
      near.get(a)?.delete(next)
    }
    near.delete(next)
  }
  const largest = found.filter(
    (one, i) =>
      !found.some(
        (other, k) => k !== i && one.every((n) => other.includes(n)) && (other.length > one.length || k < i),
      ),
  )
  return largest.length > 0 ? largest : [[]]
}

/** A tree of cliques in which what two share is shared by all between them: heaviest common parts first. */
function treeOf(cliques: readonly Clique[]): [Clique, Clique][] {
  const edges: [Clique, Clique][] = []
  const inside = new Set(cliques.slice(0, 1))
  const shared = (a: Clique, b: Clique) => a.names.filter((name) => b.names.includes(name)).length
  while (inside.size < cliques.length) {
    const [best] = [...inside]
      .flatMap((a) => cliques.filter((b) => !inside.has(b)).map((b) => [a, b] as [Clique, Clique]))
      .sort((x, y) => shared(...y) - shared(...x)) as [[Clique, Clique]]
    edges.push(best)
    inside.add(best[1])
  }
  return edges
}
