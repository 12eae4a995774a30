import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const src = fileURLToPath(new URL('../../src', import.meta.url))

/** The generator writes the truth; the demo's closing balance is the one that reads it. */
const mayNameIt = /^(synthetic\/|app\/demo\/truth\.ts$)/
const names = (text: string): boolean => /['"`/]truth['"`/]/.test(text)

async function sources(): Promise<{ path: string; text: string }[]> {
  const files = await readdir(src, { recursive: true })
  const code = files.filter((file) => file.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(file))
  return Promise.all(
    code.map(async (file) => ({
      path: relative(src, join(src, file)),
      text: await readFile(join(src, file), 'utf8'),
    })),
  )
}

test('nothing but the closing balance of the demo opens the truth of an invented country', async () => {
  const found = (await sources()).filter(({ text }) => names(text)).map(({ path }) => path)
  expect(found.filter((path) => !mayNameIt.test(path))).toEqual([])
  expect(found).toContain('app/demo/truth.ts')
})

test('a study that would open it is caught', () => {
  expect(names("readFile(join(country, 'truth', 'effects.json'))")).toBe(true)
  expect(names('readFile(`${country}/truth/effects.json`)')).toBe(true)
})
