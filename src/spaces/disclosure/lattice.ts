import type { At, Dimension } from '../output-model.ts'

type Dimensions = Readonly<Record<string, Dimension>>

/** A set of dimensions, none of which follows from another of the set; sorted. */
export type Frame = readonly string[]

/**
 * How coordinates relate. Dimensions nest (disease within group), so a frame is finer than another when each of
 * the other's dimensions is one of its own or follows from one. Frames closed under meet (the finest frame that
 * both refine) give equations through which everything that two tables tell about each other passes.
 */
export class Lattice {
  readonly #dimensions: Dimensions

  constructor(dimensions: Dimensions) {
    this.#dimensions = dimensions
  }

  /** The coarser dimensions that follow from one. */
  ancestors(dimension: string): string[] {
    const found: string[] = []
    let next = this.#dimensions[dimension]?.within?.dimension
    while (next !== undefined && !found.includes(next)) {
      found.push(next)
      next = this.#dimensions[next]?.within?.dimension
    }
    return found
  }

  /** The frame of coordinates: what follows from a finer dimension is left out. */
  frame(dimensions: Iterable<string>): Frame {
    const all = [...new Set(dimensions)]
    const implied = new Set(all.flatMap((dimension) => this.ancestors(dimension)))
    return all.filter((dimension) => !implied.has(dimension)).sort()
  }

  #up(frame: Frame): Set<string> {
    return new Set(frame.flatMap((dimension) => [dimension, ...this.ancestors(dimension)]))
  }

  /** Does `fine` tell everything that `coarse` tells? */
  refines(fine: Frame, coarse: Frame): boolean {
    const up = this.#up(fine)
    return coarse.every((dimension) => up.has(dimension))
  }

  meet(a: Frame, b: Frame): Frame {
    const up = this.#up(b)
    return this.frame([...this.#up(a)].filter((dimension) => up.has(dimension)))
  }

  /** The frames and all their meets, coarse before fine. */
  closure(frames: Iterable<Frame>): Frame[] {
    const found = new Map<string, Frame>()
    for (const frame of frames) found.set(frame.join('\n'), frame)
    let queue = [...found.values()]
    while (queue.length > 0) {
      const fresh: Frame[] = []
      for (const a of queue)
        for (const b of found.values()) {
          const meet = this.meet(a, b)
          const key = meet.join('\n')
          if (!found.has(key)) {
            found.set(key, meet)
            fresh.push(meet)
          }
        }
      queue = fresh
    }
    return [...found.values()].sort(
      (a, b) => this.depth(a) - this.depth(b) || (a.join('\n') < b.join('\n') ? -1 : 1),
    )
  }

  /** How fine a frame is: its dimensions and all that follow from them. */
  depth(frame: Frame): number {
    return this.#up(frame).size
  }

  /** Pairs (coarse, fine) with nothing of `frames` between them. */
  covers(frames: readonly Frame[]): { coarse: Frame; fine: Frame }[] {
    const strictly = (fine: Frame, coarse: Frame) =>
      fine !== coarse && this.refines(fine, coarse) && !this.refines(coarse, fine)
    return frames.flatMap((fine) => {
      const below = frames.filter((coarse) => strictly(fine, coarse))
      return below
        .filter((coarse) => !below.some((between) => strictly(between, coarse)))
        .map((coarse) => ({ coarse, fine }))
    })
  }

  /** Where a cell lies in a coarser frame. */
  project(at: At, frame: Frame): At {
    const full = this.#spread(at)
    return Object.fromEntries(frame.map((dimension) => [dimension, full[dimension] as string]))
  }

  #spread(at: At): Record<string, string> {
    const full: Record<string, string> = { ...at }
    for (const dimension of Object.keys(at)) {
      let from = dimension
      for (const to of this.ancestors(dimension)) {
        full[to] = this.#dimensions[from]?.within?.of[full[from] as string] as string
        from = to
      }
    }
    return full
  }

  /** One name for one cell, whatever the order of its coordinates and whatever follows from them. */
  key(at: At): string {
    const frame = this.frame(Object.keys(at))
    return frame.map((dimension) => `${dimension}=${at[dimension]}`).join('\n')
  }

  /** How many cells a frame has. */
  size(frame: Frame): number {
    return frame.reduce((n, dimension) => n * (this.#dimensions[dimension]?.values.length ?? 0), 1)
  }

  /** Every cell of a frame. */
  cells(frame: Frame): At[] {
    return frame.reduce<At[]>(
      (cells, dimension) =>
        cells.flatMap((at) =>
          (this.#dimensions[dimension]?.values ?? []).map((value) => ({ ...at, [dimension]: value })),
        ),
      [{}],
    )
  }

  /** Coordinates that contradict themselves: a disease outside the group that they name. */
  contradicts(at: At): boolean {
    const full = this.#spread(
      Object.fromEntries(this.frame(Object.keys(at)).map((d) => [d, at[d] as string])),
    )
    return Object.entries(at).some(([dimension, value]) => full[dimension] !== value)
  }
}
