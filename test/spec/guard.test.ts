import { cp, mkdir, mkdtemp, readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { DuckDb, Sql, Step } from '../../src/engine/index.ts'
import { demoOnce } from '../fixtures/demo-once.ts'
import { constructs, refused } from './constructs.ts'
import { operations } from './dialect.ts'
import { constructsOf } from './guard.ts'

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

const chapters = [...operations, ...Object.values(constructs).flat()]
const specified = new Set(chapters.map(({ construct }) => construct))
/** What a query uses that both engines are not known to read alike. */
const outside = async (query: Sql): Promise<string[]> =>
  [...(await constructsOf(engine, query))].filter((construct) => !specified.has(construct))

test('a step is made of what the specification lists, and of nothing else', async () => {
  const wrong: string[] = []
  for (const { name, body } of made) for (const what of await outside(body)) wrong.push(`${name}: ${what}`)
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

describe('a construct outside the specification is caught', () => {
  for (const { construct, query } of refused)
    test(construct, async () => {
      expect(await outside(query)).toContain(construct)
    })

  test('wherever it hides in a step, and not in the text of an operation', async () => {
    const { largest, sql } = await import('../../src/engine/index.ts')
    const hidden = sql`select ${largest(sql`1`, sql`2`)} as x where exists (
      select 1 from (values (1)) as t(n) order by case when n in (select greatest(n, 2)) then 1 end)`
    expect(await outside(hidden)).toEqual(['greatest()'])
  })
})

describe('the specification', () => {
  for (const { construct, examples } of chapters)
    test(`${construct}: each example shows it, and nothing that is not listed`, async () => {
      expect(examples.length).toBeGreaterThan(0)
      for (const { query } of examples) {
        expect(await outside(query)).toEqual([])
        expect([...(await constructsOf(engine, query))]).toContain(construct)
      }
    })

  test('holds no operation that no step uses', async () => {
    const used = new Set<string>()
    for (const { body } of made) for (const construct of await constructsOf(engine, body)) used.add(construct)
    expect(operations.map(({ construct }) => construct).filter((one) => !used.has(one))).toEqual([])
  })
})
