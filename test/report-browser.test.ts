/// <reference lib="dom" />

import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeFaults, noBrowser, type OpenPage, openPage, widthsOf } from './fixtures/browser.ts'
import { demoOnce } from './fixtures/demo-once.ts'

describe.skipIf(noBrowser('the report'))('the report of the demo, in a browser', () => {
  let browser: Browser
  let page: Page
  let asked: OpenPage['asked']
  let errors: OpenPage['errors']

  beforeAll(async () => {
    const { hub } = await demoOnce()
    ;({ browser, page, asked, errors } = await openPage(
      pathToFileURL(join(hub, 'released', 'dromos', '1', 'report.html')).href,
    ))
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
    const [inner, scroll] = await widthsOf(page)
    expect(scroll).toBeLessThanOrEqual(inner)
    await page.setViewportSize({ width: 1000, height: 900 })
  })

  test.each(['light', 'dark'] as const)(
    'has no accessibility fault that axe finds, %s',
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme })
      expect(await axeFaults(page)).toEqual([])
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
