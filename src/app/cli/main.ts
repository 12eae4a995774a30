#!/usr/bin/env node
import { chainon } from './program.ts'
import { showError } from './terminal.ts'

/** As a shell tells of a program whose reader went away (`| head`): 128 and the number of SIGPIPE. */
const READER_GONE = 141
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(READER_GONE)
  throw error
})

await chainon()
  .parseAsync()
  .catch((error: unknown) => {
    process.exitCode = showError(error, process.argv.includes('--json'))
  })
