import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { writeOppositions } from '../../test/fixtures/small-release.ts'
import { ANALYST, releaseOf, signed, smallHub, widePermit } from '../../test/fixtures/small-space.ts'
import { exists, hashFile } from '../base/index.ts'
import { INVENTED, revokePermit } from '../permits/index.ts'
import { type Hub, readJournal, verifyJournal } from '../store/index.ts'
import { closeSpace, type CheckedSubmission, openSpace, type Submission, submitOutput } from './index.ts'

let hub: Hub
const journal = () => readJournal(hub.path('journal.jsonl'))
const acts = async (act: string) => (await journal()).filter((line) => line.act === act)
const released = (...parts: string[]) => hub.path('released', 'wide', ...parts)
const inside = (...parts: string[]) => hub.path('spaces', 'wide', 'outputs', ...parts)

/** Patients of three diseases; the second is small. */
const byDisease = (a: number, b: number, c: number): Submission => ({
  study: 'trial',
  dimensions: { disease: { values: ['a', 'b', 'c'] } },
  tables: [
    { kind: 'count', name: 'all', cells: [{ at: {}, n: a + b + c }] },
    {
      kind: 'count',
      name: 'by_disease',
      cells: [
        { at: { disease: 'a' }, n: a },
        { at: { disease: 'b' }, n: b },
        { at: { disease: 'c' }, n: c },
      ],
    },
  ],
})

const report = ({ tables }: CheckedSubmission) => `<p>${INVENTED}</p>${JSON.stringify(tables)}`
const submit = (submission: Submission, { as = ANALYST, render = report } = {}) =>
  submitOutput({ hub, permitId: 'wide', submission, as, render })
beforeEach(async () => {
  hub = await smallHub(20)
  await signed(hub, widePermit(await releaseOf(hub)))
  await openSpace({ hub, permit: 'wide', as: ANALYST })
})

describe('an output that passes', () => {
  test('is released as tables, check.json and report, with their hashes, and one line of the journal', async () => {
    const { n, folder, before } = await submit(byDisease(40, 7, 30))
    expect({ n, folder, before }).toEqual({ n: 1, folder: released('1'), before: false })
    expect((await readdir(folder)).sort()).toEqual(['check.json', 'report.html', 'tables'])
    const check = JSON.parse(await readFile(join(folder, 'check.json'), 'utf8')) as {
      files: Record<string, string>
      audit: object
      notice: string
    }
    expect(check).toMatchObject({ permit: 'wide', output: 1, profile: 'FR-SNDS', notice: INVENTED })
    expect(Object.keys(check.files)).toEqual(['tables/all.csv', 'tables/by_disease.csv', 'report.html'])
    for (const [name, hash] of Object.entries(check.files))
      expect(await hashFile(join(folder, name))).toBe(hash)
    expect(await acts('output/release')).toMatchObject([
      { who: ANALYST, subject: 'wide/1', hashes: { check: await hashFile(join(folder, 'check.json')) } },
    ])
    expect(await verifyJournal(hub.path('journal.jsonl'))).toMatchObject({ intact: true })
  })

  test('says in every file that its data is invented, and a hidden cell has its place and nothing else', async () => {
    const { folder } = await submit(byDisease(40, 7, 30))
    for (const name of ['all', 'by_disease'])
      expect(await readFile(join(folder, 'tables', `${name}.csv`), 'utf8')).toMatch(
        /^# invented data \/ données inventées\n/,
      )
    expect(await readFile(join(folder, 'tables', 'by_disease.csv'), 'utf8')).toBe(
      `# ${INVENTED}\ndisease,hidden,persons\na,,40\nb,hidden,\nc,hidden,\n`,
    )
  })

  test('is not released with a report that does not say so', async () => {
    const silent = submit(byDisease(40, 7, 30), { render: () => '<p>Results</p>' })
    await expect(silent).rejects.toMatchObject({ code: 'output/no-notice' })
    expect(await exists(released())).toBe(false)
  })

  test('appears whole or not at all: a report that fails leaves nothing, and it is released when it succeeds', async () => {
    const cut = submit(byDisease(40, 7, 30), { render: () => Promise.reject(new Error('no ink')) as never })
    await expect(cut).rejects.toThrow('no ink')
    expect(await exists(released('1'))).toBe(false)
    expect(await acts('output/release')).toEqual([])
    expect((await submit(byDisease(40, 7, 30))).n).toBe(1)
  })

  test('whose writing was cut leaves a folder under another name, which the next attempt replaces', async () => {
    await mkdir(released('1.tmp', 'tables'), { recursive: true })
    await writeFile(released('1.tmp', 'tables', 'stale.csv'), 'half')
    const { folder } = await submit(byDisease(40, 7, 30))
    expect((await readdir(join(folder, 'tables'))).sort()).toEqual(['all.csv', 'by_disease.csv'])
    expect(await readdir(released())).toEqual(['1'])
  })

  test('is released once however often it is handed in', async () => {
    const first = await submit(byDisease(40, 7, 30))
    const again = await submit(byDisease(40, 7, 30))
    expect(again).toEqual({ ...first, before: true })
    expect(await readdir(released())).toEqual(['1'])
    expect(await acts('output/release')).toHaveLength(1)
  })

  test.each([
    ['the same output', byDisease(40, 7, 30)],
    ['another output', { ...byDisease(40, 7, 30), study: 'other' }],
  ])('whose line of the journal a kill prevented gets it when %s is handed in', async (_, next) => {
    const files = (await readdir(hub.dir)).filter((name) => name.startsWith('journal'))
    const before = await Promise.all(files.map((name) => readFile(hub.path(name))))
    await submit(byDisease(40, 7, 30))
    for (const [i, name] of files.entries()) await writeFile(hub.path(name), before[i] as Buffer)
    expect(await acts('output/release')).toEqual([])
    await submit(next)
    const told = (await acts('output/release')).map(({ who, subject }) => ({ who, subject }))
    expect(told[0]).toEqual({ who: ANALYST, subject: 'wide/1' })
    expect(told).toHaveLength((await readdir(released())).length)
    expect(await verifyJournal(hub.path('journal.jsonl'))).toMatchObject({ intact: true })
  })
})

describe('an output that is refused', () => {
  test('leaves the reason inside the space and a line of the journal, and nothing outside', async () => {
    const named: Submission = {
      study: 'trial',
      dimensions: { centre: { values: ['750100018', 'other'] } },
      tables: [
        {
          kind: 'count',
          name: 'by_centre',
          cells: [
            { at: { centre: '750100018' }, n: 40 },
            { at: { centre: 'other' }, n: 30 },
          ],
        },
      ],
    }
    await expect(submit(named)).rejects.toMatchObject({ code: 'disclosure/identifying', exitCode: 3 })
    expect(JSON.parse(await readFile(inside('1', 'refused.json'), 'utf8'))).toMatchObject({
      code: 'disclosure/identifying',
    })
    expect(await acts('output/refuse')).toMatchObject([{ who: ANALYST, subject: 'wide/1' }])
    expect(await exists(released())).toBe(false)
    expect((await submit(byDisease(40, 7, 30))).n).toBe(2)
  })

  test('because of its figures, its sums or its nesting says which', async () => {
    const good = byDisease(40, 17, 30)
    const [all, parts] = good.tables as [Submission['tables'][number], Submission['tables'][number]]
    const figure = { ...all, cells: [{ at: {}, n: 87, figures: { maximum: 3 } }] }
    const sum = { ...all, cells: [{ at: {}, n: 88 }] }
    const value = { ...all, cells: [{ at: { disease: 'z' }, n: 88 }] }
    for (const [changed, code] of [
      [figure, 'disclosure/figure'],
      [sum, 'disclosure/does-not-add-up'],
      [value, 'disclosure/unknown-value'],
    ] as const)
      await expect(submit({ ...good, tables: [changed as typeof all, parts] })).rejects.toMatchObject({
        code,
      })
  })
})

describe('what was released before', () => {
  const women = (a: number, b: number, c: number): Submission => ({
    study: 'women',
    dimensions: { disease: { values: ['a', 'b', 'c'] }, sex: { values: ['female', 'male'] } },
    tables: [
      {
        kind: 'count',
        name: 'women_by_disease',
        cells: Object.entries({ a, b, c }).map(([disease, n]) => ({ at: { disease, sex: 'female' }, n })),
      },
    ],
  })

  test('is subtracted: what is harmless alone is hidden when it would leave a few men', async () => {
    const alone = await submit(women(35, 12, 14))
    expect(await readFile(join(alone.folder, 'tables', 'women_by_disease.csv'), 'utf8')).toContain(
      'a,female,,35',
    )
    await rm(hub.path('spaces', 'wide', 'outputs'), { recursive: true })
    await rm(released(), { recursive: true })
    await submit(byDisease(40, 25, 30))
    const { folder, checked } = await submit(women(35, 12, 14))
    expect(await readFile(join(folder, 'tables', 'women_by_disease.csv'), 'utf8')).toContain(
      'a,female,hidden,',
    )
    expect(checked.summary.audit).toMatchObject({ proved: true, earlierReleases: 1 })
  })

  test('is subtracted after the opposition list changed: a cell that lost a few persons is not shown again', async () => {
    await submit(byDisease(40, 25, 30))
    await writeOppositions(hub.path('lake'), 'v2', [{ person: 'B8' }])
    await openSpace({ hub, permit: 'wide', as: ANALYST })
    const { folder } = await submit(byDisease(37, 25, 30))
    const csv = await readFile(join(folder, 'tables', 'by_disease.csv'), 'utf8')
    expect(csv).toContain('a,hidden,')
    expect(await readFile(join(folder, 'tables', 'all.csv'), 'utf8')).not.toContain('92')
  })

  test('counts also when its folder was taken away: it was public once', async () => {
    await submit(byDisease(40, 25, 30))
    await rm(released('1'), { recursive: true })
    const { checked } = await submit(women(35, 12, 14))
    expect(checked.summary.audit.earlierReleases).toBe(1)
  })
})

describe('nothing is released', () => {
  test('by someone whom the permit does not name', async () => {
    const other = submit(byDisease(40, 7, 30), { as: 'Someone Else' })
    await expect(other).rejects.toMatchObject({ code: 'permit/person-not-named' })
  })

  test('under a permit that was revoked', async () => {
    await revokePermit(hub, 'wide', 'CNIL', 'purpose')
    await expect(submit(byDisease(40, 7, 30))).rejects.toMatchObject({ code: 'permit/revoked' })
  })

  test('under a permit past its last day', async () => {
    const later: Hub = { ...hub, path: (...parts) => hub.path(...parts), today: () => '2022-01-02' }
    const late = submitOutput({
      hub: later,
      permitId: 'wide',
      submission: byDisease(40, 7, 30),
      as: ANALYST,
      render: report,
    })
    await expect(late).rejects.toMatchObject({ code: 'permit/expired' })
  })

  test('from a space that was closed, nor from one that was never opened', async () => {
    await signed(hub, widePermit(await releaseOf(hub), { id: 'unopened' }))
    const unopened = submitOutput({
      hub,
      permitId: 'unopened',
      submission: byDisease(40, 7, 30),
      as: ANALYST,
      render: report,
    })
    await expect(unopened).rejects.toMatchObject({ code: 'space/not-open' })
    await closeSpace({ hub, permit: 'wide', as: ANALYST })
    await expect(submit(byDisease(40, 7, 30))).rejects.toMatchObject({ code: 'space/closed' })
  })

  test.each(['nobody', 'revoked', 'closed'])('and no folder is left (%s)', async (why) => {
    if (why === 'revoked') await revokePermit(hub, 'wide', 'CNIL', 'purpose')
    if (why === 'closed') await closeSpace({ hub, permit: 'wide', as: ANALYST })
    await expect(
      submit(byDisease(40, 7, 30), { as: why === 'nobody' ? 'Someone Else' : ANALYST }),
    ).rejects.toMatchObject({ exitCode: 3 })
    expect(await exists(released())).toBe(false)
  })
})
