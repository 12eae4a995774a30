/// <reference lib="dom" />

import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { routes } from '../src/app/server/review.ts'
import { openReview, reviewSoFar } from '../src/linkage/index.ts'
import { csvOf, people } from '../src/linkage/people.fixture.ts'
import { axeFaults, noBrowser, type OpenPage, openPage, widthsOf } from './fixtures/browser.ts'
import { chainon, start, type Started } from './fixtures/chainon.ts'

const dir = join(inject('sharedFolder'), 'link-review')
const out = join(dir, 'linked')
const RECORDS = people(40, 3)

interface Sampled {
  readonly pairs: readonly {
    readonly left: { readonly id: string }
    readonly right: { readonly id: string }
  }[]
}
let path: string
let sample: Sampled
beforeAll(async () => {
  await mkdir(dir, { recursive: true })
  path = await csvOf(RECORDS)
  const ran = await chainon('link', '--dedupe', path, '--out', out, '--json')
  expect(ran).toMatchObject({ code: 0, stderr: '' })
  sample = JSON.parse(await readFile(join(out, 'review.json'), 'utf8')) as Sampled
}, 120_000)

const started: Started[] = []
afterAll(async () => {
  for (const { child, ended } of started) {
    child.kill('SIGTERM')
    await ended
  }
})

/** Starts a reader's page as a person would. @returns its address */
async function reads(
  reader: string,
  labels: string,
  ...more: string[]
): Promise<{ url: string; of: Started }> {
  const of = start(['link', 'review', out, '--as', reader, '--labels', join(dir, labels), '--json', ...more])
  started.push(of)
  let said = ''
  const url = await new Promise<string>((done, fail) => {
    of.child.stdout?.on('data', (chunk: Buffer) => {
      said += String(chunk)
      if (said.includes('}')) done((JSON.parse(said) as { url: string }).url)
    })
    void of.ended.then(({ stderr }) => fail(new Error(stderr)))
  })
  return { url, of }
}

interface Answered {
  readonly current: number | null
  readonly canUndo: boolean
  readonly screen: { readonly fr: string; readonly en: string }
}
async function says(url: string, pair: number | null, answer: string): Promise<Answered> {
  const response = await fetch(`${url}answer`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ pair, answer }),
  })
  expect(response.status).toBe(200)
  return (await response.json()) as Answered
}

const linesOf = async (labels: string): Promise<Record<string, unknown>[]> =>
  (await readFile(join(dir, labels), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

/** What the pair of a place is in truth. */
const truth = (at: number): string => {
  const { left, right } = sample.pairs[at] as Sampled['pairs'][number]
  return RECORDS[Number(left.id)]?.person === RECORDS[Number(right.id)]?.person ? 'match' : 'no match'
}

describe('the door of a reader', { timeout: 120_000 }, () => {
  let url: string
  beforeAll(async () => ({ url } = await reads('ada', 'door.jsonl')), 60_000)

  /** Status of a request that a browser would not send. */
  const status = (
    at: string,
    method: string,
    headers: Record<string, string> = {},
    body = '',
  ): Promise<number> =>
    new Promise((done, fail) => {
      const asked = request(at, { method, headers }, (response) => {
        response.resume()
        done(response.statusCode ?? 0)
      })
      asked.once('error', fail)
      asked.end(body)
    })
  const json = { 'content-type': 'application/json' }

  test('every route has a rule, opens to the token, and to nobody without', async () => {
    expect(routes.map(({ method, path: at, rule }) => `${method} /${at}: ${rule}`)).toEqual([
      'GET /: token',
      'POST /answer: token, from the page',
    ])
    const { origin } = new URL(url)
    const wrong = 'A'.repeat(new URL(url).pathname.length - 2)
    for (const { method, path: at } of routes) {
      const body = method === 'POST' ? '{"pair":0,"answer":"next"}' : ''
      expect(await status(`${url}${at}`, method, json, body), at).toBe(200)
      for (const other of [`${origin}/${at}`, `${origin}/${wrong}/${at}`, `${origin}//${at}`])
        expect(await status(other, method, json), other).toBe(404)
    }
  })

  test('what is no route is not found, whatever the method', async () => {
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'HEAD'])
      for (const at of ['', 'answer', 'labels.jsonl', '../labels.jsonl', 'answer/', 'review.json', '%2e%2e/'])
        if (!routes.some((route) => route.method === method && route.path === at))
          expect(await status(`${url}${at}`, method, json), `${method} ${at}`).toBe(404)
  })

  test('another page, another name of this machine and another machine do not come in', async () => {
    const { port, pathname } = new URL(url)
    const answer = '{"pair":0,"answer":"match"}'
    expect(await status(url, 'GET', { host: `hospital.example:${port}` })).toBe(404)
    expect(
      await status(`${url}answer`, 'POST', { ...json, origin: 'https://elsewhere.example' }, answer),
    ).toBe(403)
    expect(await status(`${url}answer`, 'POST', { 'content-type': 'text/plain' }, answer)).toBe(403)
    expect(await status(`${url}answer`, 'POST', json, '{"pair":0,"answer":"perhaps"}')).toBe(400)
    expect(await status(`${url}answer`, 'POST', json, `"${'x'.repeat(5000)}"`)).toBe(413)
    expect(existsSync(join(dir, 'door.jsonl'))).toBe(false)
    const outer = Object.values(networkInterfaces())
      .flat()
      .find((one) => one && !one.internal && one.family === 'IPv4')
    if (outer) await expect(fetch(`http://${outer.address}:${port}${pathname}`)).rejects.toThrow()
  })

  test('the page shows no value of a record, and is kept nowhere', async () => {
    const response = await fetch(url)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    const page = await response.text()
    for (const { surname, born } of RECORDS) {
      expect(page).not.toContain(`>${surname}<`)
      expect(page).not.toContain(born)
    }
    expect(page).not.toMatch(/(?:src|href)="https?:/)
  })
})

describe('answers', { timeout: 120_000 }, () => {
  test('are kept when the command is killed in the middle, and the reader goes on where it was', async () => {
    const { url, of } = await reads('ada', 'killed.jsonl')
    let kept = 0
    const reading = async (): Promise<void> => {
      for (let pair: number | null = 0; pair !== null; kept++) {
        // While the next answer is on its way.
        if (kept === 8) setTimeout(() => of.child.kill('SIGKILL'), 2)
        pair = (await says(url, pair, truth(pair))).current
      }
    }
    await expect(reading()).rejects.toThrow()
    expect(kept).toBeGreaterThanOrEqual(8)
    const lines = await linesOf('killed.jsonl')
    // The last one may have been kept, and the word that it was not have come.
    expect(lines.length - kept).toBeGreaterThanOrEqual(0)
    expect(lines.length - kept).toBeLessThanOrEqual(1)
    lines.forEach((line, at) =>
      expect(line).toMatchObject({
        reader: 'ada',
        left: sample.pairs[at]?.left.id,
        right: sample.pairs[at]?.right.id,
        label: truth(at),
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      }),
    )
    const { url: again } = await reads('ada', 'killed.jsonl', '--show-records')
    const page = await (await fetch(again)).text()
    expect(page).toContain(`data-at="${lines.length}"`)
    // Records are shown now, because that was asked for.
    const { left } = sample.pairs[lines.length] as Sampled['pairs'][number]
    expect(page).toContain(`>${RECORDS[Number(left.id)]?.surname}<`)
  })

  test('of two readers at once are compared, and where they differ a third decides', async () => {
    const [ada, grace] = await Promise.all([reads('ada', 'both.jsonl'), reads('grace', 'both.jsonl')])
    const differ = [1, 4, 9]
    const read = async (url: string, wrong: readonly number[]): Promise<Answered> => {
      let answered = await says(url, 0, 'next')
      while (answered.current !== null) {
        const at = answered.current
        const other = truth(at) === 'match' ? 'no match' : 'match'
        answered = await says(url, at, wrong.includes(at) ? other : truth(at))
      }
      return answered
    }
    await Promise.all([read(ada.url, []), read(grace.url, differ)])
    expect(await linesOf('both.jsonl')).toHaveLength(2 * sample.pairs.length)
    const summary = () => reviewSoFar({ results: out, labels: join(dir, 'both.jsonl') })
    const { agreements, disputed } = await summary()
    expect(disputed).toMatchObject(differ.map((pair) => ({ pair })))
    expect(agreements[0]).toMatchObject({ between: ['ada', 'grace'], pairs: sample.pairs.length })
    expect(agreements[0]?.kappa).toBeGreaterThan(agreements[0]?.low ?? 1)

    const place = { results: out, labels: join(dir, 'both.jsonl') }
    const refused = openReview(place, { reader: 'ada', third: true }, undefined)
    await expect(refused).rejects.toMatchObject({ code: 'linkage/not-third', exitCode: 3 })
    const third = await reads('mary', 'both.jsonl', '--third')
    expect((await read(third.url, [])).screen.en).toContain('Every disagreement is decided')
    expect(await summary()).toMatchObject({ disputed: differ.map((pair) => ({ pair, third: truth(pair) })) })

    const told = await chainon('link', 'review', out, '--labels', join(dir, 'both.jsonl'), '--summary')
    expect(told.stdout).toContain('3 disagreements, 0 without a third decision')

    const labels = ['--labels', join(dir, 'both.jsonl')]
    const model = ['--model', join(out, 'model.json'), '--out', join(dir, 'again')]
    const again = await chainon('link', '--dedupe', path, ...model, ...labels, '--json')
    expect(JSON.parse(again.stdout)).toMatchObject({
      labels: { decided: sample.pairs.length, undecided: 0, contradicted: 0 },
    })
    expect(await readFile(join(dir, 'again', 'report.html'), 'utf8')).toContain('What readers say')
  })

  test('in a file that is wrong are refused by file, row and field', async () => {
    const labels = join(dir, 'labels.csv')
    await writeFile(labels, 'left,right,label\n0,1,match\n0,2,perhaps\n')
    const ran = await chainon('link', '--dedupe', path, '--out', join(dir, 'wrong'), '--labels', labels)
    expect(ran.code).toBe(1)
    expect(ran.stderr).toContain('labels.csv, row 3: label: perhaps')
    const nowhere = openReview({ results: join(dir, 'nowhere') }, { reader: 'ada', third: false }, undefined)
    await expect(nowhere).rejects.toMatchObject({ code: 'linkage/no-sample' })
  })
})

describe.skipIf(noBrowser('the page of readers'))(
  'the page of a reader, in a browser',
  { timeout: 120_000 },
  () => {
    let browser: Browser
    let page: Page
    let url: string
    let asked: OpenPage['asked']
    let errors: OpenPage['errors']

    beforeAll(async () => {
      ;({ url } = await reads('ada', 'browser.jsonl', '--show-records'))
      ;({ browser, page, asked, errors } = await openPage(url))
    }, 60_000)
    afterAll(() => browser?.close())

    const at = (): Promise<string | null> => page.locator('main:visible .answers').getAttribute('data-at')
    const until = (place: number) =>
      page.waitForFunction(
        (wanted) =>
          document.querySelector('.answers')?.getAttribute('data-at') === wanted &&
          !document.querySelector('.screen[aria-busy]'),
        String(place),
      )

    test('is answered from the keyboard: an answer, later, undo, in both languages', async () => {
      const keys: readonly (readonly [string, number])[] = [
        ['m', 1],
        ['n', 2],
        ['ArrowRight', 3],
        ['u', 4],
        ['z', 3],
      ]
      for (const [key, place] of keys) {
        await page.keyboard.press(key)
        await until(place)
      }
      expect((await linesOf('browser.jsonl')).map(({ label }) => label)).toEqual([
        'match',
        'no match',
        'unsure',
        'undone',
      ])
      await page.click('button[value=fr]')
      expect(await page.locator('main:visible').innerText()).toContain('2 sur')
      await page.keyboard.press('d')
      await until(4)
      // A reader of a screen may turn keys off.
      await page.locator('main:visible .by-key').uncheck()
      await page.keyboard.press('m')
      expect(await at()).toBe('4')
      await page.click('main:visible button[value=match]')
      await until(5)
      await page.click('button[value=en]')
      await page.locator('main:visible .by-key').check()
    })

    test.each(['light', 'dark'] as const)(
      'has no accessibility fault that axe finds, %s, and fits a telephone',
      async (colorScheme) => {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize({ width: 360, height: 800 })
        const [inner, scroll] = await widthsOf(page)
        expect(scroll).toBeLessThanOrEqual(inner)
        await page.setViewportSize({ width: 1000, height: 900 })
        expect(await axeFaults(page)).toEqual([])
      },
    )

    test('asks nothing of anybody but the command that serves it, and runs without an error', () => {
      expect(asked.filter((one) => !one.startsWith(url) && !one.startsWith('data:'))).toEqual([])
      expect(errors).toEqual([])
    })
  },
)
