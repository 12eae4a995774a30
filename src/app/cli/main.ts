#!/usr/bin/env node
import { chainon } from './program.ts'
import { showError } from './terminal.ts'

await chainon()
  .parseAsync()
  .catch((error: unknown) => {
    process.exitCode = showError(error, process.argv.includes('--json'))
  })
