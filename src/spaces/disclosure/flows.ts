import type { Denial } from '../../base/index.ts'
import { type At, type Flow, OTHER } from '../output-model.ts'
import type { DisclosureProfile } from './profile.ts'

export interface FlowCell {
  readonly at: At
  readonly n: number
  readonly flows: readonly Flow[]
}

/** Depth → node → the node under which it is shown. Depth 0 is where persons start. */
export type Merging = ReadonlyMap<number, ReadonlySet<string>>

/** Flows that do not hang together: more leave a node than reached it, or the first level is not everybody. */
export function canFlow(name: string, { n, flows }: FlowCell): Denial[] {
  const level = (of: number) => flows.filter((flow) => flow.level === of)
  if (sum(level(0)) !== n) return [{ code: 'disclosure/flow-does-not-add-up', table: name, level: 0 }]
  for (const { level: at, node, count } of leftOvers(flows))
    if (count < 0) return [{ code: 'disclosure/flow-does-not-add-up', table: name, level: at, node }]
  return []
}

/**
 * Which nodes go into "other": the smaller end of every flow of 1 to 10 persons, the smallest nodes of a level
 * that has too many, and nodes at which 1 to 10 persons would stop. `tables` share one merging, so that their
 * differences are flows of the same nodes.
 */
export function mergeFlows(tables: readonly (readonly Flow[])[], profile: DisclosureProfile): Merging {
  const merged = new Map<number, Set<string>>()
  const small = (n: number) => n > 0 && n < profile.threshold
  const into = (depth: number, node: string) => merged.set(depth, (merged.get(depth) ?? new Set()).add(node))
  for (;;) {
    const shown = tables.map((flows) => applyMerging(flows, merged))
    const all = shown.flat()
    const size = sizes(all)
    const depths = [...size.keys()].sort((a, b) => a - b)
    const crowded = depths.find((depth) => (size.get(depth) as Map<string, number>).size > profile.nodes)
    if (crowded !== undefined) {
      for (const node of smallest(size, crowded, 1)) into(crowded, node)
      continue
    }
    const flow = all.filter(({ n }) => small(n)).sort(order)[0]
    const stop = shown.flatMap(leftOvers).find(({ count }) => small(count))
    const ends = flow
      ? [
          { depth: flow.level, node: flow.from },
          { depth: flow.level + 1, node: flow.to },
        ]
      : stop
        ? [{ depth: stop.level, node: stop.node }]
        : []
    if (ends.length === 0) return merged
    const candidates = ends
      .filter(({ node }) => node !== OTHER)
      .sort((a, b) => (size.get(a.depth)?.get(a.node) ?? 0) - (size.get(b.depth)?.get(b.node) ?? 0))
    const next = candidates.find(({ depth }) => (size.get(depth)?.size ?? 0) > 1) ?? widen(size, ends)
    if (!next) return merged
    into(next.depth, next.node)
    // "Other" of one small node would be that node under another name: it takes the next smallest along.
    if ((merged.get(next.depth)?.size ?? 0) === 1)
      for (const node of smallest(
        sizes(tables.flatMap((flows) => applyMerging(flows, merged))),
        next.depth,
        1,
      ))
        into(next.depth, node)
  }
}

/** Both ends are "other" already: the next smallest node beside one of them joins. */
function widen(
  size: ReadonlyMap<number, ReadonlyMap<string, number>>,
  ends: readonly { depth: number; node: string }[],
): { depth: number; node: string } | undefined {
  return ends
    .flatMap(({ depth }) => smallest(size, depth, 1).map((node) => ({ depth, node })))
    .sort((a, b) => (size.get(a.depth)?.get(a.node) ?? 0) - (size.get(b.depth)?.get(b.node) ?? 0))[0]
}

function smallest(
  size: ReadonlyMap<number, ReadonlyMap<string, number>>,
  depth: number,
  count: number,
): string[] {
  return [...(size.get(depth) ?? [])]
    .filter(([node]) => node !== OTHER)
    .sort(([a, n], [b, m]) => n - m || (a < b ? -1 : 1))
    .slice(0, count)
    .map(([node]) => node)
}

/** The flows between the nodes that are left, largest first within a level. */
export function applyMerging(flows: readonly Flow[], merged: Merging): Flow[] {
  const named = (depth: number, node: string) => (merged.get(depth)?.has(node) ? OTHER : node)
  const sums = new Map<string, Flow>()
  for (const { level, from, to, n } of flows) {
    const flow = { level, from: named(level, from), to: named(level + 1, to) }
    const key = JSON.stringify(flow)
    sums.set(key, { ...flow, n: (sums.get(key)?.n ?? 0) + n })
  }
  return [...sums.values()].filter(({ n }) => n > 0).sort(order)
}

/** Persons who reached a node and did not leave it, of nodes that others do leave. */
function leftOvers(flows: readonly Flow[]): { level: number; node: string; count: number }[] {
  const reached = new Map<string, number>()
  const left = new Map<string, number>()
  const add = (map: Map<string, number>, level: number, node: string, n: number) => {
    const key = JSON.stringify([level, node])
    map.set(key, (map.get(key) ?? 0) + n)
  }
  for (const { level, from, to, n } of flows) {
    add(left, level, from, n)
    add(reached, level + 1, to, n)
  }
  return [...left].flatMap(([key, n]) => {
    const [level, node] = JSON.parse(key) as [number, string]
    return level === 0 ? [] : [{ level, node, count: (reached.get(key) ?? 0) - n }]
  })
}

/** Depth → node → persons who pass. */
function sizes(flows: readonly Flow[]): Map<number, Map<string, number>> {
  const size = new Map<number, Map<string, number>>()
  const entering = new Set<string>()
  const add = (depth: number, node: string, n: number) => {
    const level = size.get(depth) ?? new Map<string, number>()
    level.set(node, (level.get(node) ?? 0) + n)
    size.set(depth, level)
  }
  for (const { level, to, n } of flows) {
    add(level + 1, to, n)
    entering.add(JSON.stringify([level + 1, to]))
  }
  for (const { level, from, n } of flows)
    if (!entering.has(JSON.stringify([level, from]))) add(level, from, n)
  return size
}

const order = (a: Flow, b: Flow): number =>
  a.level - b.level || b.n - a.n || (a.from + a.to < b.from + b.to ? -1 : 1)

const sum = (flows: readonly Flow[]): number => flows.reduce((n, flow) => n + flow.n, 0)
