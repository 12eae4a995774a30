import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DuckDb, openDuckDb } from '../../../engine/index.ts'
import { match } from '../match.ts'
import { sides } from '../sides.ts'
import { type Day, H, OTHER, type Who, worldOf } from '../small-world.fixture.ts'
import { UNKNOWN } from './evidence.ts'
import { evidenceSteps } from './weigh.ts'

let root: string
let engine: DuckDb
let rows: Record<string, Record<string, number>>

const day: Day = ['2019-03-05', H]
const sessions = [1, 3, 6, 8, 10].map((n) => [`2019-04-${String(n).padStart(2, '0')}`, H] as const)
const twin: Who = { sex: '2', born: [2004, 2], days: [['2019-06-03', H]] }

/** A stay of the year before any registry day. */
const stayFor = (principal: string, related?: string) =>
  ['2018-03-05', '2018-03-07', H, '04M081', principal, related] as const

const patients: Record<string, Who> = {
  visit: { commune: '01002', days: [day] },
  beside: { commune: '01003', days: [['2019-03-06', H], ['2019-03-07', H]] },
  stay: { commune: '01004', days: [['2019-05-02', H], ['2019-05-09', H], ['2019-05-05', H]] },
  dialysis: { commune: '01005', days: sessions },
  elsewhere: { commune: '01006', days: [['2019-07-01', OTHER]] },
  newborn: { commune: '01007', born: [2019, 8], days: [['2019-08-11', H]] },
  one: { ...twin, commune: '01008' },
  other: { ...twin, commune: '01008' },
  lungs: { commune: '01009', orpha: '586' },
  heart: { commune: '01010', orpha: '558' },
  neither: { commune: '01011', orpha: '558' },
  unwritten: { commune: '01012', orpha: '244' },
  seldom: { commune: '01013', orpha: '586', days: [['2019-09-09', H]] },
} // biome-ignore format: one patient a line
const people: Record<string, Who> = {
  visit: { commune: '01002', days: [day] },
  beside: { commune: '01003', days: [day] },
  stay: { commune: '01004', stays: [['2019-05-02', '2019-05-09', H, '05M092']] },
  dialysis: { commune: '01005', stays: sessions.map(([date]) => [date, date, H, '28Z04Z'] as const) },
  elsewhere: { commune: '01006', days: [['2019-07-01', H]] },
  newborn: { commune: '01007', born: [2019, 8], days: [['2019-08-11', H]] },
  one: { ...twin, commune: '01008' },
  other: { ...twin, commune: '01008' },
  lungs: { commune: '01009', stays: [stayFor('J189'), stayFor('E840')] },
  heart: { commune: '01010', stays: [stayFor('Z098', 'Q874')] },
  // Another syndrome of the same category, and one that begins as a disease does whose code is too short to tell.
  neither: { commune: '01011', stays: [stayFor('Q871')] },
  unwritten: { commune: '01012', stays: [stayFor('Q348')] },
  seldom: { commune: '01013', days: [['2019-09-09', H]] },
}

/** Links of the world by name, weighed. */
async function weighed(registry: Record<string, Who>, claims: Record<string, Who>): Promise<string[]> {
  const { plan, work } = await worldOf(engine, root, registry, claims)
  const { links } = await match(plan, work, { method: 'probabilistic', compare: false, today: '2020-12-31' })
  const found = await engine.rows<{ bndmr: string; snds: string }>(`select * from '${links}' order by bndmr`)
  return found.map(({ bndmr, snds }) => `${bndmr}=${snds}`)
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'chainon-evidence-'))
  engine = await openDuckDb({ threads: 1 })
  const { plan, work } = await worldOf(engine, root, patients, people)
  const { registry, encounters } = evidenceSteps(sides('2020-12-31'))
  await plan.write(encounters, join(work, 'encounters.parquet'))
  const found = await plan.rows<Record<string, number> & { transit: string; person: string }>(
    registry.evidence,
  )
  rows = Object.fromEntries(found.map((row) => [`${row.transit.slice(1)}=${row.person}`, row]))
})
afterAll(async () => {
  await engine.close()
  await rm(root, { recursive: true, force: true })
})

test('a day and place that agree are found, and one beside is found as such', () => {
  expect(rows['visit=visit']).toMatchObject({ days: 1, exact: 1, birth: 0, sex: 0, home: 0, death: 4 })
})

test('one event answers one registry day, the nearest', () => {
  expect(rows['beside=beside']).toMatchObject({ days: 2, exact: 0, beside: 1, near: 0 })
  // A stay with its first and last day is one event.
  expect(rows['stay=stay']).toMatchObject({ days: 3, exact: 1, beside: 0, near: 0 })
})

test('a series of sessions says what one of them says', () => {
  expect(rows['dialysis=dialysis']).toMatchObject({ days: 1, exact: 1 })
  expect(rows['dialysis=dialysis']?.['chance']).toBeLessThan((rows['visit=visit']?.['chance'] ?? 0) + 2000)
})

test('the day at another place is less than at the registry’s', () => {
  expect(rows['elsewhere=elsewhere']).toMatchObject({ exact: 0, elsewhere: 1 })
  expect(rows['elsewhere=elsewhere']?.['chance']).toBeLessThanOrEqual(rows['visit=visit']?.['chance'] ?? 0)
})

test('the day of birth at a maternity is no evidence of care', () => {
  expect(rows['newborn=newborn']).toMatchObject({ days: 0, exact: 0 })
})

test('twins who were seen together have the same evidence for either', () => {
  const { transit: _, person: __, ...mine } = rows['one=one'] as Record<string, number>
  expect(rows['one=other']).toMatchObject(mine)
})

test('who shares neither a day nor a commune with a patient is not looked at', () => {
  expect(Object.keys(rows).filter((pair) => pair.startsWith('visit='))).toEqual([
    'visit=beside',
    'visit=visit',
  ])
})

test('of twins who tie on everything neither is linked; twins who were seen apart are, each to their own', async () => {
  const town = Object.fromEntries(
    Array.from({ length: 40 }, (_, at): [string, Who] => {
      const commune = `01${100 + at}`
      return [
        `p${at}`,
        { born: [1950 + at, 1 + (at % 12)], commune, days: [[`2019-05-${10 + (at % 20)}`, H], day] },
      ]
    }),
  )
  const apart = (date: string): Who => ({
    born: [2001, 3],
    commune: '01300',
    days: [
      ['2019-07-03', H],
      [date, H],
    ],
  })
  const twins = { one: twin, other: twin, first: apart('2019-09-04'), second: apart('2019-10-09') }
  const all = { ...town, ...twins }
  const links = await weighed(all, all)
  expect(links).toEqual(expect.arrayContaining(['first=first', 'p0=p0', 'p39=p39', 'second=second']))
  expect(links.filter((link) => /^(one|other)=/.test(link))).toEqual([])
})

test('a registry of nobody, and claims of nobody, give no links and no error', async () => {
  expect(await weighed({}, people)).toEqual([])
  expect(await weighed(patients, { alone: { born: [1950, 1] } })).toEqual([])
})

test('a stay with a code of the patient’s disease, or one below it, is told from stays without, and from no stay', () => {
  expect(rows['lungs=lungs']).toMatchObject({ disease: 0 })
  expect(rows['heart=heart']).toMatchObject({ disease: 0 })
  expect(rows['neither=neither']).toMatchObject({ disease: 1 })
  for (const unknown of ['unwritten', 'seldom', 'visit'])
    expect(rows[`${unknown}=${unknown}`]).toMatchObject({ disease: UNKNOWN })
})

test('of two who tie on all but the disease, the one whose stay has it is the patient', async () => {
  const town = Object.fromEntries(
    Array.from({ length: 40 }, (_, at): [string, Who] => [
      `p${at}`,
      {
        born: [1950 + at, 1 + (at % 12)],
        commune: `01${100 + at}`,
        orpha: at % 2 === 0 ? '586' : '558',
        days: [[`2019-05-${10 + (at % 20)}`, H], day],
        stays: [stayFor(at % 2 === 0 ? 'E849' : 'Q874')],
      },
    ]),
  )
  const twins = (of: Partial<Who>) => ({ ...twin, commune: '01301', ...of })
  const registry = { ...town, sick: twins({ orpha: '586' }) }
  const claims = (of: string) => ({
    ...town,
    sick: twins({ stays: [stayFor(of)] }),
    well: twins({ stays: [stayFor('S525')] }),
  })
  expect(await weighed(registry, claims('E848'))).toContain('sick=sick')
  expect((await weighed(registry, claims('S525'))).filter((link) => link.startsWith('sick'))).toEqual([])
})

test('at the disease’s own clinic chance has it often, elsewhere seldom, and decoys tell both', async () => {
  const registry: Record<string, Who> = {}
  const claims: Record<string, Who> = {}
  for (let at = 0; at < 40; at += 1) {
    // Of an odd year: the decoy is born in the year before, five months on, and seen 35 days later.
    const [year, month, commune] = [1921 + 2 * at, 1 + (at % 12), `01${100 + at}`]
    const born = [year - 1, ((month + 4) % 12) + 1] as const
    registry[`p${at}`] = { born: [year, month], commune, orpha: '586', days: [['2019-05-06', H]] }
    const written = (often: number) => stayFor(at < often ? 'E840' : 'S525')
    claims[`clinic${at}`] = { born, commune: '02001', days: [['2019-06-10', H]], stays: [written(30)] }
    claims[`town${at}`] = { born, commune, stays: [written(4)] }
  }
  const { plan, work } = await worldOf(engine, root, registry, claims)
  const steps = evidenceSteps(sides('2020-12-31'))
  await plan.write(steps.encounters, join(work, 'encounters.parquet'))
  const shares = await plan.rows<{ code: string; met: number; chance: number }>(steps.shares)
  // With the code, of those who were seen: of one code the twenty that are added have its own share, with one more.
  const bits = (a: number) => -Math.log2((a * 42 + 20 * (a + 1)) / (60 * 42))
  expect(shares.map(({ code, met }) => [code, met])).toEqual([
    ['E84', 0],
    ['E84', 1],
  ])
  expect(Math.abs((shares[0]?.chance ?? 0) / 1000 - bits(4))).toBeLessThan(0.3)
  expect(Math.abs((shares[1]?.chance ?? 0) / 1000 - bits(30))).toBeLessThan(0.3)
})
