import { type Command, InvalidArgumentError, Option } from 'commander'
import { ChainonError } from '../../../base/index.ts'
import { count, percent } from '../numbers.ts'
import { jsonOption } from '../options.ts'
import { columns, voice } from '../terminal.ts'
import type { Together } from '../../../linkage/index.ts'

interface ReviewOptions {
  readonly as?: string
  readonly third?: true
  readonly showRecords?: true
  readonly labels?: string
  readonly port: number
  readonly summary?: true
  readonly json?: true
}

/** The command under `link` with which pairs are read by hand. */
export function linkReview(group: Command): void {
  group
    .command('review')
    .description('read pairs by hand, on a page that this machine alone can open')
    .argument('<results>', 'the folder that `link --out` wrote')
    .addOption(new Option('--as <name>', 'who reads: it stands beside each answer').env('USER'))
    .option('--third', 'decide the pairs on which two readers disagree')
    .option('--show-records', 'show the records themselves, from the files that were linked')
    .option('--labels <file>', 'where answers are kept (default: labels.jsonl in the results)')
    .option('--port <n>', 'which port (default: any that is free)', portOf, 0)
    .option('--summary', 'open no page; say how far readers are and how they agree')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  chainon link review linked --as ada --show-records\n  chainon link review linked --as grace --show-records\n  chainon link review linked --as mary --third --show-records\n  chainon link --dedupe people.csv --out linked --labels linked/labels.jsonl\n\nEach reader reads every pair and does not see what another said. Every answer is kept at once; Ctrl-C ends, and the same\ncommand goes on where one was.',
    )
    .action(async (results: string, options: ReviewOptions) => {
      const speak = voice(options)
      const place = { results, ...(options.labels === undefined ? {} : { labels: options.labels }) }
      if (options.summary) {
        const { reviewSoFar } = await import('../../../linkage/index.ts')
        const soFar = await reviewSoFar(place)
        for (const line of summaryOf(soFar)) speak.say(line)
        speak.end(soFar)
        return
      }
      if (options.as === undefined)
        throw new ChainonError('review/no-reader', 'nobody reads', { advice: 'Name the reader with --as.' })
      const { reviewPairs } = await import('../../chain/review-pairs.ts')
      const reading = { reader: options.as, third: options.third ?? false }
      const served = await reviewPairs(place, reading, {
        showRecords: options.showRecords ?? false,
        port: options.port,
      })
      speak.say(`  ${options.as} reads at ${served.url}`)
      speak.say('  Only this machine can open it. Ctrl-C ends; every answer is kept at once.')
      speak.end({ url: served.url })
      await new Promise<void>((stop) => {
        process.once('SIGINT', stop)
        process.once('SIGTERM', stop)
      })
      await served.close()
    })
}

function portOf(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new InvalidArgumentError('a port is a number from 0 to 65535')
  return port
}

function summaryOf({ pairs, readers, agreements, disputed }: Together & { pairs: number }): string[] {
  const open = disputed.filter(({ third }) => third === undefined).length
  return [
    columns([
      ['reader', `of ${count(pairs)} pairs`],
      ...readers.map(({ reader, answered }) => [reader, count(answered)]),
    ]),
    ...agreements.map(
      ({ between, pairs: both, agreement, kappa, low, high }) =>
        `  ${between.join(' and ')} read ${count(both)} pairs both, and said the same of ${percent(agreement)}${kappa === null || low === null || high === null ? '' : `: kappa ${kappa.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`}`,
    ),
    `  ${count(disputed.length)} disagreements, ${count(open)} without a third decision`,
  ]
}
