import { connectedComponents } from './components.ts'
import { type Apart, type Clusters, type Constraints, type Edges, type RecordPair, someOf } from './model.ts'

/** What readers decided of pairs of records: it holds, whatever their weight. */
export interface Decisions {
  readonly together: readonly RecordPair[]
  readonly apart: readonly RecordPair[]
}

export function constraintsOf(records: number, { together, apart }: Decisions): Constraints {
  const roots = connectedComponents(
    records,
    {
      left: Int32Array.from(together, ([a]) => a),
      right: Int32Array.from(together, ([, b]) => b),
      weight: new Float64Array(together.length),
    },
    0,
  )
  const sizes = new Map<number, number>()
  for (const one of new Set(together.flat())) {
    const root = roots[one] as number
    sizes.set(root, (sizes.get(root) ?? 0) + 1)
  }
  const rooted = apart.map(([a, b]): RecordPair => [roots[a] as number, roots[b] as number])
  return {
    roots,
    sizes,
    apart: rooted.filter(([a, b]) => a !== b),
    contradicted: rooted.filter(([a, b]) => a === b).length,
  }
}

/** Whom chains of pairs of at least this weight, and of decided matches, lead to. */
export function componentsOf(
  records: number,
  edges: Edges,
  threshold: number,
  decided?: Constraints,
): Clusters {
  if (!decided) return connectedComponents(records, edges, threshold)
  const ofRoots = connectedComponents(records, between(edges, decided), threshold)
  return decided.roots.map((root) => ofRoots[root] as number)
}

/** The pairs between roots; those inside one, and those that stay apart, are left out. */
export function between({ left, right, weight }: Edges, { roots }: Constraints, apart?: Apart): Edges {
  const rooted = (records: Int32Array): Int32Array => records.map((record) => roots[record] as number)
  const edges = { left: rooted(left), right: rooted(right), weight }
  return someOf(edges, (i) => {
    const [a, b] = [edges.left[i] as number, edges.right[i] as number]
    return a !== b && !apart?.has(a, b)
  })
}
