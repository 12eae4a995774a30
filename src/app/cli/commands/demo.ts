import type { Command } from 'commander'
import type { Told } from '../../demo/run-demo.ts'
import { count } from '../numbers.ts'
import { clusterOf, type EngineOptions, engineOptions, jsonOption } from '../options.ts'
import { voice } from '../terminal.ts'
import { sayBalance } from '../views/balance.ts'
import { whole } from './synth.ts'

interface Options extends EngineOptions {
  readonly persons: number
  readonly seed: string
  readonly dir: string
  readonly from?: string
  readonly synthetic?: true
  readonly json?: true
}

export function demo(program: Command): void {
  const command = program
    .command('demo')
    .description('the whole chain on an invented country, from raw deliveries to a checked report')
    .option('--persons <n>', 'inhabitants; a fifth of them are in the registry', whole, 20_000)
    .option('--seed <text>', 'the same seed gives the same bytes', '7')
    .option('--dir <dir>', 'where: country/ and hub/ are made in it', 'chainon-demo')
    .option('--from <dir>', 'deliveries of your own, as far as their tables allow')
    .option('--synthetic', 'with --from: those data are invented too, and everything says so')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExample:\n  chainon demo\n  chainon demo --persons 200000 --dir large\n  chainon demo --from ./deliveries --dir mine\n  chainon demo --engine trino --certificate .trino/certificate.pem --dir on-a-cluster\n\nA run that was killed is gone on with. Exit code 6 when a stage lacked a table.',
    )
    .action(async (options: Options) => {
      const { runDemo } = await import('../../demo/run-demo.ts')
      const speak = voice(options)
      const started = performance.now()
      const result = await runDemo({
        dir: options.dir,
        persons: options.persons,
        seed: options.seed,
        ...(options.from === undefined ? {} : { from: options.from }),
        ...(options.synthetic ? { synthetic: true } : {}),
        ...clusterOf(options),
        run: (stage, work, told) => speak.stage(stage, work, (value) => inWords(told(value))),
      })
      sayBalance(speak, result, (performance.now() - started) / 1000)
      speak.end(result)
      if (!result.complete) process.exitCode = 6
    })
  for (const option of engineOptions()) command.addOption(option)
}

function inWords({ rows, setAside, of }: Told): string {
  return [
    ...(rows === undefined ? [] : [`${count(rows)} rows`]),
    ...(setAside === undefined ? [] : [`${count(setAside)} set aside`]),
    ...Object.entries(of ?? {}).map(([name, value]) =>
      typeof value === 'number' ? `${count(value)} ${name}` : `${name} ${value}`,
    ),
  ].join(', ')
}
