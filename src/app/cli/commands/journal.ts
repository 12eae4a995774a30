import type { Command } from 'commander'
import { ChainonError } from '../../../base/index.ts'
import { type HubOptions, hubOption, jsonOption } from '../options.ts'
import { count } from '../numbers.ts'
import { voice } from '../terminal.ts'

export function journal(program: Command): void {
  program
    .command('journal')
    .description('what was done in a hub, line by line')
    .command('verify')
    .description('read the journal from its first line and name the first that was altered')
    .addOption(hubOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExample:\n  chainon journal verify --hub hub\n\nExit code 0 when intact, 4 when altered.',
    )
    .action(async (options: HubOptions) => {
      const { openHub, verifyJournal } = await import('../../../store/index.ts')
      const { say, end } = voice(options)
      const hub = await openHub(options.hub)
      const verdict = await verifyJournal(hub.path('journal.jsonl'))
      end(verdict)
      if (!verdict.intact)
        throw new ChainonError('journal/altered', `journal.jsonl, line ${verdict.line} ${verdict.why}`, {
          advice:
            'Compare with a copy or with a head that was published; lines after this one prove nothing.',
          exitCode: 4,
        })
      say(`${count(verdict.lines)} lines, intact. Head: ${verdict.head}`)
      if (verdict.cut !== undefined) say(`Line ${verdict.cut} was cut by a kill; the next act completes it.`)
    })
}
