import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ChainonError } from '../base/index.ts'
import { type DuckDbOptions, openDuckDb } from './duckdb/duckdb.ts'
import type { Dialect } from './dialect.ts'
import { duckdb } from './duckdb/duckdb-dialect.ts'
import type { Engine } from './engine.ts'
import type { Place } from './trino/places.ts'
import type { Login } from './trino/protocol.ts'
import { openTrino } from './trino/trino.ts'
import { trino } from './trino/trino-dialect.ts'

/** A cluster as `chainon.yaml` tells of it. No secret: those stand in files of their own. */
export interface Cluster {
  /** `https://host:port` of the coordinator. */
  readonly server: string
  /** PEM file of the authority that signed its certificate, where that is not one of the system's. */
  readonly certificate?: string | undefined
  /**
   * Beginning of the catalogues' names: `chainon` has `chainon_lake`, `chainon_spaces`, `chainon_space`,
   * `chainon_matcher`, `chainon_hub`.
   */
  readonly catalog: string
  /** In each catalogue, where tables are made for the time of a run. */
  readonly schema: string
  /** Of the hub itself; the others are `<user>-matcher`, `<user>-hub`, `<user>-space`. */
  readonly user: string
  /** How the cluster calls a folder: `local:///` where each catalogue begins in its own, else with `{folder}` in it. */
  readonly location: string
}

/** Which engine a hub's steps run on, as data that a role's process can be given. */
export type EngineChoice =
  | { readonly engine: 'duckdb' }
  | {
      readonly engine: 'trino'
      readonly cluster: Cluster
      /** Absolute paths of the hub's folders that are open to all of its processes. */
      readonly folders: { readonly lake: string; readonly spaces: string }
    }

/** As whom a piece of work speaks to the cluster, and which folder is its own: none but its catalogues answer it. */
export type Seat =
  | { readonly as: 'lake'; readonly folder: string }
  | { readonly as: 'matcher'; readonly folder: string }
  | { readonly as: 'hub'; readonly folder: string }
  | { readonly as: 'space'; readonly folder: string }

/** `space` begins in the folder of `spaces` and writes nothing there. */
type Catalogue = 'lake' | 'spaces' | 'matcher' | 'hub' | 'space'
/** The catalogues of each seat; the first keeps what is kept for a while. */
const REACH: Readonly<Record<Seat['as'], readonly [Catalogue, ...Catalogue[]]>> = {
  lake: ['lake'],
  matcher: ['matcher', 'lake'],
  hub: ['hub', 'lake', 'spaces'],
  space: ['space'],
}

/**
 * Opens the engine of a hub for one piece of work. An interrupt ends what runs on a cluster before it ends the process.
 * @param seat whose work it is; `folder` is its own, and holds its `trino.password` or `trino.token`
 * @param local where DuckDB spills and how much memory it takes, when that is the engine
 * @throws trino/no-certificate; as `openTrino`
 */
export async function openEngine(choice: EngineChoice, seat: Seat, local: DuckDbOptions): Promise<Engine> {
  if (choice.engine === 'duckdb') return openDuckDb(local)
  const { cluster, folders } = choice
  const own = { matcher: seat.folder, hub: seat.folder, space: folders.spaces, ...folders }
  const place = (which: Catalogue): Place => ({
    folder: own[which],
    catalog: `${cluster.catalog}_${which}`,
    location: cluster.location.replace('{folder}', which === 'space' ? 'spaces' : which),
  })
  const [first, ...others] = REACH[seat.as]
  const certificate = cluster.certificate === undefined ? undefined : await certificateOf(cluster.certificate)
  const interrupted = new AbortController()
  const interrupt = (): void => interrupted.abort()
  const forget = (): void => SIGNALS.forEach((name) => process.off(name, interrupt))
  for (const name of SIGNALS) process.once(name, interrupt)
  return openTrino({
    address: cluster.server,
    ...(certificate === undefined ? {} : { certificate }),
    login: await loginOf(cluster, seat),
    schema: cluster.schema,
    places: [place(first), ...others.map(place)],
    ...(local.onlyFiles ? { onlyFiles: local.onlyFiles } : {}),
    signal: interrupted.signal,
    onClose: forget,
  }).catch((error: unknown) => {
    forget()
    throw error
  })
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

export const dialectOf = (engine: EngineChoice['engine']): Dialect => ({ duckdb, trino })[engine]

const certificateOf = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    throw new ChainonError('trino/no-certificate', `${path} cannot be read`, {
      advice: 'trino.certificate in chainon.yaml is the PEM file of the authority of the cluster.',
      cause: error,
    })
  })

async function loginOf({ user }: Cluster, seat: Seat): Promise<Login> {
  const secret = (name: string): Promise<string | undefined> =>
    readFile(join(seat.folder, name), 'utf8').then(
      (text) => text.trim(),
      () => undefined,
    )
  const [token, password] = await Promise.all([secret('trino.token'), secret('trino.password')])
  return {
    user: seat.as === 'lake' ? user : `${user}-${seat.as}`,
    ...(token ? { token } : password ? { password } : {}),
  }
}
