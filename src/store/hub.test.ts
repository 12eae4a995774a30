import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { addSigner, initHub, openHub } from './index.ts'

const folder = () => mkdtemp(join(tmpdir(), 'chainon-hub-'))
const KEY = 'A'.repeat(43)

test('a new hub has every folder, and those of the roles are closed to others', async () => {
  const hub = await initHub(join(await folder(), 'hub'), { synthetic: true, seed: 's' })
  for (const role of ['source', 'matcher', 'hub'])
    expect((await stat(hub.path('trusted', role))).mode & 0o777).toBe(0o700)
  for (const one of ['deliveries', 'quarantine', 'lake', 'permits', 'spaces', 'released', 'receipts', 'runs'])
    expect((await stat(hub.path(one))).isDirectory()).toBe(true)
  expect((await openHub(hub.dir)).config).toEqual({
    layout: 1,
    synthetic: true,
    seed: 's',
    today: hub.today(),
    engine: 'duckdb',
    locale: 'fr',
    signers: [],
  })
})

test('a hub on a cluster says where it is, and the rest has its usual names', async () => {
  const dir = join(await folder(), 'hub')
  const { engine } = await initHub(dir, {
    synthetic: false,
    trino: { server: 'https://trino.example:8443', certificate: 'ca.pem' },
  })
  expect(engine).toEqual({
    engine: 'trino',
    cluster: {
      server: 'https://trino.example:8443',
      certificate: join(dir, 'ca.pem'),
      catalog: 'chainon',
      schema: 'chainon',
      user: 'chainon',
      location: 'local:///',
    },
    folders: { lake: join(dir, 'lake'), spaces: join(dir, 'spaces') },
  })
})

test('an existing hub is not made again', async () => {
  const dir = await folder()
  await initHub(dir, { synthetic: false })
  await expect(initHub(dir, { synthetic: false })).rejects.toMatchObject({ code: 'store/exists' })
})

test('a hub that is not synthetic refuses a seed and a fixed day, and lives on the system date', async () => {
  const dir = await folder()
  await expect(initHub(dir, { synthetic: false, seed: 's' })).rejects.toMatchObject({
    code: 'store/seed-refused',
  })
  await expect(initHub(dir, { synthetic: false, today: '2020-01-01' })).rejects.toMatchObject({
    code: 'store/bad-config',
  })
  expect((await initHub(dir, { synthetic: false })).today()).toMatch(/^20\d\d-\d\d-\d\d$/)
})

test.each([
  ['layout: 2', 'store/newer-layout', /layout 2/],
  [
    'layout: 1\nsynthetic: maybe\nengine: duckdb\nlocale: fr\nsigners: []',
    'store/bad-config',
    /line 2: synthetic/,
  ],
  [
    'layout: 1\nsynthetic: false\nengine: trino\nlocale: fr\nsigners: []',
    'store/bad-config',
    /line 1: trino: is missing/,
  ],
  [
    'layout: 1\nsynthetic: false\nengine: trino\ntrino:\n  server: trino.example\nlocale: fr\nsigners: []',
    'store/bad-config',
    /line 5: trino.server: is the address of a coordinator/,
  ],
  [
    'layout: 1\nsynthetic: false\nengine: trino\ntrino:\n  server: https://trino.example\n  location: s3://bucket\nlocale: fr\nsigners: []',
    'store/bad-config',
    /line 6: trino.location: .*slash/,
  ],
  [
    'layout: 1\nsynthetic: false\nengine: trino\ntrino:\n  server: https://trino.example\n  password: x\nlocale: fr\nsigners: []',
    'store/bad-config',
    /line 6: trino.password/,
  ],
  [
    'layout: 1\nsynthetic: false\nengine: duckdb\nlocale: fr\nsigners: []\n\ncolour: red',
    'store/bad-config',
    /line 7: colour/,
  ],
  [
    'layout: 1\nsynthetic: false\nengine: duckdb\nlocale: fr\nsigners:\n  - name: A\n    publicKey: short',
    'store/bad-config',
    /line 7: signers.0.publicKey/,
  ],
  [
    'layout: 1\nsynthetic: false\nseed: s\nengine: duckdb\nlocale: fr\nsigners: []',
    'store/bad-config',
    /line 3: seed/,
  ],
  ['layout: 1\nlocale: [fr', 'store/bad-config', /line \d/],
])('a chainon.yaml that is wrong is refused with its key and line (%#)', async (text, code, message) => {
  const dir = await folder()
  await writeFile(join(dir, 'chainon.yaml'), text)
  await expect(openHub(dir)).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
})

test('a signer is added beside the comments of the file, and never replaced', async () => {
  const hub = await initHub(await folder(), { synthetic: false })
  const text = await readFile(hub.path('chainon.yaml'), 'utf8')
  await writeFile(hub.path('chainon.yaml'), `# kept by hand\n${text}`)
  const now = await addSigner(hub, { name: 'Direction', publicKey: KEY })
  expect(now.config.signers).toEqual([{ name: 'Direction', publicKey: KEY }])
  expect(await readFile(hub.path('chainon.yaml'), 'utf8')).toContain('# kept by hand')
  await expect(addSigner(now, { name: 'Direction', publicKey: 'B'.repeat(43) })).rejects.toMatchObject({
    code: 'store/signer-taken',
  })
})
