/// <reference lib="dom" />

import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoOnce } from './fixtures/demo-once.ts'

const chromiumAt = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path))
if (!chromiumAt) console.warn('skipped: the report in a browser, because there is no chromium')

describe.skipIf(!chromiumAt)('the report of the demo, in a browser', () => {
  let browser: Browser
  let page: Page
  const asked: string[] = []
  const errors: string[] = []

  beforeAll(async () => {
    const { hub } = await demoOnce()
    browser = await chromium.launch({
      executablePath: chromiumAt as string,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
    })
    page = await browser.newPage({ viewport: { width: 1000, height: 900 } })
    page.on('request', (request) => asked.push(request.url()))
    page.on('pageerror', (error) => errors.push(String(error)))
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
    await page.goto(pathToFileURL(join(hub, 'released', 'dromos', '1', 'report.html')).href)
  })
  afterAll(() => browser?.close())

  test('asks nothing of anybody but itself, and runs without an error', () => {
    expect(asked.filter((url) => !/^(file|data):/.test(url))).toEqual([])
    expect(asked.filter((url) => url.startsWith('file:'))).toHaveLength(1)
    expect(errors).toEqual([])
  })

  test('changes its language without a reload, and the figures stay the same', async () => {
    const numbers = () =>
      page.evaluate(() =>
        [...document.querySelectorAll('main:not([hidden]) figure table')].map((table) =>
          (table.textContent ?? '').replaceAll(/[^0-9]/g, ''),
        ),
      )
    await page.click('button[value=fr]')
    const french = await numbers()
    await page.click('button[value=en]')
    expect(await page.locator('main:visible').getAttribute('lang')).toBe('en')
    expect(await numbers()).toEqual(french)
    expect(french.length).toBeGreaterThan(10)
  })

  test.each([360, 500, 1000])('does not scroll sideways at %i pixels', async (width) => {
    await page.setViewportSize({ width, height: 800 })
    const [inner, scroll] = await page.evaluate(() => [
      document.documentElement.clientWidth,
      document.documentElement.scrollWidth,
    ])
    expect(scroll).toBeLessThanOrEqual(inner as number)
    await page.setViewportSize({ width: 1000, height: 900 })
  })

  test.each(['light', 'dark'] as const)(
    'has no accessibility fault that axe finds, %s',
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme })
      await page.addScriptTag({
        content: await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'),
      })
      const faults = await page.evaluate(async () => {
        const axe = (globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }).axe
        interface Violation {
          readonly id: string
          readonly nodes: readonly { readonly html: string }[]
        }
        const { violations } = await axe.run()
        return violations.map(
          ({ id, nodes }) => `${id}: ${nodes.length}, as in ${nodes[0]?.html.slice(0, 160)}`,
        )
      })
      expect(faults).toEqual([])
    },
  )

  test('a reader of the keyboard reaches the language, the contents and the tables', async () => {
    await page.reload()
    await page.keyboard.press('Tab')
    const seen: string[] = []
    for (let i = 0; i < 40; i++) {
      seen.push(await page.evaluate(() => document.activeElement?.tagName ?? ''))
      await page.keyboard.press('Tab')
    }
    expect(seen).toContain('BUTTON')
    expect(seen).toContain('A')
    expect(seen).toContain('SUMMARY')
  })
})
