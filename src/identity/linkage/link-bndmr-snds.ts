import { cp, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import {
  canonicalJson,
  ChainonError,
  exists,
  hashFile,
  sha256,
  temporaryBeside,
  writeText,
} from '../../base/index.ts'
import { type EngineChoice, openDuckDb, openEngine, Plan } from '../../engine/index.ts'
import { resolveOppositions } from '../oppositions/resolve.ts'
import type { RoleContext } from '../roles/model.ts'
import { destroyTransfer } from './destroy-transfer.ts'
import type { RungOutcome } from './climb-ladder.ts'
import { match } from './match.ts'
import type { Method } from './matched.ts'
import { bindLinkage, linkageFiles } from './open-lake.ts'
import { describe, type Quality } from './report/describe.ts'
import type { LinkageSubmission } from './report/model.ts'
import { opposedOn } from './sides.ts'
import { oppositions as oppositionsTable } from './tables.ts'

/** `import.meta.url` of this task, for the role's process. */
export const linkTask = import.meta.url

export interface LinkInput {
  readonly lake: string
  /** receipts/ of the hub. */
  readonly receipts: string
  /** Oppositions that are active on this day (YYYY-MM-DD) hold. */
  readonly today: string
  readonly engine: EngineChoice
  /** How the indirect stage decides; by default by weighing the evidence. */
  readonly method?: Method
  /** Whether the method that does not decide is run too, for the report; by default it is. */
  readonly compare?: boolean
  /** Share of false links that weighing may expect; one in 400 without it. */
  readonly mostFalse?: number
}

export interface Linked {
  readonly version: string
  readonly method: Method
  readonly oppositions: string
  /** sha256 of links.parquet. */
  readonly sha256: string
  readonly quality: Quality
  readonly rungs: readonly RungOutcome[]
  /** To be checked before it is shown. */
  readonly submission: LinkageSubmission
  /** True when nothing had changed since this version was made. */
  readonly unchanged: boolean
}

/** Half of the machine's memory: what a country's claims are joined in spills where it is little. */
const halfOfMemory = (): string => `${Math.min(12, Math.max(4, Math.floor(totalmem() / 2 ** 31)))}GB`

/** Raise when the same inputs would be linked, or their links be judged, otherwise. */
const VERSION = 7

/**
 * Task of the matcher: links the registry to the SNDS, writes lake/links/<version>, then destroys the transfer
 * and its own working tables, with a receipt.
 */
export default async function linkBndmrSnds(context: RoleContext, input: LinkInput): Promise<Linked> {
  const { lake, receipts, today, method = 'probabilistic', compare = true, mostFalse } = input
  const transfer = join(context.folder, 'transfers', 'bndmr')
  const work = join(context.folder, 'work')
  const oppositions = await resolveOppositions(context.folder, lake)
  const before = await lastLinked(context.folder)
  const inputs = await hashInputs(context.folder, lake, [
    today.slice(0, 4),
    mostFalse === undefined ? method : `${method} ${mostFalse}`,
    await opposedHash(join(lake, 'oppositions', `${oppositions.version}.parquet`), today),
  ])
  const transferred = await hashTransfer(transfer)
  // Compared methods change no link: where nothing is left to compare with, the report stays as it was.
  const isTold =
    transferred === undefined || (transferred === before?.transfer && (before.compared || !compare))
  // A link that was cut after its version stood has only the destruction left to do.
  if (before?.inputs === inputs && isTold) {
    await destroyTransfer({
      transfer,
      work,
      receipts,
      folder: context.folder,
      version: before.linked.version,
    })
    return { ...before.linked, unchanged: true }
  }
  if (transferred === undefined)
    throw new ChainonError(
      'identity/no-transfer',
      'the matcher holds no transfer of the registry to be linked',
      {
        advice: 'A transfer is destroyed once it was linked: receive the registry again.',
      },
    )
  await rm(work, { recursive: true, force: true })
  await mkdir(work, { recursive: true, mode: 0o700 })
  const spill = join(context.folder, 'spill')
  const engine = await openEngine(
    input.engine,
    { as: 'matcher', folder: context.folder },
    { spill, memory: halfOfMemory() },
  )
  try {
    const plan = new Plan(engine)
    await bindLinkage(plan, { folder: context.folder, lake, work }, oppositions.version)
    const matched = await match(plan, work, {
      method,
      compare,
      mostFalse,
      today,
      onStep: (done, total) => context.progress({ stage: 'link', done, total }),
    })
    const known = async (...path: string[]): Promise<string | undefined> =>
      (await exists(join(lake, ...path))) ? join(lake, ...path) : undefined
    const { submission, quality } = await describe(
      matched,
      {
        transfer,
        identity: join(context.folder, 'identity', 'bndmr.parquet'),
        diagnoses: await known('bndmr', 'DIAGNOSIS.parquet'),
        communes: await known('referentials', 'COMMUNE.parquet'),
        deprivation: await known('referentials', 'DEPRIVATION.parquet'),
      },
      Number(today.slice(0, 4)),
      matched.compared,
    )
    const number = Number(before?.linked.version.slice(1) ?? 0) + 1
    const version = `v${number}`
    const linked: Linked = {
      version,
      method,
      oppositions: oppositions.version,
      sha256: await publish(lake, version, matched, quality.linked),
      quality,
      rungs: matched.rungs,
      submission,
      unchanged: false,
    }
    await remember(context.folder, { inputs, transfer: transferred, compared: compare, linked })
    await destroyTransfer({ transfer, work, receipts, folder: context.folder, version })
    return linked
  } finally {
    await engine.close()
    await rm(spill, { recursive: true, force: true })
  }
}

interface Memory {
  readonly inputs: string
  readonly transfer: string
  /** Does its report tell of the other method? */
  readonly compared: boolean
  readonly linked: Linked
}

const memoryOf = (folder: string): string => join(folder, 'links.json')
const remember = (folder: string, memory: Memory): Promise<void> =>
  writeText(memoryOf(folder), canonicalJson(memory), 0o600)

async function lastLinked(folder: string): Promise<Memory | undefined> {
  const text = await readFile(memoryOf(folder), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : (JSON.parse(text) as Memory)
}

/** Undefined when there is no whole transfer. */
async function hashTransfer(transfer: string): Promise<string | undefined> {
  const paths = ['patients', 'activities'].map((name) => join(transfer, `${name}.parquet`))
  const there = await Promise.all(paths.map(exists))
  if (!there.every(Boolean)) return undefined
  return sha256((await Promise.all(paths.map(hashFile))).join('\n'))
}

/** Whom the oppositions mean on a day: the same persons the next day change nothing. */
async function opposedHash(path: string, today: string): Promise<string> {
  if (!(await exists(path))) return 'none'
  const engine = await openDuckDb({ threads: 1 })
  try {
    const plan = new Plan(engine)
    await plan.bind(oppositionsTable, [path])
    const rows = await plan.rows<{ person: string }>(opposedOn(today))
    return sha256(
      rows
        .map((row) => row.person)
        .sort()
        .join('\n'),
    )
  } finally {
    await engine.close()
  }
}

/** What the links depend on besides the transfer. Files are known by their bytes: a hub may be moved. */
async function hashInputs(folder: string, lake: string, more: readonly string[]): Promise<string> {
  const identities = ['bndmr', 'snds'].map((side) => join(folder, 'identity', `${side}.parquet`))
  for (const [index, path] of identities.entries())
    if (!(await exists(path)))
      throw new ChainonError(
        'identity/nothing-received',
        `nothing of ${index === 0 ? 'the registry' : 'the SNDS'} was received yet`,
        { advice: `Run \`chainon receive ${index === 0 ? 'bndmr' : 'snds'} DIR\` first.` },
      )
  const hashes = await Promise.all([...(await linkageFiles(lake)), ...identities].map(hashFile))
  return sha256(JSON.stringify([VERSION, ...more, ...hashes]))
}

/** The whole folder of a version appears at once. */
async function publish(
  lake: string,
  version: string,
  found: { readonly links: string; readonly contradicted: string },
  linked: number,
): Promise<string> {
  const folder = join(lake, 'links', version)
  const temporary = temporaryBeside(folder)
  await mkdir(temporary, { recursive: true })
  await cp(found.links, join(temporary, 'links.parquet'), { recursive: true })
  await cp(found.contradicted, join(temporary, 'contradicted.parquet'), { recursive: true })
  await rm(folder, { recursive: true, force: true })
  await rename(temporary, folder)
  const hash = await hashFile(join(folder, 'links.parquet'))
  await writeText(
    join(lake, 'links', 'current.json'),
    `${canonicalJson({ version, sha256: hash, n: linked })}\n`,
  )
  return hash
}
