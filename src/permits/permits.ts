import { readdir, readFile } from 'node:fs/promises'
import { canonicalJson, ChainonError, type Denial, exists, sha256, writeText } from '../base/index.ts'
import { addSigner, type Hub, readJournal, record } from '../store/index.ts'
import { ID, parsePermit, type Permit, type SignedPermit } from './model.ts'
import { canTrust, checkTrust, type Request } from './rules.ts'
import { permitText, readSigned } from './signature.ts'
import { type SigningInput, signingTask } from './signing-task.ts'

/** Runs a task in the process of the hub role: `spawnRole` of identity. */
export type RunRole = (job: {
  readonly role: 'hub'
  readonly folder: string
  readonly module: string
  readonly input: SigningInput
}) => Promise<unknown>

const draftPath = (hub: Hub, id: string): string => hub.path('permits', `${nameable(id)}.draft.json`)
const signedPath = (hub: Hub, id: string): string => hub.path('permits', `${nameable(id)}.json`)
const revokedPath = (hub: Hub, id: string): string => hub.path('permits', `${nameable(id)}.revoked.json`)

/** An id names files: what cannot be one is no permit. */
function nameable(id: string): string {
  if (!ID.test(id)) throw unknown(id)
  return id
}

const inHubRole = async (hub: Hub, runRole: RunRole, input: SigningInput): Promise<string> =>
  (await runRole({ role: 'hub', folder: hub.path('trusted', 'hub'), module: signingTask, input })) as string

/**
 * Makes the signing key of a person or body in trusted/hub and lists its public half in chainon.yaml. Twice
 * changes nothing.
 * @returns the hub as it now stands
 */
export async function createSigner(hub: Hub, name: string, runRole: RunRole): Promise<Hub> {
  const { seed } = hub.config
  const publicKey = await inHubRole(hub, runRole, {
    do: 'create',
    signer: name,
    ...(seed === undefined ? {} : { seed }),
  })
  if (!hub.config.signers.some((one) => one.name === name))
    await record(hub, { who: name, act: 'signer/create', subject: name, hashes: { key: publicKey } })
  return addSigner(hub, { name, publicKey })
}

/** Writes a draft, for people to read and amend. @throws permit/bad, permit/signed-already */
export async function writeDraft(hub: Hub, permit: Permit): Promise<string> {
  const checked = parsePermit(permit)
  await refuseSigned(hub, checked.id)
  const path = draftPath(hub, checked.id)
  await writeText(path, `${JSON.stringify(checked, null, 2)}\n`)
  return path
}

/**
 * Signs the draft of a permit: writes permits/<id>.json and a line of the journal.
 * @throws permit/no-draft, permit/bad, permit/foreign-signer, permit/no-key, permit/signed-already, permit/other-hub
 */
export async function signPermit(
  hub: Hub,
  id: string,
  signer: string,
  runRole: RunRole,
): Promise<SignedPermit> {
  await refuseSigned(hub, id)
  const text = await readFile(draftPath(hub, id), 'utf8').catch(() => {
    throw new ChainonError('permit/no-draft', `there is no draft ${id}`, {
      advice: 'Make one with: chainon permit draft',
    })
  })
  const body = parsePermit(parseJson(text, id))
  const value = await inHubRole(hub, runRole, { do: 'sign', signer, permit: body })
  const signed: SignedPermit = { body, signature: { algorithm: 'Ed25519', signer, value } }
  // What would open nothing is not signed: an unlisted signer, another id, the wrong kind of hub.
  checkTrust({ ...(await requestFor(hub, id)), reading: { state: 'signed', signed } })
  // The journal first: a permit that stands is always told of.
  await record(hub, { who: signer, act: 'permit/sign', subject: id, hashes: { permit: permitHash(body) } })
  await writeText(signedPath(hub, id), permitText(signed))
  return signed
}

/** Takes a permit back for good; its space can only be closed. @throws permit/unknown */
export async function revokePermit(hub: Hub, id: string, who: string, reason: string): Promise<void> {
  if (!(await exists(signedPath(hub, id)))) throw unknown(id)
  await record(hub, {
    who,
    act: 'permit/revoke',
    subject: id,
    hashes: { reason: sha256(reason) },
  })
  await writeText(
    revokedPath(hub, id),
    `${JSON.stringify({ permit: id, who, on: hub.today(), reason }, null, 2)}\n`,
  )
}

/** What a decision about the permit `id` looks at, as the hub stands now. @throws permit/unknown */
export async function requestFor(hub: Hub, id: string): Promise<Request> {
  const text = (await exists(signedPath(hub, id)))
    ? await readFile(signedPath(hub, id), 'utf8')
    : await readFile(draftPath(hub, id), 'utf8').catch(() => {
        throw unknown(id)
      })
  return {
    id,
    reading: readSigned(text),
    signers: hub.config.signers,
    revoked: await revokedPermits(hub),
    today: hub.today(),
    synthetic: hub.config.synthetic,
  }
}

/** Why the permit cannot be trusted, if so: unsigned, altered, foreign signer, made for another hub. */
export const verifyPermit = async (hub: Hub, id: string): Promise<Denial[]> =>
  canTrust(await requestFor(hub, id))

/** A signed permit that can be trusted, or a draft. @throws permit/unknown and what `canTrust` denies */
export async function readPermit(hub: Hub, id: string): Promise<{ permit: Permit; signer?: string }> {
  const request = await requestFor(hub, id)
  if (request.reading.state === 'unsigned')
    return { permit: parsePermit(parseJson(await readFile(draftPath(hub, id), 'utf8'), id)) }
  checkTrust(request)
  if (request.reading.state !== 'signed') throw unknown(id)
  return { permit: request.reading.signed.body, signer: request.reading.signed.signature.signer }
}

/** SHA-256 of what was signed. */
export const permitHash = (permit: Permit): string => sha256(canonicalJson(permit))

/** A revocation stands in the journal and beside the permit: removing one of them takes nothing back. */
async function revokedPermits(hub: Hub): Promise<ReadonlySet<string>> {
  const lines = await readJournal(hub.path('journal.jsonl'))
  const files = await readdir(hub.path('permits')).catch(() => [] as string[])
  return new Set([
    ...lines.filter((line) => line.act === 'permit/revoke').map((line) => line.subject),
    ...files.flatMap((file) => /^(.*)\.revoked\.json$/.exec(file)?.[1] ?? []),
  ])
}

function parseJson(text: string, id: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ChainonError('permit/bad', `the draft of ${id} is not JSON: ${(cause as Error).message}`, {
      cause,
    })
  }
}

async function refuseSigned(hub: Hub, id: string): Promise<void> {
  if (await exists(signedPath(hub, id)))
    throw new ChainonError(
      'permit/signed-already',
      `${id} is signed already: a signed permit is never changed`,
      {
        advice: 'Draft another under a new id, and revoke this one if it must go.',
      },
    )
}

const unknown = (id: string) => new ChainonError('permit/unknown', `there is no permit ${id} in this hub`)
