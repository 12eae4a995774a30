import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rename, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bytesFor, ChainonError } from '../../base/index.ts'
import { createKeys } from '../keys.ts'
import { fixtureTasks } from '../../../test/fixtures/role-tasks.ts'
import type { RoleName, RoleProgress } from './model.ts'
import { spawnHandover, spawnRole } from './spawn-role.ts'

const ROLES: readonly RoleName[] = ['source', 'matcher', 'hub']

async function trusted(seed?: string): Promise<string> {
  const dir = join(await mkdtemp(join(tmpdir(), 'chainon-roles-')), 'trusted')
  await createKeys(dir, seed)
  return dir
}
const job = (dir: string, role: RoleName, input: unknown) => ({
  role,
  folder: join(dir, role),
  module: fixtureTasks,
  input,
})

test('keys are 32 bytes, differ by role, follow from the seed of a synthetic hub and are chance elsewhere', async () => {
  const [a, b, c] = await Promise.all([trusted('s'), trusted('s'), trusted()])
  const read = (dir: string, role: RoleName) => readFile(join(dir, role, 'key'), 'utf8')
  for (const role of ROLES) {
    expect(await read(a, role)).toBe(await read(b, role))
    expect(await read(a, role)).not.toBe(await read(c, role))
    expect((await read(a, role)).trim()).toBe(bytesFor('s', role).toString('hex'))
    expect((await stat(join(a, role, 'key'))).mode & 0o777).toBe(0o600)
    expect((await stat(join(a, role))).mode & 0o777).toBe(0o700)
  }
  expect(new Set(await Promise.all(ROLES.map((role) => read(a, role)))).size).toBe(3)
})

test('keys that stand already are kept', async () => {
  const dir = await trusted('one')
  await createKeys(dir, 'another')
  expect((await readFile(join(dir, 'source', 'key'), 'utf8')).trim()).toBe(
    bytesFor('one', 'source').toString('hex'),
  )
})

test('each role works with the other two folders moved away', async () => {
  const dir = await trusted('s')
  for (const role of ROLES) {
    const others = ROLES.filter((other) => other !== role)
    for (const other of others) await rename(join(dir, other), join(dir, `${other}-away`))
    const heard: RoleProgress[] = []
    const hash = await spawnRole({
      ...job(dir, role, { do: 'hash-key' }),
      onProgress: (event) => heard.push(event),
    })
    expect(hash).toBe(createHash('sha256').update(bytesFor('s', role)).digest('hex'))
    expect(heard).toEqual([{ stage: 'hash', done: 1, total: 1 }])
    for (const other of others) await rename(join(dir, `${other}-away`), join(dir, other))
  }
})

test('an error of the task comes back as it was thrown', async () => {
  const dir = await trusted()
  const error = await spawnRole(job(dir, 'hub', { do: 'clean-error' })).catch((e: unknown) => e)
  expect(error).toBeInstanceOf(ChainonError)
  expect(error).toMatchObject({ code: 'identity/planted', advice: 'Laugh.', details: { n: 3 } })
})

test('what a foreign error says of a row stays in the folder of the role', async () => {
  const dir = await trusted()
  const error = await spawnRole(job(dir, 'source', { do: 'foreign-error' })).catch((e: unknown) => e)
  expect(error).toMatchObject({ code: 'identity/role-failed' })
  expect(JSON.stringify(error) + String(error)).not.toContain('185017512345678')
  expect(await readFile(join(dir, 'source', 'last-error.txt'), 'utf8')).toContain('185017512345678')
})

test('a hand-over larger than any buffer passes whole', async () => {
  const dir = await trusted()
  const bytes = 40 * 65536
  const [, taken] = await spawnHandover(
    job(dir, 'source', { do: 'give', bytes }),
    job(dir, 'matcher', { do: 'take' }),
  )
  expect(taken).toBe(bytes)
})

test('when one side of a hand-over dies the whole fails, and the other does not wait for ever', async () => {
  const dir = await trusted()
  const bytes = 40 * 65536
  await expect(
    spawnHandover(job(dir, 'source', { do: 'give-half', bytes }), job(dir, 'matcher', { do: 'take' })),
  ).rejects.toMatchObject({ code: 'identity/role-failed' })
  await expect(
    spawnHandover(job(dir, 'source', { do: 'hang' }), job(dir, 'matcher', { do: 'clean-error' })),
  ).rejects.toMatchObject({ code: 'identity/planted' })
})
