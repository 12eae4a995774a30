import type { Denial } from '../../base/index.ts'
import type {
  At,
  CheckedSubmission,
  CheckedTable,
  Dimension,
  OutputTable,
  Submission,
} from '../output-model.ts'
import type { Amount, CostCell } from './costs.ts'
import type { Lattice } from './lattice.ts'
import type { PersonCell } from './persons.ts'
import type { DisclosureProfile } from './profile.ts'
import { say } from './system.ts'

/** What left before, under the same permit and the same version of the data: known whatever is hidden now. */
export interface EarlierRelease {
  readonly submission: Submission
  readonly checked: CheckedSubmission
  /**
   * Counted over the same persons (the same list of oppositions). Otherwise differences tell who left (see
   * departures.ts).
   */
  readonly samePersons: boolean
}

/** The cells of a table with their numbers of persons. */
export function personsOf(table: OutputTable): { readonly at: At; readonly n: number }[] {
  if (table.kind === 'flow') return [{ at: table.at, n: table.n }]
  return table.kind === 'survival' ? [...table.curves] : [...table.cells]
}

/** The dimensions of all releases together. One name has one partition, or differences would go unseen. */
export function allDimensions(
  submission: Submission,
  earlier: readonly EarlierRelease[],
): { dimensions: Record<string, Dimension>; denials: Denial[] } {
  const dimensions: Record<string, Dimension> = { ...submission.dimensions }
  const denials: Denial[] = []
  for (const [name, { values, within }] of Object.entries(dimensions)) {
    const coarser = within && dimensions[within.dimension]
    if (new Set(values).size !== values.length)
      denials.push({ code: 'disclosure/value-twice', dimension: name })
    if (within && values.some((value) => !coarser?.values.includes(within.of[value] as string)))
      denials.push({ code: 'disclosure/bad-nesting', dimension: name, within: within.dimension })
  }
  for (const release of earlier)
    for (const [name, then] of Object.entries(release.submission.dimensions)) {
      const now = dimensions[name]
      if (!now) dimensions[name] = then
      else if (partition(now) !== partition(then))
        denials.push({ code: 'disclosure/other-partition', dimension: name })
    }
  return { dimensions, denials }
}

const partition = ({ values, within }: Dimension): string =>
  JSON.stringify([[...values].sort(), within && [within.dimension, Object.entries(within.of).sort()]])

/** Every cell of persons of these tables and of earlier releases over the same persons. */
export function gatherPersons(
  lattice: Lattice,
  tables: readonly OutputTable[],
  earlier: readonly EarlierRelease[],
): { cells: Map<string, PersonCell>; denials: Denial[] } {
  const cells = new Map<string, PersonCell>()
  const denials: Denial[] = []
  for (const table of tables)
    for (const { at, n } of personsOf(table)) {
      const key = lattice.key(at)
      const before = cells.get(key)
      if (lattice.contradicts(at)) {
        if (n > 0) denials.push({ code: 'disclosure/contradiction', cell: say(key), table: table.name })
        continue
      }
      if (before && before.n !== n)
        denials.push({
          code: 'disclosure/contradiction',
          cell: say(key),
          table: table.name,
          n,
          elsewhere: before.n,
        })
      cells.set(key, { at: lattice.project(at, lattice.frame(Object.keys(at))), n })
    }
  for (const { submission, checked, samePersons } of earlier) {
    if (!samePersons) continue
    const shown = new Set(checked.tables.flatMap(shownCells).map((at) => lattice.key(at)))
    for (const table of submission.tables)
      for (const { at, n } of personsOf(table)) {
        const key = lattice.key(at)
        const now = cells.get(key)
        if (lattice.contradicts(at)) continue
        if (now && now.n !== n)
          denials.push({
            code: 'disclosure/contradiction',
            cell: say(key),
            table: table.name,
            n: now.n,
            elsewhere: n,
          })
        else if (shown.has(key))
          cells.set(key, {
            ...(now ?? { at: lattice.project(at, lattice.frame(Object.keys(at))), n }),
            released: true,
            hiddenThen: false,
          })
        else if (!now)
          cells.set(key, { at: lattice.project(at, lattice.frame(Object.keys(at))), n, hiddenThen: true })
      }
  }
  return { cells, denials: denials.slice(0, 10) }
}

/** Cells of which an earlier release told the number of persons. */
export function shownCells(table: CheckedTable): At[] {
  if (table.kind === 'flow') return table.hidden ? [] : [table.at]
  const cells: readonly { readonly at: At; readonly hidden: boolean }[] =
    table.kind === 'survival' ? table.curves : table.cells
  return cells.filter(({ hidden }) => !hidden).map(({ at }) => at)
}

/** Every cost of these tables and of earlier releases. */
export function gatherCosts(
  lattice: Lattice,
  tables: readonly OutputTable[],
  earlier: readonly EarlierRelease[],
  hidden: (at: At) => boolean,
  profile: DisclosureProfile,
): { cells: Map<string, CostCell>; denials: Denial[] } {
  const cells = new Map<string, CostCell>()
  const denials: Denial[] = []
  const put = (table: OutputTable, then?: { released: Map<string, ReadonlySet<string>> }) => {
    if (table.kind !== 'cost') return
    for (const { at, n, items } of table.cells) {
      if (lattice.contradicts(at)) continue
      const key = lattice.key(at)
      const before = cells.get(key)
      const amounts = new Map<string, Amount>(before?.items)
      for (const { item, ...amount } of items) {
        const other = amounts.get(item)
        if (other && (other.cents !== amount.cents || other.contributors !== amount.contributors))
          denials.push({ code: 'disclosure/contradiction', cell: say(key), table: table.name, item })
        amounts.set(item, amount)
      }
      const released = new Set([...(before?.released ?? []), ...(then?.released.get(key) ?? [])])
      cells.set(key, {
        at: lattice.project(at, lattice.frame(Object.keys(at))),
        n,
        items: amounts,
        hidden: before?.hidden ?? (then ? false : hidden(at)),
        released,
        earlierOnly: before ? before.earlierOnly === true : then !== undefined,
      })
    }
  }
  /** A cost that changed because fewer than the threshold left (or came) would tell what they cost. */
  const withhold = ({ tables: then }: Submission, released: ReadonlyMap<string, ReadonlySet<string>>) => {
    for (const table of then)
      for (const { at, items } of table.kind === 'cost' ? table.cells : []) {
        const key = lattice.key(at)
        const cell = cells.get(key)
        if (!cell) continue
        const few = items.filter(({ item, cents, contributors }) => {
          const now = cell.items.get(item)
          return (
            released.get(key)?.has(item) === true &&
            now !== undefined &&
            now.cents !== cents &&
            Math.abs(now.contributors - contributors) < profile.threshold
          )
        })
        const withheld = new Set([...(cell.withheld ?? []), ...few.map(({ item }) => item)])
        cells.set(key, { ...cell, withheld })
      }
  }
  for (const table of tables) put(table)
  for (const { submission, checked, samePersons } of earlier) {
    const released = new Map<string, ReadonlySet<string>>()
    for (const table of checked.tables)
      if (table.kind === 'cost')
        for (const cell of table.cells)
          if (!cell.hidden)
            released.set(
              lattice.key(cell.at),
              new Set(cell.items.filter((item) => !item.hidden).map(({ item }) => item)),
            )
    if (samePersons) for (const table of submission.tables) put(table, { released })
    else withhold(submission, released)
  }
  return { cells, denials: denials.slice(0, 10) }
}
