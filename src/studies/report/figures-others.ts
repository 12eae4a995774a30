import { count, percent, ratio } from '../../page/index.ts'
import { dots } from './draw/dots.ts'
import { type FlowLink, type FlowNode, flows } from './draw/flows.ts'
import type { Figure, Source } from './figure.ts'
import { directionOf, type Interval } from './finding.ts'
import { label } from './labels.ts'
import { costRows, delayRows, tableOf } from './tables.ts'

/** The same kind of care has the same colour everywhere (Okabe and Ito 2008); ends are grey. */
const colours: Readonly<Record<string, string>> = {
  'first-contact': 'var(--ink)',
  gp: '#56b4e9',
  specialist: '#e69f00',
  outpatient: '#cc79a7',
  stay: '#0072b2',
  centre: '#009e73',
  other: '#999999',
}

const order = [
  'first-contact',
  'gp',
  'specialist',
  'outpatient',
  'stay',
  'centre',
  'other',
  'no-further-care',
  'end-of-follow-up',
  'death',
]

/** First steps of care, as flows that add up. */
export function pathwayFigure(source: Source): Figure {
  const { m, lang } = source
  const table = tableOf(source.checked, 'flow', 'first_steps')
  const shown = table && !table.hidden ? table : null
  const named = (node: string): string => label('node', node, lang)
  const links: FlowLink[] = (shown?.flows ?? []).map((flow) => ({
    source: `${flow.level}|${flow.from}`,
    target: `${flow.level + 1}|${flow.to}`,
    value: flow.n,
  }))
  const nodes: FlowNode[] = [...new Set(links.flatMap((link) => [link.source, link.target]))].map((id) => {
    const [depth, node] = id.split('|') as [string, string]
    return { id, depth: Number(depth), label: named(node), colour: colours[node] ?? 'var(--ink2)' }
  })
  nodes.sort(
    (a, b) =>
      a.depth - b.depth || order.indexOf(a.id.split('|')[1] ?? '') - order.indexOf(b.id.split('|')[1] ?? ''),
  )
  const depthOf = Math.max(0, ...nodes.map((node) => node.depth))
  const first = shown?.flows.filter((flow) => flow.level === 0).sort((a, b) => b.n - a.n)[0]
  const merged = [...new Set(Object.values(shown?.merged ?? {}).flat())].map(named)
  const title =
    shown && first && shown.n > 0
      ? m.pathway(percent(first.n / shown.n, lang), named(first.to))
      : m.pathwayUnknown
  return {
    id: 'first-steps',
    section: 'pathway',
    title,
    about: shown ? m.pathwayAbout(count(shown.n, lang)) : '',
    notes: merged.length > 0 ? [m.mergedNodes(merged.join(', '))] : [],
    draw:
      links.length === 0
        ? null
        : () =>
            flows(nodes, links, {
              told: title,
              columns: Array.from({ length: depthOf + 1 }, (_, depth) => m.step(depth)),
              count: (n) => count(n, lang),
            }),
    table: {
      columns: [
        { name: m.columns.step, numeric: false },
        { name: m.columns.from, numeric: false },
        { name: m.columns.to, numeric: false },
        { name: m.columns.patients, numeric: true },
      ],
      rows: (shown?.flows ?? []).map((flow) => [
        m.step(flow.level + 1),
        named(flow.from),
        named(flow.to),
        count(flow.n, lang),
      ]),
      data: (shown?.flows ?? []).map((flow) => [flow.level + 1, flow.from, flow.to, flow.n]),
    },
    n: shown?.n ?? null,
    hidden: table?.hidden ? 1 : 0,
    from: ['first_steps'],
    queries: ['patients', 'pathways'],
  }
}

/** The comparisons of the study. */
export function contrastsOf({ checked }: Source): Record<keyof Source['m']['contrasts'], Interval | null> {
  const cost = (dimension: string, value: string): Interval | null =>
    costRows(checked, `cost_by_${dimension}`, (at) => at[dimension] ?? '').find((row) => row.value === value)
      ?.ratio ?? null
  const delay = (dimension: string, value: string): Interval | null =>
    delayRows(checked, `delay_by_${dimension}`, (at) => at[dimension] ?? '').find(
      (row) => row.value === value,
    )?.ratio ?? null
  return {
    costQuintile: cost('quintile', '5'),
    delayQuintile: delay('quintile', '5'),
    costLabel: cost('label', 'CCMR'),
    delayLabel: delay('label', 'CCMR'),
    costSex: cost('sex', 'female'),
    delaySex: delay('sex', 'female'),
  }
}

/** Ratios beside each other, with the line of no difference. */
export function contrastFigure(source: Source): Figure {
  const { m, lang } = source
  const rows = Object.entries(contrastsOf(source)).map(([key, interval]) => ({
    key: key as keyof typeof m.contrasts,
    interval,
  }))
  const out = rows.filter(({ interval }) => ['more', 'less'].includes(directionOf(interval)))
  const title = m.contrastsTitle(out.map(({ key }) => m.contrasts[key]))
  const says = (r: Interval): string =>
    `${ratio(r.value, lang)} (${ratio(r.low, lang)}–${ratio(r.high, lang)})`
  return {
    id: 'contrasts',
    section: 'inequality',
    title,
    about: m.contrastsAbout,
    notes: [],
    draw: (width) =>
      dots(
        rows.map(({ key, interval }) => ({
          label: m.contrasts[key],
          value: interval?.value ?? null,
          low: interval?.low ?? null,
          high: interval?.high ?? null,
          says: interval ? says(interval) : m.notShown,
          hidden: interval === null,
        })),
        { told: title, axis: m.columns.ratio, format: (x) => ratio(x, lang), reference: 1, log: true },
        width,
      ),
    table: {
      columns: [
        { name: m.columns.comparison, numeric: false },
        ...[m.columns.ratio, m.columns.low, m.columns.high].map((column) => ({
          name: column,
          numeric: true,
        })),
      ],
      rows: rows.map(({ key, interval }) => [
        m.contrasts[key],
        ...(interval
          ? [interval.value, interval.low, interval.high].map((x) => ratio(x, lang))
          : [null, null, null]),
      ]),
      data: rows.map(({ key, interval }) => [
        key,
        ...(interval ? [interval.value, interval.low, interval.high] : ['hidden', 'hidden', 'hidden']),
      ]),
    },
    n: null,
    hidden: rows.filter(({ interval }) => interval === null).length,
    from: ['quintile', 'label', 'sex'].flatMap((name) => [`cost_by_${name}`, `delay_by_${name}`]),
    queries: ['patients', 'costs'],
  }
}
