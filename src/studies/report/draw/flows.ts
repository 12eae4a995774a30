import { escape } from '../../../page/index.ts'
import { sankey, sankeyLinkHorizontal, type SankeyGraph } from 'd3-sankey'

export interface FlowNode {
  readonly id: string
  readonly depth: number
  readonly label: string
  readonly colour: string
}

export interface FlowLink {
  readonly source: string
  readonly target: string
  readonly value: number
}

/** A flow diagram: columns of nodes with the number of persons, bands as wide as the flows. */
export function flows(
  nodes: readonly FlowNode[],
  links: readonly FlowLink[],
  options: { told: string; columns: readonly string[]; count: (n: number) => string },
): string {
  const width = 720
  const height = 460
  const top = 28
  const right = 150
  const layout = sankey<FlowNode, FlowLink>()
    .nodeId((node) => node.id)
    .nodeAlign((node) => node.depth ?? 0)
    .nodeWidth(10)
    .nodePadding(14)
    .nodeSort(null)
    .extent([
      [1, top + 8],
      [width - right, height - 4],
    ])
  const graph = layout({
    nodes: nodes.map((node) => ({ ...node })),
    links: links.map((link) => ({ ...link })),
  } as SankeyGraph<FlowNode, FlowLink>)
  // Nodes keep their order and bands are put in order before nodes have come to rest: so once more, or they cross.
  const heightOf = (end: unknown): number => (end as { y0?: number }).y0 ?? 0
  for (const node of graph.nodes) {
    node.sourceLinks?.sort((a, b) => heightOf(a.target) - heightOf(b.target))
    node.targetLinks?.sort((a, b) => heightOf(a.source) - heightOf(b.source))
  }
  layout.update(graph)
  const path = sankeyLinkHorizontal()
  const round = (d: string): string => d.replace(/\d+\.\d+/g, (number) => Number(number).toFixed(1))
  const bands = graph.links.map((link) => {
    const source = link.source as unknown as FlowNode
    const target = link.target as unknown as FlowNode
    const said = `${source.label} → ${target.label}: ${options.count(link.value)}`
    return `<path d="${round(path(link as never) ?? '')}" stroke="${source.colour}" stroke-width="${Math.max(1, link.width ?? 1).toFixed(1)}"><title>${escape(said)}</title></path>`
  })
  const columns = new Map<number, number>()
  const boxes = graph.nodes.map((node) => {
    const [x, y] = [node.x0 ?? 0, node.y0 ?? 0]
    columns.set(node.depth ?? 0, x)
    const tall = Math.max(1, (node.y1 ?? 0) - y)
    const middle = y + tall / 2
    return `<g><rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="10" height="${tall.toFixed(1)}" fill="${node.colour}"><title>${escape(`${node.label}: ${options.count(node.value ?? 0)}`)}</title></rect><text x="${(x + 15).toFixed(1)}" y="${middle.toFixed(1)}" dy="0.32em" class="halo">${escape(node.label)} <tspan class="n">${escape(options.count(node.value ?? 0))}</tspan></text></g>`
  })
  const heads = [...columns]
    .sort(([a], [b]) => a - b)
    .map(
      ([depth, x]) =>
        `<text x="${x.toFixed(1)}" y="14" class="head">${escape(options.columns[depth] ?? '')}</text>`,
    )
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(options.told)}" font-size="12" fill="currentColor"><g>${heads.join('')}</g><g fill="none" stroke-opacity="0.32">${bands.join('')}</g><g>${boxes.join('')}</g></svg>`
}
