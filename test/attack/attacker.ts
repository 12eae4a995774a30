import type {
  At,
  CheckedSubmission,
  CheckedSurvivalTable,
  Dimension,
  ShownCurve,
  ShownFlow,
} from '../../src/spaces/index.ts'
import { Field } from './field.ts'
import { type Form, Knowledge, type Leak, leaksAmong, type Target } from './linear.ts'

/*
 * Somebody who has every table of every release of a space, and time. He writes down what is published as linear
 * equations over what is not, and asks for the least and the most that each hidden number can be. He shares no code
 * with the check that he attacks. What he counts as a leak:
 *
 * - a shown number of persons that is 1 to 10;
 * - a hidden cell that can be proved to hold fewer than 11 (it holds at least 1, for zeros are shown);
 * - what is left over of a total, a cell that several tables have in common, the events, the censored or those at
 *   risk in any stretch of a curve, a flow, or those who stop at a node: proved to be 1 to 10 (least ≥ 1, most ≤ 10).
 */

export const THRESHOLD = 11

type Dimensions = Readonly<Record<string, Dimension>>

/** All that can be learned of persons from releases over the same persons. */
export async function findLeaks(releases: readonly CheckedSubmission[]): Promise<Leak[]> {
  const dimensions = Object.assign({}, ...releases.map((release) => release.dimensions)) as Dimensions
  const leaks = [
    ...(await personLeaks(dimensions, releases)),
    ...(await curveLeaks(dimensions, releases)),
    ...(await flowLeaks(dimensions, releases)),
  ]
  return leaks.filter((leak, i) => leaks.findIndex(({ name }) => name === leak.name) === i)
}

interface Said {
  readonly at: At
  /** Null: hidden. */
  readonly n: number | null
  /** Zeros are shown in this kind of table, so that hidden means at least one. */
  readonly zeros: boolean
}

function saidOf(release: CheckedSubmission): Said[] {
  return release.tables.flatMap((table): Said[] => {
    switch (table.kind) {
      case 'count':
      case 'cost':
        return table.cells.map((cell) => ({ at: cell.at, n: cell.hidden ? null : cell.n, zeros: true }))
      case 'survival':
        return table.curves.map((curve) => ({
          at: curve.at,
          n: curve.hidden ? null : curve.n,
          zeros: false,
        }))
      case 'flow':
        return [{ at: table.at, n: table.hidden ? null : table.n, zeros: false }]
    }
  })
}

const isSmall = (n: number): boolean => n > 0 && n < THRESHOLD

async function personLeaks(dimensions: Dimensions, releases: readonly CheckedSubmission[]): Promise<Leak[]> {
  const knowledge = new Knowledge()
  const said = releases.flatMap(saidOf)
  if (said.length === 0) return []
  const ats = said.map(({ at }) => at)
  const field = new Field(knowledge, dimensions, ats)
  const shown = new Map<string, number>()
  const hidden = new Map<string, boolean>()
  const leaks: Leak[] = []
  for (const { at, n, zeros } of said) {
    const column = field.column(at)
    if (column === undefined) continue
    const name = field.nameOf(at)
    if (n === null) hidden.set(name, zeros || hidden.get(name) === true)
    else {
      if (!shown.has(name) && isSmall(n)) leaks.push({ name: `shown: ${name}`, least: n, most: n })
      shown.set(name, n)
      knowledge.within(column, n, n)
    }
  }
  const targets: Target[] = []
  const common = field.common(ats)
  for (const at of common) {
    const name = field.nameOf(at)
    if (shown.has(name)) continue
    const column = field.column(at) as number
    const isHidden = hidden.get(name) === true
    if (isHidden) knowledge.within(column, 1, Number.POSITIVE_INFINITY)
    targets.push({ name: `persons: ${name}`, form: [[column, 1]], hidden: isHidden })
  }
  targets.push(...leftOvers(field, common, shown))
  return [...leaks, ...(await knowledge.ask((oracle) => leaksAmong(oracle, targets, THRESHOLD)))]
}

/** A shown cell minus those cells of a finer table that are shown. */
function leftOvers(field: Field, ats: readonly At[], shown: ReadonlyMap<string, number>): Target[] {
  const frames = new Map<string, At[]>()
  for (const at of ats) {
    const frame = Object.keys(at).sort().join()
    frames.set(frame, [...(frames.get(frame) ?? []), at])
  }
  const targets: Target[] = []
  for (const [coarse, wholes] of frames)
    for (const [fine, parts] of frames) {
      const names = coarse === '' ? [] : coarse.split(',')
      if (coarse === fine || !names.every((name) => fine.split(',').includes(name))) continue
      const open = new Map<string, number[]>()
      for (const part of parts) {
        if (shown.has(field.nameOf(part))) continue
        const key = names.map((name) => part[name]).join('\n')
        open.set(key, [...(open.get(key) ?? []), field.column(part) as number])
      }
      for (const whole of wholes) {
        const rest = open.get(names.map((name) => whole[name]).join('\n'))
        if (rest && rest.length > 1)
          targets.push({
            name: `left over of ${field.nameOf(whole)} over ${fine}`,
            form: rest.map((column) => [column, 1] as const),
            hidden: false,
          })
      }
    }
  return targets
}

/** Coordinates that all cells share tell nothing about their differences. */
function withoutCommon(ats: readonly At[]): (at: At) => At {
  const [first = {}] = ats
  const same = new Set(Object.keys(first).filter((name) => ats.every((at) => at[name] === first[name])))
  return (at) => Object.fromEntries(Object.entries(at).filter(([name]) => !same.has(name)))
}

async function curveLeaks(dimensions: Dimensions, releases: readonly CheckedSubmission[]): Promise<Leak[]> {
  const tables = releases.flatMap((release) =>
    release.tables.filter((table): table is CheckedSurvivalTable => table.kind === 'survival'),
  )
  const all = tables.flatMap(({ curves }) => curves)
  const curves = all.filter((curve): curve is ShownCurve => !curve.hidden)
  if (curves.length === 0) return []
  const persons = new Map(
    releases.flatMap(saidOf).flatMap(({ at, n }) => (n === null ? [] : [[placeOf(at), n] as const])),
  )
  const times = [...new Set(curves.flatMap(({ steps }) => steps.map(({ until }) => until)))].sort(
    (a, b) => a - b,
  )
  const strip = withoutCommon(all.map(({ at }) => at))
  const ats = all.map(({ at }) => strip(at))
  const knowledge = new Knowledge()
  // Slots: events before each time, then censored before each time, then who is left after the last.
  const slots = 2 * times.length + 1
  const field = new Field(knowledge, dimensions, ats, slots)
  /** Events (0) or censored (1) after a time and until another. */
  const fell = (at: At, of: 0 | 1, after: number, until: number): Form =>
    times.flatMap((time, k) =>
      time > after && time <= until ? [[field.column(at, of * times.length + k) as number, 1] as const] : [],
    )
  const atRisk = (at: At, after: number): Form => [
    ...fell(at, 0, after, Number.POSITIVE_INFINITY),
    ...fell(at, 1, after, Number.POSITIVE_INFINITY),
    [field.column(at, slots - 1) as number, 1],
  ]
  for (const { at, hidden } of all) {
    const n = persons.get(placeOf(at))
    if (!hidden || n !== undefined) knowledge.learn(atRisk(strip(at), 0), n as number)
  }
  for (const { at: full, n, steps } of curves) {
    const at = strip(full)
    knowledge.learn(atRisk(at, 0), n)
    for (const { after, until, atRisk: risk, events, censored } of steps) {
      knowledge.learn(atRisk(at, after), risk)
      knowledge.learn(fell(at, 0, after, until), events)
      if (censored !== null) knowledge.learn(fell(at, 1, after, until), censored)
    }
  }
  const targets: Target[] = []
  const ends = [0, ...times]
  for (const at of field.common(ats)) {
    const name = field.nameOf(at)
    for (const [i, after] of ends.entries()) {
      if (after > 0)
        targets.push({ name: `at risk after ${after}: ${name}`, form: atRisk(at, after), hidden: false })
      for (const until of ends.slice(i + 1))
        for (const of of [0, 1] as const)
          targets.push({
            name: `${of === 0 ? 'events' : 'censored'} ${after} to ${until}: ${name}`,
            form: fell(at, of, after, until),
            hidden: false,
          })
    }
  }
  return knowledge.ask((oracle) => leaksAmong(oracle, targets, THRESHOLD))
}

const placeOf = (at: At): string => JSON.stringify(Object.entries(at).sort())

async function flowLeaks(dimensions: Dimensions, releases: readonly CheckedSubmission[]): Promise<Leak[]> {
  const tables = releases.flatMap((release) =>
    release.tables.filter((table): table is ShownFlow => table.kind === 'flow' && !table.hidden),
  )
  if (tables.length === 0) return []
  const nodes: Set<string>[] = []
  const node = (depth: number, name: string) => (nodes[depth] ??= new Set()).add(name)
  for (const { flows, merged } of tables) {
    for (const { level, from, to } of flows) {
      node(level, from)
      node(level + 1, to)
    }
    for (const [depth, names] of Object.entries(merged)) for (const name of names) node(Number(depth), name)
  }
  // "other" is a name for nodes, and no node, wherever it is said what went into it.
  for (const [depth, names] of nodes.entries())
    if (tables.some(({ merged }) => (merged[depth]?.length ?? 0) > 0)) names.delete('other')
  const places = nodes.flatMap((froms, level) =>
    [...froms].flatMap((from) => [...(nodes[level + 1] ?? [])].map((to) => ({ level, from, to }))),
  )
  const strip = withoutCommon(tables.map(({ at }) => at))
  const ats = tables.map(({ at }) => strip(at))
  const knowledge = new Knowledge()
  const field = new Field(knowledge, dimensions, ats, places.length)
  const sum = (at: At, which: (place: (typeof places)[number]) => boolean): Form =>
    places.flatMap((place, slot) => (which(place) ? [[field.column(at, slot) as number, 1] as const] : []))
  const stops = (at: At, depth: number, name: string): Form => [
    ...sum(at, ({ level, to }) => level === depth - 1 && to === name),
    ...sum(at, ({ level, from }) => level === depth && from === name).map(([c, by]) => [c, -by] as const),
  ]
  const common = field.common(ats)
  for (const at of common)
    for (const [depth, names] of nodes.entries())
      if (depth > 0)
        for (const name of names) knowledge.learn(stops(at, depth, name), 0, Number.POSITIVE_INFINITY)
  for (const { at: full, n, flows, merged } of tables) {
    const at = strip(full)
    knowledge.learn(
      sum(at, ({ level }) => level === 0),
      n,
    )
    const shownAs = (depth: number, name: string) => (merged[depth]?.includes(name) ? 'other' : name)
    const keyOf = (level: number, from: string, to: string) => JSON.stringify([level, from, to])
    const counts = new Map(flows.map(({ level, from, to, n: count }) => [keyOf(level, from, to), count]))
    const groups = new Set(
      places.map(({ level, from, to }) => keyOf(level, shownAs(level, from), shownAs(level + 1, to))),
    )
    for (const group of groups)
      knowledge.learn(
        sum(
          at,
          ({ level, from, to }) => keyOf(level, shownAs(level, from), shownAs(level + 1, to)) === group,
        ),
        counts.get(group) ?? 0,
      )
  }
  const targets: Target[] = []
  for (const at of common) {
    const name = field.nameOf(at)
    for (const [slot, { level, from, to }] of places.entries())
      targets.push({
        name: `flow ${level} ${from} → ${to}: ${name}`,
        form: [[field.column(at, slot) as number, 1]],
        hidden: false,
      })
    for (const [depth, names] of nodes.entries())
      if (depth > 0 && depth < nodes.length - 1)
        for (const each of names)
          targets.push({
            name: `stop at ${depth} ${each}: ${name}`,
            form: stops(at, depth, each),
            hidden: false,
          })
  }
  return knowledge.ask((oracle) => leaksAmong(oracle, targets, THRESHOLD))
}

/**
 * Two releases between which persons objected: whoever is in the second is in the first. How many left a cell must
 * not be proved to be 1 to 10.
 */
export async function findDepartures(before: CheckedSubmission, after: CheckedSubmission): Promise<Leak[]> {
  const knowledge = new Knowledge()
  const said = [saidOf(before), saidOf(after)] as const
  const ats = said.flat().map(({ at }) => at)
  // Slots: who left, and who stays.
  const field = new Field(knowledge, { ...before.dimensions, ...after.dimensions }, ats, 2)
  for (const [when, cells] of said.entries())
    for (const { at, n, zeros } of cells) {
      const left = field.column(at, 0)
      const stays = field.column(at, 1)
      if (left === undefined || stays === undefined) continue
      const form: Form =
        when === 0
          ? [
              [left, 1],
              [stays, 1],
            ]
          : [[stays, 1]] // prettier-ignore
      if (n !== null) knowledge.learn(form, n)
      else if (zeros) knowledge.learn(form, 1, Number.POSITIVE_INFINITY)
    }
  const targets = field.common(ats).map(
    (at): Target => ({
      name: `left: ${field.nameOf(at)}`,
      form: [[field.column(at, 0) as number, 1]],
      hidden: false,
    }),
  )
  return knowledge.ask((oracle) => leaksAmong(oracle, targets, THRESHOLD))
}
