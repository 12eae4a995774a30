import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import * as fc from 'fast-check'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { ANALYST, releaseOf, signed, SIGNER, smallHub, widePermit } from '../../test/fixtures/small-space.ts'
import { bytesFor, publicKeyFrom } from '../base/index.ts'
import { spawnRole } from '../identity/index.ts'
import { addSigner, type Hub, openHub, readJournal } from '../store/index.ts'
import {
  canOpen,
  createSigner,
  draftPermit,
  INVENTED,
  type Permit,
  readPermit,
  requestFor,
  revokePermit,
  showPermit,
  signPermit,
  verifyPermit,
  writeDraft,
} from './index.ts'
import { permitText, readSigned, signWith } from './signature.ts'

let hub: Hub
let permit: Permit
let good: string
const file = (id = 'wide') => hub.path('permits', `${id}.json`)

beforeAll(async () => {
  hub = await smallHub(20)
  permit = await signed(hub, widePermit(await releaseOf(hub)))
  good = await readFile(file(), 'utf8')
})
beforeEach(() => writeFile(file(), good))

const codes = async (change: { id?: string; as?: string; today?: string; hub?: Hub } = {}) => {
  const request = await requestFor(change.hub ?? hub, change.id ?? 'wide')
  const denials = canOpen({ ...request, as: change.as ?? ANALYST, today: change.today ?? '2021-01-04' })
  return denials.map((denial) => denial.code)
}

test('a signed permit opens its space for a person whom it names, from its first to its last day', async () => {
  expect(await codes()).toEqual([])
  expect(await codes({ today: permit.from })).toEqual([])
  expect(await codes({ today: permit.until })).toEqual([])
})

test('a permit past its last day opens no space', async () => {
  expect(await codes({ today: '2022-01-02' })).toEqual(['permit/expired'])
})

test('a permit before its first day opens no space', async () => {
  expect(await codes({ today: '2019-12-31' })).toEqual(['permit/not-yet-valid'])
})

test('a person whom the permit does not name opens no space', async () => {
  expect(await codes({ as: 'Someone Else' })).toEqual(['permit/person-not-named'])
})

test('a draft opens no space', async () => {
  await writeDraft(hub, { ...permit, id: 'draft-only' })
  expect(await codes({ id: 'draft-only' })).toEqual(['permit/unsigned'])
})

test('a permit without its signature opens no space', async () => {
  await writeFile(file(), `${JSON.stringify({ body: permit })}\n`)
  expect(await codes()).toEqual(['permit/unsigned'])
})

test('a permit signed by a key that the hub does not list opens no space', async () => {
  const key = bytesFor('elsewhere', 'key')
  const foreign = { algorithm: 'Ed25519' as const, signer: 'Elsewhere', value: signWith(key, permit) }
  await writeFile(file(), permitText({ body: permit, signature: foreign }))
  expect(await codes()).toEqual(['permit/foreign-signer'])
  // The name of a listed signer does not help: the key decides.
  await writeFile(file(), permitText({ body: permit, signature: { ...foreign, signer: SIGNER } }))
  expect(await codes()).toEqual(['permit/altered'])
  const there = await addSigner(await openHub(hub.dir), { name: 'Elsewhere', publicKey: publicKeyFrom(key) })
  await writeFile(file(), permitText({ body: permit, signature: foreign }))
  expect(await codes({ hub: there })).toEqual([])
})

test('a permit of which any byte was altered opens no space', async () => {
  const bytes = Buffer.from(good)
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (index, flip) => {
      const changed = Buffer.from(bytes)
      changed[index] = (changed[index] as number) ^ flip
      await writeFile(file(), changed)
      const [code] = await codes()
      expect(['permit/altered', 'permit/unsigned', 'permit/foreign-signer']).toContain(code)
    }),
    { numRuns: 400 },
  )
})

test('another spelling of the same permit or signature is not what was signed', () => {
  const value = JSON.parse(good) as { signature: { value: string } }
  expect(readSigned(JSON.stringify(value, null, 1)).state).toBe('unreadable')
  expect(readSigned(good.trimEnd()).state).toBe('unreadable')
  expect(readSigned(good).state).toBe('signed')
})

test('the unused bits of the last letter of a signature count too', async () => {
  const value = JSON.parse(good) as ReturnType<typeof JSON.parse>
  const last = String(value.signature.value).at(-1) as string
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const twin = alphabet[alphabet.indexOf(last) ^ 1] as string
  value.signature.value = value.signature.value.slice(0, -1) + twin
  expect(Buffer.from(value.signature.value, 'base64url').length).toBe(64)
  await writeFile(file(), permitText(value))
  expect(await codes()).toEqual(['permit/altered'])
})

test('a permit under the name of another opens no space', async () => {
  await cp(file(), file('other'))
  expect(await codes({ id: 'other' })).toEqual(['permit/altered'])
  await rm(file('other'))
})

test('a permit of an invented hub opens nothing in a real one, nor the other way round', async () => {
  const real: Hub = { ...hub, config: { ...hub.config, synthetic: false } }
  expect(await codes({ hub: real })).toEqual(['permit/other-hub'])
  const { notice, ...rest } = permit
  expect(notice).toBe(INVENTED)
  await writeDraft(hub, { ...rest, id: 'without-notice' })
  await expect(signPermit(hub, 'without-notice', SIGNER, spawnRole)).rejects.toMatchObject({
    code: 'permit/other-hub',
  })
})

test('a revoked permit opens no space, also when one of the two marks of it is removed', async () => {
  await signed(hub, { ...permit, id: 'taken-back' })
  expect(await codes({ id: 'taken-back' })).toEqual([])
  await revokePermit(hub, 'taken-back', 'CNIL', 'its purpose changed')
  expect(await codes({ id: 'taken-back' })).toEqual(['permit/revoked'])
  await rm(hub.path('permits', 'taken-back.revoked.json'))
  expect(await codes({ id: 'taken-back' })).toEqual(['permit/revoked'])
  expect((await readJournal(hub.path('journal.jsonl'))).at(-1)).toMatchObject({
    who: 'CNIL',
    act: 'permit/revoke',
    subject: 'taken-back',
  })
})

test('several reasons against a permit are all given', async () => {
  expect(await codes({ id: 'taken-back', today: '2030-01-01', as: 'Nobody' })).toEqual([
    'permit/revoked',
    'permit/expired',
    'permit/person-not-named',
  ])
})

test('a permit is signed once, by a signer whose key is here, and never changed', async () => {
  await expect(signPermit(hub, 'wide', SIGNER, spawnRole)).rejects.toMatchObject({
    code: 'permit/signed-already',
  })
  await expect(writeDraft(hub, permit)).rejects.toMatchObject({ code: 'permit/signed-already' })
  await writeDraft(hub, { ...permit, id: 'no-key' })
  await expect(signPermit(hub, 'no-key', 'Nobody', spawnRole)).rejects.toMatchObject({
    code: 'permit/no-key',
  })
  expect(await verifyPermit(hub, 'wide')).toEqual([])
})

test('a signer is made once: the second time changes nothing', async () => {
  const now = await openHub(hub.dir)
  expect((await createSigner(now, SIGNER, spawnRole)).config.signers).toEqual(now.config.signers)
})

test.each([
  ['permit', 2],
  ['id', '../escape'],
  ['colour', 'red'],
  ['users', []],
  ['cohort', { kind: 'sql', where: '1 = 1' }],
  ['cohort', { kind: 'orpha', codes: ["558' or 1=1"] }],
  ['cohort', { kind: 'all-of', cohorts: [] }],
  ['identifiers', { 'care-dates': { reason: ' ' } }],
  ['identifiers', { name: { reason: 'why not' } }],
  ['tables', { person: { columns: { person_id: 'hash' } } }],
  ['tables', { 'person; drop': { columns: { person_id: 'as-is' } } }],
  ['disclosure', 'none'],
  ['opposition', 'ignore'],
  ['until', '2019-01-01'],
  ['from', '2020-02-30'],
  ['period', { from: '2019-01-01', until: '2018-01-01' }],
])('a draft whose %s is %j is no permit', async (field, value) => {
  await expect(
    writeDraft(hub, { ...permit, id: 'bad-draft', [field]: value } as Permit),
  ).rejects.toMatchObject({
    code: 'permit/bad',
  })
})

test('an id that is a path is no permit', async () => {
  await expect(requestFor(hub, '../chainon')).rejects.toMatchObject({ code: 'permit/unknown' })
  await expect(requestFor(hub, 'none-such')).rejects.toMatchObject({ code: 'permit/unknown' })
})

test('a draft asks for what the study needs and no more, coarse where it can be, and can be read in both languages', async () => {
  const study = {
    id: 'dromos',
    title: { fr: 'Parcours de soins', en: 'Care pathways' },
    needs: {
      tables: {
        person: ['person_id', 'year_of_birth', 'month_of_birth', 'location_id', 'person_source_value'],
        location: ['location_id', 'location_source_value'],
        visit_occurrence: ['visit_occurrence_id', 'person_id', 'visit_start_date'],
        death: ['person_id', 'death_date'],
      },
      identifiers: { 'care-dates': { fr: 'En jours.', en: 'In days.' } },
    },
  }
  const draft = draftPermit(await releaseOf(hub), study, {
    users: [ANALYST],
    period: { from: '2017-01-01', until: '2019-12-31' },
    from: '2021-01-01',
    until: '2023-12-31',
  })
  expect(draft.identifiers).toEqual({ 'care-dates': { reason: 'En jours. / In days.' } })
  expect(
    Object.fromEntries(Object.entries(draft.tables).map(([table, one]) => [table, one.columns])),
  ).toEqual({
    person: { person_id: 'as-is', year_of_birth: 'as-is', location_id: 'as-is' },
    location: { location_id: 'as-is', location_source_value: 'département' },
    visit_occurrence: { visit_occurrence_id: 'as-is', person_id: 'as-is', visit_start_date: 'as-is' },
    death: { person_id: 'as-is', death_date: 'year' },
    cdm_source: { cdm_source_name: 'as-is', marker: 'as-is', canary: 'as-is' },
  })
  await writeDraft(hub, draft)
  await signPermit(hub, 'dromos', SIGNER, spawnRole)
  const { permit: read, signer } = await readPermit(hub, 'dromos')
  const french = showPermit(read, 'fr', signer)
  expect(french).toContain('Parcours de soins')
  expect(french).toContain(INVENTED)
  expect(french).toContain(`Signé par ${SIGNER}.`)
  expect(showPermit(read, 'en')).toContain('not signed, opens no space')
})
