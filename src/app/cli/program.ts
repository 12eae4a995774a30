import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { demo } from './commands/demo.ts'
import { explain } from './commands/explain.ts'
import { init } from './commands/init.ts'
import { journal } from './commands/journal.ts'
import { keys } from './commands/keys.ts'
import { link } from './commands/link.ts'
import { omop } from './commands/omop.ts'
import { output } from './commands/output.ts'
import { permit } from './commands/permit.ts'
import { receive } from './commands/receive.ts'
import { space } from './commands/space.ts'
import { study } from './commands/study.ts'
import { synth } from './commands/synth.ts'

/** The command line as a whole, ready to be parsed or printed. */
export function chainon(): Command {
  const about = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  const program = new Command('chainon')
    .description('From raw health data to a checked result, under a permit that executes.')
    .version(about.version)
    // An option is of the command that it stands behind: a group and its commands may have one of the same name.
    .enablePositionalOptions()
    .showHelpAfterError('(chainon --help shows what there is)')
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 wrong input, 3 not allowed, 4 journal altered, 5 does not balance,\n6 a stage lacked a table, 70 a bug.',
    )
  // In the order of the journey. Each loads what it works with when it is called, so that help is there at once.
  for (const add of [
    init,
    demo,
    synth,
    receive,
    link,
    omop,
    permit,
    space,
    study,
    output,
    keys,
    journal,
    explain,
  ])
    add(program)
  return program
}
