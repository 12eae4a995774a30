import { mkdir, mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type FileReport, keptDelivery } from '../../sources/index.ts'
import { Ledger } from '../../engine/index.ts'
import { type Hub, openHub } from '../../store/index.ts'
import { deliveredFiles } from './deliveries.ts'
import type { Delivery } from './model.ts'
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

/** Receives a delivery of these files and of no other. */
async function send(source: Delivery, files: Record<string, string>) {
  await rm(at('in'), { recursive: true })
  for (const [file, content] of Object.entries(files)) {
    await mkdir(dirname(at('in', file)), { recursive: true })
    await writeFile(at('in', file), content)
  }
  return receive(hub, source, at('in'), 'operator')
}

const BEN = 'BEN_NIR_PSA;BEN_RNG_GEM\nP1;1\nP2;1\n'
const PRS = 'DCT_ORD_NUM;BEN_NIR_PSA;EXE_SOI_DTD;BSE_REM_MNT'

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

test('the lineage lists every file that holds: those of earlier deliveries, and of a corrected one the newest', async () => {
  await send('snds', {
    'IR_BEN_R.csv': BEN,
    '2018/ER_PRS_F.csv': `${PRS}\n1;P1;2018-01-10;10.00\n`,
    '2019/ER_PRS_F.csv': `${PRS}\n1;P1;2019-01-10;10.00\n`,
  })
  await send('referentials', { 'COMMUNE.csv': 'COMMUNE;POSTAL_CODE\n01004;01500\n' })
  const first = await deliveredFiles(hub)
  await send('snds', {
    'ER_PRS_F_2019.csv': `${PRS}\n1;P1;2019-01-10;10.00\n2;P2;2019-02-10;20.00\n`,
    'ER_PRS_F_2020.csv': `${PRS}\n1;P2;2020-01-10;30.00\n`,
  })
  await send('referentials', { 'FINESS.csv': 'FINESS_GEO;FINESS_LEGAL\n990000001;990000002\n' })
  const second = await deliveredFiles(hub)
  expect(second.map(({ name, rows }) => [name, rows])).toEqual([
    ['referentials/COMMUNE: COMMUNE.csv', 1],
    ['referentials/FINESS: FINESS.csv', 1],
    ['snds/ER_PRS_F 2018: ER_PRS_F.csv', 1],
    ['snds/ER_PRS_F 2019: ER_PRS_F_2019.csv', 2],
    ['snds/ER_PRS_F 2020: ER_PRS_F_2020.csv', 1],
    ['snds/IR_BEN_R: IR_BEN_R.csv', 2],
  ])
  expect(second).toEqual(expect.arrayContaining(first.filter(({ name }) => !name.includes('2019'))))
  for (const table of ['COMMUNE', 'FINESS'])
    expect(await readdir(hub.path('lake', 'referentials'))).toContain(`${table}.parquet`)
})

test('a delivery that is received again tells the same rows and euros, and reads nothing again', async () => {
  const files = {
    'IR_BEN_R.csv': BEN,
    'ER_PRS_F_2018.csv': `${PRS}\n1;P1;2018-01-10;10.00\n2;P1;2018-13-10;20.00\n3;P2\n`,
    'ER_PRS_F_2019.csv': `${PRS}\n1;P2;2019-01-10;-1.50\n`,
  }
  const { delivery: first } = await send('snds', files)
  expect(first.total).toEqual({
    received: { rows: 6, euros: '28.50' },
    accepted: { rows: 4, euros: '8.50' },
    setAside: { rows: 2, euros: '20.00' },
  })
  const { delivery: second } = await send('snds', files)
  expect(second.files.map(({ unchanged }) => unchanged)).toEqual([true, true, true])
  expect(second.total).toEqual(first.total)
  const told = ({ file, received, accepted, setAside, quarantine }: FileReport) => [
    file,
    received,
    accepted,
    setAside,
    quarantine,
  ]
  expect(second.files.map(told)).toEqual(first.files.map(told))
  expect(second.accepted).toEqual(await keptDelivery(hub.path('deliveries', 'snds')))
})

test('a hub that was moved goes on: what was done stays done, and a correction finds the other files', async () => {
  const year = (price: string) => `${PRS}\n1;P1;2018-01-10;${price}\n2;P1;2018-13-10;20.00\n`
  await send('snds', {
    'IR_BEN_R.csv': BEN,
    'ER_PRS_F_2018.csv': year('10.00'),
    'ER_PRS_F_2019.csv': `${PRS}\n1;P2;2019-01-10;1.50\n2;P2;2019-02-30;1.50\n`,
  })
  const written = (await Ledger.open(hub.path('runs', 'ledger.jsonl'))).entryOf(
    hub.path('lake', 'snds', 'ER_PRS_F', '2019.parquet'),
  )
  expect(written).toMatchObject({ rows: 1 })
  await rename(hub.dir, at('elsewhere'))
  hub = await openHub(at('elsewhere'))
  const { cleaning } = await send('snds', { 'ER_PRS_F_2018.csv': year('12.00') })
  expect(cleaning?.tables.find(({ table }) => table === 'ER_PRS_F')?.rows).toBe(2)
  const kept = await keptDelivery(hub.path('deliveries', 'snds'))
  expect(kept.filter(({ path }) => path.startsWith(hub.dir)).length).toBe(3)
  expect(
    (await Ledger.open(hub.path('runs', 'ledger.jsonl'))).entryOf(
      hub.path('lake', 'snds', 'ER_PRS_F', '2019.parquet'),
    ),
  ).toMatchObject({ key: written?.key, at: written?.at })
})

test('an illness that two years of IR_IMB_R tell is kept twice in the lake, and said aloud', async () => {
  const illnesses = 'BEN_NIR_PSA;BEN_RNG_GEM;IMB_ALD_NUM;IMB_ALD_DTD\n'
  const { delivery, cleaning } = await send('snds', {
    'IR_BEN_R.csv': BEN,
    'IR_IMB_R_2018.csv': `${illnesses}P1;1;8;2010-01-31\n`,
    'IR_IMB_R_2019.csv': `${illnesses}P1;1;8;2010-01-31\nP2;1;8;2019-01-31\n`,
  })
  expect(delivery.refused).toEqual([])
  expect(cleaning?.tables.find(({ table }) => table === 'IR_IMB_R')?.rows).toBe(3)
  expect(cleaning?.findings.filter(({ kind }) => kind === 'row-repeated')).toMatchObject([
    { table: 'IR_IMB_R', count: 1 },
  ])
})
