import { Argument, type Command } from 'commander'
import type { Delivery } from '../../chain/model.ts'
import { DELIVERIES } from '../../chain/model.ts'
import { count } from '../numbers.ts'
import { asOption, type HubOptions, hubOption, jsonOption } from '../options.ts'
import { voice } from '../terminal.ts'
import { sayReceived } from '../views/received.ts'

export function receive(program: Command): void {
  program
    .command('receive')
    .description('check, quarantine and clean a delivery into the lake')
    .addArgument(new Argument('<source>', 'what it is').choices([...DELIVERIES]))
    .argument('<dir>', 'the folder that was delivered')
    .addOption(hubOption())
    .addOption(asOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExample:\n  chainon receive snds ./2019 --hub hub\n\nRows that cannot be read are set aside with file, row, column and reason; a corrected file\nreplaces the earlier one of the same table and period. Exit code 0, also when rows were set aside.',
    )
    .action(async (source: Delivery, dir: string, options: HubOptions & { as: string }) => {
      const { openHub, withLock } = await import('../../../store/index.ts')
      const { receive: receiveDelivery } = await import('../../chain/receive.ts')
      const speak = voice(options)
      const hub = await openHub(options.hub)
      const received = await withLock(hub, `receive ${source}`, () =>
        speak.stage(
          source,
          (tell) => receiveDelivery(hub, source, dir, options.as, tell),
          ({ delivery: { total } }) =>
            `${count(total.received.rows)} rows, ${count(total.setAside.rows)} set aside`,
        ),
      )
      sayReceived(speak, received)
      speak.end(received)
    })
}
