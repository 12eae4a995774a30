import type { Denial } from '../../base/index.ts'
import type { At, Flow, FlowTable, ShownFlow } from '../output-model.ts'
import type { EarlierRelease } from './gather.ts'
import type { Lattice } from './lattice.ts'
import { buildSystem, type GivenCell } from './system.ts'

interface Released {
  readonly table: FlowTable
  readonly shown: ShownFlow
}

/** Flow tables whose differences are flows too, with everything that follows from those that are shown. */
export interface FlowFamily {
  readonly names: readonly string[]
  /** Flows of every cell that is shown or follows. */
  readonly flows: readonly (readonly Flow[])[]
  readonly released: readonly Released[]
  readonly denials: readonly Denial[]
}

/** Tables that start from a common node belong together; those that are hidden count only through the rest. */
export function flowFamilies(
  lattice: Lattice,
  tables: readonly FlowTable[],
  earlier: readonly EarlierRelease[],
  isHidden: (at: At) => boolean,
): FlowFamily[] {
  const released = earlier.flatMap(({ submission, checked }) =>
    submission.tables.flatMap((table, i): Released[] => {
      const shown = checked.tables[i]
      return table.kind === 'flow' && shown?.kind === 'flow' && !shown.hidden ? [{ table, shown }] : []
    }),
  )
  const families: { names: string[]; starts: Set<string>; tables: FlowTable[]; released: Released[] }[] = []
  for (const table of tables.filter(({ at, n }) => n > 0 && !isHidden(at))) {
    const starts = startsOf(table)
    let family = families.find((one) => starts.some((start) => one.starts.has(start)))
    if (!family) families.push((family = { names: [], starts: new Set(), tables: [], released: [] }))
    family.names.push(table.name)
    family.tables.push(table)
    for (const start of starts) family.starts.add(start)
  }
  for (const one of released)
    families.find(({ starts }) => startsOf(one.table).some((start) => starts.has(start)))?.released.push(one)
  return families.map((family) => {
    const together = [...family.tables, ...family.released.map(({ table }) => table)]
    const places = [
      ...new Map(
        together
          .flatMap(({ flows }) => flows)
          .map(({ level, from, to }) => [JSON.stringify([level, from, to]), { level, from, to }] as const),
      ),
    ].sort(([a], [b]) => (a < b ? -1 : 1))
    const given = new Map<string, GivenCell>()
    const denials: Denial[] = []
    for (const { name, at, flows } of together) {
      const counts = new Map<string, number>()
      for (const { level, from, to, n } of flows) {
        const key = JSON.stringify([level, from, to])
        counts.set(key, (counts.get(key) ?? 0) + n)
      }
      const values = places.map(([key]) => counts.get(key) ?? 0)
      const key = lattice.key(at)
      const before = given.get(key)
      if (before && before.values.some((value, i) => value !== values[i]))
        denials.push({ code: 'disclosure/contradiction', table: name })
      given.set(key, { at: lattice.project(at, lattice.frame(Object.keys(at))), values })
    }
    const system = buildSystem(lattice, given)
    return {
      names: family.names,
      flows: system.nodes.map(({ values }) =>
        places.map(([, place], i) => ({ ...place, n: values[i] as number })),
      ),
      released: family.released,
      denials: [...denials, ...system.denials],
    }
  })
}

const startsOf = ({ flows }: FlowTable): string[] =>
  flows.filter(({ level }) => level === 0).map(({ from }) => from)
