import { existsSync } from 'node:fs'
import { cp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type Engine, openDuckDb } from '../src/engine/index.ts'
import { type Balance, cdmTables, concepts, DUCKDB_FILE, type Field, writeDuckDb } from '../src/omop/index.ts'
import { type DemoRun, demoOnce } from './fixtures/demo-once.ts'

interface Spec {
  readonly name: string
  readonly fields: Readonly<Record<string, Field>>
}
const tables = Object.values(cdmTables) as unknown as readonly Spec[]

let demo: DemoRun
let engine: Engine
let folder: string
beforeAll(async () => {
  demo = await demoOnce()
  folder = join(demo.hub, 'lake', 'omop', 'v1')
  engine = await openDuckDb()
  for (const { name } of tables)
    await engine.run(
      `create view ${name} as select * from read_parquet('${join(folder, `${name}.parquet`)}')`,
    )
})
afterAll(() => engine?.close())

const number = async (query: string): Promise<number> =>
  Number((await engine.rows<{ n: bigint | number }>(`select (${query}) as n`))[0]?.n)
const lake = (...parts: string[]): string => `read_parquet('${join(demo.hub, 'lake', ...parts)}')`

describe('the release', () => {
  test('has every table with rows, the columns of the specification and their types', async () => {
    for (const { name, fields } of tables) {
      const columns = await engine.describe(`select * from ${name}`)
      expect(
        columns.map((column) => [column.name, column.type.toLowerCase()]),
        name,
      ).toEqual(Object.entries(fields).map(([field, { type }]) => [field, type]))
      expect(await number(`select count(*) from ${name}`), name).toBeGreaterThan(0)
    }
  })

  test('fills what is required, and its keys are keys', async () => {
    for (const { name, fields } of tables)
      for (const [field, { required, key }] of Object.entries(fields)) {
        if (required)
          expect(
            await number(`select count(*) from ${name} where ${field} is null`),
            `${name}.${field}`,
          ).toBe(0)
        if (key)
          expect(
            await number(`select count(*) - count(distinct ${field}) from ${name}`),
            `${name}.${field}`,
          ).toBe(0)
      }
  })

  test('refers to what is there: persons, visits, places, providers, concepts', async () => {
    const known = new Set(tables.map(({ name }) => name))
    for (const { name, fields } of tables)
      for (const [field, { references, type }] of Object.entries(fields)) {
        if (references === undefined || !known.has(references) || type === 'varchar') continue
        const key = `${references}_id`
        expect(
          await number(
            `select count(*) from ${name} a where a.${field} is not null and a.${field} <> 0 and a.${field} not in (select ${key} from ${references})`,
          ),
          `${name}.${field}`,
        ).toBe(0)
      }
  })

  test('nothing ends before it begins', async () => {
    for (const [name, from, until] of [
      ['visit_occurrence', 'visit_start_date', 'visit_end_date'],
      ['drug_exposure', 'drug_exposure_start_date', 'drug_exposure_end_date'],
      ['observation_period', 'observation_period_start_date', 'observation_period_end_date'],
      ['payer_plan_period', 'payer_plan_period_start_date', 'payer_plan_period_end_date'],
      ['condition_occurrence', 'condition_start_date', 'condition_end_date'],
    ] as const)
      expect(await number(`select count(*) from ${name} where ${until} < ${from}`), name).toBe(0)
  })

  test('has one person for one linked identity', async () => {
    const ids = `read_parquet('${join(folder, 'ids', 'person.parquet')}')`
    expect(await number(`select count(*) - count(distinct snds) from ${ids} where snds is not null`)).toBe(0)
    expect(await number(`select count(*) - count(distinct bndmr) from ${ids} where bndmr is not null`)).toBe(
      0,
    )
    expect(await number(`select count(*) from ${ids} where linked`)).toBe(demo.result.balance.linkage.linked)
    expect(await number(`select count(*) from ${ids} where linked and (snds is null or bndmr is null)`)).toBe(
      0,
    )
    expect(await number('select count(*) from person')).toBe(await number(`select count(*) from ${ids}`))
  })

  test('says that its data are invented, and has its own concepts above two billion', async () => {
    expect(
      await number(
        `select count(*) from cdm_source where cdm_source_name like '%invented data / données inventées%'`,
      ),
    ).toBe(1)
    expect(
      await number(
        `select count(*) from concept where vocabulary_id not in (select vocabulary_id from vocabulary)`,
      ),
    ).toBe(0)
    expect(await number('select count(*) from concept where concept_id > 2000000000')).toBeGreaterThan(40)
  })

  test('tells of a rare disease: signs, contacts, assertions, quintiles, GHM, networks', async () => {
    for (const [name, least] of [
      ['observation', 5],
      ['condition_occurrence', 3],
    ] as const)
      expect(
        await number(
          `select count(distinct ${name === 'observation' ? 'observation_concept_id' : "condition_type_concept_id || coalesce(condition_status_source_value, '')"}) from ${name}`,
        ),
        name,
      ).toBeGreaterThanOrEqual(least)
    expect(await number('select count(*) from fact_relationship')).toBeGreaterThan(0)
    expect(
      await number(`select count(*) from payer_plan_period where plan_source_value = 'C2S'`),
    ).toBeGreaterThan(0)
  })
})

describe('rows and euros balance with the cleaned sources', () => {
  /** Counted here once more, in other words than the build's: what the cleaned lines of known persons are worth. */
  const CITY = 'sum(coalesce(l.BSE_REM_MNT, 0) + coalesce(l.CPL_REM_MNT, 0))'
  test('city care: what the cleaned lines of the persons of the release cost is what their events cost', async () => {
    const dropped = `select row_id from ${lake('snds', 'rule_hits', 'ER_PRS_F.parquet')} where rule in ('snds/r1', 'snds/r2', 'snds/r4')`
    const [row] = await engine.rows<{ due: string }>(
      `select cast(${CITY} as decimal(38,2)) as due from ${lake('snds', 'ER_PRS_F', '*.parquet')} l
       where l.EXE_SOI_DTD is not null and l.row_id not in (${dropped})
         and l.person in (select snds from read_parquet('${join(folder, 'ids', 'person.parquet')}'))`,
    )
    const [told] = await engine.rows<{ paid: string }>(
      `select cast(sum(paid_by_payer) as decimal(38,2)) as paid from cost
       where revenue_code_concept_id not in (${concepts.ITEM_PUBLIC_STAY}, ${concepts.ITEM_HOSPITAL_OUTPATIENT})`,
    )
    expect(told?.paid).toBe(row?.due)
  })

  test('each row of a table with money went somewhere that has a name, and the sums are those of the lake', async () => {
    const balance = JSON.parse(await readFile(join(folder, 'balance.json'), 'utf8')) as Balance
    expect(balance.balances).toBe(true)
    for (const [table, amount] of [
      ['ER_PRS_F', 'coalesce(BSE_REM_MNT, 0) + coalesce(CPL_REM_MNT, 0)'],
      ['T_MCO_VALO', 'MNT_TOT_AM'],
      ['T_MCO_FCSTC', 'AMO_MNR'],
    ] as const) {
      const [row] = await engine.rows<{ n: bigint; euros: string }>(
        `select count(*) as n, cast(sum(${amount}) as decimal(38,2)) as euros from ${lake('snds', table, '*.parquet')}`,
      )
      const lines = balance.lines.filter((line) => line.table === table)
      const cents = lines.reduce((sum, { euros }) => sum + BigInt(euros.replace('.', '')), 0n)
      expect(
        lines.reduce((sum, { rows }) => sum + rows, 0),
        table,
      ).toBe(Number(row?.n))
      expect(cents, table).toBe(BigInt((row?.euros ?? '0').replace('.', '')))
      expect(
        lines.some(({ to, rows }) => to === 'release' && rows > 0),
        table,
      ).toBe(true)
    }
  })
})

test('as one DuckDB file it holds the same rows', async () => {
  const copy = join(inject('sharedFolder'), 'cdm')
  await cp(folder, copy, { recursive: true })
  const path = await writeDuckDb(copy, join(copy, 'spill'))
  expect(path).toBe(join(copy, DUCKDB_FILE))
  await engine.run(`attach '${path}' as whole (read_only)`)
  const rowsIn = (one: string, other: string): string =>
    `(select count(*) from (select * from ${one} except all select * from ${other}))`
  for (const { name } of tables)
    expect(
      await number(`${rowsIn(`whole.main.${name}`, name)} + ${rowsIn(name, `whole.main.${name}`)}`),
      name,
    ).toBe(0)
  await engine.run('detach whole')
  await rm(copy, { recursive: true, force: true })
})

const official = fileURLToPath(new URL('../../shared/omop/cdm54_field_level.csv', import.meta.url))
if (!existsSync(official))
  console.warn('skipped: the comparison with the specification of OHDSI, which is not here')

test.skipIf(!existsSync(official))(
  'our table of the specification is the specification of OHDSI',
  async () => {
    const rows = await engine.rows<{ t: string; f: string; required: string; type: string }>(
      `select lower(cdmTableName) as t, lower(cdmFieldName) as f, isRequired as required, lower(cdmDatatype) as type from read_csv('${official}', all_varchar = true)`,
    )
    const theirs = new Map(rows.map((row) => [`${row.t}.${row.f}`, row]))
    const wrong: string[] = []
    for (const { name, fields } of tables)
      for (const [field, { required, length }] of Object.entries(fields)) {
        const row = theirs.get(`${name}.${field}`)
        if (!row) wrong.push(`${name}.${field} is not theirs`)
        else {
          if ((row.required === 'Yes') !== required) wrong.push(`${name}.${field} required: ${row.required}`)
          const longest = /varchar\((\d+)\)/.exec(row.type)?.[1]
          if (longest !== undefined && length !== undefined && Number(longest) !== length)
            wrong.push(`${name}.${field} length ${row.type}`)
        }
      }
    expect(wrong).toEqual([])
  },
)
