import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Engine, openDuckDb } from '../src/engine/index.ts'
import { sndsRules } from '../src/sources/index.ts'
import { synthesise } from '../src/synthetic/index.ts'
import { receiveCountry } from './fixtures/received-country.ts'

/** What the invented country planted against what the rules found: nothing missed, nothing dropped wrongly. */
let engine: Engine
let folder: string
const seed = 'ledger'
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chainon-ledger-'))
  // With Corsica and an island overseas, whose communes come in pieces of their own.
  await synthesise({
    persons: 2000,
    years: 3,
    seed,
    rare: 200,
    out: join(folder, 'country'),
    departements: ['75', '02', '2A', '2B', '971', '974'],
  })
  await receiveCountry({ country: join(folder, 'country'), hub: join(folder, 'hub'), seed })
  engine = await openDuckDb()
  const id = `(("period"::bigint * 1000 + part) * 4294967296 + "row")`
  await engine.run(
    `create table planted as select rule, "table" as tbl, ${id} as row_id, kind, why, "row" as n, period from read_parquet('${join(folder, 'country', 'truth', 'defects.parquet')}')`,
  )
  await engine.run('create table found (rule varchar, tbl varchar, row_id bigint)')
  for (const table of new Set(sndsRules.flatMap((rule) => rule.on.map((clause) => clause.table.name)))) {
    const path = join(folder, 'hub', 'lake', 'snds', 'rule_hits', `${table}.parquet`)
    if (existsSync(path))
      await engine.run(`insert into found select rule, '${table}', row_id from read_parquet('${path}')`)
  }
})
afterAll(async () => {
  await engine?.close()
  await rm(folder, { recursive: true, force: true })
})

const told = async (query: string): Promise<string[]> =>
  (await engine.rows<{ say: string }>(`select say from (${query}) limit 20`)).map((row) => row.say)

for (const { id, title } of sndsRules) {
  test(`${id} (${title}): every planted defect is found`, async () => {
    const [planted] = await engine.rows<{ n: bigint }>(
      `select count(*) as n from planted where rule = '${id}' and kind = 'defect'`,
    )
    expect(Number(planted?.n)).toBeGreaterThan(0)
    expect(
      await told(`select p.tbl || ' ' || p.period || ' row ' || p.n || ' missed: ' || p.why as say from planted p
        anti join found f on f.rule = p.rule and f.tbl = p.tbl and f.row_id = p.row_id where p.rule = '${id}' and p.kind = 'defect' order by p.row_id`),
    ).toEqual([])
  })

  test(`${id} (${title}): nothing else is, and every near-miss stays`, async () => {
    const [kept] = await engine.rows<{ n: bigint }>(
      `select count(*) as n from planted where rule = '${id}' and kind = 'near-miss'`,
    )
    expect(Number(kept?.n)).toBeGreaterThan(0)
    expect(
      await told(`select f.tbl || ' row ' || (f.row_id % 4294967296) || ' wrongly found: ' || coalesce(n.why, 'nothing was planted there') as say from found f
        anti join planted p on p.kind = 'defect' and f.rule = p.rule and f.tbl = p.tbl and f.row_id = p.row_id
        left join planted n on n.kind = 'near-miss' and n.rule = f.rule and n.tbl = f.tbl and n.row_id = f.row_id where f.rule = '${id}' order by f.row_id`),
    ).toEqual([])
  })
}
