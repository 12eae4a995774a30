import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bytesFor } from '../src/base/index.ts'
import { type Engine, openDuckDb } from '../src/engine/index.ts'
import { hubId, idmrText, producerPseudonym, projectPseudonym } from '../src/identity/index.ts'
import { openProjectSpace, type ProjectSpace } from '../src/spaces/index.ts'
import { openHub } from '../src/store/index.ts'
import { costs } from '../src/studies/dromos/costs.ts'
import { patients } from '../src/studies/dromos/patients.ts'
import { itemOf } from '../src/studies/dromos/read.ts'
import { DEMO, type DemoRun, demoOnce } from './fixtures/demo-once.ts'

/*
 * Person by person: what the study sees of a correctly linked patient, through every link of the chain, is what was
 * planted. The truth's own number of a person leads to the hub id by the seed, to the CDM id by the map beside the
 * release, and to the id of the space by the secret of its permit.
 */

interface Truth {
  readonly person: number
  readonly first_signs: string
  readonly first_contact: string | null
  readonly diagnosis_date: string | null
}

let demo: DemoRun
let engine: Engine
let space: ProjectSpace
/** Id in the space → what was planted, for correctly linked patients without opposition. */
const planted = new Map<bigint, Truth>()

beforeAll(async () => {
  demo = await demoOnce()
  engine = await openDuckDb({ threads: 1 })
  const hub = await openHub(demo.hub)
  space = await openProjectSpace(hub, 'dromos')
  const truth = (name: string): string => `'${join(demo.country, 'truth', `${name}.parquet`)}'`
  const registry = await engine.rows<Truth & { idmr: string }>(
    `select person, idmr, first_signs, first_contact, diagnosis_date from ${truth('registry')} where in_snds and not opposed`,
  )
  const identities = await engine.rows<{ person: number; psa: string; rng: number; nir_ano: string | null }>(
    `select person, psa, rng, nir_ano from ${truth('snds_identity')}`,
  )
  const [source, matcher] = [bytesFor(DEMO.seed, 'source'), bytesFor(DEMO.seed, 'matcher')]
  const own = new Map<number, Set<string>>()
  for (const { person, psa, rng, nir_ano } of identities)
    own.set(person, (own.get(person) ?? new Set()).add(hubId(matcher, nir_ano ?? `${psa}|${rng}`)))
  const ids = await engine.rows<{ person_id: bigint; snds: string; bndmr: string }>(
    `select person_id, snds, bndmr from '${join(demo.hub, 'lake', 'omop', 'v1', 'ids', 'person.parquet')}' where linked`,
  )
  const linked = new Map(ids.map((row) => [row.bndmr, row]))
  const secret = Buffer.from(
    (await readFile(join(demo.hub, 'trusted', 'hub', 'spaces', 'dromos', 'secret'), 'utf8')).trim(),
    'hex',
  )
  for (const { idmr, ...one } of registry) {
    const row = linked.get(hubId(matcher, producerPseudonym(source, idmrText(idmr))))
    if (row && own.get(one.person)?.has(row.snds))
      planted.set(projectPseudonym(secret, 'person', row.person_id), one)
  }
})
afterAll(async () => {
  await engine?.close()
  await space?.close()
})

const day = (iso: string): number => Date.parse(iso) / 86_400_000

describe('each correctly linked patient', () => {
  test('is there', () => {
    expect(planted.size).toBeGreaterThan(250)
    expect(planted.size).toBe(demo.result.balance.linkage.truth?.all.correct)
  })

  test('costs what was planted, item by item, to the cent, apart from what the ledger says was lost', async () => {
    const files = ['cost', 'cost_lost'].map((name) => `'${join(demo.country, 'truth', `${name}.parquet`)}'`)
    const due = await engine.rows<{ person: number; item: string; cents: bigint }>(
      `select person, item, cast(sum(cents) as bigint) as cents from (
        select person, item, cents from ${files[0]} union all select person, item, -cents from ${files[1]}
      ) group by person, item`,
    )
    const expected = new Map(due.map(({ person, item, cents }) => [`${person}|${item}`, Number(cents)]))
    const found = await space.rows<{ person_id: bigint; item: number; cents: bigint }>(
      costs(space.permit.period),
    )
    const paid = new Map(
      found.map(({ person_id, item, cents }) => [`${person_id}|${itemOf.get(item)}`, Number(cents)]),
    )
    const wrong: string[] = []
    let cells = 0
    for (const [id, { person }] of planted)
      for (const item of itemOf.values()) {
        const [planned, got] = [expected.get(`${person}|${item}`) ?? 0, paid.get(`${id}|${item}`) ?? 0]
        if (planned !== 0) cells += 1
        if (planned !== got) wrong.push(`${person} ${item}: planted ${planned}, found ${got}`)
      }
    expect(wrong).toEqual([])
    expect(cells).toBeGreaterThan(3 * planted.size)
  })

  test('waits from first signs to diagnosis as planted, to the day', async () => {
    const found = new Map(
      (
        await space.rows<{ person_id: bigint; days_to_diagnosis: number | null; contact_in_period: boolean }>(
          patients(space.permit.period),
        )
      ).map((row) => [row.person_id, row]),
    )
    const wrong: string[] = []
    let waits = 0
    for (const [id, { person, first_signs, diagnosis_date, first_contact }] of planted) {
      const row = found.get(id)
      const wait = diagnosis_date === null ? null : day(diagnosis_date) - day(first_signs)
      if (wait !== null) waits += 1
      if ((row?.days_to_diagnosis ?? null) !== wait)
        wrong.push(`${person}: planted ${wait}, found ${row?.days_to_diagnosis}`)
      const { from, until } = space.permit.period
      const inside = first_contact !== null && first_contact >= from && first_contact <= until
      if (row?.contact_in_period !== inside) wrong.push(`${person}: first contact ${first_contact}`)
    }
    expect(wrong).toEqual([])
    expect(waits).toBeGreaterThan(100)
  })
})
