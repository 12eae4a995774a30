import { type Command, InvalidArgumentError, Option } from 'commander'
import { ChainonError } from '../../../base/index.ts'
import type { LinkageMethod } from '../../../identity/index.ts'
import type { Source, Suggestion, Wanted } from '../../../linkage/index.ts'
import type { LinkedTables } from '../../chain/link-tables.ts'
import { count, percent } from '../numbers.ts'
import { asOption, type HubOptions, hubOption, jsonOption } from '../options.ts'
import { whole } from './synth.ts'
import { columns, voice } from '../terminal.ts'
import { linkReview } from './link-review.ts'
import { sayLinked } from '../views/linked.ts'

interface Tables {
  readonly left?: string
  readonly right?: string
  readonly dedupe?: string
  readonly tables?: readonly string[]
}

interface LinkOptions extends Tables {
  readonly model?: string
  readonly labels?: string
  readonly into?: string
  readonly new?: readonly string[]
  readonly out: string
  readonly memory: string
  readonly chunk?: number
  readonly json?: true
}

export function link(program: Command): void {
  const group = program
    .command('link')
    .description('link tables of records, or find the records of one that are of one person')
    .option('--left <file>', 'CSV or Parquet')
    .option('--right <file>', 'CSV or Parquet, to link with --left')
    .option('--dedupe <file>', 'CSV or Parquet, to find doubles in')
    .option('--tables <files...>', 'two or more CSV or Parquet, to link with each other')
    .option('--into <results>', 'a result that new records are added to, by the model in it')
    .option('--new <files...>', 'CSV or Parquet, to add to --into')
    .option('--model <json>', 'how records are compared (default: what `link suggest` would write)')
    .option('--labels <file>', 'what readers say of pairs: labels.jsonl of `link review`, or a CSV')
    .option('--out <dir>', 'where results go', 'linked')
    .option('--memory <size>', 'at most this much; larger work spills beside the results', '4GB')
    .option(
      '--chunk <pairs>',
      'put the work down after so many pairs, to go on from there when it is killed (default: 50 million, where there are over 100)',
      whole,
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  chainon link --dedupe people.csv\n  chainon link suggest people.csv > model.json\n  chainon link --left a.csv --right b.parquet --model model.json --out linked\n  chainon link --tables 2023.csv 2024.csv registry.parquet\n  chainon link --into linked --new march.csv --out linked-march\n\nResults: report.html, pairs.parquet, clusters.parquet, review.json with the pairs to read by hand, and model.json with\nthe weights that were learnt. It runs on DuckDB, whatever the engine of a hub: Trino has no likeness of texts.',
    )
    .action(async (options: LinkOptions) => {
      const { addTables, linkTables } = await import('../../chain/link-tables.ts')
      const speak = voice(options)
      if (options.into !== undefined || options.new !== undefined) {
        const { into, files } = addedTo(options)
        const added = await speak.stage(
          'link',
          (tell) => addTables(files, { ...options, into }, (line) => tell(line)),
          ({ newRecords, touched, clusters }) =>
            `${count(newRecords)} new records touch ${count(touched - newRecords)} others; ${count(clusters)} persons`,
        )
        const { changes } = added
        speak.say(
          `  clusters: ${count(changes.new)} new, ${count(changes.grown)} grown, ${count(changes.merged)} merged, ${count(changes.split)} split`,
        )
        speak.say(`\n${options.out}/clusters.parquet, pairs.parquet, changes.csv, model.json`)
        return speak.end(added)
      }
      const linked = await speak.stage(
        'link',
        (tell) => linkTables(sourcesOf(options), options, (line) => tell(line)),
        ({ records, pairs, clusters }) =>
          `${count(records)} records, ${count(pairs)} pairs, ${count(clusters)} persons`,
      )
      if (linked.labels) speak.say(saidOf(linked.labels))
      speak.say(`\n${options.out}/report.html, clusters.parquet, pairs.parquet, model.json`)
      speak.say(`read pairs by hand: chainon link review ${options.out} --as NAME`)
      speak.end(linked)
    })

  linkReview(group)

  group
    .command('suggest')
    .description('write a first model for one table, or for several')
    .argument('<files...>', 'CSV or Parquet')
    .option('--id <column>', 'what tells records apart (default: found)')
    .option('--columns <json>', 'columns that are made of those of a file: {"table": {"column": "SQL"}}')
    .option('--ignore <column...>', 'columns that are not compared')
    .addOption(
      new Option('--type <type>', 'what is linked (default: dedupe for one table, link for several)').choices(
        ['link', 'dedupe', 'link-and-dedupe'],
      ),
    )
    .option(
      '--budget <pairs>',
      'search for blocking rules that look at so many pairs at most (all, where all fit)',
      whole,
    )
    .option('--unique <table...>', 'tables that hold no doubles, by the name of the file')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  chainon link suggest a.csv b.csv > model.json\n  chainon link suggest people.csv --budget 5000000 > model.json\n\nThe model goes to standard output. With --budget each rule is told on standard error: its pairs, and the share of all\nmatches that it finds, as a first linkage estimates it.',
    )
    .action(async (files: string[], options: Omit<Wanted, 'columns'> & { columns?: string; json?: true }) => {
      const { suggestModel } = await import('../../chain/link-tables.ts')
      const { model, reasons, search } = await suggestModel(asSources(files), options)
      if (!options.json) {
        for (const { column, why } of reasons) process.stderr.write(`${column}: ${why}\n`)
        if (search) process.stderr.write(`\n${sayRules(search)}\n`)
      }
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
      const counted = await countTables(asSources(files), options.model)
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
    .addOption(
      new Option('--most-false <share>', 'share of false links that weighing may expect')
        .default(0.0025)
        .argParser(shareOfLinks),
    )
    .option('--no-compare', 'leave out the other method and the map of criteria, which only the report needs')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  chainon link bndmr-snds --hub hub\n  chainon link bndmr-snds --hub hub --method ladder\n  chainon link bndmr-snds --hub hub --most-false 0.0008\n\nObjectors are removed first. Indirect links, then the NIR where it is known: `probabilistic` weighs all that the two\nsources say of a patient and a person, with weights learnt from them; `ladder` lets one criterion go after another, as the\nnational insurance does. The working tables are destroyed with a receipt; the report passes the output check before it\nis shown. docs/how-to/link-the-registry.md reads it.',
    )
    .action(
      async (
        options: HubOptions & { as: string; method: LinkageMethod; compare: boolean; mostFalse: number },
      ) => {
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
      },
    )
}

function shareOfLinks(text: string): number {
  const share = Number(text)
  if (!(share > 0 && share <= 0.05)) throw new InvalidArgumentError('give a share above 0, of 0.05 at most')
  return share
}

function sayRules({ rules, pairs, recall, budget }: NonNullable<Suggestion['search']>): string {
  const table = columns([
    ['rule', 'pairs', 'finds', 'with those before'],
    ...rules.map((one) => [
      one.rule.join(', '),
      count(one.pairs),
      percent(one.recall),
      percent(one.together),
    ]),
  ])
  return `${table}\n  ${count(pairs)} of ${count(budget)} pairs find ${percent(recall)} of the matches, as a first linkage estimates it`
}

function saidOf({ decided, undecided, contradicted }: NonNullable<LinkedTables['labels']>): string {
  const against = contradicted === 0 ? '' : `; ${count(contradicted)} against others, not used`
  return `  labels: ${count(decided)} pairs decided, ${count(undecided)} undecided and not used${against}`
}

/** Each file with its name; files of one name in two folders are told apart by their paths. */
function asSources(paths: readonly string[]): readonly Source[] {
  const nameOf = (path: string): string => (path.split('/').at(-1) as string).replace(/\.[^.]+$/, '')
  const names = paths.map(nameOf)
  return paths.map((path, at) => {
    const name = names[at] as string
    return { name: names.indexOf(name) === names.lastIndexOf(name) ? name : path, path }
  })
}

function addedTo({ into, new: files, left, right, dedupe, tables, model, labels }: LinkOptions): {
  into: string
  files: readonly Source[]
} {
  const others = [left, right, dedupe, tables, model, labels].some((one) => one !== undefined)
  if (into === undefined || files === undefined || others)
    throw new ChainonError(
      'linkage/no-tables',
      '--into and --new go together, and with no other table, model or labels',
      {
        advice: 'The model is that of the result: link everything again to use another.',
      },
    )
  return { into, files: asSources(files) }
}

function sourcesOf({ left, right, dedupe, tables }: Tables): readonly Source[] {
  const ways = [tables, left ?? right, dedupe].filter((way) => way !== undefined)
  if (ways.length > 1 || (left === undefined) !== (right === undefined) || tables?.length === 1)
    throw new ChainonError('linkage/no-tables', 'it is not clear which tables are linked', {
      advice: 'Name two with --left and --right, two or more with --tables, or one with --dedupe.',
    })
  return asSources(tables ?? [left, right, dedupe].filter((path) => path !== undefined))
}
