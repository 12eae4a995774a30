import { readdir, readFile, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, expect, inject, test } from 'vitest'
import { sha256 } from '../src/base/index.ts'
import { verifyJournal } from '../src/store/index.ts'
import { type Ran, start } from './fixtures/chainon.ts'
import { DEMO, demoOnce } from './fixtures/demo-once.ts'

const dir = join(inject('sharedFolder'), 'killed')
afterAll(() => rm(dir, { recursive: true, force: true }))

/** Everything whose bytes must not tell whether a run was killed: the lake, the space, what was released. */
async function bytesOf(hub: string): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {}
  for (const folder of ['lake', 'spaces', 'released', 'deliveries']) {
    const files = await readdir(join(hub, folder), { recursive: true, withFileTypes: true })
    for (const file of files) {
      if (!file.isFile() || !/\.(parquet|csv|html)$/.test(file.name)) continue
      const path = join(file.parentPath, file.name)
      hashes[relative(hub, path)] = sha256(await readFile(path))
    }
  }
  return hashes
}

/** Ten moments that follow from a number: shares of the time that a whole run takes. */
function moments(n: number): number[] {
  let state = 20_210_104
  return Array.from({ length: n }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return 0.02 + (0.25 * state) / 2_147_483_648
  })
}

const run = () =>
  start(['demo', '--persons', String(DEMO.persons), '--seed', DEMO.seed, '--dir', dir, '--json'])

test('a run that is killed ten times ends with the bytes of one that was not', {
  timeout: 900_000,
}, async () => {
  const whole = await demoOnce()
  const seconds = whole.result.stages.reduce((sum, stage) => sum + stage.seconds, 0)
  let killed = 0
  for (const share of moments(10)) {
    const { child, ended } = run()
    const early = await Promise.race([ended, wait(share * seconds * 1000)])
    child.kill('SIGKILL')
    const ran: Ran = await ended
    if (early === undefined) killed += 1
    else expect(ran).toMatchObject({ code: 0 })
  }
  expect(killed).toBeGreaterThan(5)
  const last = await run().ended
  expect(last).toMatchObject({ code: 0 })
  expect(await bytesOf(join(dir, 'hub'))).toEqual(await bytesOf(whole.hub))
  expect(await verifyJournal(join(dir, 'hub', 'journal.jsonl'))).toMatchObject({ intact: true })
  const left = await readdir(dir, { recursive: true })
  expect(left.filter((name) => /\.tmp|\.unfinished|~$/.test(name))).toEqual([])
})
