import type { At, CheckedSubmission, CostTable, Dimension, Submission } from '../../src/spaces/index.ts'
import { THRESHOLD } from './attacker.ts'
import { Field } from './field.ts'
import { type Form, Knowledge, type Leak, valueOf } from './linear.ts'

const TOTAL = 'total'
const SHARE = 0.85
/** Amounts in thousands of euros, so that the solver's noise is below a euro. */
const UNIT = 1e5
const EURO = 100

/**
 * Costs. An attacker bounds every hidden amount from the amounts that are shown: items add up to totals, cells to
 * coarser cells. Whether a bound harms anybody is judged with the truth, which he does not have: an amount behind
 * which stand fewer than 11 persons, or of which two persons make 85 %, must possibly be so large that eleven such
 * persons would make it, and that the two would not make 85 % of it.
 */
export async function findCostLeaks(
  truth: readonly Submission[],
  releases: readonly CheckedSubmission[],
): Promise<Leak[]> {
  const dimensions = Object.assign({}, ...releases.map((r) => r.dimensions)) as Record<string, Dimension>
  const given = new Map<
    string,
    { at: At; item: string; amount: CostTable['cells'][number]['items'][number] }
  >()
  const items = new Set<string>()
  const tables = truth.flatMap(({ tables: all }) => all.filter((table) => table.kind === 'cost'))
  const all = tables.flatMap(({ cells }) => cells.map(({ at }) => at))
  if (all.length === 0) return []
  const same = Object.keys(all[0] as At).filter((d) => all.every((at) => at[d] === all[0]?.[d]))
  const strip = (at: At): At => Object.fromEntries(Object.entries(at).filter(([d]) => !same.includes(d)))
  for (const { cells } of tables)
    for (const { at, items: amounts } of cells)
      for (const amount of amounts) {
        if (amount.item !== TOTAL) items.add(amount.item)
        given.set(JSON.stringify([Object.entries(at).sort(), amount.item]), {
          at: strip(at),
          item: amount.item,
          amount,
        })
      }
  const names = [...items]
  const knowledge = new Knowledge()
  const field = new Field(knowledge, dimensions, all.map(strip), names.length)
  const formOf = (at: At, item: string): Form =>
    (item === TOTAL ? names : [item]).map(
      (name) => [field.column(at, names.indexOf(name)) as number, 1] as const,
    )
  const shown = new Set<string>()
  const leaks: Leak[] = []
  for (const { tables: checked } of releases)
    for (const table of checked) {
      if (table.kind !== 'cost') continue
      for (const cell of table.cells) {
        if (cell.hidden) continue
        for (const item of cell.items) {
          if (item.hidden) continue
          const key = JSON.stringify([Object.entries(cell.at).sort(), item.item])
          const amount = given.get(key)?.amount
          if (amount && isUnsafe(amount))
            leaks.push({
              name: `shown: ${field.nameOf(cell.at)} ${item.item}`,
              least: item.cents,
              most: item.cents,
            })
          shown.add(key)
          knowledge.learn(formOf(strip(cell.at), item.item), item.cents / UNIT)
        }
        if (cell.rest)
          knowledge.learn(
            cell.rest.items.flatMap((name) => formOf(strip(cell.at), name)),
            cell.rest.cents / UNIT,
          )
      }
    }
  const asked = [...given].filter(([key, { amount }]) => !shown.has(key) && isUnsafe(amount))
  const forms = asked.map(([, { at, item }]) => formOf(at, item))
  return knowledge.ask((oracle) => {
    for (const [i, [, { at, item, amount }]] of asked.entries()) {
      const form = forms[i] as Form
      const { value, world } = oracle.largest(form)
      const most = value * UNIT
      if (world.length > 0 && Math.abs(valueOf(form, world) - value) > 1e-6) throw new Error('solver')
      const level = Math.max(
        (amount.cents * THRESHOLD) / Math.min(THRESHOLD, amount.contributors),
        (amount.top[0] + amount.top[1]) / SHARE,
      )
      if (most < level - EURO) leaks.push({ name: `${item}: ${field.nameOf(at)}`, least: 0, most })
    }
    return leaks
  })
}

/** Too few persons behind an amount, or two who make nearly all of it. */
export const isUnsafe = ({
  cents,
  contributors,
  top,
}: {
  readonly cents: number
  readonly contributors: number
  readonly top: readonly [number, number]
}): boolean => contributors > 0 && (contributors < THRESHOLD || top[0] + top[1] >= SHARE * cents)
