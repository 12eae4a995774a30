import type { Clusters } from './model.ts'

/** What became of a cluster, by its id. */
export interface Change {
  readonly cluster: number
  readonly change: 'new' | 'grown' | 'merged' | 'split'
  /** Ids of the clusters that its records were in before. */
  readonly earlier: readonly number[]
  readonly newRecords: number
}

/**
 * Gives clusters that were made again the ids that their records had: each takes that of the earlier cluster of which it
 * holds most records, which no other takes; of equals the smallest. Others get ids that nobody had.
 * @param earlier id of each record; 0 for a record that is new
 */
export function keepIds(
  clusters: Clusters,
  earlier: Int32Array,
): { ids: Int32Array; changes: readonly Change[] } {
  const held = new Map<number, Map<number, number>>()
  const was = new Map<number, number>()
  let last = 0
  for (const [at, cluster] of clusters.entries()) {
    const id = earlier[at] as number
    const of = held.get(cluster) ?? new Map<number, number>()
    held.set(cluster, of.set(id, (of.get(id) ?? 0) + 1))
    if (id > 0) was.set(id, (was.get(id) ?? 0) + 1)
    if (id > last) last = id
  }
  const claims = [...held].flatMap(([cluster, of]) =>
    [...of].filter(([id]) => id > 0).map(([id, n]) => ({ cluster, id, n })),
  )
  const given = new Map<number, number>()
  const taken = new Set<number>()
  for (const { cluster, id } of claims.sort((a, b) => b.n - a.n || a.id - b.id || a.cluster - b.cluster))
    if (!given.has(cluster) && !taken.has(id)) {
      given.set(cluster, id)
      taken.add(id)
    }
  for (const cluster of held.keys()) if (!given.has(cluster)) given.set(cluster, ++last)
  const changes = [...held].flatMap(([cluster, of]): Change[] => {
    const before = [...of].filter(([id]) => id > 0)
    const newRecords = of.get(0) ?? 0
    const parted = before.some(([id, n]) => n < (was.get(id) as number))
    const change = parted ? 'split' : before.length > 1 ? 'merged' : before.length === 0 ? 'new' : 'grown'
    if (change === 'grown' && newRecords === 0) return []
    const ids = before.map(([id]) => id).sort((a, b) => a - b)
    return [{ cluster: given.get(cluster) as number, change, earlier: ids, newRecords }]
  })
  return { ids: clusters.map((cluster) => given.get(cluster) as number), changes }
}
