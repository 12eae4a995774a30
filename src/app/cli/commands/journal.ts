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
    .description('read the journal and the receipts from the first on, and name the first that was altered')
    .addOption(hubOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExample:\n  chainon journal verify --hub hub\n\nA receipt says what was destroyed (transit tables, the secret of a space, a rotated key). Each is signed by the role\nthat destroyed it and holds the hash of the one before: one that was altered, removed or inserted is named. Receipts of\nbefore receipts were signed are counted apart.\n\nExit code 0 when intact, 4 when altered.',
    )
    .action(async (options: HubOptions) => {
      const { openHub, verifyJournal } = await import('../../../store/index.ts')
      const { verifyHubReceipts } = await import('../../../spaces/index.ts')
      const { say, end } = voice(options)
      const hub = await openHub(options.hub)
      const verdict = await verifyJournal(hub.path('journal.jsonl'))
      if (!verdict.intact) {
        end(verdict)
        throw new ChainonError('journal/altered', `journal.jsonl, line ${verdict.line} ${verdict.why}`, {
          advice:
            'Compare with a copy or with a head that was published; lines after this one prove nothing.',
          exitCode: 4,
        })
      }
      const receipts = await verifyHubReceipts(hub)
      end({ ...verdict, intact: receipts.intact, receipts })
      if (!receipts.intact)
        throw new ChainonError('receipt/altered', `receipts/${receipts.receipt} ${receipts.why}`, {
          advice: 'Compare with a copy; what the receipts from this one on say is proved by nothing.',
          exitCode: 4,
          details: { receipt: receipts.receipt },
        })
      say(`${count(verdict.lines)} lines, intact. Head: ${verdict.head}`)
      if (verdict.cut !== undefined) say(`Line ${verdict.cut} was cut by a kill; the next act completes it.`)
      say(`Receipts, signed and in their order: ${count(receipts.signed)}.`)
      if (receipts.unsigned.length > 0)
        say(
          `Of before receipts were signed, proved by nothing until the first signed one: ${receipts.unsigned.join(', ')}`,
        )
    })
}
