/** Scored pairs as three lists in a row: records by number, and the match weight of the pair. */
export interface Edges {
  readonly left: Int32Array
  readonly right: Int32Array
  readonly weight: Float64Array
}

/** The pairs at those places that are asked for. */
export function someOf({ left, right, weight }: Edges, isAsked: (i: number) => boolean): Edges {
  const all = new Int32Array(weight.length)
  let n = 0
  for (let i = 0; i < weight.length; i++) if (isAsked(i)) all[n++] = i
  const some = { left: new Int32Array(n), right: new Int32Array(n), weight: new Float64Array(n) }
  for (let at = 0; at < n; at++) {
    const i = all[at] as number
    some.left[at] = left[i] as number
    some.right[at] = right[i] as number
    some.weight[at] = weight[i] as number
  }
  return some
}

/** Some pairs and others. */
export function joined(some: Edges, others: Edges): Edges {
  const [n, all] = [some.weight.length, some.weight.length + others.weight.length]
  const edges = { left: new Int32Array(all), right: new Int32Array(all), weight: new Float64Array(all) }
  for (const list of ['left', 'right', 'weight'] as const) {
    edges[list].set(some[list])
    edges[list].set(others[list], n)
  }
  return edges
}

/** For each record the number of its cluster: that of its smallest record. */
export type Clusters = Int32Array

/** Clusters that never become one. Whoever makes clusters tells it of those that do, so it is of one use. */
export interface Apart {
  has(a: number, b: number): boolean
  /** b becomes a: what stays apart from b stays apart from a. */
  join(a: number, b: number): void
}

export type RecordPair = readonly [number, number]

/** What readers decided, as clustering respects it. */
export interface Constraints {
  /** For each record the smallest of those that a chain of decided matches joins it with. */
  readonly roots: Clusters
  /** How many records are behind a root, where they are several. */
  readonly sizes: ReadonlyMap<number, number>
  /** Pairs of roots. */
  readonly apart: readonly RecordPair[]
  /** Pairs decided to be no match that a chain of decided matches joins; the matches hold. */
  readonly contradicted: number
}

/** Nobody with anybody. */
export const alone = (records: number): Clusters => new Int32Array(records).map((_, at) => at)

/** Of each cluster how many records it has, by its number. */
export function sizesOf(clusters: Clusters): Int32Array {
  const sizes = new Int32Array(clusters.length)
  for (let record = 0; record < clusters.length; record++) {
    const cluster = clusters[record] as number
    sizes[cluster] = (sizes[cluster] as number) + 1
  }
  return sizes
}

/** How many there are. */
export const countClusters = (clusters: Clusters): number =>
  clusters.reduce((n, cluster, record) => (cluster === record ? n + 1 : n), 0)

/** Number of each record, from 1, and of its cluster; `all` of them, or those only that share theirs with another. */
export function numbered(clusters: Clusters, all: boolean): { rid: Int32Array; cluster: Int32Array } {
  const size = sizesOf(clusters)
  return someNumbered(clusters, (cluster) => all || (size[cluster] as number) > 1)
}

/** The same of the records of those clusters that are asked for. */
export function someNumbered(
  clusters: Clusters,
  isAsked: (cluster: number) => boolean,
): { rid: Int32Array; cluster: Int32Array } {
  const rid = new Int32Array(clusters.length)
  let n = 0
  clusters.forEach((cluster, record) => {
    if (isAsked(cluster)) rid[n++] = record + 1
  })
  const told = rid.subarray(0, n)
  return { rid: told, cluster: told.map((record) => (clusters[record - 1] as number) + 1) }
}

export const shared = (clusters: Clusters): { rid: Int32Array; cluster: Int32Array } =>
  numbered(clusters, false)
