#!/usr/bin/env node
import { Command } from 'commander'
import { showError } from './terminal.ts'

const program = new Command('chainon')
  .description('From raw health data to a checked result, under a permit that executes.')
  .version('0.1.0')
  .showHelpAfterError('(chainon --help shows what there is)')

await program.parseAsync().catch((error: unknown) => {
  process.exitCode = showError(error, process.argv.includes('--json'))
})
