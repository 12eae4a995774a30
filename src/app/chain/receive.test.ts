import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Hub } from '../../store/index.ts'
import { makeHub } from './make-hub.ts'
import { receive } from './receive.ts'

let folder: string
let hub: Hub
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chainon-receive-'))
  hub = await makeHub(join(folder, 'hub'), { synthetic: true, seed: 'receive' })
  await mkdir(at('in'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const at = (...parts: string[]) => join(folder, ...parts)

test('a delivery that the disk has no room for is refused before anything is written', async () => {
  const journal = await readFile(hub.path('journal.jsonl'), 'utf8')
  await writeFile(at('in', 'ER_PRS_F_2019.parquet'), '')
  // A file that says it holds so many bytes and holds none.
  await truncate(at('in', 'ER_PRS_F_2019.parquet'), 8e12)
  await expect(receive(hub, 'snds', at('in'), 'operator')).rejects.toMatchObject({
    code: 'storage/no-space',
    message: expect.stringMatching(
      /^receiving snds from .* asks for about 32000\.0 GB, and \d+\.\d GB are free in /,
    ),
  })
  for (const part of ['deliveries', 'quarantine', 'lake', 'runs'])
    expect(await readdir(hub.path(part)), part).toEqual([])
  expect(await readFile(hub.path('journal.jsonl'), 'utf8')).toBe(journal)
})
