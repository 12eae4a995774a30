import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import type { Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ChainonError } from '../../base/index.ts'
import { EVENTS, HANDOVER, type RoleEvent, type RoleName, type RoleProgress } from './model.ts'

export interface RoleJob {
  readonly role: RoleName
  /** The role's own folder: trusted/<role>. */
  readonly folder: string
  /** `import.meta.url` of the task's module, whose default export is a `RoleTask`. */
  readonly module: string
  /** Plain JSON; goes by a pipe, so that it stands in no list of processes. */
  readonly input: unknown
  readonly onProgress?: (event: RoleProgress) => void
}

/**
 * Runs one task in a role's own process and returns what the task returned (plain JSON).
 *
 * @throws the ChainonError of the task, or `identity/role-failed` when the process broke or was killed; what a
 *   foreign error said may hold values of rows, so it stays in the role's folder
 */
export async function spawnRole<R = unknown>(job: RoleJob): Promise<R> {
  return (await finished(job, start(job, 'ignore'))) as R
}

/**
 * Runs two roles, the first handing over to the second through a pipe that this process connects and does not
 * read. Both must succeed; when one fails the other is ended.
 */
export async function spawnHandover<G = unknown, T = unknown>(
  giver: RoleJob,
  taker: RoleJob,
): Promise<[G, T]> {
  // Both are started in one tick: nothing has been read from the pipe when its end passes to the taker.
  const giving = start(giver, 'pipe')
  const end = giving.stdio[HANDOVER] as unknown as Socket
  const taking = start(taker, end)
  end.destroy()
  const settled = await Promise.allSettled([
    finished(giver, giving).catch((error) => endOther(taking, error)),
    finished(taker, taking).catch((error) => endOther(giving, error)),
  ])
  const failed = settled.filter((one) => one.status === 'rejected').map((one) => one.reason as unknown)
  // The one that was ended is not the one that failed.
  if (failed.length > 0) throw failed.find((error) => !wasEnded(error)) ?? failed[0]
  return settled.map((one) => (one as PromiseFulfilledResult<unknown>).value) as [G, T]
}

function endOther(other: ChildProcess, error: unknown): never {
  // A taker that misses the end of a hand-over says so by itself; a moment later it is ended.
  if (other.exitCode === null) setTimeout(() => other.kill('SIGKILL'), 500).unref()
  throw error
}

const wasEnded = (error: unknown): boolean =>
  error instanceof ChainonError &&
  (error.code === 'identity/handover-cut' || error.details['signal'] !== undefined)

/** The entry runs as it is beside us: JavaScript from dist, TypeScript through tsx elsewhere. */
function start(job: RoleJob, handover: 'ignore' | 'pipe' | Socket): ChildProcess {
  const own = import.meta.url
  const entry = fileURLToPath(new URL(own.endsWith('.ts') ? './role-main.ts' : './role-main.js', own))
  const flags = process.execArgv.filter((flag) => !flag.startsWith('--inspect'))
  if (own.endsWith('.ts') && !flags.some((flag) => flag.includes('tsx')))
    flags.push('--import', pathToFileURL(createRequire(own).resolve('tsx')).href)
  const child = spawn(process.execPath, [...flags, entry, job.role], {
    stdio: ['pipe', 'ignore', 'pipe', 'pipe', handover],
    // Nothing of the parent's environment that a role has no need of.
    env: { PATH: process.env['PATH'], TZ: 'UTC', TMPDIR: process.env['TMPDIR'], LANG: 'C.UTF-8' },
  })
  const stdin = child.stdin as Writable
  stdin.on('error', () => undefined)
  stdin.write(
    `${JSON.stringify({ role: job.role, folder: job.folder, module: job.module, input: job.input })}\n`,
  )
  return child
}

async function finished(job: RoleJob, child: ChildProcess): Promise<unknown> {
  let outcome: RoleEvent | undefined
  let told = ''
  child.stderr?.on('data', (data: Buffer) => {
    told = (told + data.toString()).slice(-2000)
  })
  const lines = createInterface({ input: child.stdio[EVENTS] as Readable })
  const read = new Promise<void>((resolve) => lines.once('close', () => resolve()))
  lines.on('line', (line) => {
    const event = JSON.parse(line) as RoleEvent
    if ('progress' in event) job.onProgress?.(event.progress)
    else outcome = event
  })
  const exit = await new Promise<{ code: number | null; signal: NodeJS.Signals | null }>(
    (resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, signal) => resolve({ code, signal }))
    },
  )
  await read
  if (outcome && 'result' in outcome && exit.code === 0) return outcome.result
  if (outcome && 'error' in outcome) {
    const { code, message, advice, exitCode, details } = outcome.error
    throw new ChainonError(code, message, { ...(advice ? { advice } : {}), exitCode, details })
  }
  throw new ChainonError(
    'identity/role-failed',
    exit.signal
      ? `the ${job.role} process was ended by ${exit.signal}; nothing half-written stands under its final name`
      : `the ${job.role} process ended with code ${exit.code}`,
    {
      advice: 'Run the command again: what was finished is not done twice.',
      details: exit.signal ? { signal: exit.signal } : { code: exit.code, told: lastLine(told) },
    },
  )
}

/** Node's own last words (no memory, no module); a task never writes to stderr. */
const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.slice(0, 300) ?? ''
