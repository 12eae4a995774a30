import { type Command, Option } from 'commander'
import type { LinkageMethod } from '../../../identity/index.ts'
import type { Source } from '../../../linkage/index.ts'
import { count, percent } from '../numbers.ts'
import { asOption, type HubOptions, hubOption, jsonOption } from '../options.ts'
import { columns, voice } from '../terminal.ts'
import { sayLinked } from '../views/linked.ts'

interface Tables {
  readonly left?: string
  readonly right?: string
  readonly dedupe?: string
}

export function link(program: Command): void {
  const group = program
    .command('link')
    .description('link two tables of records, or find the records of one that are of one person')
    .option('--left <file>', 'CSV or Parquet')
    .option('--right <file>', 'CSV or Parquet, to link with --left')
    .option('--dedupe <file>', 'CSV or Parquet, to find doubles in')
    .option('--model <json>', 'how records are compared (default: what `link suggest` would write)')
    .option('--out <dir>', 'where results go', 'linked')
    .option('--memory <size>', 'at most this much; larger work spills beside the results', '4GB')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  chainon link --dedupe people.csv\n  chainon link suggest people.csv > model.json\n  chainon link --left a.csv --right b.parquet --model model.json --out linked\n\nResults: report.html, pairs.parquet, clusters.parquet, and model.json with the weights that were learnt. It runs on\nDuckDB, whatever the engine of a hub: Trino has no likeness of texts.',
    )
    .action(async (options: Tables & { model?: string; out: string; memory: string; json?: true }) => {
      const { linkTables } = await import('../../chain/link-tables.ts')
      const speak = voice(options)
      const linked = await speak.stage(
        'link',
        (tell) => linkTables(sourcesOf(options), options, (line) => tell(line)),
        ({ records, pairs, clusters }) =>
          `${count(records)} records, ${count(pairs)} pairs, ${count(clusters)} persons`,
      )
      speak.say(`\n${options.out}/report.html, clusters.parquet, pairs.parquet, model.json`)
      speak.end(linked)
    })

  group
    .command('suggest')
    .description('write a first model for one table, or for two')
    .argument('<files...>', 'CSV or Parquet')
    .option('--id <column>', 'what tells records apart (default: found)')
    .option('--ignore <column...>', 'columns that are not compared')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  chainon link suggest a.csv b.csv > model.json')
    .action(async (files: string[], options: { id?: string; ignore?: string[]; json?: true }) => {
      const { suggestModel } = await import('../../chain/link-tables.ts')
      const { model, reasons } = await suggestModel(files.map(asSource), options)
      if (!options.json) for (const { column, why } of reasons) process.stderr.write(`${column}: ${why}\n`)
      process.stdout.write(`${JSON.stringify(model, null, 2)}\n`)
    })

  group
    .command('count')
    .description('how many pairs each blocking rule of a model would look at')
    .argument('<files...>', 'CSV or Parquet')
    .requiredOption('--model <json>', 'the model whose rules are counted')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  chainon link count a.csv b.csv --model model.json')
    .action(async (files: string[], options: { model: string; json?: true }) => {
      const { countTables } = await import('../../chain/link-tables.ts')
      const speak = voice(options)
      const counted = await countTables(files.map(asSource), options.model)
      speak.say(
        columns([
          ['rule', 'pairs', 'records of one value, at most'],
          ...counted.rules.map(({ rule, pairs, largest }) => [
            rule,
            count(pairs),
            largest === undefined ? '' : count(largest),
          ]),
        ]),
      )
      speak.say(`  of ${count(counted.possible)} pairs of ${count(counted.records)} records`)
      speak.end(counted)
    })

  group
    .command('import')
    .description('write settings or a trained model of Splink as a model')
    .argument('<model>', 'what save_model_to_json of Splink 4 or 5 wrote')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExample:\n  chainon link import splink.json > model.json\n\n`--model` takes such a file as it is, too. Its pairs get the match weights that Splink gives them.',
    )
    .action(async (path: string) => {
      const { modelFrom } = await import('../../chain/link-tables.ts')
      process.stdout.write(`${JSON.stringify(await modelFrom(path), null, 2)}\n`)
    })

  group
    .command('schema')
    .description('the JSON Schema of a model, for an editor')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  chainon link schema > linkage.schema.json')
    .action(async () => {
      const { modelSchema } = await import('../../../linkage/index.ts')
      process.stdout.write(`${JSON.stringify(modelSchema(), null, 2)}\n`)
    })

  group
    .command('bndmr-snds')
    .description('link the registry to the claims, person by person')
    .addOption(hubOption())
    .addOption(asOption())
    .addOption(
      new Option('--method <name>', 'how links are decided where no NIR tells')
        .choices(['probabilistic', 'ladder'])
        .default('probabilistic'),
    )
    .option('--no-compare', 'leave out the other method and the map of criteria, which only the report needs')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  chainon link bndmr-snds --hub hub\n  chainon link bndmr-snds --hub hub --method ladder\n\nObjectors are removed first. Indirect links, then the NIR where it is known: `probabilistic` weighs all that the two\nsources say of a patient and a person, with weights learnt from them; `ladder` lets one criterion go after another, as the\nnational insurance does. The working tables are destroyed with a receipt; the report passes the output check before it\nis shown. docs/how-to/link-the-registry.md reads it.',
    )
    .action(async (options: HubOptions & { as: string; method: LinkageMethod; compare: boolean }) => {
      const { openHub, withLock } = await import('../../../store/index.ts')
      const { link: linkSources } = await import('../../chain/link.ts')
      const speak = voice(options)
      const hub = await openHub(options.hub)
      const linked = await withLock(hub, 'link bndmr-snds', () =>
        speak.stage(
          'link',
          (tell) => linkSources(hub, options.as, tell, options),
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

const asSource = (path: string): Source => ({
  name: (path.split('/').at(-1) as string).replace(/\.[^.]+$/, ''),
  path,
})

const sourcesOf = ({ left, right, dedupe }: Tables): readonly Source[] =>
  dedupe === undefined ? [left, right].filter((path) => path !== undefined).map(asSource) : [asSource(dedupe)]
