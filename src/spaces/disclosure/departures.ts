import type { Highs } from 'highs'
import { canonicalJson, type Denial } from '../../base/index.ts'
import type { At, OutputTable } from '../output-model.ts'
import { type EarlierRelease, personsOf, shownCells } from './gather.ts'
import type { Lattice } from './lattice.ts'
import { type Compared, checkPersons, type PersonCell } from './persons.ts'
import type { DisclosureProfile } from './profile.ts'
import { buildSystem, type GivenCell } from './system.ts'

/**
 * Between two releases persons objected. How many left each cell (then minus now) is a table of persons like any
 * other, for every cell that follows from what was handed in then and now: what is 1 to 10 of it
 * is hidden, with what protects it, by not showing the cell again. When somebody came back as well, differences can
 * cancel, and every cell that changed is withheld.
 */
export function departuresSince(
  highs: Highs,
  lattice: Lattice,
  now: ReadonlyMap<string, PersonCell>,
  { submission, checked }: EarlierRelease,
  profile: DisclosureProfile,
): Compared & { readonly denials: readonly Denial[] } {
  const shown = new Set(checked.tables.flatMap(shownCells).map((at) => lattice.key(at)))
  const frameOf = (at: At) => lattice.frame(Object.keys(at))
  const then = new Map<string, GivenCell>()
  for (const { at, n } of submission.tables.flatMap(personsOf))
    if (!lattice.contradicts(at))
      then.set(lattice.key(at), { at: lattice.project(at, frameOf(at)), values: [n] })
  const given = new Map<string, GivenCell>([...now].map(([key, { at, n }]) => [key, { at, values: [n] }]))
  const frames = [...then.values(), ...given.values()].map(({ at }) => frameOf(at))
  const before = buildSystem(lattice, then, { frames })
  const after = buildSystem(lattice, given, { frames })
  const isSmall = (n: number) => n > 0 && n < profile.threshold
  const left = new Map<string, PersonCell>()
  const holds = new Map<string, number>()
  for (const { key, at, values, rest } of before.nodes) {
    const node = after.nodes[after.index.get(key) ?? -1]
    if (rest || !node || node.rest) continue
    // A large cell that was hidden then may have been computed; a small one cannot.
    const hiddenThen = isSmall(values[0] as number) && !shown.has(key)
    left.set(key, { at, n: (values[0] as number) - (node.values[0] as number), hiddenThen })
    holds.set(key, node.values[0] as number)
  }
  // Nobody may have left; where more came than left, eleven more may have come.
  const withhold = (keys: readonly string[]) =>
    new Map(
      keys.map((key) => {
        const { n } = left.get(key) as PersonCell
        return [key, (holds.get(key) as number) + (n >= 0 ? n : profile.threshold)] as const
      }),
    )
  const changed = [...left].filter(([, { n }]) => n !== 0).map(([key]) => key)
  if (changed.length === 0) return { withheld: new Map(), frames, denials: [] }
  // What was not handed in then is not shown: it would be compared with all of what was, through persons who stayed.
  const unheard = [...given.keys()].filter((key) => !then.has(key)).map((key) => [key, 0] as const)
  if ([...left.values()].some(({ n }) => n < 0))
    return { withheld: new Map([...unheard, ...withhold(changed)]), frames, denials: [] }
  const { hidden, denials } = checkPersons(highs, lattice, left, profile)
  const few = withhold([...left.keys()].filter((key) => hidden.has(key)))
  return { withheld: new Map([...unheard, ...few]), frames, denials }
}

/**
 * Curves and flows have many numbers each, all of which would have to differ by nobody or by enough. So none is
 * shown again once one that was shown has changed; those that did not change have left already.
 */
export function changedSince(
  kind: 'survival' | 'flow',
  tables: readonly OutputTable[],
  earlier: readonly EarlierRelease[],
): boolean {
  const said = (table: OutputTable) =>
    table.kind === 'survival'
      ? table.curves.map(({ at, n, steps }) => canonicalJson([at, n, steps]))
      : table.kind === 'flow'
        ? [canonicalJson([table.at, table.n, table.flows])]
        : []
  const now = new Set(tables.flatMap(said))
  return earlier
    .filter(({ samePersons }) => !samePersons)
    .some(({ submission, checked }) =>
      submission.tables.some((table, i) => {
        const then = checked.tables[i]
        if (table.kind !== kind || then === undefined || then.kind !== kind) return false
        const hidden = then.kind === 'survival' ? then.curves.map((curve) => curve.hidden) : [then.hidden]
        return said(table).some((text, k) => hidden[k] === false && !now.has(text))
      }),
    )
}
