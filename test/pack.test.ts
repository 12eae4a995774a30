import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, inject, test } from 'vitest'
import { start } from './fixtures/chainon.ts'

const run = promisify(execFile)
const repository = fileURLToPath(new URL('..', import.meta.url))

test('the package, installed in an empty folder, gives a chainon that runs the demo there', {
  timeout: 600_000,
}, async () => {
  const packed = join(inject('sharedFolder'), 'packed')
  const empty = join(inject('sharedFolder'), 'empty')
  await mkdir(packed, { recursive: true })
  await mkdir(empty, { recursive: true })
  // The program is built already; a second build would pull dist away under other tests.
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', packed], { cwd: repository })
  const [archive] = await readdir(packed)
  await run('npm', ['init', '-y'], { cwd: empty })
  await run(
    'npm',
    ['install', '--no-audit', '--no-fund', '--prefer-offline', join(packed, archive as string)],
    {
      cwd: empty,
    },
  )
  const command = join(empty, 'node_modules', '.bin', 'chainon')
  const demo = await start(['demo', '--persons', '500', '--dir', join(empty, 'demo')], [command]).ended
  expect(demo.stderr).toBe('')
  expect(demo.code).toBe(0)
  expect(demo.stdout).toContain('in = out, to the cent')
  const report = /report\s+(\S+report\.html)/.exec(demo.stdout)?.[1] ?? ''
  expect(await readFile(report, 'utf8')).toContain('Invented data / données inventées')
  const shipped = await readdir(join(empty, 'node_modules', 'chainon'), { recursive: true })
  expect(shipped.filter((name) => /\.(test|fixture)\.|truth|bench\//.test(name))).toEqual(
    shipped.filter((name) => /dist\/.*\/truth\.(js|d\.ts)$/.test(name)),
  )
})
