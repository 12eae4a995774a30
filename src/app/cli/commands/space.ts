import type { Command } from 'commander'
import { count } from '../numbers.ts'
import { asOption, type HubOptions, hubOption, jsonOption } from '../options.ts'
import { columns, voice } from '../terminal.ts'

type Acting = HubOptions & { readonly as: string }

export function space(program: Command): void {
  const group = program.command('space').description('where the extract of a permit lives')

  const opening = (verb: 'open' | 'refresh', description: string) =>
    group
      .command(verb)
      .description(description)
      .argument('<permit>', 'a signed permit')
      .addOption(hubOption())
      .addOption(asOption())
      .addOption(jsonOption())
      .addHelpText(
        'after',
        `\nExample:\n  chainon space ${verb} dromos --as "Camille Leroux"\n\nExit code 3 when the permit does not allow it.`,
      )
      .action(async (permit: string, options: Acting) => {
        const { openHub, withLock } = await import('../../../store/index.ts')
        const { openSpace } = await import('../../../spaces/index.ts')
        const { stage, say, end } = voice(options)
        const hub = await openHub(options.hub)
        const { manifest, unchanged } = await withLock(hub, `space ${verb}`, () =>
          stage(
            'space',
            (tell) => openSpace({ hub, permit, as: options.as, onStep: (table) => tell(table) }),
            (opened) => `${count(opened.manifest.persons)} persons${opened.unchanged ? ', as it stood' : ''}`,
          ),
        )
        say(
          columns([
            ['table', 'rows', 'columns'],
            ...Object.entries(manifest.tables).map(([name, table]) => [
              name,
              count(table.rows),
              String(table.columns.length),
            ]),
          ]),
        )
        for (const note of manifest.notes) say(`  coarser: ${note}`)
        say(
          `  opposition list ${manifest.oppositions.version}. Next: chainon study run STUDY --space ${permit}`,
        )
        end({ manifest, unchanged })
      })
  opening('open', 'compile a permit into an extract with ids of its own')
  opening('refresh', 'make the extract again with the newest opposition list')

  group
    .command('close')
    .description('destroy the secret of a space, then its files, and leave a receipt')
    .argument('<permit>', 'the permit')
    .addOption(hubOption())
    .addOption(asOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  chainon space close dromos --as "Camille Leroux"')
    .action(async (permit: string, options: Acting) => {
      const { openHub, withLock } = await import('../../../store/index.ts')
      const { closeSpace } = await import('../../../spaces/index.ts')
      const { say, end } = voice(options)
      const hub = await openHub(options.hub)
      const receipt = await withLock(hub, 'space close', () => closeSpace({ hub, permit, as: options.as }))
      say(`${permit} is closed: no pseudonym of it can be computed again. ${receipt.receipt}`)
      end(receipt)
    })
}
