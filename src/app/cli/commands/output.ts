import type { Command } from 'commander'
import { hiddenCells } from '../../chain/hidden-cells.ts'
import { count, plural } from '../numbers.ts'
import { asOption, type HubOptions, hubOption, jsonOption } from '../options.ts'
import { columns, voice } from '../terminal.ts'

export function output(program: Command): void {
  program
    .command('output')
    .description('what leaves a space')
    .command('submit')
    .description('hand in what a study made: checked, then released with its report')
    .argument('<permit>', 'the permit whose space it comes from')
    .option('--study <id>', 'which study made it', 'dromos')
    .addOption(hubOption())
    .addOption(asOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExample:\n  chainon output submit dromos --as "Camille Leroux"\n\nAll tables of the output are checked together. Exit code 3 when it may not leave.',
    )
    .action(async (permit: string, options: HubOptions & { as: string; study: string }) => {
      const { openHub, withLock } = await import('../../../store/index.ts')
      const { studyNamed, submitStudy } = await import('../../chain/run-study.ts')
      const { say, stage, end } = voice(options)
      const hub = await openHub(options.hub)
      const submitted = await withLock(hub, 'output submit', () =>
        stage(
          'output',
          () => submitStudy(hub, studyNamed(options.study), permit, options.as),
          ({ checked: { summary } }) =>
            `${count(summary.shown)} cells shown, ${count(hiddenCells(summary))} hidden (rule of ${summary.threshold})`,
        ),
      )
      const { checked, folder, before } = submitted
      say(
        columns([
          ['table', 'shown', 'hidden', 'merged'],
          ...checked.summary.tables.map((one) => [
            one.name,
            count(one.shown),
            count(one.hidden),
            count(one.merged),
          ]),
        ]),
      )
      say(
        `  ${before ? 'released before' : 'released'}: ${folder}/report.html, ${plural(checked.tables.length, 'table')} as CSV, check.json`,
      )
      end({ permit, output: submitted.n, folder, before, summary: checked.summary })
    })
}
