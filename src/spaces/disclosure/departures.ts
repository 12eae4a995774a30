import type { Highs } from 'highs'
import { canonicalJson, type Denial } from '../../base/index.ts'
import type { OutputTable } from '../output-model.ts'
import { type EarlierRelease, personsOf, shownCells } from './gather.ts'
import type { Lattice } from './lattice.ts'
import { checkPersons, type PersonCell } from './persons.ts'
import type { DisclosureProfile } from './profile.ts'

export interface Departures {
  /** Cells that may not be shown again: with what was shown then they would tell of 1 to 10 who left. */
  readonly withheld: ReadonlySet<string>
  readonly denials: readonly Denial[]
}

/**
 * Between two releases persons objected. How many left each cell (then minus now) is a table of persons like any
 * other: what is 1 to 10 of it is hidden, with what protects it, and is hidden by not showing the cell again. When
 * somebody came back as well, differences can cancel, and every cell that changed is withheld.
 */
export function departuresSince(
  highs: Highs,
  lattice: Lattice,
  now: ReadonlyMap<string, PersonCell>,
  { submission, checked }: EarlierRelease,
  profile: DisclosureProfile,
): Departures {
  const shown = new Set(checked.tables.flatMap(shownCells).map((at) => lattice.key(at)))
  const left = new Map<string, PersonCell>()
  for (const { at, n } of submission.tables.flatMap(personsOf)) {
    const key = lattice.key(at)
    const cell = now.get(key)
    if (cell && !lattice.contradicts(at))
      left.set(key, { at: cell.at, n: n - cell.n, hiddenThen: !shown.has(key) })
  }
  const changed = [...left].filter(([key, { n }]) => n !== 0 && shown.has(key)).map(([key]) => key)
  if (changed.length === 0 || [...left.values()].some(({ n }) => n < 0))
    return { withheld: new Set(changed), denials: [] }
  const { hidden, denials } = checkPersons(highs, lattice, left, profile)
  return { withheld: new Set([...left.keys()].filter((key) => hidden.has(key) && shown.has(key))), denials }
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
