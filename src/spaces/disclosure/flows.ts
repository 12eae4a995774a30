import type { Denial } from '../../base/index.ts'
import { type At, type Flow, OTHER } from '../output-model.ts'

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

const order = (a: Flow, b: Flow): number =>
  a.level - b.level || b.n - a.n || (a.from + a.to < b.from + b.to ? -1 : 1)

const sum = (flows: readonly Flow[]): number => flows.reduce((n, flow) => n + flow.n, 0)
