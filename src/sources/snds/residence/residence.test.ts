import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Given, lakeFileOf } from '../../../../test/fixtures/small-lake.ts'
import { type Engine, openDuckDb } from '../../../engine/index.ts'
import { runCleaning } from '../../index.ts'

let engine: Engine
let lake: string
beforeEach(async () => {
  engine = await openDuckDb({ threads: 1 })
  lake = await mkdtemp(join(tmpdir(), 'chainon-residence-'))
})
afterEach(async () => {
  await engine.close()
  await rm(lake, { recursive: true, force: true })
})

const line = (person: string | null, day: string, dpt: string | null, com: string | null): Given => ({
  person,
  EXE_SOI_DTD: day,
  BEN_RES_DPT: dpt,
  BEN_RES_COM: com,
})
const communes = (...codes: [string, string][]) =>
  lakeFileOf(
    lake,
    'COMMUNE',
    0,
    codes.map(([COMMUNE, POSTAL_CODE]) => ({ COMMUNE, POSTAL_CODE })),
  )

/** person → stretches, as `from..until commune` or `from..until (reason)`. */
async function residences(): Promise<Record<string, string[]>> {
  const report = await runCleaning({ engine, lake })
  const rows = await engine.rows<Record<string, string | null>>(
    `select person, "from", until, commune, reason from read_parquet('${join(lake, 'snds', 'RESIDENCE.parquet')}')`,
  )
  const found: Record<string, string[]> = {}
  for (const row of rows) {
    const person = String(row['person'])
    found[person] ??= []
    found[person].push(`${row['from']}..${row['until']} ${row['commune'] ?? `(${row['reason']})`}`)
  }
  expect(report.residence.persons).toBe(Object.keys(found).length)
  return found
}
const always = (what: string) => [`1900-01-01..2999-12-31 ${what}`]

test('the pieces of a commune are read as each scheme writes them', async () => {
  await lakeFileOf(lake, 'ER_PRS_F', 2019, [
    line('paris', '2019-01-01', '075', '056'),
    line('ain', '2019-01-01', '001', '004'),
    line('ajaccio', '2019-01-01', '209', '004'),
    line('bastia', '2019-01-01', '209', '033'),
    line('bastia2', '2019-01-01', '202', '033'),
    line('general', '2019-01-01', '097', '105'),
    line('farmer', '2019-01-01', '971', '105'),
    line('self-employed', '2019-01-01', '971', '005'),
    line('reunion', '2019-01-01', '974', '411'),
  ])
  await communes(
    ['75056', '75001'],
    ['01004', '01500'],
    ['2A004', '20000'],
    ['2B033', '20200'],
    ['97105', '97100'],
    ['97411', '97400'],
  )
  expect(await residences()).toEqual({
    paris: always('75056'),
    ain: always('01004'),
    ajaccio: always('2A004'),
    bastia: always('2B033'),
    bastia2: always('2B033'),
    general: always('97105'),
    farmer: always('97105'),
    'self-employed': always('97105'),
    reunion: always('97411'),
  })
})

test('codes that name no place give null and why; the row that plain reading would misread is named in IR_BEN_R', async () => {
  await lakeFileOf(lake, 'IR_BEN_R', 0, [
    { person: 'unknown', BEN_RES_DPT: '000', BEN_RES_COM: '000' },
    { person: 'silent', BEN_RES_DPT: '099', BEN_RES_COM: '999' },
    { person: 'abroad', BEN_RES_DPT: '991', BEN_RES_COM: '109' },
    { person: 'empty', BEN_RES_DPT: null, BEN_RES_COM: null },
    { person: 'gone', BEN_RES_DPT: '001', BEN_RES_COM: '998' },
    { person: 'plain', BEN_RES_DPT: '001', BEN_RES_COM: '004' },
    { person: 'corsican', BEN_RES_DPT: '209', BEN_RES_COM: '004' },
  ])
  await communes(['01004', '01500'], ['2A004', '20000'])
  expect(await residences()).toEqual({
    unknown: always('(unknown-code)'),
    silent: always('(unknown-code)'),
    abroad: always('(abroad)'),
    empty: always('(not-delivered)'),
    gone: always('(unknown-commune)'),
    plain: always('01004'),
    corsican: always('2A004'),
  })
  const marked = await engine.rows<{ n: bigint }>(
    `select row_id as n from read_parquet('${join(lake, 'snds', 'rule_hits', 'IR_BEN_R.parquet')}') where rule = 'snds/r15' order by 1`,
  )
  expect(marked.map((row) => Number(row.n))).toEqual([1, 2, 3, 4, 7])
})

test('a person who moves has one commune at each date, also when they come back', async () => {
  await lakeFileOf(lake, 'ER_PRS_F', 2019, [
    line('ann', '2019-01-10', '001', '004'),
    line('ann', '2019-03-01', '001', '004'),
    line('ann', '2019-06-15', '000', '000'),
    line('ann', '2019-07-01', '075', '056'),
    line('ann', '2019-09-01', '001', '004'),
    line('bob', '2019-02-01', '075', '056'),
  ])
  await communes(['01004', '01500'], ['75056', '75001'])
  expect(await residences()).toEqual({
    ann: ['1900-01-01..2019-06-30 01004', '2019-07-01..2019-08-31 75056', '2019-09-01..2999-12-31 01004'],
    bob: always('75056'),
  })
})

test('of two communes on one day the one with more lines holds, then the one that a hospital stay supports; else none', async () => {
  await lakeFileOf(lake, 'ER_PRS_F', 2019, [
    line('more', '2019-01-10', '001', '004'),
    line('more', '2019-01-10', '001', '004'),
    line('more', '2019-01-10', '075', '056'),
    line('supported', '2019-01-10', '001', '004'),
    line('supported', '2019-01-10', '075', '056'),
    line('torn', '2019-01-10', '001', '004'),
    line('torn', '2019-01-10', '075', '056'),
    line('torn', '2019-01-12', '075', '056'),
  ])
  await lakeFileOf(lake, 'T_MCO_B', 2019, [{ ETA_NUM: 'H', RSA_NUM: '1', BDI_COD: '75001' }])
  await lakeFileOf(lake, 'T_MCO_C', 2019, [{ ETA_NUM: 'H', RSA_NUM: '1', person: 'supported', NIR_RET: '0' }])
  await communes(['01004', '01500'], ['75056', '75001'])
  expect(await residences()).toEqual({
    more: always('01004'),
    supported: always('75056'),
    torn: ['1900-01-01..2019-01-11 (two-communes)', '2019-01-12..2999-12-31 75056'],
  })
})

test('without care sheets IR_BEN_R tells, its newest row first; without it, a postal code that is one commune’s', async () => {
  await lakeFileOf(lake, 'IR_BEN_R', 0, [
    { person: 'ann', BEN_RES_DPT: '075', BEN_RES_COM: '056', MAX_TRT_DTD: '2015-01-01' },
    { person: 'ann', BEN_RES_DPT: '001', BEN_RES_COM: '004', MAX_TRT_DTD: '2019-01-01' },
    { person: 'bob', BEN_RES_DPT: '000', BEN_RES_COM: '000', MAX_TRT_DTD: '2019-01-01' },
    { person: 'cat', BEN_RES_DPT: '000', BEN_RES_COM: '000', MAX_TRT_DTD: '2019-01-01' },
  ])
  for (const year of [2018, 2019]) {
    // The same numbers in another year are another stay.
    const person = year === 2019 ? ['bob', 'cat'] : ['cat', 'bob']
    await lakeFileOf(lake, 'T_MCO_B', year, [
      { ETA_NUM: 'H', RSA_NUM: '1', BDI_COD: year === 2019 ? '01500' : null },
      { ETA_NUM: 'H', RSA_NUM: '2', BDI_COD: year === 2019 ? '01600' : null },
    ])
    await lakeFileOf(
      lake,
      'T_MCO_C',
      year,
      person.map((one, n) => ({ ETA_NUM: 'H', RSA_NUM: n + 1, person: one, NIR_RET: '0' })),
    )
  }
  await communes(['01004', '01500'], ['75056', '75001'], ['01005', '01600'], ['01006', '01600'])
  expect(await residences()).toEqual({
    ann: always('01004'),
    bob: always('01004'),
    cat: always('(unknown-code)'),
  })
})

test('without the list of communes codes are taken as they are, but Corsica needs it', async () => {
  await lakeFileOf(lake, 'ER_PRS_F', 2019, [
    line('ann', '2019-01-01', '001', '998'),
    line('bob', '2019-01-01', '209', '004'),
  ])
  expect(await residences()).toEqual({ ann: always('01998'), bob: always('(corsica-undivided)') })
})

test('a district of Paris is Paris where only Paris is listed', async () => {
  await lakeFileOf(lake, 'ER_PRS_F', 2019, [line('ann', '2019-01-01', '075', '112')])
  await communes(['75056', '75012'])
  expect(await residences()).toEqual({ ann: always('75056') })
})
