import { existsSync } from 'node:fs'
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { hashFile } from '../base/index.ts'
import { type Engine, explain, Ledger, name, openDuckDb, Plan, sql, step, table } from './index.ts'

let engine: Engine
let folder: string
beforeAll(async () => {
  engine = await openDuckDb()
  folder = await mkdtemp(join(tmpdir(), 'chainon-engine-'))
})
afterAll(async () => {
  await engine.close()
  await rm(folder, { recursive: true, force: true })
})

const LINES = table('lines', { id: 'bigint', person: 'varchar', euros: 'decimal(12,2)' })
const lines = () => join(folder, 'lines.parquet')
const writeLines = (rows: number, path = lines()) =>
  engine.run(
    `copy (select i as id, 'p' || (i % 7) as person, cast(i / 100 as decimal(12,2)) as euros from range(${rows}) r(i)) to '${path}' (format parquet)`,
  )

const kept = step('kept', {
  reads: { l: LINES },
  gives: { person: 'varchar', euros: 'decimal(12,2)' },
  sql: ({ l }) =>
    sql`select ${l.person} as person, ${l.euros} as euros from ${l} where ${l.person} <> ${'p0'}`,
})
const perPerson = step('per_person', {
  reads: { k: kept },
  gives: { person: 'varchar', euros: 'decimal(38,2)' },
  order: ['person'],
  sql: ({ k }) => sql`select ${k.person} as person, sum(${k.euros}) as euros from ${k} group by ${k.person}`,
})

test('whatever text goes into the tag comes out as that text, never as SQL', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !text.includes('\0')),
      async (text) => {
        const [row] = await engine.rows<{ x: string }>(sql`select ${text} as x`)
        expect(row?.x).toBe(text)
      },
    ),
  )
})

test('an identifier that is not a plain word is refused', () => {
  expect(() => name('a; drop table x')).toThrow(/cannot be the name/)
})

test('a column that the relation does not have is an error before anything runs', () => {
  expect(() =>
    step('wrong', {
      reads: { l: LINES },
      gives: { x: 'varchar' },
      // @ts-expect-error the column does not exist
      sql: ({ l }) => sql`select ${l.NOT_THERE} as x from ${l}`,
    }),
  ).toThrow(/lines has no column NOT_THERE/)
})

test('a step is printed with the steps below it, under their own names', () => {
  expect(explain(perPerson, engine)).toBe(
    [
      'with kept as (',
      "  select l.person as person, l.euros as euros from lines as l where l.person <> 'p0'",
      ')',
      'select person, euros from (',
      '  select k.person as person, sum(k.euros) as euros from kept as k group by k.person',
      ') as ordered',
      'order by person',
    ].join('\n'),
  )
})

test('a step that gives other columns than it declares is refused, and nothing is written', async () => {
  await writeLines(10)
  const wrong = step('wrong', {
    reads: { l: LINES },
    gives: { n: 'integer' },
    sql: ({ l }) => sql`select count(*) as n from ${l}`,
  })
  const plan = new Plan(engine)
  await plan.bind(LINES, [lines()])
  const path = join(folder, 'wrong.parquet')
  await expect(plan.write(wrong, path)).rejects.toThrow(/declares \(n INTEGER\) and gives \(n BIGINT\)/)
  expect(existsSync(path)).toBe(false)
})

test('a step whose text and inputs did not change is not run again; one whose inputs changed is', async () => {
  const ledgerPath = join(folder, 'ledger.jsonl')
  const path = join(folder, 'per_person.parquet')
  const write = async () => {
    const plan = new Plan(engine, { ledger: await Ledger.open(ledgerPath) })
    await plan.bind(LINES, [lines()])
    return plan.write(perPerson, path)
  }
  await writeLines(700)
  expect(await write()).toMatchObject({ rows: 6, skipped: false })
  expect(await write()).toMatchObject({ rows: 6, skipped: true })
  await writeLines(3)
  expect(await write()).toMatchObject({ rows: 2, skipped: false })
})

test('a ledger whose last line was cut by a kill is read up to it, and the step is done again', async () => {
  const ledgerPath = join(folder, 'cut.jsonl')
  const path = join(folder, 'cut.parquet')
  await writeLines(700)
  const plan = new Plan(engine, { ledger: await Ledger.open(ledgerPath) })
  await plan.bind(LINES, [lines()])
  await plan.write(perPerson, path)
  const whole = await readFile(ledgerPath, 'utf8')
  await writeFile(ledgerPath, whole.slice(0, whole.length / 2))
  const again = new Plan(engine, { ledger: await Ledger.open(ledgerPath) })
  await again.bind(LINES, [lines()])
  expect(await again.write(perPerson, path)).toMatchObject({ skipped: false })
  const after = new Plan(engine, { ledger: await Ledger.open(ledgerPath) })
  await after.bind(LINES, [lines()])
  expect(await after.write(perPerson, path)).toMatchObject({ skipped: true })
})

test('what several steps read is written before the first of them, and not at all when they stand', async () => {
  const ledger = await Ledger.open(join(folder, 'later.jsonl'))
  const shared = join(folder, 'later-shared.parquet')
  await writeLines(700)
  const counted = step('counted', {
    reads: { p: perPerson },
    gives: { n: 'bigint' },
    order: ['n'],
    sql: ({ p }) => sql`select count(*) as n from ${p}`,
  })
  const write = async (): Promise<string[]> => {
    const written: string[] = []
    const plan = new Plan(engine, {
      ledger,
      onStep: ({ step: which, written: done }) => void (done?.skipped === false && written.push(which)),
    })
    await plan.bind(LINES, [lines()])
    plan.later(perPerson, shared)
    await plan.write(counted, join(folder, 'later-one.parquet'))
    await plan.write(counted, join(folder, 'later-two.parquet'))
    return written
  }
  expect(await write()).toEqual([perPerson.name, 'counted', 'counted'])
  await rm(shared)
  expect(await write()).toEqual([])
})

test('a file that was altered after it was entered is made again', async () => {
  const ledger = await Ledger.open(join(folder, 'altered.jsonl'))
  const path = join(folder, 'altered.parquet')
  await writeLines(700)
  const plan = new Plan(engine, { ledger })
  await plan.bind(LINES, [lines()])
  await plan.write(perPerson, path)
  await appendFile(path, 'x')
  expect(await plan.write(perPerson, path)).toMatchObject({ skipped: false })
})

test('a step with a total order gives the same bytes for one thread and for two', async () => {
  await writeLines(500_000)
  const wide = step('wide', {
    reads: { l: LINES },
    gives: { id: 'bigint', person: 'varchar', euros: 'decimal(12,2)' },
    order: ['id'],
    sql: ({ l }) => sql`select ${l.id} as id, ${l.person} as person, ${l.euros} as euros from ${l}`,
  })
  const hashes = []
  for (const threads of [1, 2, 2]) {
    const other = await openDuckDb({ threads })
    const plan = new Plan(other)
    await plan.bind(LINES, [lines()])
    const path = join(folder, `wide-${hashes.length}.parquet`)
    await plan.write(wide, path)
    hashes.push(await hashFile(path))
    await other.close()
  }
  expect(new Set(hashes).size).toBe(1)
})

test('a step that says so keeps in memory the right side of its joins, whatever the engine makes of their sizes', async () => {
  const path = join(folder, 'joined.parquet')
  await writeLines(1000, path)
  const few = table('few', { id: 'bigint', person: 'varchar', euros: 'decimal(12,2)' })
  const joined = (joins?: 'as written') =>
    step('joined', {
      reads: { f: few, l: LINES },
      gives: { id: 'bigint', euros: 'decimal(12,2)' },
      order: ['id'],
      ...(joins ? { joins } : {}),
      sql: ({ f, l }) =>
        sql`select ${f.id} as id, ${l.euros} as euros from ${f} left join ${l} on ${l.id} = ${f.id}`,
    })
  await writeLines(700_000)
  const write = engine.writeParquet.bind(engine)
  const explained: string[] = []
  const spy = vi.spyOn(engine, 'writeParquet').mockImplementation(async (query, to) => {
    explained.push(JSON.stringify(await engine.rows(`explain ${query}`)))
    return write(query, to)
  })
  const hashes = []
  try {
    for (const joins of [undefined, 'as written'] as const) {
      const plan = new Plan(engine)
      await plan.bind(few, [path])
      await plan.bind(LINES, [lines()])
      const to = join(folder, `joined-${hashes.length}.parquet`)
      await plan.write(joined(joins), to)
      hashes.push(await hashFile(to))
    }
  } finally {
    spy.mockRestore()
  }
  expect(explained.map((plan) => /Join Type: +(\w+)/.exec(plan)?.[1])).toEqual(['RIGHT', 'LEFT'])
  expect(new Set(hashes).size).toBe(1)
})
