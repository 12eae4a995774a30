import { hostname } from 'node:os'
import { sha256 } from '../../base/index.ts'
import type { OnShare } from '../engine.ts'
import type { Columns } from '../relation.ts'
import { pages, type Server } from './protocol.ts'
import type { Place } from './places.ts'
import { trino } from './trino-dialect.ts'

/**
 * The tables that one run has in the scratch schema of each catalogue: those over Parquet of the hub, which hold no
 * data, and those that keep a step for a while. Names begin with the run's process, so that what a killed run left
 * behind is known, and dropped by the next.
 */
export class Scratch {
  readonly #server: Server
  readonly #home: Place
  readonly #mine: string
  readonly #made = new Map<string, Promise<string>>()
  #count = 0

  private constructor(server: Server, home: Place) {
    this.#server = server
    this.#home = home
    this.#mine = `${runOf(process.pid)}_${Date.now().toString(36)}`
  }

  static async open(server: Server, places: readonly [Place, ...Place[]]): Promise<Scratch> {
    for (const { catalog } of places) {
      await done(server, `create schema if not exists ${catalog}.${server.schema}`)
      await dropLeft(server, catalog)
    }
    return new Scratch(server, places[0])
  }

  /** The name of a table over a folder of Parquet. It is made once, however often it is asked for. */
  over({ catalog }: Place, location: string, columns: Columns): Promise<string> {
    const typed = Object.entries(columns).map(
      ([name, type]) => `${trino.quoteName(name)} ${trino.typeName(type)}`,
    )
    const what = `${location}\n${typed.join('\n')}`
    const known = this.#made.get(what)
    if (known) return known
    const called = this.#name(catalog, 'over')
    const made = done(
      this.#server,
      `create table ${called} (${typed.join(', ')}) with (format = 'PARQUET', external_location = ${trino.quoteValue(location)})`,
    ).then(() => called)
    this.#made.set(what, made)
    return made
  }

  /** Writes a query's rows to a folder that is not there yet. Returns how many. */
  async write({ catalog }: Place, location: string, query: string, onShare?: OnShare): Promise<number> {
    const called = this.#name(catalog, 'write')
    const rows = await done(
      this.#server,
      `create table ${called} with (format = 'PARQUET', external_location = ${trino.quoteValue(location)}) as\n${query}`,
      onShare,
    )
    this.#made.set(called, Promise.resolve(called))
    return rows
  }

  /** Keeps a query's rows until the run ends. */
  async keep(query: string): Promise<string> {
    const called = this.#name(this.#home.catalog, 'keep')
    await done(this.#server, `create table ${called} with (format = 'PARQUET') as\n${query}`)
    this.#made.set(called, Promise.resolve(called))
    return called
  }

  /** Is this a table of this run? */
  has(called: string): boolean {
    return called.includes(`.${this.#server.schema}.${this.#mine}_`)
  }

  async close(): Promise<void> {
    const made = await Promise.allSettled(this.#made.values())
    this.#made.clear()
    const { signal: _, ...server } = this.#server
    // What cannot be dropped now the next run drops: the end of a run must not hide how it ended.
    await Promise.allSettled(
      made.map((one) =>
        one.status === 'fulfilled' ? done(server, `drop table if exists ${one.value}`) : undefined,
      ),
    )
  }

  #name(catalog: string, what: string): string {
    return `${catalog}.${this.#server.schema}.${this.#mine}_${what}_${++this.#count}`
  }
}

/** A process of a machine, as the beginning of a name. */
const runOf = (pid: number): string => `run_${sha256(hostname()).slice(0, 8)}_${pid}`

async function done(server: Server, statement: string, onShare?: OnShare): Promise<number> {
  let rows = 0
  for await (const { updateCount, share } of pages(server, statement)) {
    rows = updateCount ?? rows
    if (share !== undefined) onShare?.(share)
  }
  return rows
}

/** Drops the tables of runs of this machine that are no more. */
async function dropLeft(server: Server, catalog: string): Promise<void> {
  const names: string[] = []
  for await (const { data } of pages(server, `show tables from ${catalog}.${server.schema}`))
    names.push(...(data ?? []).map(([name]) => String(name)))
  for (const name of names) {
    const [, host, pid] = /^run_([0-9a-f]{8})_(\d+)_/.exec(name) ?? []
    if (pid === undefined || host !== sha256(hostname()).slice(0, 8) || lives(Number(pid))) continue
    await done(server, `drop table if exists ${catalog}.${server.schema}.${name}`)
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
