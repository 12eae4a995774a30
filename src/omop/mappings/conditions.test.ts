import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Given, lakeFileOf, rowId } from '../../../test/fixtures/small-lake.ts'
import { type Engine, openDuckDb } from '../../engine/index.ts'
import { runCleaning } from '../../sources/index.ts'
import { buildOmop } from '../index.ts'

let engine: Engine
let folder: string
beforeEach(async () => {
  engine = await openDuckDb({ threads: 1 })
  folder = await mkdtemp(join(tmpdir(), 'chainon-conditions-'))
})
afterEach(async () => {
  await engine.close()
  await rm(folder, { recursive: true, force: true })
})

test('a long-term illness that files of several years repeat is one condition, and leads to its first row', async () => {
  const lake = join(folder, 'lake')
  const illness = (person: string, code: string, ended: string): Given => ({
    person,
    IMB_ALD_NUM: '8',
    IMB_ALD_DTD: '2010-01-31',
    IMB_ALD_DTF: ended,
    MED_MTF_COD: code,
  })
  await lakeFileOf(lake, 'IR_BEN_R', 0, [
    { person: 'ANN', BEN_NAI_ANN: 1950 },
    { person: 'BOB', BEN_NAI_ANN: 1960 },
  ])
  await lakeFileOf(lake, 'IR_IMB_R', 2018, [
    illness('ANN', 'E11', '1600-01-01'),
    illness('BOB', 'E11', '1600-01-01'),
  ])
  await lakeFileOf(lake, 'IR_IMB_R', 2019, [
    illness('ANN', 'E11', '1600-01-01'),
    illness('ANN', 'G35', '1600-01-01'),
    illness('BOB', 'E11', '2019-06-30'),
  ])
  await runCleaning({ engine, lake })
  await buildOmop({
    engine,
    lake,
    work: join(folder, 'work'),
    version: 'v1',
    synthetic: true,
    links: null,
    oppositions: null,
    today: '2021-01-04',
  })
  const rows = await engine.rows(
    `select person_id, condition_source_value as code, condition_end_date as ended, condition_occurrence_id // 8 as row_id
     from '${join(lake, 'omop', 'v1', 'condition_occurrence.parquet')}' order by row_id`,
  )
  expect(rows).toEqual([
    { person_id: 1n, code: 'E11', ended: null, row_id: rowId(2018, 1) },
    { person_id: 2n, code: 'E11', ended: null, row_id: rowId(2018, 2) },
    { person_id: 1n, code: 'G35', ended: null, row_id: rowId(2019, 2) },
    { person_id: 2n, code: 'E11', ended: '2019-06-30', row_id: rowId(2019, 3) },
  ])
})
