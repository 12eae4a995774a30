import type { Command } from 'commander'
import { jsonOption } from '../options.ts'
import { voice } from '../terminal.ts'

export function explain(program: Command): void {
  program
    .command('explain')
    .description('the SQL of a step, readable; without a name, all that there are')
    .argument('[step]', 'its name')
    .option('--hub <dir>', 'a hub, for the steps of its permits: space/<permit>/<table>')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExample:\n  chainon explain dromos/costs\n  chainon explain space/dromos/cost --hub hub',
    )
    .action(async (name: string | undefined, options: { hub?: string; json?: true }) => {
      const { openHub } = await import('../../../store/index.ts')
      const { explainable, explainStep } = await import('../../chain/explain.ts')
      const { say, end } = voice(options)
      const hub = options.hub === undefined ? undefined : await openHub(options.hub)
      if (name === undefined) {
        const names = [...explainable(hub).keys()]
        say(names.join('\n'))
        end(names)
        return
      }
      const text = await explainStep(name, hub)
      say(text)
      end({ step: name, sql: text })
    })
}
