import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runDemo } from './run-demo.ts'

/** What a demo of so many persons asks for is more than any disk of today, and less than a file may say it holds. */
const PERSONS = 1.5e8
const ENOUGH = 1e13

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chainon-demo-space-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const demo = () =>
  runDemo({
    dir: join(folder, 'demo'),
    persons: PERSONS,
    seed: 'space',
    run: (_stage, work) => work(() => undefined),
  })

/** A file that says it holds so many bytes and holds none. */
async function standing(...path: string[]): Promise<void> {
  const file = join(folder, 'demo', ...path)
  await mkdir(join(file, '..'), { recursive: true })
  await writeFile(file, '')
  await truncate(file, ENOUGH)
}

test('a demo that the disk has no room for is refused before anything is written', async () => {
  await expect(demo()).rejects.toMatchObject({
    code: 'storage/no-space',
    message: expect.stringMatching(
      /^a demo of 150000000 persons and 3 years asks for about \d+\.\d GB, and \d+\.\d GB are free in /,
    ),
  })
  expect(await readdir(folder)).toEqual([])
})

test('what stands of the country is not asked for again, nor anything where the hub was begun', async () => {
  // Let in, it goes on to the generator, which does not know this country.
  await standing('country', 'snds', 'ER_PRS_F_2019.parquet')
  await expect(demo()).rejects.toMatchObject({ code: 'synthetic/exists' })
  await rm(join(folder, 'demo'), { recursive: true })
  await mkdir(join(folder, 'demo', 'country'), { recursive: true })
  await expect(demo()).rejects.toMatchObject({ code: 'storage/no-space' })
  await mkdir(join(folder, 'demo', 'hub'))
  await writeFile(join(folder, 'demo', 'hub', 'chainon.yaml'), '')
  await expect(demo()).rejects.toMatchObject({ code: 'synthetic/exists' })
})
