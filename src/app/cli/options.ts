import { resolve } from 'node:path'
import { Option } from 'commander'

/** Options that mean the same in every command. */
export const hubOption = (): Option =>
  new Option('--hub <dir>', 'the hub folder').env('CHAINON_HUB').default('hub')
export const jsonOption = (): Option => new Option('--json', 'for machines')
export const asOption = (): Option =>
  new Option('--as <name>', 'who acts: it stands in the journal').env('USER').makeOptionMandatory()

export interface HubOptions {
  readonly hub: string
  readonly json?: true
}

/** Of the commands that make a hub: which engine its steps will run on. */
export const engineOptions = (): Option[] => [
  new Option('--engine <name>', 'what the steps run on').choices(['duckdb', 'trino']).default('duckdb'),
  new Option('--server <url>', 'with --engine trino: the coordinator').default('https://127.0.0.1:8443'),
  new Option(
    '--certificate <pem>',
    'with --engine trino: the authority to trust, where it is none of the system’s',
  ),
]

export interface EngineOptions {
  readonly engine: 'duckdb' | 'trino'
  readonly server: string
  readonly certificate?: string
}

/** What a new hub is told of its cluster; nothing where it has none. */
export function clusterOf({ engine, server, certificate }: EngineOptions): {
  trino?: { server: string; certificate?: string }
} {
  if (engine === 'duckdb') return {}
  return { trino: { server, ...(certificate === undefined ? {} : { certificate: resolve(certificate) }) } }
}
