import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { openDuckDb } from '../src/engine/index.ts'
import { csvOf, pairwise, people, PEOPLE_MODEL } from '../src/linkage/people.fixture.ts'
import { chainon, start } from './fixtures/chainon.ts'

const dir = join(inject('sharedFolder'), 'link-tables')
const RECORDS = people(150, 3)

type Chunked = { readonly chunks: { readonly made: number; readonly found: number } }

describe('chainon link', { timeout: 120_000 }, () => {
  let path: string
  beforeAll(async () => {
    await mkdir(dir, { recursive: true })
    path = await csvOf(RECORDS)
  })

  test('finds doubles with the model that it suggests, and writes no value of a record', async () => {
    const model = join(dir, 'model.json')
    const suggested = await chainon('link', 'suggest', path, '--json')
    expect(suggested).toMatchObject({ code: 0, stderr: '' })
    await writeFile(model, suggested.stdout)
    const out = join(dir, 'linked')
    const ran = await chainon('link', '--dedupe', path, '--model', model, '--out', out, '--json')
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(ran.stdout)).toMatchObject({ records: RECORDS.length })

    const engine = await openDuckDb()
    const read = (name: string) =>
      engine.rows<Record<string, unknown>>(`select * from '${join(out, name)}.parquet'`)
    const clusters = await read('clusters')
    const pairs = await read('pairs')
    await engine.close()
    const found = pairwise(
      clusters.map(({ cluster }) => Number(cluster)),
      clusters.map(({ id }) => RECORDS[Number(id)]?.person as number),
    )
    expect(found.f1).toBeGreaterThan(0.95)
    const written = JSON.stringify([clusters, pairs], (_, value: unknown) => String(value))
    for (const { surname, born } of RECORDS.slice(0, 20)) {
      expect(written).not.toContain(surname)
      expect(written).not.toContain(born)
    }
  })

  test('counts the pairs of each rule, those across two tables and those within one', async () => {
    const model = join(dir, 'rules.json')
    const comparisons = [{ compare: 'exact', column: 'town' }]
    const blocking = [['town'], { sql: 'l."surname" = r."surname" and l."town" = r."town"' }]
    const other = await csvOf(RECORDS.slice(0, 100))
    const of = (key: (one: (typeof RECORDS)[number]) => string, a: typeof RECORDS, b?: typeof RECORDS) =>
      a.flatMap((x, i) => (b ?? a.slice(i + 1)).filter((y) => x.town !== '' && key(x) === key(y))).length
    for (const type of ['dedupe', 'link'] as const) {
      await writeFile(model, JSON.stringify({ linkage: 1, type, id: 'number', comparisons, blocking }))
      const files = type === 'link' ? [path, other] : [path]
      const ran = await chainon('link', 'count', ...files, '--model', model, '--json')
      expect(ran).toMatchObject({ code: 0, stderr: '' })
      const right = type === 'link' ? RECORDS.slice(0, 100) : undefined
      expect(JSON.parse(ran.stdout)).toMatchObject({
        rules: [
          { rule: 'town', pairs: of(({ town }) => town, RECORDS, right) },
          { pairs: of(({ town, surname }) => `${town} ${surname}`, RECORDS, right) },
        ],
      })
    }
  })

  test('killed in the middle it goes on from there, and writes the same bytes', async () => {
    const model = join(dir, 'killed.json')
    const training = { ...PEOPLE_MODEL.training, rounds: 1, pairs: 20_000 }
    await writeFile(model, JSON.stringify({ ...PEOPLE_MODEL, training }))
    const args = (out: string) =>
      [
        'link',
        '--dedupe',
        path,
        '--model',
        model,
        '--chunk',
        '300',
        '--out',
        join(dir, out),
        '--json',
      ] as const
    const { child, ended } = start(args('killed'))
    const chunks = async (): Promise<string[]> =>
      (await readdir(join(dir, 'killed', '.work'), { recursive: true }).catch(() => [] as string[])).filter(
        (name) => name.endsWith('.parquet'),
      )
    while ((await chunks()).length < 4 && child.exitCode === null) await setTimeout(5)
    child.kill('SIGKILL')
    expect((await ended).signal).toBe('SIGKILL')
    const left = (await chunks()).length
    const again = JSON.parse((await chainon(...args('killed'))).stdout) as Chunked
    const whole = JSON.parse((await chainon(...args('whole'))).stdout) as Chunked
    expect(again.chunks.found).toBeGreaterThanOrEqual(left)
    expect(again.chunks.made).toBeGreaterThan(0)
    expect(whole.chunks).toEqual({ made: again.chunks.found + again.chunks.made, found: 0 })
    const names = (await readdir(join(dir, 'whole'))).sort()
    expect((await readdir(join(dir, 'killed'))).sort()).toEqual(names)
    expect(names).toContain('report.html')
    for (const name of names)
      expect(await readFile(join(dir, 'killed', name))).toEqual(await readFile(join(dir, 'whole', name)))
  })

  test('prints the schema of a model', async () => {
    const { code, stdout } = await chainon('link', 'schema')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ properties: { linkage: { const: 1 } } })
  })

  test('takes a model of Splink as it is, and writes it as one of ours', async () => {
    const splink = join(dir, 'splink.json')
    await writeFile(splink, JSON.stringify(SPLINK))
    const imported = await chainon('link', 'import', splink)
    expect(JSON.parse(imported.stdout)).toMatchObject({ linkage: 1, type: 'dedupe', id: 'number' })
    const out = join(dir, 'as-splink')
    const ran = await chainon('link', '--dedupe', path, '--model', splink, '--out', out, '--json')
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    const { trained } = JSON.parse(await readFile(join(out, 'model.json'), 'utf8')) as {
      trained: { prior: number }
    }
    expect(trained.prior).toBe(SPLINK.probability_two_random_records_match)
  })

  test.each([
    ['a file that is not there', ['--dedupe', 'nowhere.csv'], 'nowhere.csv'],
    ['no file at all', [], '--dedupe'],
  ])('says what is wrong with %s', async (_, args, named) => {
    const ran = await chainon('link', ...args, '--out', join(dir, 'wrong'))
    expect(ran.code).not.toBe(0)
    expect(ran.stderr).toContain(named)
    expect(ran.stderr).not.toContain(' at ')
  })

  test('names the field of a model that is wrong, the column that is missing, and the id that stands twice', async () => {
    const model = join(dir, 'bad.json')
    const run = async (value: unknown, file = path) => {
      await writeFile(model, JSON.stringify(value))
      const ran = await chainon('link', '--dedupe', file, '--model', model, '--out', join(dir, 'wrong'))
      expect(ran.code).not.toBe(0)
      return ran.stderr
    }
    const { stdout } = await chainon('link', 'suggest', path)
    const good = JSON.parse(stdout) as { comparisons: object[] }
    expect(await run({ ...good, blocking: 7 })).toContain('blocking')
    const comparisons = [...good.comparisons, { compare: 'exact', column: 'shoe size' }]
    expect(await run({ ...good, comparisons })).toContain('shoe size')
    const twice = await csvOf(
      RECORDS,
      RECORDS.map((_, at) => (at === 5 ? 4 : at)),
    )
    expect(await run(good, twice)).toContain('2 records with number 4')
  })
})

const SPLINK = {
  link_type: 'dedupe_only',
  unique_id_column_name: 'number',
  probability_two_random_records_match: 0.005,
  blocking_rules_to_generate_predictions: [
    { blocking_rule: 'l."surname" = r."surname"', sql_dialect: 'duckdb' },
    'l.born = r.born',
  ],
  comparisons: [
    {
      output_column_name: 'surname',
      comparison_levels: [
        { sql_condition: '"surname_l" IS NULL OR "surname_r" IS NULL', is_null_level: true },
        { sql_condition: '"surname_l" = "surname_r"', m_probability: 0.9, u_probability: 0.03 },
        { sql_condition: 'ELSE', m_probability: 0.1, u_probability: 0.97 },
      ],
    },
    {
      output_column_name: 'born',
      comparison_levels: [
        { sql_condition: '"born_l" IS NULL OR "born_r" IS NULL', is_null_level: true },
        { sql_condition: '"born_l" = "born_r"', m_probability: 0.9, u_probability: 0.0001 },
        { sql_condition: 'ELSE', m_probability: 0.1, u_probability: 0.9999 },
      ],
    },
  ],
}
