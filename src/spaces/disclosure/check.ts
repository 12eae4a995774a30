import type { Highs } from 'highs'
import { canonicalJson, ChainonError, type Denial } from '../../base/index.ts'
import {
  type At,
  type CheckedStep,
  type CheckedSubmission,
  type CheckedTable,
  type CostTable,
  type CountTable,
  type FlowTable,
  type OutputTable,
  type ShownFlow,
  type Submission,
  type SurvivalTable,
  TOTAL,
} from '../output-model.ts'
import { type CostCheck, checkCosts } from './costs.ts'
import { curveFamilies } from './curve-families.ts'
import { checkCurves } from './curves.ts'
import { changedSince, departuresSince } from './departures.ts'
import { applyMerging, canFlow, type Merging } from './flows.ts'
import { flowFamilies } from './flow-families.ts'
import { supportedFigures } from './figures.ts'
import { allDimensions, type EarlierRelease, gatherCosts, gatherPersons } from './gather.ts'
import { type Frame, Lattice } from './lattice.ts'
import { mergeFlows } from './merge-flows.ts'
import { checkPersons } from './persons.ts'
import { type DisclosureProfile, FR_SNDS, type WithoutGuards } from './profile.ts'
import { canCheck } from './refusals.ts'
import { solver } from './solver.ts'
import { summarise } from './summary.ts'
import { say } from './system.ts'

export interface CheckOptions {
  /** What left before under the same permit and version of the data. */
  readonly earlier?: readonly EarlierRelease[]
  /** For tests that show what a guard prevents. */
  readonly without?: WithoutGuards
}

/**
 * Decides what of a submission may be shown. All tables are looked at together: the same coordinates are the same
 * persons, complete partitions add up, and what a total minus the shown cells leaves over is a cell as well. The
 * same submission gives the same result. Nothing of a hidden cell is in the result but its place.
 * @throws disclosure/… when the submission is refused as a whole: identifying values, figures that are a minimum,
 * a maximum or a count, numbers that contradict each other, or a leak that only an earlier release could prevent
 */
export async function checkSubmission(
  submission: Submission,
  profile: DisclosureProfile = FR_SNDS,
  { earlier: releases = [], without = {} }: CheckOptions = {},
): Promise<CheckedSubmission> {
  const highs = await solver()
  refuse(canCheck(submission))
  const earlier = without.earlier ? [] : releases
  const { dimensions, denials } = allDimensions(submission, earlier)
  refuse(denials)
  const lattice = new Lattice(dimensions)
  const parts = without.together ? submission.tables.map((table) => [table]) : [submission.tables]
  const results = parts.map((tables) => checkTogether(highs, lattice, tables, earlier, profile, without))
  const tables = results.flatMap((result) => result.tables)
  return {
    study: submission.study,
    dimensions: submission.dimensions,
    tables,
    summary: summarise(submission, tables, profile, {
      proved: !Object.values(without).some(Boolean),
      cells: results.reduce((n, { proved }) => n + proved, 0),
      earlierReleases: earlier.length,
    }),
  }
}

function checkTogether(
  highs: Highs,
  lattice: Lattice,
  tables: readonly OutputTable[],
  earlier: readonly EarlierRelease[],
  profile: DisclosureProfile,
  without: WithoutGuards,
): { tables: CheckedTable[]; proved: number } {
  const gathered = gatherPersons(lattice, tables, earlier)
  refuse(gathered.denials)
  const { cells } = gathered
  const withheld = new Map<string, number>()
  const frames: Frame[] = []
  for (const release of earlier.filter(({ samePersons }) => !samePersons)) {
    const departures = departuresSince(highs, lattice, cells, release, profile)
    refuse(departures.denials)
    frames.push(...departures.frames)
    for (const [key, n] of departures.withheld) withheld.set(key, Math.max(n, withheld.get(key) ?? 0))
  }
  const persons = checkPersons(highs, lattice, cells, profile, without, { withheld, frames })
  refuse(persons.denials)
  const isHidden = (at: At) => persons.hidden.has(lattice.key(at))
  const amounts = gatherCosts(lattice, tables, earlier, isHidden, profile)
  refuse(amounts.denials)
  const costs = checkCosts(highs, lattice, amounts.cells, profile, without)
  refuse(costs.denials)
  const noFlows = changedSince('flow', tables, earlier)
  const flows = flowMergings(lattice, tables, earlier, (at) => noFlows || isHidden(at), profile, without)
  const noCurves = changedSince('survival', tables, earlier)
  const curves = curveSteps(lattice, tables, earlier, (at) => noCurves || isHidden(at), profile, without)
  const checked = tables.map((table): CheckedTable => {
    switch (table.kind) {
      case 'count':
        return showCounts(table, isHidden, profile)
      case 'cost':
        return showCosts(table, lattice, isHidden, costs, profile)
      case 'survival':
        return showCurves(table, lattice, curves.get(table.name) ?? new Map(), profile)
      case 'flow':
        return showFlow(table, noFlows || isHidden(table.at), flows.get(table.name))
    }
  })
  return { tables: checked, proved: persons.proved + costs.proved }
}

function showCounts(
  { name, cells }: CountTable,
  isHidden: (at: At) => boolean,
  profile: DisclosureProfile,
): CheckedTable {
  return {
    kind: 'count',
    name,
    cells: cells.map(({ at, n, figures }) =>
      isHidden(at)
        ? { at, hidden: true }
        : { at, hidden: false, n, figures: supportedFigures(figures, n, profile) },
    ),
  }
}

function showCosts(
  { name, cells }: CostTable,
  lattice: Lattice,
  isHidden: (at: At) => boolean,
  costs: CostCheck,
  profile: DisclosureProfile,
): CheckedTable {
  return {
    kind: 'cost',
    name,
    cells: cells.map(({ at, n, personYears, items }) => {
      const key = lattice.key(at)
      if (isHidden(at) || costs.cells.has(key)) return { at, hidden: true }
      const hidden = costs.items.get(key) ?? new Set()
      const rest = items.filter(({ item }) => hidden.has(item))
      return {
        at,
        hidden: false,
        n,
        personYears,
        items: items.map(({ item, cents, contributors, figures }) =>
          hidden.has(item)
            ? { item, hidden: true }
            : { item, hidden: false, cents, figures: supportedFigures(figures, contributors, profile) },
        ),
        ...(rest.length === 0
          ? {}
          : {
              rest: {
                items: rest.map(({ item }) => item),
                cents: rest.reduce((sum, { cents }) => sum + cents, 0),
              },
            }),
      }
    }),
  }
}

function showCurves(
  { name, curves }: SurvivalTable,
  lattice: Lattice,
  shown: ReadonlyMap<string, readonly CheckedStep[]>,
  profile: DisclosureProfile,
): CheckedTable {
  return {
    kind: 'survival',
    name,
    curves: curves.map(({ at, n, figures }) => {
      const steps = shown.get(lattice.key(at))
      if (!steps || steps.length === 0) return { at, hidden: true }
      const last = (steps.at(-1) as CheckedStep).until
      return { at, hidden: false, n, steps, figures: supportedFigures(figures, n, profile, last) }
    }),
  }
}

/** Table → the steps that its curves may show. Curves of one family are merged together. */
function curveSteps(
  lattice: Lattice,
  tables: readonly OutputTable[],
  earlier: readonly EarlierRelease[],
  isHidden: (at: At) => boolean,
  profile: DisclosureProfile,
  without: WithoutGuards,
): Map<string, ReadonlyMap<string, readonly CheckedStep[]>> {
  const curves = tables.filter((table): table is SurvivalTable => table.kind === 'survival')
  const steps = new Map<string, ReadonlyMap<string, readonly CheckedStep[]>>()
  for (const { names, cells, released } of curveFamilies(lattice, curves, earlier, isHidden)) {
    const { shown, denials } = checkCurves(lattice, cells, profile, without)
    refuse(denials)
    for (const [key, then] of released)
      if (canonicalJson(shown.get(key) ?? []) !== canonicalJson(then))
        refuse([{ code: 'disclosure/differencing', table: names.join(', '), cell: say(key) }])
    for (const name of names) steps.set(name, shown)
  }
  return steps
}

/** Table → its merging, if there is one. Flow tables of one family share theirs, with everything that follows from them. */
function flowMergings(
  lattice: Lattice,
  tables: readonly OutputTable[],
  earlier: readonly EarlierRelease[],
  isHidden: (at: At) => boolean,
  profile: DisclosureProfile,
  without: WithoutGuards,
): Map<string, Merging | undefined> {
  const flows = tables.filter((table): table is FlowTable => table.kind === 'flow')
  refuse(flows.flatMap((table) => canFlow(table.name, table)))
  const mergings = new Map<string, Merging | undefined>()
  if (without.flows) {
    for (const { name } of flows) mergings.set(name, new Map())
    return mergings
  }
  const before = earlier.filter(({ samePersons }) => samePersons)
  for (const family of flowFamilies(lattice, flows, before, isHidden)) {
    refuse(family.denials)
    const merging = mergeFlows(family.flows, profile)
    for (const { table, shown } of family.released)
      if (!merging || canonicalJson(applyMerging(table.flows, merging)) !== canonicalJson(shown.flows))
        refuse([{ code: 'disclosure/differencing', table: table.name }])
    for (const name of family.names) mergings.set(name, merging)
  }
  return mergings
}

/** Flows that no merging makes safe are hidden as a whole. */
function showFlow(
  { name, at, n, flows }: FlowTable,
  hidden: boolean,
  merging: Merging | undefined,
): CheckedTable {
  if (hidden || n === 0 || !merging) return { kind: 'flow', name, at, hidden: true }
  const shown: ShownFlow = {
    kind: 'flow',
    name,
    at,
    hidden: false,
    n,
    flows: applyMerging(flows, merging),
    merged: Object.fromEntries(
      [...merging]
        .map(([depth, nodes]) => [String(depth), [...nodes].sort()] as const)
        .sort(([a], [b]) => Number(a) - Number(b)),
    ),
  }
  return shown
}

/** Throws the first refusal, with all of them as details. */
function refuse(denials: readonly Denial[]): void {
  const [first] = denials
  if (!first) return
  const { code, ...facts } = first
  const described = Object.entries(facts).map(([name, value]) => `${name} ${String(value)}`)
  throw new ChainonError(code, `${SENTENCES[code] ?? 'the output is refused'} (${described.join(', ')})`, {
    exitCode: 3,
    ...(ADVICE[code] === undefined ? {} : { advice: ADVICE[code] }),
    details: { denials },
  })
}

const SENTENCES: Readonly<Record<string, string>> = {
  'disclosure/identifying': 'a value of the output names a person or an establishment',
  'disclosure/figure': 'a figure has a name that no figure may have',
  'disclosure/contradiction': 'the same cell holds different numbers',
  'disclosure/does-not-add-up': 'the parts of a cell do not add up to it',
  'disclosure/items-do-not-add-up': 'the items of a cell do not add up to its total',
  'disclosure/differencing': 'together with what was released before, a hidden cell could be computed',
  'disclosure/other-partition': 'a dimension has other values than in an earlier release',
  'disclosure/unknown-value': 'a cell stands at a value that its dimension does not have',
}

const ADVICE: Readonly<Record<string, string>> = {
  'disclosure/identifying': 'Number centres within the project; show no FINESS, NIR, id or name.',
  'disclosure/figure':
    'Means, medians, quartiles, rates and their intervals may leave; a minimum, a maximum or a count may not.',
  'disclosure/contradiction':
    'Two populations are two values of a dimension (linked: yes, no), not the same coordinates in two tables.',
  'disclosure/does-not-add-up': `Give every cell of a partition, and let each person have one value; items add up to "${TOTAL}".`,
  'disclosure/other-partition':
    'Keep the partition of the earlier release, or give the new one another name and nest it.',
}
