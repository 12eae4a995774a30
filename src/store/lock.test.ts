import { spawnSync } from 'node:child_process'
import { access, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryBeside } from '../base/index.ts'
import { withLock } from './index.ts'

const hub = async () => {
  const dir = await mkdtemp(join(tmpdir(), 'chainon-lock-'))
  return { path: (...parts: string[]) => join(dir, ...parts) }
}
const dead = (): number => spawnSync(process.execPath, ['-e', '']).pid

test('one process writes in a hub: the second is told who holds it', async () => {
  const here = await hub()
  await withLock(here, 'receive snds', async () => {
    await expect(withLock(here, 'omop build', async () => 1)).rejects.toMatchObject({
      code: 'store/locked',
      message: expect.stringContaining(`"receive snds", process ${process.pid} on ${hostname()} since`),
    })
  })
  await expect(access(here.path('lock'))).rejects.toThrow()
  expect(await withLock(here, 'omop build', async () => 1)).toBe(1)
})

test('who takes the lock finds nothing half-written, and everything whole', async () => {
  const here = await hub()
  await mkdir(here.path('lake', 'snds'), { recursive: true })
  const half = temporaryBeside(here.path('lake', 'snds', 'x.parquet'))
  await writeFile(half, 'half')
  await mkdir(temporaryBeside(here.path('lake', 'links')))
  await writeFile(here.path('lake', 'snds', 'x.parquet'), 'whole')
  await withLock(here, 'link', async () => {
    expect(await readdir(here.path('lake'))).toEqual(['snds'])
    expect(await readdir(here.path('lake', 'snds'))).toEqual(['x.parquet'])
  })
})

test('the lock is given back when the work fails', async () => {
  const here = await hub()
  await expect(withLock(here, 'link', () => Promise.reject(new Error('x')))).rejects.toThrow('x')
  expect(await withLock(here, 'link', async () => 1)).toBe(1)
})

test('the lock of a dead process is taken over by one of those that wait, and it is said', async () => {
  const here = await hub()
  const holder = { id: 'x', pid: dead(), host: hostname(), command: 'link', since: '2020', began: '1' }
  await writeFile(here.path('lock'), JSON.stringify(holder))
  const said: string[] = []
  let inside = 0
  let most = 0
  const work = async () => {
    most = Math.max(most, ++inside)
    await new Promise((done) => setTimeout(done, 20))
    inside--
  }
  const all = await Promise.allSettled(
    [1, 2, 3, 4].map((n) => withLock(here, `worker ${n}`, work, (sentence) => said.push(sentence))),
  )
  expect(most).toBe(1)
  expect(all.filter((one) => one.status === 'fulfilled').length).toBeGreaterThanOrEqual(1)
  expect(said).toEqual([expect.stringMatching(/"link".*taken over/)])
})

test('a process id that was given to another process since does not keep the lock', async () => {
  const here = await hub()
  const holder = { id: 'x', pid: process.pid, host: hostname(), command: 'link', since: '2020', began: '1' }
  await writeFile(here.path('lock'), JSON.stringify(holder))
  if (process.platform !== 'linux') return
  expect(
    await withLock(
      here,
      'link',
      async () => 1,
      () => undefined,
    ),
  ).toBe(1)
})

test('the lock of another machine stands until a person removes it', async () => {
  const here = await hub()
  const holder = { id: 'x', pid: dead(), host: 'elsewhere', command: 'link', since: '2020', began: null }
  await writeFile(here.path('lock'), JSON.stringify(holder))
  await expect(withLock(here, 'link', async () => 1)).rejects.toMatchObject({
    code: 'store/locked',
    advice: expect.stringContaining(here.path('lock')),
  })
  expect(await readFile(here.path('lock'), 'utf8')).toContain('elsewhere')
})
