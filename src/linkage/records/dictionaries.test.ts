import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDuckDb } from '../../engine/index.ts'
import { comparisonsOf } from '../comparisons/compile.ts'
import { type ComparisonSpec, readModel } from '../model.ts'
import { prepare, RECORDS } from './prepare.ts'

const engine = await openDuckDb()
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chainon-dictionaries-'))
})
afterAll(async () => {
  await engine.close()
  await rm(folder, { recursive: true, force: true })
})

/** Columns of the prepared records, in the order of ids. */
async function prepared(
  csv: readonly string[],
  wanted: { comparisons: readonly ComparisonSpec[]; keys?: readonly string[][]; raw?: readonly string[] },
  select: string,
): Promise<unknown[][]> {
  const path = join(folder, 'records.csv')
  await writeFile(path, `${csv.join('\n')}\n`)
  const { comparisons: specs, keys = [], raw = [] } = wanted
  const model = readModel({ linkage: 1, type: 'dedupe', id: 'id', comparisons: specs, blocking: 'all' })
  await prepare(engine, [{ name: 'records', path }], {
    id: 'id',
    comparisons: comparisonsOf(model),
    keys,
    raw,
  })
  const rows = await engine.rows(`select ${select} from ${RECORDS} order by rid`)
  return rows.map((row) => Object.values(row))
}

test('a value is told once and stands in every record that has it, also where it is missing', async () => {
  const rows = await prepared(
    ['id,name', '1,Élodie', '2,', '3,ELODIE', '4,Marc', '5,élodie'],
    { comparisons: [{ compare: 'text', column: 'name', termFrequency: true }] },
    '"name (plain)", "name (letters)" is not null, "name (plain) (code)" = hash(\'elodie\'), round(pow(2, -"name (plain) (rarity)"), 6)',
  )
  // Three written in three ways are three of the four that are known.
  const elodie = ['elodie', true, true, 0.75]
  expect(rows).toEqual([elodie, [null, false, null, null], elodie, ['marc', true, false, 0.25], elodie])
})

test('a blocking rule reads one column, several of them in one expression, and none', async () => {
  const keys = [['a'], ["a || '-' || b"], ['a', 'b'], ['substr(b, 1, 1)', "'everybody'"]]
  const rows = await prepared(
    ['id,a,b', '1,Xa,Yb', '2,x-a,YB', '3,xa,', '4,xa,yc'],
    { comparisons: [{ compare: 'exact', column: 'a' }], keys },
    'k0, k1, k2, k3',
  )
  const same = (key: number, one: number, other: number) =>
    rows[one]?.[key] !== null && rows[one]?.[key] === rows[other]?.[key]
  const pairs = keys.map((_, key) =>
    rows.flatMap((__, one) =>
      rows.flatMap((___, at) => (at > one && same(key, one, at) ? [`${one + 1}${at + 1}`] : [])),
    ),
  )
  // Record 2 is "x a" in plain letters.
  expect(pairs).toEqual([['13', '14', '34'], [], [], ['12', '14', '24']])
  expect(rows.map((row) => row[1] === null)).toEqual([false, false, true, false])
})

test('columns that are compared may have the name of anything that is made beside them', async () => {
  const rows = await prepared(
    ['id,rid,source,v,place', '1,A b,s,V,p', '2,a-B,s,v,p'],
    {
      comparisons: [
        { compare: 'names', forename: 'v', surname: 'source' },
        { compare: 'exact', column: 'rid' },
      ],
      keys: [['rid'], ['v', 'place']],
      raw: ['place', 'id'],
    },
    '"v (plain)", "source (plain)", "rid (plain)", place, id, rid, source, k0 = first(k0) over (order by id), k1 = first(k1) over (order by id)',
  )
  expect(rows).toEqual([
    ['v', 's', 'a b', 'p', '1', 1, 0, true, true],
    ['v', 's', 'a b', 'p', '2', 2, 0, true, true],
  ])
})

test('SQL that names a column which records have of their own is refused, and told what to do', async () => {
  const csv = ['id,Source', '1,a', '2,b']
  await expect(
    prepared(csv, { comparisons: [{ compare: 'exact', column: 'Source' }], raw: ['Source'] }, '1'),
  ).rejects.toMatchObject({
    code: 'linkage/bad-model',
    message: 'SQL names the column Source, and records have one of their own',
  })
  const level = (sql: string) => ({ label: sql, sql })
  const compared = {
    compare: 'sql' as const,
    label: 'as it stands',
    columns: ['Source'],
    levels: [level('"Source_l" = "Source_r"'), level('ELSE')],
  }
  await expect(prepared(csv, { comparisons: [compared] }, '1')).rejects.toMatchObject({
    code: 'linkage/bad-model',
  })
})

test('a blocking rule over a column that no source has is an error that names it', async () => {
  await expect(
    prepared(['id,a', '1,x'], { comparisons: [{ compare: 'exact', column: 'a' }], keys: [['nobody']] }, 'k0'),
  ).rejects.toThrow(/nobody/)
})
