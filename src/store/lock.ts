import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { ChainonError } from '../base/index.ts'
import type { Hub } from './hub.ts'
import { sweep } from './sweep.ts'

/** Who writes in a hub, as its lock file says. */
export interface LockHolder {
  readonly id: string
  readonly pid: number
  readonly host: string
  readonly command: string
  readonly since: string
  /** When the process began, in the system's own ticks: a process id is given again, this pair is not. */
  readonly began: string | null
}

/**
 * Runs `fn` as the one process that writes in this hub. The lock of a process that is dead is taken over, and
 * said through `notice`; what it was writing is removed.
 * @throws store/locked: another process writes here; the error names it; store/unfinished: another command was cut
 *   where it must be finished first
 */
export async function withLock<T>(
  hub: Pick<Hub, 'path'>,
  command: string,
  fn: () => Promise<T>,
  notice: (sentence: string) => void = (sentence) => process.stderr.write(`${sentence}\n`),
): Promise<T> {
  const path = hub.path('lock')
  const mine: LockHolder = {
    id: randomUUID(),
    pid: process.pid,
    host: hostname(),
    command,
    since: new Date().toISOString(),
    began: beganAt(process.pid),
  }
  while (!(await take(path, mine))) {
    const holder = await readHolder(path)
    if (holder === undefined) continue
    if (isAlive(holder)) throw locked(holder, path)
    // Only one of those that see the dead lock may remove it, or it might remove the lock of its successor.
    if (!(await take(`${path}.takeover`, mine))) {
      const other = await readHolder(`${path}.takeover`)
      if (other && isAlive(other)) throw locked(other, path)
      await rm(`${path}.takeover`, { force: true })
      continue
    }
    try {
      if ((await readHolder(path))?.id === holder.id) {
        await rm(path)
        notice(
          `the lock of "${holder.command}" (process ${holder.pid}, since ${holder.since}) was left by a process that is no longer there: taken over`,
        )
      }
    } finally {
      await rm(`${path}.takeover`, { force: true })
    }
  }
  try {
    await requireFinished(hub.path('unfinished'), command)
    await sweep(hub.path())
    return await fn()
  } finally {
    await rm(path, { force: true })
  }
}

/**
 * Work that was cut where the hub must not be used leaves a mark that says which command finishes it: no other may begin.
 * @throws store/unfinished
 */
async function requireFinished(mark: string, command: string): Promise<void> {
  const text = await readFile(mark, 'utf8').catch(() => undefined)
  if (text === undefined) return
  const { command: finishes, why } = JSON.parse(text) as { command: string; why: string }
  if (command.startsWith(finishes)) return
  throw new ChainonError('store/unfinished', `"${finishes}" was cut in this hub: ${why}`, {
    advice: `Run \`chainon ${finishes}\` again: it goes on where it was. Then run this one.`,
  })
}

/** A link either makes the name whole or fails because it is taken: there is no half-written lock. */
async function take(path: string, mine: LockHolder): Promise<boolean> {
  const own = `${path}.${mine.id}.tmp`
  await writeFile(own, `${JSON.stringify(mine)}\n`)
  try {
    await link(own, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(own, { force: true })
  }
}

async function readHolder(path: string): Promise<LockHolder | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as LockHolder
  } catch {
    throw new ChainonError('store/bad-lock', `${path} is not a lock of chainon`, {
      advice: 'If no chainon process writes in this hub, remove the file.',
    })
  }
}

/** A process on another machine cannot be asked: its lock stands until a person removes it. */
function isAlive(holder: LockHolder): boolean {
  if (holder.host !== hostname()) return true
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  const began = beganAt(holder.pid)
  return began === null || holder.began === null || began === holder.began
}

/** Start time of a process on Linux, null elsewhere. */
function beganAt(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}

const locked = (holder: LockHolder, path: string) =>
  new ChainonError(
    'store/locked',
    `another process writes in this hub: "${holder.command}", process ${holder.pid} on ${holder.host} since ${holder.since}`,
    {
      advice:
        holder.host === hostname()
          ? 'Wait until it has finished.'
          : `Wait until it has finished; if that machine is gone, remove ${path}.`,
      details: { ...holder },
    },
  )
