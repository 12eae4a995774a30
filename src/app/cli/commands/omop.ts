import type { Command } from 'commander'
import { count } from '../numbers.ts'
import { asOption, type HubOptions, hubOption, jsonOption } from '../options.ts'
import { voice } from '../terminal.ts'
import { sayBuilt } from '../views/built.ts'

export function omop(program: Command): void {
  program
    .command('omop')
    .description('the lake as an OMOP Common Data Model 5.4')
    .command('build')
    .description('build the next version of the CDM as Parquet; nothing changed, nothing built')
    .option('--duckdb', 'also as one DuckDB file')
    .addOption(hubOption())
    .addOption(asOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  chainon omop build --hub hub --duckdb')
    .action(async (options: HubOptions & { as: string; duckdb?: true }) => {
      const { openHub, withLock } = await import('../../../store/index.ts')
      const { build: buildRelease } = await import('../../chain/build-omop.ts')
      const { DUCKDB_FILE } = await import('../../../omop/index.ts')
      const speak = voice(options)
      const hub = await openHub(options.hub)
      const built = await withLock(hub, 'omop build', () =>
        speak.stage(
          'omop',
          (tell) => buildRelease(hub, options.as, tell, { duckdb: options.duckdb ?? false }),
          ({ version, persons }) =>
            `${version}: ${count(persons.all)} persons, ${count(persons.linked)} linked`,
        ),
      )
      sayBuilt(speak, built)
      if (options.duckdb) speak.say(`  ${hub.path('lake', 'omop', built.version, DUCKDB_FILE)}`)
      speak.end(built)
    })
}
