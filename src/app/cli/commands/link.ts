import { Argument, type Command } from 'commander'
import { count, percent } from '../numbers.ts'
import { asOption, type HubOptions, hubOption, jsonOption } from '../options.ts'
import { voice } from '../terminal.ts'
import { sayLinked } from '../views/linked.ts'

export function link(program: Command): void {
  program
    .command('link')
    .description('link two sources person by person')
    .addArgument(new Argument('<preset>', 'what is linked').choices(['bndmr-snds']))
    .addOption(hubOption())
    .addOption(asOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExample:\n  chainon link bndmr-snds --hub hub\n\nObjectors are removed first. Indirect ladder, then NIR where it is known. The working tables\nare destroyed with a receipt; the report passes the output check before it is shown.',
    )
    .action(async (_preset: string, options: HubOptions & { as: string }) => {
      const { openHub, withLock } = await import('../../../store/index.ts')
      const { link: linkSources } = await import('../../chain/link.ts')
      const speak = voice(options)
      const hub = await openHub(options.hub)
      const linked = await withLock(hub, 'link bndmr-snds', () =>
        speak.stage(
          'link',
          (tell) => linkSources(hub, options.as, tell),
          ({ quality }) =>
            `${count(quality.linked)} of ${count(quality.patients - quality.opposed)} patients (${percent(quality.linked / Math.max(1, quality.patients - quality.opposed))})`,
        ),
      )
      sayLinked(speak, linked)
      // Rungs and counts of the matcher are not checked: a machine is told what a person is.
      const { version, oppositions, unchanged, report } = linked
      speak.end({ version, oppositions, unchanged, report })
    })
}
