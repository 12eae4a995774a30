import { expect, test } from 'vitest'
import type {
  CheckedSubmission,
  CostTable,
  CurveStep,
  Dimension,
  OutputTable,
  ShownCurve,
  Submission,
} from '../output-model.ts'
import { checkSubmission } from './index.ts'

const check = (
  tables: OutputTable[],
  dimensions: Record<string, Dimension> = {},
): Promise<CheckedSubmission> => checkSubmission({ study: 'trial', dimensions, tables } satisfies Submission)

type CostCell = CostTable['cells'][number]

/** A cell of one item whose persons have these amounts. */
const costOf = (euros: readonly number[], disease?: string): CostCell => {
  const cents = euros.map((amount) => amount * 100).sort((a, b) => b - a)
  const amount = {
    cents: cents.reduce((a, b) => a + b, 0),
    contributors: cents.filter((one) => one > 0).length,
    top: [cents[0] ?? 0, cents[1] ?? 0] as const,
    figures: { mean: 1 },
  }
  return {
    at: disease ? { disease } : {},
    n: euros.length,
    personYears: euros.length,
    items: [
      { item: 'stay', ...amount },
      { item: 'total', ...amount },
    ],
  }
}

const isHidden = async (euros: readonly number[]) => {
  const { tables } = await check([{ kind: 'cost', name: 'cost', cells: [costOf(euros)] }])
  const [table] = tables
  if (table?.kind !== 'cost') throw new Error('a cost table stays one')
  return table.cells[0]?.hidden
}

test('a cost needs 11 persons with an amount, however many there are without', async () => {
  expect(await isHidden(Array.from({ length: 11 }, () => 100))).toBe(false)
  expect(
    await isHidden([...Array.from({ length: 10 }, () => 100), ...Array.from({ length: 90 }, () => 0)]),
  ).toBe(true)
  expect(await isHidden(Array.from({ length: 40 }, () => 0))).toBe(false)
})

test('a cost fails when two persons make 85 % of it, and passes below', async () => {
  const others = Array.from({ length: 15 }, () => 100)
  expect(await isHidden([...others, 4250, 4250])).toBe(true)
  expect(await isHidden([...others, 4245, 4245])).toBe(false)
})

test('a dominated cost is not left over by the others: a second disease is hidden with it', async () => {
  const many = (n: number, euros: number) => Array.from({ length: n }, () => euros)
  const cells = [
    costOf([...many(15, 10), 90_000], 'a'),
    costOf(many(40, 5000), 'b'),
    costOf(many(60, 5000), 'c'),
  ]
  const everybody = costOf([...many(15, 10), 90_000, ...many(40, 5000), ...many(60, 5000)])
  const { tables } = await check(
    [
      { kind: 'cost', name: 'all', cells: [everybody] },
      { kind: 'cost', name: 'by_disease', cells },
    ],
    { disease: { values: ['a', 'b', 'c'] } },
  )
  const [, parts] = tables
  expect(parts?.kind === 'cost' && parts.cells.map(({ hidden }) => hidden)).toEqual([true, true, false])
})

const step = (after: number, until: number, atRisk: number, events: number, censored: number): CurveStep => ({
  after,
  until,
  atRisk,
  events,
  censored,
  survival: 0.512345678,
  low: 0.4,
  high: 0.6,
})

test('the steps of a curve are merged until each has 11 events and 11 censored or none, end at 11 at risk, and tell few digits', async () => {
  const steps = [
    step(0, 1, 80, 7, 3),
    step(1, 2, 70, 6, 9),
    step(2, 3, 55, 12, 0),
    step(3, 4, 43, 20, 11),
    step(4, 5, 12, 2, 5),
    step(5, 120, 5, 5, 0),
  ]
  const { tables } = await check([
    {
      kind: 'survival',
      name: 'delay',
      curves: [{ at: {}, n: 80, steps, figures: { median: 2.40383299, p75: 9 } }],
    },
  ])
  const [table] = tables
  const curve = (table?.kind === 'survival' ? table.curves[0] : undefined) as ShownCurve
  expect(
    curve.steps.map(({ after, until, atRisk, events, censored }) => [after, until, atRisk, events, censored]),
  ).toEqual([
    [0, 2, 80, 13, 12],
    [2, 3, 55, 12, 0],
    [3, 4, 43, 20, null],
  ])
  expect(curve.figures).toEqual({ median: 2.4, p75: null })
  expect(curve.steps[0]?.survival).toBe(0.512)
})

test('a minimum, a maximum and a count are no figures; a centre has a number of the project and no other name', async () => {
  const cells = (centre: string, figures = {}) => [
    { at: { centre }, n: 40, figures },
    { at: { centre: 'unknown' }, n: 30 },
  ]
  const by = (centre: string, figures = {}) =>
    check([{ kind: 'count', name: 'by_centre', cells: cells(centre, figures) }], {
      centre: { values: [centre, 'unknown'] },
    })
  for (const name of ['min', 'max', 'meanMax', 'n', 'count', 'persons'])
    await expect(by('12', { [name]: 3 }), name).rejects.toMatchObject({ code: 'disclosure/figure' })
  for (const name of ['750100018', '2A0000154', 'CHU de Lyon', 'Hôpital Nord', 'H7Q2ABCDEFGHIJKLMNOPQ'])
    await expect(by(name), name).rejects.toMatchObject({ code: 'disclosure/identifying' })
  expect((await by('12', { mean: 3 })).summary).toMatchObject({ shown: 2, hidden: {} })
})

test('a quantile is shown where 11 persons are on each side of it', async () => {
  const median = async (n: number) => {
    const { tables } = await check([
      { kind: 'count', name: 'ages', cells: [{ at: {}, n, figures: { median: 40, mean: 41, p25: 30 } }] },
    ])
    const cell = tables[0]?.kind === 'count' ? tables[0].cells[0] : undefined
    return cell && !cell.hidden ? cell.figures : undefined
  }
  expect(await median(21)).toEqual({ median: null, mean: 41, p25: null })
  expect(await median(22)).toEqual({ median: 40, mean: 41, p25: null })
  expect(await median(44)).toEqual({ median: 40, mean: 41, p25: 30 })
})

test('numbers that contradict each other, parts that do not add up and unknown places are refused', async () => {
  const dimensions = { sex: { values: ['female', 'male'] } }
  const count = (name: string, ...cells: [Record<string, string>, number][]): OutputTable => ({
    kind: 'count',
    name,
    cells: cells.map(([at, n]) => ({ at, n })),
  })
  const refusal = (...tables: OutputTable[]) => check(tables, dimensions)
  await expect(refusal(count('a', [{}, 40]), count('b', [{}, 41]))).rejects.toMatchObject({
    code: 'disclosure/contradiction',
  })
  await expect(
    refusal(count('a', [{}, 40]), count('b', [{ sex: 'female' }, 20], [{ sex: 'male' }, 21])),
  ).rejects.toMatchObject({ code: 'disclosure/does-not-add-up' })
  await expect(refusal(count('a', [{ sex: 'other' }, 40]))).rejects.toMatchObject({
    code: 'disclosure/unknown-value',
  })
})

test('the same submission gives the same result, and nothing of a hidden cell but its place', async () => {
  const dimensions = { disease: { values: ['a', 'b', 'c', 'd'] } }
  const cells = [40, 7, 30, 29].map((n, i) => ({ at: { disease: 'abcd'[i] as string }, n }))
  const tables: OutputTable[] = [
    { kind: 'count', name: 'all', cells: [{ at: {}, n: 106 }] },
    { kind: 'count', name: 'by_disease', cells },
  ]
  const checked = await check(tables, dimensions)
  expect(await check(tables, dimensions)).toEqual(checked)
  const [, parts] = checked.tables
  expect(parts?.kind === 'count' && parts.cells.filter(({ hidden }) => hidden)).toEqual([
    { at: { disease: 'b' }, hidden: true },
    { at: { disease: 'd' }, hidden: true },
  ])
})
