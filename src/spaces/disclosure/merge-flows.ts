import type { Flow } from '../output-model.ts'
import type { Merging } from './flows.ts'
import type { DisclosureProfile } from './profile.ts'

/*
 * Which nodes of each depth go into "other" so that every flow, and every stop at a node that others leave, is of
 * nobody or of 11 persons at least. Only neighbouring depths bear on each other, so the best choice is found by
 * dynamic programming over the depths: a state is a set of nodes merged at one depth.
 */

/** One way to merge a depth. */
interface Choice {
  /** Node → its place among those shown; all of "other" share one. */
  readonly group: readonly number[]
  readonly groups: number
  readonly merged: ReadonlySet<string>
  /** Persons who pass through nodes that keep their name. */
  readonly seen: number
}

interface Path {
  readonly value: number
  readonly choices: readonly Choice[]
}

/**
 * The merging that keeps most persons in nodes with a name, one for all tables; undefined when no merging will do,
 * and the tables cannot be shown.
 */
export function mergeFlows(
  tables: readonly (readonly Flow[])[],
  profile: DisclosureProfile,
): Merging | undefined {
  const nodes = nodesByDepth(tables)
  const isSafe = (n: number): boolean => n === 0 || n >= profile.threshold
  let paths: { choice: Choice; path: Path }[] = []
  for (const [depth, names] of nodes.entries()) {
    const choices = choicesAt(names, profile.nodes).filter((choice) =>
      tables.every((flows) => stopsAt(flows, depth, names, choice).every(isSafe)),
    )
    const reached: { choice: Choice; path: Path }[] = []
    const between = depth === 0 ? [] : tables.map((flows) => matrix(flows, depth - 1, nodes))
    for (const choice of choices) {
      if (depth === 0) {
        reached.push({ choice, path: { value: choice.seen, choices: [choice] } })
        continue
      }
      let best: Path | undefined
      for (const before of paths) {
        if (best && before.path.value <= best.value - choice.seen) continue
        if (!between.every((flow) => merges(flow, before.choice, choice, isSafe))) continue
        best = { value: before.path.value + choice.seen, choices: [...before.path.choices, choice] }
      }
      if (best) reached.push({ choice, path: best })
    }
    paths = reached
  }
  const best = paths.reduce<Path | undefined>(
    (one, { path }) => (one === undefined || path.value > one.value ? path : one),
    undefined,
  )
  return (
    best && new Map(best.choices.flatMap(({ merged }, depth) => (merged.size > 0 ? [[depth, merged]] : [])))
  )
}

interface Named {
  readonly name: string
  readonly n: number
}

/** Depth → its nodes, smallest first, with the persons of all tables who pass. */
function nodesByDepth(tables: readonly (readonly Flow[])[]): Named[][] {
  const sizes: Map<string, { in: number; out: number }>[] = []
  const at = (depth: number, name: string) => {
    const level = (sizes[depth] ??= new Map<string, { in: number; out: number }>())
    const size = level.get(name) ?? { in: 0, out: 0 }
    level.set(name, size)
    return size
  }
  for (const flow of tables.flat()) {
    at(flow.level, flow.from).out += flow.n
    at(flow.level + 1, flow.to).in += flow.n
  }
  return sizes.map((level) =>
    [...level]
      .map(([name, size]) => ({ name, n: Math.max(size.in, size.out) }))
      .sort((a, b) => a.n - b.n || (a.name < b.name ? -1 : 1)),
  )
}

/**
 * Every set of nodes that may be "other" at a depth: none, or at least two (one alone would be itself under another
 * name, unless it is all there is). Of a crowded depth the smallest nodes are in it in any case.
 */
function choicesAt(nodes: readonly Named[], most: number): Choice[] {
  const forced = nodes.length > most ? nodes.length - most + 1 : 0
  const free = nodes.slice(forced)
  const choices: Choice[] = []
  for (let mask = 0; mask < 2 ** free.length; mask++) {
    const others = nodes.filter((_, i) => i < forced || (mask >> (i - forced)) % 2 === 1)
    if (others.length === 1 && nodes.length > 1) continue
    const merged = new Set(others.length === 1 ? [] : others.map(({ name }) => name))
    let next = merged.size > 0 ? 1 : 0
    const group = nodes.map(({ name }) => (merged.has(name) ? 0 : next++))
    choices.push({
      group,
      groups: next,
      merged,
      seen: nodes.reduce((sum, { name, n }) => sum + (merged.has(name) ? 0 : n), 0),
    })
  }
  return choices
}

/** Persons who reached a shown node and did not leave it, of nodes that others do leave. */
function stopsAt(flows: readonly Flow[], depth: number, nodes: readonly Named[], choice: Choice): number[] {
  if (depth === 0) return []
  const place = new Map(nodes.map(({ name }, i) => [name, choice.group[i] as number]))
  const came = Array.from({ length: choice.groups }, () => 0)
  const left = Array.from({ length: choice.groups }, () => 0)
  for (const { level, from, to, n } of flows) {
    if (level === depth - 1) came[place.get(to) as number] = (came[place.get(to) as number] as number) + n
    if (level === depth) left[place.get(from) as number] = (left[place.get(from) as number] as number) + n
  }
  return came.flatMap((n, g) => ((left[g] as number) > 0 ? [n - (left[g] as number)] : []))
}

/** Flows of a level by the places of their ends. */
function matrix(flows: readonly Flow[], level: number, nodes: readonly (readonly Named[])[]): number[][] {
  const place = (depth: number) => new Map((nodes[depth] ?? []).map(({ name }, i) => [name, i]))
  const [from, to] = [place(level), place(level + 1)]
  const counts = Array.from({ length: from.size }, () => Array.from({ length: to.size }, () => 0))
  for (const flow of flows) {
    if (flow.level !== level) continue
    const row = counts[from.get(flow.from) as number] as number[]
    row[to.get(flow.to) as number] = (row[to.get(flow.to) as number] as number) + flow.n
  }
  return counts
}

/** Are all flows between two merged depths safe? */
function merges(
  counts: readonly (readonly number[])[],
  before: Choice,
  after: Choice,
  isSafe: (n: number) => boolean,
): boolean {
  const sums = new Int32Array(before.groups * after.groups)
  for (const [i, row] of counts.entries()) {
    const start = (before.group[i] as number) * after.groups
    for (const [j, n] of row.entries()) {
      const at = start + (after.group[j] as number)
      sums[at] = (sums[at] as number) + n
    }
  }
  return sums.every(isSafe)
}
