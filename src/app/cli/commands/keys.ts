import { type Command, Option } from 'commander'
import { ChainonError } from '../../../base/index.ts'
import { count } from '../numbers.ts'
import { asOption, type HubOptions, hubOption, jsonOption } from '../options.ts'
import { voice } from '../terminal.ts'

export function keys(program: Command): void {
  program
    .command('keys')
    .description('the keys of the roles')
    .command('rotate')
    .description('give a role another key, and every table the ids that follow from it')
    .addOption(new Option('--role <role>', 'whose key').choices(['matcher', 'source']).makeOptionMandatory())
    .addOption(hubOption())
    .addOption(asOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExample:\n  chainon keys rotate --role matcher --hub hub --as "Camille Leroux"\n\nThe tables under new ids are written beside those that stand and proved: every file of the hub is read, and no id of\nbefore may be left. Then the two change places, and the old key and tables are destroyed with a receipt. Killed at any\nmoment, it goes on when it is run again. Open spaces keep their ids. The key of the source is the producers’: it is\nrotated by them, and refused here (docs/adr/0008-rotation-of-keys.md).',
    )
    .action(async (options: HubOptions & { as: string; role: 'matcher' | 'source' }) => {
      if (options.role === 'source')
        throw new ChainonError(
          'keys/of-the-producers',
          'the key of the source is the one under which producers deliver: a hub cannot rotate it alone',
          {
            advice:
              'Who is who in the SNDS is known to its producer only. docs/how-to/rotate-a-key.md says what to ask for.',
            exitCode: 3,
          },
        )
      const { openHub, withLock } = await import('../../../store/index.ts')
      const { rotateKey } = await import('../../chain/rotate-key.ts')
      const { say, stage, end } = voice(options)
      const hub = await openHub(options.hub)
      const rotated = await withLock(hub, 'keys rotate --role matcher', () =>
        stage(
          'rotate',
          (tell) => rotateKey(hub, options.as, tell),
          ({ persons, files }) => `${count(persons)} persons in ${count(files)} files under new ids`,
        ),
      )
      say(
        `  ${count(rotated.ids)} ids written; ${count(rotated.scanned)} files read through: no id of before is left.`,
      )
      if (rotated.orphans > 0)
        say(`  ${count(rotated.orphans)} of them are of older versions and of nobody who is delivered now.`)
      for (const path of rotated.dropped)
        if (path.endsWith('.duckdb')) say(`  lake/${path} was removed: it held ids of before.`)
      say(`  The old key is destroyed: receipts/${rotated.receipt}.json`)
      end(rotated)
    })
}
