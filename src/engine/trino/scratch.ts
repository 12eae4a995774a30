import { hostname } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { sha256 } from '../../base/index.ts'
import type { OnShare } from '../engine.ts'
import type { Columns } from '../relation.ts'
import type { Place } from './places.ts'
import { pages, type Server } from './protocol.ts'
import { trino } from './trino-dialect.ts'

/**
 * What one run makes in each catalogue: tables over Parquet of the hub, which hold no data, and tables that keep a step
 * for a while. They stand in a schema of the run's own, whose name tells its process: what a killed run left behind is
 * known by it, and dropped by the next.
 */
export class Scratch {
  readonly #server: Server
  readonly #places: readonly [Place, ...Place[]]
  readonly #schema: string
  readonly #over = new Map<string, Promise<string>>()
  #count = 0

  private constructor(server: Server, places: readonly [Place, ...Place[]], schema: string) {
    this.#server = server
    this.#places = places
    this.#schema = schema
  }

  static async open(server: Server, places: readonly [Place, ...Place[]]): Promise<Scratch> {
    const runs = runsOf(server.schema)
    const schema = `${runs}${process.pid}_${Date.now().toString(36)}`
    for (const { catalog } of places) {
      await dropLeft(server, catalog, runs)
      await done(server, `create schema ${catalog}.${schema}`)
    }
    return new Scratch(server, places, schema)
  }

  /** The name of a table over a folder of Parquet. It is made once, however often it is asked for. */
  over({ catalog }: Place, location: string, columns: Columns): Promise<string> {
    const typed = Object.entries(columns).map(
      ([name, type]) => `${trino.quoteName(name)} ${trino.typeName(type)}`,
    )
    const what = `${location}\n${typed.join('\n')}`
    const known = this.#over.get(what)
    if (known) return known
    const called = this.#name(catalog, 'over')
    const made = done(
      this.#server,
      `create table ${called} (${typed.join(', ')}) with (format = 'PARQUET', external_location = ${trino.quoteValue(location)})`,
    ).then(() => called)
    this.#over.set(what, made)
    return made
  }

  /** Writes a query's rows to a folder that is not there yet. Returns how many. */
  write({ catalog }: Place, location: string, query: string, onShare?: OnShare): Promise<number> {
    const external = `external_location = ${trino.quoteValue(location)}`
    return done(
      this.#server,
      `create table ${this.#name(catalog, 'write')} with (format = 'PARQUET', ${external}) as\n${query}`,
      onShare,
    )
  }

  /** Keeps a query's rows until the run ends. */
  async keep(query: string): Promise<string> {
    const called = this.#name(this.#places[0].catalog, 'keep')
    await done(this.#server, `create table ${called} with (format = 'PARQUET') as\n${query}`)
    return called
  }

  /** Is this a table of this run? */
  has(called: string): boolean {
    return this.#places.some(({ catalog }) => called.startsWith(`${catalog}.${this.#schema}.`))
  }

  async close(): Promise<void> {
    // What cannot be dropped now the next run drops: the end of a run must not hide how it ended.
    await Promise.allSettled(this.#places.map(({ catalog }) => this.#dropAtLast(catalog)))
  }

  /** All connections may have been idle for too long; and to drop twice does no harm. */
  async #dropAtLast(catalog: string): Promise<void> {
    const { signal: _, ...server } = this.#server
    for (let tried = 1; ; tried++)
      try {
        await drop({ ...server, fresh: true }, `${catalog}.${this.#schema}`)
        return
      } catch (error) {
        if (tried === DROP_TRIES) throw error
        await wait((server.patience ?? 100) * 2 ** tried)
      }
  }

  #name(catalog: string, what: string): string {
    return `${catalog}.${this.#schema}.${what}_${++this.#count}`
  }
}

const DROP_TRIES = 5

/** Beginning of the schemas of this machine's runs. */
const runsOf = (schema: string): string => `${schema}_run_${sha256(hostname()).slice(0, 8)}_`

const drop = (server: Server, schema: string): Promise<number> =>
  done(server, `drop schema if exists ${schema} cascade`)

async function done(server: Server, statement: string, onShare?: OnShare): Promise<number> {
  let rows = 0
  for await (const { updateCount, share } of pages(server, statement)) {
    rows = updateCount ?? rows
    if (share !== undefined) onShare?.(share)
  }
  return rows
}

/** Drops what runs of this machine that are no more left in a catalogue. */
async function dropLeft(server: Server, catalog: string, runs: string): Promise<void> {
  const names: string[] = []
  for await (const { data } of pages(server, `show schemas from ${catalog}`))
    names.push(...(data ?? []).map(([name]) => String(name)))
  for (const name of names) {
    const pid = name.startsWith(runs) ? Number.parseInt(name.slice(runs.length), 10) : Number.NaN
    if (!Number.isNaN(pid) && !lives(pid)) await drop(server, `${catalog}.${name}`)
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
