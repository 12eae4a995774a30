import { execFile } from 'node:child_process'
import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lintConfig, rooms } from './rooms.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..', '..')

let house: string
beforeAll(async () => {
  house = await mkdtemp(join(tmpdir(), 'chainon-house-'))
  await writeFile(join(house, '.oxlintrc.json'), JSON.stringify(lintConfig()))
})
afterAll(() => rm(house, { recursive: true, force: true }))

/** Lints one file that breaks (or keeps) a rule, in a house of its own, and returns what the linter says. */
async function lint(path: string, text: string): Promise<string> {
  const file = join(house, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  const oxlint = join(root, 'node_modules', '.bin', 'oxlint')
  const said = await run(oxlint, ['--config', join(house, '.oxlintrc.json'), path], { cwd: house })
    .then((result) => result.stdout)
    .catch((error: { stdout: string; stderr: string }) => error.stdout + error.stderr)
  await rm(file)
  return said
}

test('the lint configuration is the one that the table of rooms gives', async () => {
  expect(JSON.parse(await readFile(join(root, '.oxlintrc.json'), 'utf8'))).toEqual(
    JSON.parse(JSON.stringify(lintConfig())),
  )
})

test('every folder of src is a room of the table', async () => {
  const folders = (await readdir(join(root, 'src'), { withFileTypes: true })).filter((entry) =>
    entry.isDirectory(),
  )
  expect(folders.map((entry) => entry.name).filter((folder) => !(folder in rooms))).toEqual([])
})

test('a study that reaches for the sources is caught', async () => {
  const said = await lint(
    'src/studies/dromos/planted.ts',
    "import { ER_PRS_F } from '../../sources/index.ts'\nexport const reached = ER_PRS_F\n",
  )
  expect(said).toContain('studies may not import this room')
})

test('a study that reaches for a key is caught', async () => {
  const said = await lint(
    'src/studies/planted.ts',
    "import { hubId } from '../identity/index.ts'\nexport { hubId }\n",
  )
  expect(said).toContain('studies may not import this room')
})

test('a study that opens a connection is caught', async () => {
  const said = await lint(
    'src/studies/dromos/planted.ts',
    "import { openDuckDb } from '../../engine/index.ts'\nexport { openDuckDb }\n",
  )
  expect(said).toContain('no connection of its own')
})

test('a study that opens a space is caught, and one that names its type is not', async () => {
  const opens = "import { openProjectSpace } from '../spaces/index.ts'\nexport { openProjectSpace }\n"
  const names = "import type { ProjectSpace } from '../spaces/index.ts'\nexport type Space = ProjectSpace\n"
  expect(await lint('src/studies/planted.ts', opens)).toContain('not how to open one')
  expect(await lint('src/studies/planted.ts', names)).not.toContain('not how to open one')
})

test('an import that goes past an index is caught', async () => {
  const said = await lint(
    'src/omop/planted.ts',
    "import { render } from '../engine/render.ts'\nexport { render }\n",
  )
  expect(said).toContain('entered by its index.ts only')
})

test('a generator that plants with a rule is caught', async () => {
  const said = await lint(
    'src/synthetic/snds/planted.ts',
    "import { sndsRules } from '../../sources/index.ts'\nexport { sndsRules }\n",
  )
  expect(said).toContain('plants defects by meaning')
  const pieces = await lint(
    'src/synthetic/snds/planted.ts',
    "import { residenceColumns } from '../../sources/index.ts'\nexport { residenceColumns }\n",
  )
  expect(pieces).toContain('plants defects by meaning')
})

test('two files that import each other are caught', async () => {
  await mkdir(join(house, 'src/base'), { recursive: true })
  const other = join(house, 'src/base/there.ts')
  await writeFile(other, "import { here } from './here.ts'\nexport const there = () => here\n")
  const said = await lint(
    'src/base/here.ts',
    "import { there } from './there.ts'\nexport const here = () => there\n",
  )
  await rm(other)
  expect(said).toContain('no-cycle')
})

test('an import that keeps the rules passes', async () => {
  const said = await lint('src/omop/planted.ts', "import { sql } from '../engine/index.ts'\nexport { sql }\n")
  expect(said).toContain('0 errors')
})
