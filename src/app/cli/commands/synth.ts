import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import { count } from '../numbers.ts'
import { jsonOption } from '../options.ts'
import { voice } from '../terminal.ts'

interface Options {
  readonly persons: number
  readonly years: number
  readonly seed: string
  readonly out: string
  readonly rare?: number
  readonly lastYear?: number
  readonly departements?: string
  readonly noise: boolean
  readonly defects: boolean
  readonly format: 'parquet' | 'csv'
  readonly json?: true
}

export function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('give a whole number')
  return Number(text)
}

export function synth(program: Command): void {
  program
    .command('synth')
    .description('write the deliveries of an invented country, and their truth')
    .requiredOption('--persons <n>', 'inhabitants', whole)
    .option('--years <n>', 'years of care', whole, 3)
    .requiredOption('--seed <text>', 'the same seed writes the same bytes')
    .requiredOption('--out <dir>', 'folder to make: snds/ bndmr/ referentials/ oppositions/ truth/')
    .option('--rare <n>', 'patients of the registry (default: 2.2 % of the persons)', whole)
    .option('--last-year <year>', 'last year of care (default: 2019)', whole)
    .option('--departements <codes>', 'where they live, as 75,13 (default: all of France)')
    .option('--no-noise', 'registry and claims agree on everything')
    .option('--no-defects', 'plant no defect')
    .option('--format <parquet|csv>', 'of the SNDS', 'parquet')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExample:\n  chainon synth --persons 20000 --rare 4000 --years 3 --seed 7 --out country',
    )
    .action(async (options: Options) => {
      const { synthesise } = await import('../../../synthetic/index.ts')
      const { say, stage, end } = voice(options)
      const country = await stage(
        'synth',
        (tell) =>
          synthesise({
            persons: options.persons,
            years: options.years,
            seed: options.seed,
            out: options.out,
            ...(options.rare === undefined ? {} : { rare: options.rare }),
            ...(options.lastYear === undefined ? {} : { lastYear: options.lastYear }),
            ...(options.departements ? { departements: options.departements.split(',') } : {}),
            noise: options.noise ? 'default' : 'none',
            defects: options.defects,
            format: options.format,
            onStage: tell,
          }),
        ({ persons, rare, years }) =>
          `${count(persons)} persons, ${count(rare)} of them in the registry, ${years} years`,
      )
      say(`${options.out} holds what the data holders would deliver. Everything in it is invented.`)
      end({ out: options.out, ...country })
    })
}
