import type { Command } from 'commander'
import { plural } from '../numbers.ts'
import { asOption, type HubOptions, hubOption, jsonOption } from '../options.ts'
import { columns, voice } from '../terminal.ts'

export function study(program: Command): void {
  const group = program.command('study').description('what is asked of a space')

  group
    .command('list')
    .description('name the studies')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  chainon study list')
    .action(async (options: { json?: true }) => {
      const { studies } = await import('../../../studies/index.ts')
      const { say, end } = voice(options)
      say(columns(studies.map(({ id, title }) => [id, `  ${title.en} / ${title.fr}`])))
      end(studies.map(({ id, title, needs }) => ({ id, title, needs })))
    })

  group
    .command('run')
    .description('run a study in an open space; its tables stay there until they are handed in')
    .argument('<study>', 'which study')
    .requiredOption('--space <permit>', 'the permit whose space it is')
    .addOption(hubOption())
    .addOption(asOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  chainon study run dromos --space dromos --as "Camille Leroux"')
    .action(async (id: string, options: HubOptions & { as: string; space: string }) => {
      const { openHub, withLock } = await import('../../../store/index.ts')
      const { runStudy, studyNamed } = await import('../../chain/run-study.ts')
      const { say, stage, end } = voice(options)
      const hub = await openHub(options.hub)
      const { tables } = await withLock(hub, 'study run', () =>
        stage(
          'study',
          () => runStudy(hub, studyNamed(id), options.space, options.as),
          (submission) => plural(submission.tables.length, 'table'),
        ),
      )
      say(`  unchecked, in the space. Next: chainon output submit ${options.space} --as "${options.as}"`)
      end({ study: id, space: options.space, tables: tables.map(({ name, kind }) => ({ name, kind })) })
    })
}
