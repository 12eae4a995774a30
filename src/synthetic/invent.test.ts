import { expect, test } from 'vitest'
import type { DuckDb } from '../engine/index.ts'
import { latentCountry, SIX } from './small-country.fixture.ts'

/** One digest per table: of its rows, whatever their order. */
async function digests(engine: DuckDb): Promise<Record<string, string>> {
  const tables = await engine.rows<{ table_name: string }>(
    'select table_name from duckdb_tables() order by table_name',
  )
  const found: Record<string, string> = {}
  for (const { table_name } of tables) {
    const [row] = await engine.rows<{ n: bigint; digest: string }>(
      `select count(*) n, md5(string_agg(r, chr(10) order by r)) digest from (select t::varchar r from ${table_name} t)`,
    )
    found[table_name] = `${row?.n} ${row?.digest}`
  }
  return found
}

async function digestsOf(seed: string, threads: number, persons: number): Promise<Record<string, string>> {
  const engine = await latentCountry({ persons, rare: 800, departements: SIX, seed, threads })
  try {
    return await digests(engine)
  } finally {
    await engine.close()
  }
}

test('a country is the same for one thread and for two, also when its tables are many vectors long', async () => {
  const one = await digestsOf('same', 1, 150_000)
  expect(Object.keys(one).length).toBeGreaterThan(15)
  expect(await digestsOf('same', 2, 150_000)).toEqual(one)
})

test('another seed makes another country', async () => {
  const one = await digestsOf('same', 2, 4000)
  const other = await digestsOf('other', 2, 4000)
  for (const table of ['person', 'affiliation', 'rare', 'hospital_contact', 'bndmr_patient', 'opposition'])
    expect(other[table], table).not.toBe(one[table])
})
