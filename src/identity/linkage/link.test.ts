import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { linkageCountry } from '../../../test/fixtures/linkage-country.ts'
import { hashFile } from '../../base/index.ts'
import { type Engine, openDuckDb } from '../../engine/index.ts'
import { createKeys, evaluateLinks, link, type LinkageMethod, type LinkageSubmission } from '../index.ts'

let root: string
let engine: Engine
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'chainon-link-'))
  engine = await openDuckDb({ threads: 1 })
  for (const [name, noise] of [
    ['noisy', 1],
    ['plain', 0],
  ] as const) {
    await createKeys(join(root, name, 'trusted'), 's')
    await linkageCountry(join(root, name), { persons: 10_000, patients: 2000, noise })
  }
})
afterAll(async () => {
  await engine.close()
  await rm(root, { recursive: true, force: true })
})

const run = (hub: string, today = '2020-12-31', method: LinkageMethod = 'probabilistic', compare = false) =>
  link({
    method,
    compare,
    trusted: join(hub, 'trusted'),
    lake: join(hub, 'lake'),
    receipts: join(hub, 'receipts'),
    today,
    engine: { engine: 'duckdb' },
    check: (submission: LinkageSubmission) => submission,
    notice: 'invented data / données inventées',
  })

type Link = { bndmr: string; snds: string; step: string }
const linksOf = (hub: string, version: string, name = 'links') =>
  engine.rows<Link>(`select * from '${join(hub, 'lake', 'links', version, `${name}.parquet`)}'`)
async function truthOf(hub: string, seenOnly = false): Promise<Map<string, Set<string>>> {
  const where = seenOnly ? 'where seen' : ''
  const rows = await engine.rows<Link>(`select bndmr, snds from '${join(hub, 'truth.parquet')}' ${where}`)
  return new Map(rows.map((row) => [row.bndmr, new Set([row.snds])]))
}
/** A copy of a country, so that each test links its own. */
async function copyOf(name: string): Promise<string> {
  const hub = await mkdtemp(join(root, 'hub-'))
  await cp(join(root, name), hub, { recursive: true })
  return hub
}

/** What the indirect stage alone said, and all that was linked, beside the truth. */
async function judged(method: LinkageMethod) {
  const hub = await copyOf('noisy')
  const { version, quality } = await run(hub, '2020-12-31', method)
  const all = await linksOf(hub, version)
  const indirect = [
    ...all.filter((one) => one.step !== 'nir'),
    ...(await linksOf(hub, version, 'contradicted')),
  ]
  const truth = await truthOf(hub)
  expect(quality.linked).toBe(all.length)
  expect(new Set(all.map((one) => one.bndmr)).size).toBe(all.length)
  expect(new Set(all.map((one) => one.snds)).size).toBe(all.length)
  return { indirect: evaluateLinks(indirect, truth), all: evaluateLinks(all, truth) }
}

test('with the noise of the demo both methods are right; weighing finds five in a hundred more', async () => {
  const [ladder, weighed] = await Promise.all([judged('ladder'), judged('probabilistic')])
  for (const { indirect, all } of [ladder, weighed]) {
    expect(indirect.precision).toBeGreaterThanOrEqual(0.995)
    expect(all.precision).toBeGreaterThanOrEqual(0.995)
  }
  expect(ladder.indirect.recall).toBeGreaterThanOrEqual(0.88)
  expect(ladder.all.recall).toBeGreaterThanOrEqual(0.9)
  expect(weighed.indirect.recall).toBeGreaterThanOrEqual(ladder.indirect.recall + 0.05)
})

test('without noise nearly every patient with a contact is found, and nobody wrongly', async () => {
  const hub = await copyOf('plain')
  const { version } = await run(hub)
  const links = (await linksOf(hub, version)).filter((one) => one.step !== 'nir')
  expect(evaluateLinks(links, await truthOf(hub)).precision).toBeGreaterThanOrEqual(0.999)
  expect(evaluateLinks(links, await truthOf(hub, true)).recall).toBeGreaterThanOrEqual(0.99)
})

test('the same transfer gives the same links, to the byte', async () => {
  const hubs = [await copyOf('noisy'), await copyOf('noisy')]
  const results = await Promise.all(hubs.map((hub) => run(hub)))
  expect(results[0]?.sha256).toBe(results[1]?.sha256)
})

test('who objects is in no link, whichever side the objection is on, and only while it holds', async () => {
  const hub = await copyOf('noisy')
  const before = await linksOf(hub, (await run(hub)).version)
  const [first, second, later] = before as [Link, Link, Link]
  const list = join(hub, 'trusted', 'matcher', 'oppositions')
  await mkdir(list, { recursive: true })
  // As level-1 pseudonyms: of the registry, of the SNDS (own NIR), and one that is over.
  await engine.run(`copy (
    select 'bndmr' as source, 'source' as scope, cast(null as date) as from_date, cast(null as date) as until_date, 'idmr' as form, 'L' || ${first.bndmr.slice(1)} as level1, cast(null as varchar) as own
    union all select 'snds', 'source', date '2020-01-01', null, 'insured', 'P' || ${second.snds.slice(1)}, 'N' || ${second.snds.slice(1)}
    union all select 'bndmr', 'source', date '2019-01-01', date '2019-12-31', 'idmr', 'L' || ${later.bndmr.slice(1)}, null
  ) to '${join(list, 'v1.parquet')}'`)
  await writeFile(join(list, 'current.json'), JSON.stringify({ version: 'v1', sha256: '' }))
  await cp(
    join(root, 'noisy', 'trusted', 'matcher', 'transfers'),
    join(hub, 'trusted', 'matcher', 'transfers'),
    {
      recursive: true,
    },
  )
  const result = await run(hub)
  expect(result.unchanged).toBe(false)
  const after = await linksOf(hub, result.version)
  expect(after.filter((one) => one.bndmr === first.bndmr || one.snds === second.snds)).toEqual([])
  expect(after.filter((one) => one.bndmr === later.bndmr)).toHaveLength(1)
  expect(result.oppositions).toBe('v1')
})

test('transit ids and working tables are destroyed with a receipt once the links stand', async () => {
  const hub = await copyOf('noisy')
  const transfer = join(hub, 'trusted', 'matcher', 'transfers', 'bndmr', 'patients.parquet')
  const hash = await hashFile(transfer)
  const { version } = await run(hub)
  const left = await readdir(join(hub, 'trusted', 'matcher'), { recursive: true })
  expect(left.filter((name) => /transfers.bndmr|work|spill/.test(name))).toEqual([])
  const receipt = JSON.parse(await readFile(join(hub, 'receipts', `links-${version}.json`), 'utf8')) as {
    files: { name: string; sha256: string }[]
  }
  expect(receipt.files.find((file) => file.name === 'patients.parquet')?.sha256).toBe(hash)
  const again = await run(hub, '2021-01-01').catch((error: unknown) => error)
  expect(again).toMatchObject({ code: 'identity/no-transfer' })
})

test('a second run without change is the same version; a destruction that was cut is finished by it', async () => {
  const hub = await copyOf('noisy')
  const first = await run(hub)
  const transfers = join('trusted', 'matcher', 'transfers')
  await cp(join(root, 'noisy', transfers), join(hub, transfers), { recursive: true })
  const second = await run(hub)
  expect(second).toMatchObject({ version: first.version, sha256: first.sha256, unchanged: true })
  expect(await readdir(join(hub, transfers))).toEqual([])
  expect(await run(hub)).toMatchObject({ unchanged: true, report: first.report })
})

test('the report partitions the patients, tells the words of invented data, and holds no id', async () => {
  const hub = await copyOf('noisy')
  const { version, report, quality } = await run(hub)
  const submission = report as LinkageSubmission
  const inclusion = submission.tables.find((one) => one.name === 'inclusion')
  const total = inclusion?.cells[0]?.n
  expect(total).toBe(2000)
  const cells = submission.tables.flatMap((one) => one.cells)
  const sum = (of: typeof cells): number => of.reduce((n, cell) => n + cell.n, 0)
  for (const dimension of ['linked', 'outcome', 'nir']) {
    const own = cells.filter((cell) => Object.keys(cell.at).join() === dimension)
    expect(sum(own), dimension).toBe(total)
    expect(new Set(own.map((cell) => cell.at[dimension]))).toEqual(
      new Set(submission.dimensions[dimension]?.values),
    )
  }
  const states = inclusion?.cells.filter((cell) => 'linked' in cell.at) ?? []
  for (const dimension of ['year', 'age', 'sex', 'departement', 'disease'])
    for (const state of ['linked', 'not linked']) {
      const own = cells.filter((cell) => dimension in cell.at && cell.at['linked'] === state)
      expect(sum(own), dimension).toBe(states.find((cell) => cell.at['linked'] === state)?.n)
      expect(new Set(own.map((cell) => cell.at[dimension]))).toEqual(
        new Set(submission.dimensions[dimension]?.values),
      )
    }
  const gold = submission.tables.find((one) => one.name.startsWith('indirect'))?.cells[0]
  expect(gold?.figures?.['precision']).toBeGreaterThan(0.99)
  expect(gold?.figures?.['recallLow']).toBeLessThan(gold?.figures?.['recall'] ?? 0)
  const text = await readFile(join(hub, 'lake', 'links', version, 'report.json'), 'utf8')
  expect(text).toContain('invented data / données inventées')
  expect(text).not.toMatch(/"[BS]\d+"/)
  expect(quality.opposed).toBe(0)
})

test('a report that was not checked does not leave the matcher', async () => {
  const hub = await copyOf('noisy')
  const { version, report } = await link({
    trusted: join(hub, 'trusted'),
    lake: join(hub, 'lake'),
    receipts: join(hub, 'receipts'),
    today: '2020-12-31',
    engine: { engine: 'duckdb' },
  })
  expect(report).toBeUndefined()
  expect((await readdir(join(hub, 'lake', 'links', version))).sort()).toEqual([
    'contradicted.parquet',
    'links.parquet',
  ])
})
