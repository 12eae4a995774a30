import { connectedComponents } from './components.ts'
import type { Clusters, Edges } from './model.ts'

type Pair = readonly [number, number]

/** What readers decided of pairs of records: it holds, whatever their weight. */
export interface Decisions {
  readonly together: readonly Pair[]
  readonly apart: readonly Pair[]
}

/** Records that stay apart, and so what they are joined with. */
export class Apart {
  readonly #from = new Map<number, Set<number>>()

  constructor(pairs: readonly Pair[]) {
    for (const [a, b] of pairs) this.#add(a, b)
  }

  #add(a: number, b: number): void {
    this.#of(a).add(b)
    this.#of(b).add(a)
  }

  #of(a: number): Set<number> {
    let own = this.#from.get(a)
    if (!own) this.#from.set(a, (own = new Set()))
    return own
  }

  has(a: number, b: number): boolean {
    return this.#from.get(a)?.has(b) ?? false
  }

  /** b becomes a: what stays apart from b stays apart from a. */
  join(a: number, b: number): void {
    for (const other of this.#from.get(b) ?? []) this.#add(a, other)
  }
}

export interface Constraints {
  /** For each record the smallest of those that a chain of decided matches joins it with. */
  readonly roots: Clusters
  /** How many records are behind a root, where they are several. */
  readonly sizes: ReadonlyMap<number, number>
  /** Pairs of roots. */
  readonly apart: readonly Pair[]
  /** Pairs decided to be no match that a chain of decided matches joins; the matches hold. */
  readonly contradicted: number
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
  const rooted = apart.map(([a, b]): Pair => [roots[a] as number, roots[b] as number])
  return {
    roots,
    sizes,
    apart: rooted.filter(([a, b]) => a !== b),
    contradicted: rooted.filter(([a, b]) => a === b).length,
  }
}

/** The pairs between roots; those inside one, and those that stay apart, are left out. */
export function between(edges: Edges, { roots, apart }: Constraints): Edges {
  const stays = new Apart(apart)
  const kept: number[] = []
  const at = (side: 'left' | 'right', i: number): number => roots[edges[side][i] as number] as number
  for (let i = 0; i < edges.weight.length; i++) {
    const [a, b] = [at('left', i), at('right', i)]
    if (a !== b && !stays.has(a, b)) kept.push(i)
  }
  return {
    left: Int32Array.from(kept, (i) => at('left', i)),
    right: Int32Array.from(kept, (i) => at('right', i)),
    weight: Float64Array.from(kept, (i) => edges.weight[i] as number),
  }
}
