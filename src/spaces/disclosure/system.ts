import type { Denial } from '../../base/index.ts'
import type { At } from '../output-model.ts'
import { cliques } from './cliques.ts'
import type { Frame, Lattice } from './lattice.ts'
import type { Equation } from './protect.ts'

/** Additive values of one cell: persons, or cents and contributors. */
export type Values = readonly number[]

export interface GivenCell {
  readonly at: At
  readonly values: Values
}

export interface Node {
  /** Name of the cell, or of what a total leaves over when several of its parts were not given. */
  readonly key: string
  readonly at: At
  readonly values: Values
  /** Handed in; the others follow from totals, and are known only through them. */
  readonly given: boolean
  readonly depth: number
  /** What a total leaves over for several cells together. */
  readonly rest?: true
}

/** A cell that nobody handed in and that follows from nothing; tables have it in common. */
export interface OpenCell {
  readonly key: string
  readonly at: At
  readonly depth: number
  /** Written down only because tables bound each other through it. */
  readonly between: boolean
}

export interface System {
  readonly nodes: readonly Node[]
  readonly index: ReadonlyMap<string, number>
  readonly equations: readonly Equation[]
  /** Only where they were asked for; their indices follow those of the nodes, and equations name them too. */
  readonly open: readonly OpenCell[]
  readonly denials: readonly Denial[]
}

export interface SystemOptions {
  /** Write down what nobody handed in as well: all through which tables bound each other. */
  readonly everyCell?: boolean
  /** Frames beside those of what was given: of a release to compare with. */
  readonly frames?: readonly Frame[]
}

/** Crossings that nobody handed in are written down up to this many cells. */
const MOST_BETWEEN = 10_000

/** More cells than this in one frame is no table that anybody reads. */
const MOST_CELLS = 20_000

/**
 * The cells of all tables, those that follow from them (a total minus its parts, the sum of parts), and every
 * equation between them. A sum that does not come out is a contradiction of the submission.
 */
export function buildSystem(
  lattice: Lattice,
  given: ReadonlyMap<string, GivenCell>,
  { everyCell = false, frames: others = [] }: SystemOptions = {},
): System {
  const denials: Denial[] = []
  const own = lattice.closure([
    ...[...given.values()].map(({ at }) => lattice.frame(Object.keys(at))),
    ...others,
  ])
  const between = everyCell
    ? cliques(lattice, own).filter((frame) => lattice.size(frame) <= MOST_BETWEEN)
    : []
  const frames = lattice.closure([...own, ...between])
  const ownFrames = new Set(own.map((frame) => frame.join('\n')))
  const known = new Map<string, Values>()
  for (const [key, { values }] of given) known.set(key, values)
  const places = new Map<string, { at: At; frame: Frame }>()
  const cellsOf = new Map<Frame, { key: string; at: At }[]>()
  for (const frame of frames) {
    const size = lattice.size(frame)
    if (size > MOST_CELLS) {
      denials.push({ code: 'disclosure/too-many-cells', dimensions: frame.join(' × '), cells: size })
      return { nodes: [], index: new Map(), equations: [], open: [], denials }
    }
    const cells = lattice.cells(frame).map((at) => ({ key: lattice.key(at), at }))
    cellsOf.set(frame, cells)
    for (const { key, at } of cells) places.set(key, { at, frame })
  }
  const sums = lattice.covers(frames).flatMap(({ coarse, fine }) => {
    const parts = new Map<string, string[]>()
    for (const { key, at } of cellsOf.get(fine) ?? []) {
      const whole = lattice.key(lattice.project(at, coarse))
      const list = parts.get(whole)
      if (list) list.push(key)
      else parts.set(whole, [key])
    }
    return [...parts].map(([whole, keys]) => ({ whole, parts: keys }))
  })

  const width = [...given.values()][0]?.values.length ?? 1
  const zero: Values = Array.from({ length: width }, () => 0)
  const total = (keys: readonly string[]): Values =>
    keys.reduce((sum, key) => plus(sum, known.get(key) as Values, 1), zero)
  for (let changed = true; changed; ) {
    changed = false
    for (const { whole, parts } of sums) {
      const unknown = parts.filter((key) => !known.has(key))
      const sum = known.get(whole)
      if (sum === undefined) {
        if (unknown.length === 0) {
          known.set(whole, total(parts))
          changed = true
        }
        continue
      }
      if (unknown.length === 0) continue
      const left = plus(sum, total(parts.filter((key) => known.has(key))), -1)
      if (unknown.length === 1) {
        known.set(unknown[0] as string, left)
        changed = true
      } else if (left.every((value) => value === 0)) {
        for (const key of unknown) known.set(key, zero)
        changed = true
      }
    }
  }

  const nodes: Node[] = []
  const index = new Map<string, number>()
  for (const key of [...known.keys()].sort()) {
    const { at, frame } = places.get(key) as { at: At; frame: Frame }
    index.set(key, nodes.length)
    nodes.push({
      key,
      at,
      values: known.get(key) as Values,
      given: given.has(key),
      depth: lattice.depth(frame),
    })
  }
  const open: OpenCell[] = []
  const equations: Equation[] = []
  const openParts: { whole: string; parts: readonly string[] }[] = []
  for (const { whole, parts } of sums) {
    const sum = known.get(whole)
    if (sum === undefined) {
      openParts.push({ whole, parts })
      continue
    }
    const there = parts.filter((key) => known.has(key))
    const left = plus(sum, total(there), -1)
    const columns = there.map((key) => index.get(key) as number)
    if (there.length < parts.length) {
      const key = `${whole}\nrest of ${parts[0]}`
      index.set(key, nodes.length)
      columns.push(nodes.length)
      const place = places.get(whole) as { at: At; frame: Frame }
      nodes.push({
        key,
        at: place.at,
        values: left,
        given: false,
        depth: lattice.depth(place.frame) + 1,
        rest: true,
      })
      openParts.push({ whole: key, parts: parts.filter((part) => !known.has(part)) })
    } else if (left.some((value) => value !== 0))
      denials.push({ code: 'disclosure/does-not-add-up', cell: say(whole), by: left.join('; ') })
    equations.push({ whole: index.get(whole) as number, parts: columns })
  }
  for (const { key, values } of nodes)
    if (values.some((value) => value < 0))
      denials.push({ code: 'disclosure/does-not-add-up', cell: say(key), by: values.join('; ') })
  if (everyCell) {
    for (const [key, { at, frame }] of places) {
      if (known.has(key)) continue
      index.set(key, nodes.length + open.length)
      open.push({
        key,
        at,
        depth: lattice.depth(frame),
        between: !ownFrames.has(frame.join('\n')),
      })
    }
    const column = (key: string) => index.get(key) as number
    for (const { whole, parts } of openParts)
      equations.push({ whole: column(whole), parts: parts.map(column) })
  }
  return { nodes, index, equations, open, denials: denials.slice(0, 10) }
}

const plus = (a: Values, b: Values, sign: 1 | -1): Values =>
  a.map((value, i) => value + sign * (b[i] as number))

/** A cell's name for a message. */
export const say = (key: string): string => (key === '' ? 'everybody' : key.replaceAll('\n', ', '))
