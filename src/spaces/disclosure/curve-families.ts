import { canonicalJson } from '../../base/index.ts'
import type { At, CheckedStep, CurveStep, SurvivalTable } from '../output-model.ts'
import type { EarlierRelease } from './gather.ts'
import type { Lattice } from './lattice.ts'
import { buildSystem, type GivenCell } from './system.ts'

export interface CurveCell {
  readonly at: At
  readonly n: number
  readonly steps: readonly CurveStep[]
  /** The persons of this cell are hidden. */
  readonly hidden: boolean
}

/** Tables of curves whose differences are curves too: pooled, by quintile, by disease… */
export interface CurveFamily {
  readonly names: readonly string[]
  readonly cells: Map<string, CurveCell>
  /** Steps that an earlier release showed. */
  readonly released: Map<string, readonly CheckedStep[]>
}

/** Tables on one grid, whose common cells agree and whose parts add up to their wholes, are one family. */
export function curveFamilies(
  lattice: Lattice,
  tables: readonly SurvivalTable[],
  earlier: readonly EarlierRelease[],
  isHidden: (at: At) => boolean,
): CurveFamily[] {
  const families: { names: string[]; cells: Map<string, CurveCell>; released: CurveFamily['released'] }[] = []
  const cellsOf = ({ curves }: SurvivalTable, hidden: (at: At, i: number) => boolean) =>
    new Map<string, CurveCell>(
      curves.map(({ at, n, steps }, i) => [
        lattice.key(at),
        {
          at: lattice.project(at, lattice.frame(Object.keys(at))),
          n,
          steps,
          hidden: n === 0 || hidden(at, i),
        },
      ]),
    )
  for (const table of tables) {
    const cells = cellsOf(table, isHidden)
    const home = families.find((family) => belongs(lattice, family.cells, cells))
    if (home) {
      home.names.push(table.name)
      for (const [key, cell] of cells) home.cells.set(key, cell)
    } else families.push({ names: [table.name], cells, released: new Map() })
  }
  for (const { submission, checked, samePersons } of earlier)
    for (const [i, table] of submission.tables.entries()) {
      const result = checked.tables[i]
      if (!samePersons || table.kind !== 'survival' || result?.kind !== 'survival') continue
      const cells = cellsOf(table, (_, c) => result.curves[c]?.hidden !== false)
      const home = families.find((family) => belongs(lattice, family.cells, cells))
      if (!home) continue
      for (const [key, cell] of cells) if (!home.cells.has(key)) home.cells.set(key, cell)
      for (const curve of result.curves)
        if (!curve.hidden) home.released.set(lattice.key(curve.at), curve.steps)
    }
  return families
}

function belongs(
  lattice: Lattice,
  family: ReadonlyMap<string, CurveCell>,
  cells: ReadonlyMap<string, CurveCell>,
): boolean {
  const grid = (of: ReadonlyMap<string, CurveCell>) =>
    canonicalJson([...of.values()][0]?.steps.map(({ after, until }) => [after, until]) ?? [])
  if (grid(family) !== grid(cells)) return false
  for (const [key, { steps }] of cells) {
    const other = family.get(key)
    if (other && canonicalJson(other.steps) !== canonicalJson(steps)) return false
  }
  // Persons, events and censored in all are enough to see whether parts add up to wholes.
  const totals = [...new Map([...family, ...cells])].map(([key, { at, n, steps }]): [string, GivenCell] => [
    key,
    {
      at,
      values: [
        n,
        ...(['events', 'censored'] as const).map((of) => steps.reduce((s, step) => s + step[of], 0)),
      ],
    },
  ])
  return buildSystem(lattice, new Map(totals)).denials.length === 0
}

/** A curve as what adds up: persons, then events and censored of each step. */
export function curveValues(cells: ReadonlyMap<string, CurveCell>): Map<string, GivenCell> {
  return new Map(
    [...cells].map(([key, { at, n, steps }]) => [
      key,
      { at, values: [n, ...steps.flatMap(({ events, censored }) => [events, censored])] },
    ]),
  )
}
