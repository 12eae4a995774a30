import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openDuckDb } from '../../engine/index.ts'

import { type ComparisonSpec, readModel } from '../model.ts'
import { bothSides, patternsOf } from '../pairs/patterns.ts'
import { prepare, RECORDS } from '../records/prepare.ts'
import { comparisonsOf } from './compile.ts'
import { levelsOf } from './model.ts'

const folder = await mkdtemp(join(tmpdir(), 'chainon-levels-'))
const engine = await openDuckDb()
afterAll(async () => {
  await engine.close()
  await rm(folder, { recursive: true, force: true })
})

/** Level of each comparison of two records; undefined where nothing can be said. */
async function levels(
  specs: readonly ComparisonSpec[],
  ...records: readonly Readonly<Record<string, string>>[]
): Promise<(string | undefined)[]> {
  const columns = Object.keys(records[0] as object)
  const path = join(folder, 'records.csv')
  const lines = records.map((record, at) => [at, ...columns.map((column) => record[column])].join(','))
  await writeFile(path, `id,${columns.join(',')}\n${lines.join('\n')}\n`)
  const model = readModel({ linkage: 1, type: 'dedupe', id: 'id', comparisons: specs, blocking: 'all' })
  const comparisons = comparisonsOf(model)
  await prepare(engine, [{ name: 'records', path }], { id: 'id', comparisons, keys: [], raw: [] })
  const from = `select ${bothSides(comparisons)} from ${RECORDS} as l join ${RECORDS} as r on l.rid < r.rid`
  const [found] = await engine.rows<Record<string, number>>(patternsOf(comparisons, from, ''))
  return comparisons.map((one, at) => levelsOf(one)[found?.[`g${at}`] ?? -1]?.label)
}

const NAMES: ComparisonSpec[] = [{ compare: 'names', forename: 'forename', surname: 'surname' }]

test.each([
  [
    ['edward', 'haigh'],
    ['haigh', 'edward'],
    ['the wrong way round with the surname', undefined],
  ],
  [
    ['edward', 'haigh'],
    ['haigh', ''],
    ['alone, and the surname of the other', undefined],
  ],
  [
    ['haig', ''],
    ['edward', 'haigh'],
    ['alone, and the surname of the other', undefined],
  ],
  [
    ['edward', 'haigh'],
    ['', 'edward'],
    [undefined, 'alone, and the forename of the other'],
  ],
  [
    ['edward', ''],
    ['edward', 'haigh'],
    ['the same', undefined],
  ],
  [
    ['stone', ''],
    ['edward', 'haigh'],
    ['different', undefined],
  ],
  [
    ['haigh', 'stone'],
    ['edward', 'haigh'],
    ['different', 'different'],
  ],
])('names: %j beside %j', async ([f, s], [g, t], expected) => {
  expect(
    await levels(
      NAMES,
      { forename: f as string, surname: s as string },
      { forename: g as string, surname: t as string },
    ),
  ).toEqual(expected)
})

test.each([
  ['1850-06-14', '1850-06-14', 'the same'],
  ['1850-06-14', '1850-01-01', 'the year, one side being 1 January'],
  ['1850-06-14', '1850-81-14', 'two of day, month and year'],
  ['1850-06-14', '1851-07-14', 'two digits'],
  ['1783-06-14', '1788-06-14', 'one digit'],
  ['1783-01-01', '1788-01-01', 'one digit of the year, both being 1 January'],
  ['1783-01-01', '1850-01-01', 'further apart'],
  ['1783-06-14', '1850-06-14', 'two of day, month and year'],
])('birth dates: %s beside %s', async (a, b, expected) => {
  expect(await levels([{ compare: 'birth-date', column: 'born' }], { born: a }, { born: b })).toEqual([
    expected,
  ])
})

test.each([
  ['2024-03-01', '2024-03-01', undefined, 'the same day'],
  ['2024-02-28', '20240301', undefined, 'within 3 days'],
  ['2024-03-01', '2024-02-29 08:30', undefined, 'within 1 day'],
  ['2024-03-01', '2024-05-01', undefined, 'further apart'],
  ['2024-03-01', '2024-03-03', 1.5, '1 to 2 days later'],
  ['2024-03-01', '2024-03-01', 1.5, '0 to 3 days later'],
  ['2024-03-01', '2024-02-28', 1.5, 'further apart'],
])('days: %s beside %s, of which the second is later by %s', async (a, b, later, expected) => {
  const within = later === undefined ? [0, 1, 3] : [0.5, 1.5]
  expect(
    await levels(
      [{ compare: 'days', column: 'day', within, ...(later === undefined ? {} : { later }) }],
      { day: a },
      { day: b },
    ),
  ).toEqual([expected])
})

test.each([
  ['SO16 7HX', 'so16 7hx', 'the same'],
  ['SO16 7HX', 'SO16 7HU', '1 edit or fewer'],
  ['SO16 7HX', 'SO16 2AB', 'the same district'],
  ['SO16 7HX', 'SO23 9BN', 'the same region'],
  ['SO16 7HX', 'W1T 3PH', 'different'],
  ['75011', '75120', 'the same region'],
  ['75011', '75045', 'the same district'],
])('postcodes: %s beside %s', async (a, b, expected) => {
  expect(await levels([{ compare: 'postcode', column: 'code' }], { code: a }, { code: b })).toEqual([
    expected,
  ])
})
