import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bytesFor } from '../src/base/index.ts'
import {
  createKeys,
  link,
  nirText,
  producerPseudonym,
  pseudonymiseSnds,
  psaText,
  type RoleName,
} from '../src/identity/index.ts'
import { nirKey } from '../src/identity/nir.ts'
import { receiveOppositionsTask } from '../src/identity/oppositions/receive-oppositions.ts'
import { takeOppositionsTask } from '../src/identity/oppositions/take-oppositions.ts'
import { receiveBndmrTask } from '../src/identity/receive/receive-bndmr.ts'
import { takeBndmrTask } from '../src/identity/receive/take-bndmr.ts'
import { spawnHandover, spawnRole } from '../src/identity/roles/spawn-role.ts'
import { createSigner, signPermit, writeDraft } from '../src/permits/index.ts'
import { openSpace } from '../src/spaces/index.ts'
import { acceptedParquet } from './fixtures/accepted-file.ts'
import { fixtureTasks, type Surroundings } from './fixtures/role-tasks.ts'
import { ANALYST, releaseOf, smallHub, widePermit } from './fixtures/small-space.ts'

/*
 * Each role does its whole work while the folders of the other two are away: it is given its own and needs no
 * other. The two ends of a hand-over are parted: what the source gives is kept in a file by somebody without a
 * key, and given again to the matcher later.
 */

const ROLES: readonly RoleName[] = ['source', 'matcher', 'hub']
const seed = 'roles'
const level1 = (text: string): string => producerPseudonym(bytesFor(seed, 'source'), text)
const NIR = `2500199999101${nirKey('2500199999101')}`
const IDMR = '99000000000000000001'
const PSA = level1(psaText(NIR, '19500117', '2'))

let dir: string
const at = (...parts: string[]): string => join(dir, ...parts)
const folder = (role: RoleName): string => at('trusted', role)

/** Does something with one folder of trusted/ there and the other two away. */
async function alone<T>(role: RoleName, work: () => Promise<T>, trusted = at('trusted')): Promise<T> {
  const others = ROLES.filter((other) => other !== role)
  for (const other of others) await rename(join(trusted, other), `${trusted}-away-${other}`)
  try {
    expect(await readdir(trusted)).toEqual([role])
    return await work()
  } finally {
    for (const other of others) {
      // A role that made another's folder for itself would hold what it must not.
      expect(await stat(join(trusted, other)).catch(() => undefined)).toBeUndefined()
      await rename(`${trusted}-away-${other}`, join(trusted, other))
    }
  }
}

/** Somebody at the other end of a hand-over, with no key. */
const nobody = (role: RoleName, what: 'keep' | 'replay', path: string) => ({
  role,
  folder: at('nobody'),
  module: fixtureTasks,
  input: { do: what, path },
})

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'chainon-role-tasks-'))
  await createKeys(at('trusted'), seed)
  for (const name of ['nobody', 'bndmr', 'opp']) await mkdir(at(name))
  const deliver = (path: string, lines: string[]) => writeFile(at(path), `${lines.join('\n')}\n`)
  await deliver('bndmr/PATIENT.csv', [
    'IDMR;SEX;BIRTH_DATE;RESIDENCE_COMMUNE;DEATH_DATE;NIR',
    `${IDMR};2;1950-01-17;01001;;${NIR}`,
  ])
  await deliver('bndmr/DIAGNOSIS.csv', [
    'IDMR;ORPHA;ASSERTION;FIRST_SIGNS_DATE;FIRST_CONTACT_DATE;DIAGNOSIS_DATE',
    `${IDMR};586;confirmé;2001-03-04;2002-03-04;2003-03-04`,
  ])
  await deliver('bndmr/ACTIVITY.csv', [
    'IDMR;FINESS;ACTIVITY_DATE;ACTIVITY_KIND;CENTRE_ID',
    `${IDMR};010000001;2019-03-05;consultation;C1`,
  ])
  await deliver('bndmr/CENTRE.csv', [
    'CENTRE_ID;FINESS;NAME;LABEL;NETWORK',
    'C1;010000001;Centre inventé;CRMR;FILX',
  ])
  await deliver('opp/OPPOSITION.csv', [
    'SOURCE;ID_KIND;ID;SCOPE;FROM;UNTIL',
    `snds;nir;${NIR};all;2030-01-01;`,
  ])
})
afterAll(async () => {
  await rm(dir, { recursive: true, force: true })
})

describe('with the folders of the other two away', () => {
  const lake = (): string => at('lake')
  const ledgerPath = (): string => at('runs', 'ledger.jsonl')

  test('the source receives the registry and the list of oppositions', async () => {
    await alone('source', async () => {
      const registry = {
        role: 'source' as const,
        folder: folder('source'),
        module: receiveBndmrTask,
        input: { dir: at('bndmr'), deliveries: at('deliveries', 'bndmr'), seed },
      }
      const list = {
        ...registry,
        module: receiveOppositionsTask,
        input: { dir: at('opp'), lastYear: 2021 },
      }
      await spawnHandover(registry, nobody('matcher', 'keep', at('registry.handover')))
      await spawnHandover(list, nobody('matcher', 'keep', at('list.handover')))
    })
    const handed = await readFile(at('registry.handover'))
    expect(handed.length).toBeGreaterThan(1000)
    // What is handed over names the patient by pseudonyms only.
    for (const name of [IDMR, NIR, NIR.slice(0, 13)]) expect(handed.includes(name)).toBe(false)
  })

  test('the matcher pseudonymises, takes the registry and the list, and links', async () => {
    const own = level1(nirText(NIR))
    const files = [
      await acceptedParquet(at('IR_BEN_R.parquet'), 'IR_BEN_R', 0, [
        {
          BEN_NIR_PSA: PSA,
          BEN_RNG_GEM: 1,
          BEN_NIR_ANO: own,
          BEN_CDI_NIR: '00',
          BEN_SEX_COD: '2',
          BEN_NAI_ANN: 1950,
          BEN_NAI_MOI: 1,
        },
      ]),
    ]
    const taker = (module: string, input: object) => ({
      role: 'matcher' as const,
      folder: folder('matcher'),
      module,
      input,
    })
    await alone('matcher', async () => {
      await pseudonymiseSnds({ trusted: at('trusted'), files, lake: lake(), ledgerPath: ledgerPath() })
      const deliveries = at('deliveries', 'bndmr')
      const [, taken] = await spawnHandover(
        nobody('source', 'replay', at('registry.handover')),
        taker(takeBndmrTask, { deliveries, lake: lake(), ledgerPath: ledgerPath() }),
      )
      expect(taken).toEqual({ patients: 1, withNir: 1 })
      const [, list] = await spawnHandover(
        nobody('source', 'replay', at('list.handover')),
        taker(takeOppositionsTask, { lake: lake() }),
      )
      // Known in both by the NIR: both records are meant.
      expect(list).toMatchObject({ version: 'v1', n: 2 })
      const linked = await link({
        trusted: at('trusted'),
        lake: lake(),
        receipts: at('receipts'),
        today: '2021-01-04',
        engine: { engine: 'duckdb' },
      })
      expect(linked.quality).toMatchObject({ patients: 1, opposed: 0, linked: 1 })
    })
  })

  test('the hub makes a signing key, signs and opens a space', async () => {
    const hub = await smallHub(60)
    await alone(
      'hub',
      async () => {
        const signing = await createSigner(hub, 'Collège', spawnRole)
        const { notice: _notice, ...permit } = widePermit(await releaseOf(signing))
        await writeDraft(signing, { ...permit, notice: 'invented data / données inventées' } as never)
        await signPermit(signing, permit.id, 'Collège', spawnRole)
        const { manifest } = await openSpace({ hub: signing, permit: permit.id, as: ANALYST })
        expect(manifest.persons).toBeGreaterThan(0)
      },
      hub.path('trusted'),
    )
    await rm(join(hub.dir, '..'), { recursive: true, force: true })
  })

  test('a task that asks for the key of another role gets none: the guard of these tests', async () => {
    const misled = {
      role: 'matcher' as const,
      folder: folder('source'),
      module: fixtureTasks,
      input: { do: 'hash-key' },
    }
    await expect(alone('matcher', () => spawnRole(misled))).rejects.toMatchObject({ code: 'identity/no-key' })
  })
})

test('a role’s process finds no key and no other folder in its environment, arguments or open files', async () => {
  const keys = await Promise.all(ROLES.map((role) => readFile(join(folder(role), 'key'), 'utf8')))
  const hexes = keys.map((key) => key.trim())
  const held = await Promise.all(ROLES.map((role) => open(join(folder(role), 'key'))))
  process.env['CHAINON_PLANTED'] = hexes.join(' ')
  try {
    for (const role of ROLES) {
      const found = await spawnRole<Surroundings>({
        role,
        folder: folder(role),
        module: fixtureTasks,
        input: { do: 'look-around' },
      })
      expect(found).toMatchObject({ role, folder: folder(role) })
      const around = JSON.stringify({ ...found, folder: '' })
      for (const hex of hexes) expect(around).not.toContain(hex)
      expect(around).not.toContain(at('trusted'))
      expect(Object.keys(found.environment).sort()).toEqual(
        expect.not.arrayContaining(['CHAINON_PLANTED', 'HOME', 'NODE_OPTIONS']),
      )
      expect(found.open.length).toBeGreaterThan(3)
    }
  } finally {
    delete process.env['CHAINON_PLANTED']
    for (const file of held) await file.close()
  }
})
