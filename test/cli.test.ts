import { execFile } from 'node:child_process'
import { appendFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Command } from 'commander'
import { describe, expect, inject, test } from 'vitest'
import { chainon as program } from '../src/app/cli/program.ts'
import { chainon, main } from './fixtures/chainon.ts'

const root = join(inject('sharedFolder'), 'cli')
const at = (...parts: string[]): string => join(root, ...parts)

/** Runs a command that must succeed, as a machine would, and gives what it said. */
async function done<T = Record<string, unknown>>(...args: string[]): Promise<T> {
  const ran = await chainon(...args, '--json')
  expect(ran.stderr).toBe('')
  expect(ran.code).toBe(0)
  return JSON.parse(ran.stdout) as T
}

/** Commands that do something, with the words that call them. */
function commandsOf(command: Command, path: readonly string[] = []): [string, Command][] {
  const below = command.commands.filter((one) => one.name() !== 'help')
  return below.length === 0
    ? [[path.join(' '), command]]
    : below.flatMap((one) => commandsOf(one, [...path, one.name()]))
}

function helpOf(command: Command): string {
  const said: string[] = []
  command.configureOutput({ writeOut: (text) => said.push(text) }).outputHelp()
  return said.join('')
}

test('every command has a help with an example, and speaks to machines', async () => {
  const commands = commandsOf(program())
  expect(commands.length).toBeGreaterThanOrEqual(20)
  for (const [path, command] of commands) {
    const help = helpOf(command)
    expect(help, path).toMatch(new RegExp(`Examples?:\\n  chainon ${path}`))
    expect(help, path).toContain('--json')
  }
  const { stdout, code } = await chainon('link', 'suggest', '--help')
  expect(code).toBe(0)
  expect(stdout).toContain('Examples:\n  chainon link suggest')
})

test('a command whose reader goes away ends without a word', async () => {
  const { stdout, stderr } = await promisify(execFile)('bash', [
    '-c',
    'set -o pipefail; "$@" | (exec <&-; sleep 3); echo "$?"',
    'bash',
    process.execPath,
    main,
    'link',
    'schema',
  ])
  expect([stdout, stderr]).toEqual(['141\n', ''])
})

describe('the tutorial, command by command', { timeout: 600_000 }, () => {
  const hub = ['--hub', at('hub')]
  const operator = ['--as', 'operator']
  const analyst = ['--as', 'Camille Leroux']

  test('an invented country and a hub', async () => {
    await mkdir(root, { recursive: true })
    const country = ['--persons', '600', '--rare', '200', '--years', '3', '--seed', '7']
    expect(await done('synth', ...country, '--out', at('country'))).toMatchObject({ persons: 600, rare: 200 })
    expect(await done('init', at('hub'), '--synthetic', '--seed', '7')).toMatchObject({ synthetic: true })
    expect((await stat(at('hub', 'trusted', 'source'))).mode & 0o777).toBe(0o700)
  })

  test('receive: what came in is what was accepted and what was set aside', async () => {
    for (const source of ['referentials', 'snds', 'bndmr', 'oppositions']) {
      const { delivery } = await done<{ delivery: { total: Record<string, { rows: number }> } }>(
        'receive',
        source,
        at('country', source),
        ...hub,
        ...operator,
      )
      const { received, accepted, setAside } = delivery.total
      expect(received?.rows).toBe((accepted?.rows ?? 0) + (setAside?.rows ?? 0))
      expect(received?.rows).toBeGreaterThan(0)
    }
  })

  test('a row that cannot be read is named by file, row, column and reason, and is set aside', async () => {
    await mkdir(at('late'))
    const centres = (await readFile(at('country', 'bndmr', 'CENTRE.csv'), 'utf8')).split('\n')
    await writeFile(at('late', 'FINESS.csv'), 'FINESS_GEO;FINESS_LEGAL;NAME;STATUS;COMMUNE\n')
    await appendFile(
      at('late', 'FINESS.csv'),
      '990000001;990000002;A;public;75056\n;990000002;B;public;75056\n',
    )
    expect(centres.length).toBeGreaterThan(1)
    const ran = await chainon('receive', 'referentials', at('late'), '--hub', at('hub'), ...operator)
    expect(ran.code).toBe(0)
    expect(ran.stdout).toMatch(/FINESS\.csv {2}row 2 {2}FINESS_GEO {2}is missing, and is part of the key/)
    expect(ran.stdout).toContain('1 set aside')
    await done('receive', 'referentials', at('country', 'referentials'), ...hub, ...operator)
  })

  test('link, and build the CDM', async () => {
    const { report } = await done<{ report: { tables: readonly { name: string }[] } }>(
      'link',
      'bndmr-snds',
      ...hub,
      ...operator,
    )
    expect(report.tables.map(({ name }) => name)).toContain('inclusion')
    const first = await done<{ version: string; balance: { balances: boolean } }>(
      'omop',
      'build',
      '--duckdb',
      ...hub,
      ...operator,
    )
    expect(first).toMatchObject({ version: 'v1', balance: { balances: true } })
    expect(await done('omop', 'build', ...hub, ...operator)).toMatchObject({ version: 'v1' })
    expect((await stat(at('hub', 'lake', 'omop', 'v1', 'cdm.duckdb'))).size).toBeGreaterThan(0)
  })

  test('a permit opens nothing before it is signed, nor for anybody whom it does not name', async () => {
    await done('permit', 'draft', 'dromos', '--user', 'Camille Leroux', '--until', '2021-12-31', ...hub)
    const open = (...as: string[]) => chainon('space', 'open', 'dromos', ...hub, ...as)
    expect(await open(...analyst)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('a draft that nobody signed'),
    })
    await done('permit', 'sign', 'dromos', '--as', 'Access committee', '--create-signer', ...hub)
    expect(await open('--as', 'Somebody Else')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('does not name Somebody Else'),
    })
    const shown = await chainon('permit', 'show', 'dromos', ...hub, '--locale', 'en')
    expect(shown.stdout).toContain('Camille Leroux')
    expect(await done('space', 'open', 'dromos', ...hub, ...analyst)).toMatchObject({ unchanged: false })
  })

  test('a study runs in the space, and leaves it only by the check', async () => {
    expect(await chainon('output', 'submit', 'dromos', ...hub, ...analyst)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('has not run'),
    })
    await done('study', 'run', 'dromos', '--space', 'dromos', ...hub, ...analyst)
    const { folder } = await done<{ folder: string }>('output', 'submit', 'dromos', ...hub, ...analyst)
    expect(await readFile(join(folder, 'report.html'), 'utf8')).toContain('Invented data / données inventées')
  })

  test('explain shows the statements of the permit, and no secret', async () => {
    const { stdout } = await chainon('explain', 'space/dromos/person', ...hub)
    expect(stdout).toMatch(/^(with|select)/)
    expect(stdout).toContain('oppositions')
    const unknown = await chainon('explain', 'cost')
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('omop/cost') })
  })

  test('the space is closed for good, and the journal is intact until a byte of it changes', async () => {
    expect(await done('space', 'close', 'dromos', ...hub, ...analyst)).toMatchObject({ finished: true })
    expect((await chainon('space', 'open', 'dromos', ...hub, ...analyst)).code).toBe(3)
    expect(await done('journal', 'verify', ...hub)).toMatchObject({ intact: true })
    const path = at('hub', 'journal.jsonl')
    const text = await readFile(path, 'utf8')
    await writeFile(path, text.replace('"operator"', '"0perator"'))
    expect(await chainon('journal', 'verify', ...hub)).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('line 1'),
    })
    await writeFile(path, text)
  })
})

describe('a mistake', () => {
  test('of folder says what was expected', async () => {
    const ran = await chainon('receive', 'snds', '/nowhere/at/all', '--hub', '/nowhere', '--as', 'x')
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining('Make one with: chainon init DIR') })
  })
  test('of seed is refused outside invented data', async () => {
    const ran = await chainon('init', at('real'), '--seed', '7', '--json')
    expect(ran.code).toBe(1)
    expect(JSON.parse(ran.stderr)).toMatchObject({ code: 'store/seed-refused' })
    await expect(stat(at('real', 'chainon.yaml'))).rejects.toThrow()
  })
})
