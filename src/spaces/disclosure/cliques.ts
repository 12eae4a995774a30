import type { Frame, Lattice } from './lattice.ts'

/**
 * Crossings that nobody handed in but through which tables bound each other. Two crossed with the same third
 * dimension, A × B and B × C, agree when they agree on B. Three in a ring, A × B, B × C and C × A, may agree two by two
 * although no persons could be behind all three: an attacker who writes down A × B × C sees more. Dimensions crossed
 * in one table are neighbours; the graph is made chordal (by eliminating next whoever needs fewest new edges), and
 * tables that agree on its cliques are the tables of some persons (Lauritzen 1996, decomposable models).
 */
export function cliques(lattice: Lattice, frames: readonly Frame[]): Frame[] {
  const near = new Map<string, Set<string>>()
  for (const frame of frames) {
    const names = [...new Set(frame.flatMap((name) => [name, ...lattice.ancestors(name)]))]
    for (const a of names) near.set(a, new Set([...(near.get(a) ?? []), ...names.filter((b) => b !== a)]))
  }
  const missing = (name: string): number => {
    const around = [...(near.get(name) as Set<string>)]
    return around.flatMap((a) => around.filter((b) => a < b && !near.get(a)?.has(b))).length
  }
  const found = new Map<string, Frame>()
  while (near.size > 0) {
    const [next = ''] = [...near.keys()].sort((a, b) => missing(a) - missing(b) || (a < b ? -1 : 1))
    const around = [...(near.get(next) as Set<string>)]
    const frame = lattice.frame([next, ...around])
    found.set(frame.join('\n'), frame)
    for (const a of around) {
      for (const b of around) if (a !== b) near.get(a)?.add(b)
      near.get(a)?.delete(next)
    }
    near.delete(next)
  }
  return [...found.values()]
}
