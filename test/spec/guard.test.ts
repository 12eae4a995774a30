import { cp, mkdir, mkdtemp, readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { DuckDb, Step } from '../../src/engine/index.ts'
import { demoOnce } from '../fixtures/demo-once.ts'
import { constructs } from './constructs.ts'
import { constructsIn, textOf } from './constructs-of.ts'

/*
 * Every step that a run makes is written down as it is made, whoever makes it: the guard sees steps that no registry
 * lists, and a new one cannot be forgotten.
 */
const made = vi.hoisted(() => new Set<Step>())
vi.mock('../../src/engine/relation.ts', async (original) => {
  const real = await original<typeof import('../../src/engine/relation.ts')>()
  return {
    ...real,
    step: (...args: Parameters<typeof real.step>) => {
      const one = real.step(...args)
      made.add(one as unknown as Step)
      return one
    },
  }
})

let engine: DuckDb
beforeAll(async () => {
  const { openDuckDb } = await import('../../src/engine/index.ts')
  engine = await openDuckDb()
  await makeEveryStep()
}, 600_000)
afterAll(() => engine?.close())

/** What `chainon explain` shows, and a small run of all that works on the lake. */
async function makeEveryStep(): Promise<void> {
  const { explainable } = await import('../../src/app/chain/explain.ts')
  const { runCleaning } = await import('../../src/sources/index.ts')
  const { buildOmop } = await import('../../src/omop/index.ts')
  const { openHub } = await import('../../src/store/index.ts')
  const { compilePermit, dataWindow } = await import('../../src/spaces/index.ts')
  const { runExtract } = await import('../../src/spaces/extract/run-extract.ts')
  const { compileExtract } = await import('../../src/spaces/extract/compile-extract.ts')
  const { widePermit } = await import('../fixtures/small-space.ts')
  const { readRelease, requestFor } = await import('../../src/permits/index.ts')
  const { opposedOn } = await import('../../src/identity/linkage/sides.ts')
  const { residenceInPieces } = await import('../../src/identity/linkage/open-lake.ts')
  opposedOn('2021-01-04')
  expect(residenceInPieces.name).toBe('residence_in_pieces')
  const demo = await demoOnce()
  const hub = await openHub(demo.hub)
  explainable(hub)
  const work = await mkdtemp(join(tmpdir(), 'chainon-guard-'))
  const lake = join(work, 'lake')
  await cp(hub.path('lake'), lake, { recursive: true })
  await runCleaning({ engine, lake })
  const version = { version: 'v9', synthetic: true, links: 'v1', oppositions: 'v1', today: hub.today() }
  await buildOmop({ engine, lake, work: join(work, 'omop'), ...version })
  await dataWindow(hub, 'v1')
  const { reading } = await requestFor(hub, 'dromos')
  if (reading.state !== 'signed') throw new Error('the demo signs its permit')
  const permit = reading.signed.body
  await compilePermit(hub, permit)
  const release = await readRelease(hub, permit.dataVersion)
  // What DROMOS does not ask for: references and networks.
  const { concept, vocabulary, fact_relationship, care_site } = widePermit(release).tables
  const tables = {
    ...permit.tables,
    concept,
    vocabulary,
    fact_relationship,
    care_site,
  } as typeof permit.tables
  compileExtract({ permit: { ...permit, tables }, release, today: hub.today() })
  await mkdir(join(work, 'tables'))
  await runExtract(join(work, 'role'), {
    permit,
    release,
    releaseFolder: hub.path('lake', 'omop', permit.dataVersion),
    oppositions: hub.path('lake', 'oppositions', 'v1.parquet'),
    into: join(work, 'tables'),
    today: hub.today(),
    seed: 'guard',
    engine: { engine: 'duckdb' },
  })
}

const allowed = new Set(constructs.map(({ construct }) => construct))
const isAllowed = (construct: string): boolean =>
  allowed.has(construct) || construct.startsWith('function op_')

/** What a text uses that both engines are not known to read alike. */
async function outside(text: string): Promise<string[]> {
  const cast = text.replace(/'[^']*'/g, "''").includes('::') ? ['::'] : []
  return [...cast, ...[...(await constructsIn(engine, text))].filter((one) => !isAllowed(one))]
}

test('a step uses named operations and what is known to be read alike, and nothing else', async () => {
  const wrong: string[] = []
  for (const one of made) for (const what of await outside(textOf(one))) wrong.push(`${one.name}: ${what}`)
  expect(wrong).toEqual([])
  expect(made.size).toBeGreaterThan(200)
})

test('every step that the source names is among those that were looked at', async () => {
  const names = [...made].map((one) => one.name)
  const files = (await readdir('src', { recursive: true }))
    .filter(
      (file) => file.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(file) && !file.startsWith('synthetic'),
    )
    .map((file) => join('src', file))
  const missing: string[] = []
  for (const file of files)
    for (const [, , quoted] of (await readFile(file, 'utf8')).matchAll(/\bstep\(\s*(['`])(.+?)\1/g)) {
      const pattern = new RegExp(`^${(quoted as string).replace(/\$\{.*\}/g, '.+')}$`)
      if (!names.some((name) => pattern.test(name))) missing.push(`${file}: ${quoted}`)
    }
  expect(missing).toEqual([])
})

test.each([
  ['select x::date as x from t', '::'],
  ['select * exclude (a) from t', 'star exclude'],
  ['select a from (select a, row_number() over (order by a) as r from t) as u qualify r = 1', 'qualify'],
  ['select sum(a) filter (where b) over () from t', 'window filter'],
  ['select a / b from t', 'function /'],
  ['select greatest(a, b) from t', 'function greatest'],
  ["select regexp_matches(a, 'x') from t", 'function regexp_matches'],
  ['select list_sum([1, 2]) from t', 'function list_sum'],
  ['select a from t group by all', 'group by all'],
  ['select t.a from t asof join u on t.a >= u.b', 'join INNER ASOF'],
  ['select t.a from t semi join u on t.a = u.a', 'join SEMI'],
  ['select t.a from t join u using (a)', 'join using'],
  ['select {a: 1} as s from t', 'function struct_pack'],
  ['select distinct on (a) a from t', 'distinct on'],
  ['select a[1] from t', 'array_extract'],
  ["select a from t where a ilike 'b'", 'function ~~*'],
  ['select sum(a) over (order by b rows between 1 preceding and current row) from t', 'window frame'],
  ['select a from t union by name select b from u', 'union_by_name'],
  ['select n from generate_series(1, 3) as g(n)', 'table function'],
  ['select date_trunc(b, a) from t', 'function date_trunc'],
])('a planted violation is caught: %s', async (text, what) => {
  expect(await outside(text)).toContain(what)
})
