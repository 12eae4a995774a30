import { writeSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ChainonError, writeText } from '../../base/index.ts'
import { readKey } from '../keys.ts'
import { EVENTS, HANDOVER, type RoleContext, type RoleEvent, type RoleName, type RoleTask } from './model.ts'

/*
 * Entry of every role's process. It reads one line (its task) from stdin, does it and tells about it on the
 * events channel. stdin then stays open as long as the parent lives: when it closes early the parent was
 * killed, and a role that nobody waits for must not go on writing.
 */

interface Order {
  readonly role: RoleName
  readonly folder: string
  readonly module: string
  readonly input: unknown
}

const tell = (event: RoleEvent): void => {
  writeAll(EVENTS, `${JSON.stringify(event)}\n`)
}

/** Whole text, synchronously: the process ends right after its last word. */
function writeAll(descriptor: number, text: string): void {
  let rest = Buffer.from(text)
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    }
  }
}

function contextOf(order: Order): RoleContext {
  return {
    role: order.role,
    folder: order.folder,
    key: () => readKey(order.folder, order.role),
    progress: (progress) => tell({ progress }),
    taken: () => new Socket({ fd: HANDOVER, readable: true, writable: false }),
    given: () => new Socket({ fd: HANDOVER, readable: false, writable: true }),
  }
}

/** What a foreign error says may hold a value of a row: it is kept in the role's folder and only named outside. */
async function asEvent(order: Order, error: unknown): Promise<RoleEvent> {
  if (error instanceof ChainonError) {
    const { code, message, advice, exitCode, details } = error
    return { error: { code, message, ...(advice ? { advice } : {}), exitCode, details } }
  }
  const kept = join(order.folder, 'last-error.txt')
  const said = error instanceof Error ? (error.stack ?? error.message) : String(error)
  await writeText(kept, said, 0o600).catch(() => undefined)
  const kind = error instanceof Error ? error.name : typeof error
  return {
    error: {
      code: 'identity/role-failed',
      message: `the ${order.role} process broke (${kind})`,
      advice: `Its own words stand in trusted/${order.role}/last-error.txt, because they may name a person.`,
      exitCode: 1,
      details: {},
    },
  }
}

async function perform(order: Order): Promise<number> {
  try {
    const module = (await import(order.module)) as { default: RoleTask<unknown> }
    tell({ result: (await module.default(contextOf(order), order.input)) ?? null })
    return 0
  } catch (error) {
    tell(await asEvent(order, error))
    return 1
  }
}

const lines = createInterface({ input: process.stdin })
lines.once('line', (line) => {
  void perform(JSON.parse(line) as Order).then((code) => process.exit(code))
})
lines.once('close', () => {
  const end = (): boolean => process.kill(process.pid, 'SIGKILL')
  // Queries on a cluster would go on without us: who listens ends them first.
  if (!process.emit('SIGTERM')) return end()
  return setTimeout(end, 2000)
})
