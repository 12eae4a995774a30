import type { Command } from 'commander'
import { clusterOf, type EngineOptions, engineOptions } from '../options.ts'
import { voice } from '../terminal.ts'

export function init(program: Command): void {
  const command = program
    .command('init')
    .description('make a hub folder and its keys')
    .argument('<dir>', 'the folder to make')
    .option('--synthetic', 'a hub for invented data: everything that leaves it says so')
    .option('--seed <text>', 'keys and ids follow from it (synthetic hubs only)')
    .option('--locale <fr|en>', 'language of the hub', 'fr')
    .option('--today <date>', 'the fixed day on which a synthetic hub lives (YYYY-MM-DD)')
    .option('--json', 'for machines')
    .addHelpText(
      'after',
      '\nExample:\n  chainon init hub\n  chainon init try --synthetic --seed 7\n  chainon init national --engine trino --server https://trino.example:8443',
    )
    .action(
      async (
        dir: string,
        options: EngineOptions & {
          synthetic?: true
          seed?: string
          locale: 'fr' | 'en'
          today?: string
          json?: true
        },
      ) => {
        const { makeHub } = await import('../../chain/make-hub.ts')
        const { say, end } = voice(options)
        const hub = await makeHub(dir, {
          synthetic: options.synthetic ?? false,
          locale: options.locale,
          ...(options.seed === undefined ? {} : { seed: options.seed }),
          ...(options.today === undefined ? {} : { today: options.today }),
          ...clusterOf(options),
        })
        say(
          `${dir} is a hub${hub.config.synthetic ? ' for invented data' : ''}. Next: chainon receive snds DELIVERY --hub ${dir}`,
        )
        end({ hub: hub.dir, synthetic: hub.config.synthetic })
      },
    )
  for (const option of engineOptions()) command.addOption(option)
}
