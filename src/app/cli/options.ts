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
