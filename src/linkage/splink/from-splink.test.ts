import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DuckDb, openDuckDb } from '../../engine/index.ts'
import { linkRecords } from '../link-records.ts'
import { readModel } from '../model.ts'
import { SCORED } from '../score/edges.ts'
import { fromSplink, isSplink } from './from-splink.ts'

const SURNAME = {
  output_column_name: 'surname',
  comparison_levels: [
    { sql_condition: '"surname_l" IS NULL OR "surname_r" IS NULL', is_null_level: true },
    {
      sql_condition: '"surname_l" = "surname_r"',
      label_for_charts: 'Exact',
      m_probability: 0.8,
      u_probability: 0.05,
      tf_adjustment_column: 'surname',
      tf_adjustment_weight: 0.5,
      tf_minimum_u_value: 0.3,
    },
    {
      sql_condition: 'jaro_winkler_similarity(surname_l, "surname_r") >= 0.88',
      m_probability: 0.15,
      u_probability: 0.02,
      tf_adjustment_column: 'surname',
      tf_adjustment_weight: 1,
    },
    { sql_condition: 'ELSE', m_probability: 0.05, u_probability: 0.93 },
  ],
}
const TOWN = {
  output_column_name: 'town',
  comparison_levels: [
    { sql_condition: 'town_l IS NULL OR town_r IS NULL', is_null_level: true },
    { sql_condition: "town_l = town_r AND town_l <> 'x_l'", m_probability: 0.9, u_probability: 0.1 },
    { sql_condition: 'ELSE', m_probability: 0.1, u_probability: 0.9 },
  ],
}
const TRAINED = {
  link_type: 'dedupe_only',
  unique_id_column_name: 'id',
  probability_two_random_records_match: 0.2,
  blocking_rules_to_generate_predictions: [{ blocking_rule: 'l.town = r."town"', sql_dialect: 'duckdb' }],
  comparisons: [SURNAME, TOWN],
  retain_matching_columns: true,
  linker_uid: 'a',
}

/** Towns are the same in every pair, so that the rule finds all of them. */
const CSV = `id,surname,town
1,MARTIN,Brest
2,MARTIN,Brest
3,MARTYN,Brest
4,Durand,Brest
5,,Brest
`

describe('a model of Splink', () => {
  let engine: DuckDb
  let path: string
  beforeAll(async () => {
    engine = await openDuckDb()
    path = join(await mkdtemp(join(tmpdir(), 'chainon-splink-')), 'people.csv')
    await writeFile(path, CSV)
  })
  afterAll(() => engine.close())

  test('gives each pair the weight that its formula says', async () => {
    const model = fromSplink(TRAINED)
    await linkRecords(engine, [{ name: 'people', path }], model)
    const rows = await engine.rows<{ l: bigint; r: bigint; weight: number }>(
      `select rid_l as l, rid_r as r, weight from ${SCORED} order by 1, 2`,
    )
    const { log2 } = Math
    const base = log2(0.2 / 0.8) + log2(0.9 / 0.1)
    // Of four surnames two are MARTIN, one is MARTYN: shares 0.5 and 0.25.
    const same = log2(0.8 / 0.05) + 0.5 * (log2(0.05) - log2(0.5))
    const near = log2(0.15 / 0.02) + (log2(0.05) - log2(0.5))
    const other = log2(0.05 / 0.93)
    const expected = [
      [1, 2, base + same],
      [1, 3, base + near],
      [1, 4, base + other],
      [1, 5, base],
      [2, 3, base + near],
      [2, 4, base + other],
      [2, 5, base],
      [3, 4, base + other],
      [3, 5, base],
      [4, 5, base],
    ]
    expect(rows.map(({ l, r }) => [Number(l), Number(r)])).toEqual(expected.map(([l, r]) => [l, r]))
    rows.forEach(({ weight }, at) => expect(weight).toBeCloseTo(expected[at]?.[2] as number, 9))
  })

  test('is one of ours, that can be written and read', () => {
    const model = fromSplink(TRAINED)
    expect(readModel(JSON.parse(JSON.stringify(model)))).toEqual(model)
    expect(isSplink(TRAINED)).toBe(true)
    expect(isSplink(model)).toBe(false)
  })

  test('gives levels that its training never saw the weights that Splink scores them with', () => {
    const [isNull, same, other] = TOWN.comparison_levels
    const unseen = { sql_condition: 'levenshtein(town_l, town_r) <= 1' }
    const near = { sql_condition: 'levenshtein(town_l, town_r) <= 2', m_probability: 'level not observed' }
    const levels = [isNull, same, unseen, near, other]
    const model = fromSplink({ ...TRAINED, comparisons: [SURNAME, { ...TOWN, comparison_levels: levels }] })
    const town = model.trained?.comparisons['town']
    expect(town?.[1]?.m).toBeCloseTo(0.05 / 3, 12)
    expect(Math.log2((town?.[1]?.m as number) / (town?.[1]?.u as number))).toBeCloseTo(3, 12)
    expect(town?.[2]?.m).toBe(1e-6)
    expect(town?.[2]?.u).toBeCloseTo(0.05 / 3 / 2 ** -1, 12)
  })

  test('is trained here where it has no weight at all', () => {
    const settings = {
      ...TRAINED,
      comparisons: [SURNAME, TOWN].map((one) => ({
        ...one,
        comparison_levels: one.comparison_levels.map(({ sql_condition, is_null_level }) => ({
          sql_condition,
          is_null_level,
        })),
      })),
    }
    const model = fromSplink(settings)
    expect(model.trained).toBeUndefined()
    expect(model.prior).toEqual({ probability: 0.2 })
  })

  test.each([
    [
      'no level of exact agreement for a term frequency',
      {
        ...TRAINED,
        comparisons: [
          { ...SURNAME, comparison_levels: SURNAME.comparison_levels.filter((_, at) => at !== 1) },
        ],
      },
      'whose u',
    ],
    [
      'rules of Spark',
      {
        ...TRAINED,
        blocking_rules_to_generate_predictions: [{ blocking_rule: 'l.a = r.a', sql_dialect: 'spark' }],
      },
      'spark',
    ],
    ['another link type', { ...TRAINED, link_type: 'guess' }, 'link_type'],
  ])('is refused for %s, by name', (_, value, named) => {
    expect(() => fromSplink(value, 'model.json')).toThrow(named)
  })
})
