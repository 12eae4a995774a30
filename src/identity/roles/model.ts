import type { Readable, Writable } from 'node:stream'

/**
 * Who may hold which key. Each role is a process of its own that is given its one folder of trusted/: the
 * producer's side, the third party that links and then forgets, and the hub that opens spaces.
 */
export type RoleName = 'source' | 'matcher' | 'hub'

/** How far a role has come, for a progress bar. Numbers only: never a value of a row. */
export interface RoleProgress {
  readonly stage: string
  readonly done?: number
  readonly total?: number
}

/** What a task of a role is given in its process. */
export interface RoleContext {
  readonly role: RoleName
  /** The role's own folder, trusted/<role>: it is told of no other. */
  readonly folder: string
  /** The role's 32-byte key. It stays in this process: never into SQL, a log, an argument or an error. */
  key(): Promise<Buffer>
  progress(event: RoleProgress): void
  /** What the other role hands over; only for the taker of a hand-over. */
  taken(): Readable
  /** Where to hand over; only for the giver. */
  given(): Writable
}

/**
 * A task module: its default export is the task, and `import.meta.url` is how the parent names it.
 * Input and result are plain JSON.
 */
export type RoleTask<I = never, R = unknown> = (context: RoleContext, input: I) => Promise<R>

/** What goes up the events channel, one JSON text per line. */
export type RoleEvent =
  | { readonly progress: RoleProgress }
  | { readonly result: unknown }
  | {
      readonly error: {
        readonly code: `${string}/${string}`
        readonly message: string
        readonly advice?: string
        readonly exitCode: number
        readonly details: Readonly<Record<string, unknown>>
      }
    }

/** File descriptors of a role's process beside stdin (its task, then a line that holds while the parent lives). */
export const EVENTS = 3
export const HANDOVER = 4
