import { ChainonError } from '../../../base/index.ts'
import type { OmopReport } from '../../../omop/index.ts'
import { count, euros } from '../numbers.ts'
import { columns, type Voice } from '../terminal.ts'

/** A version of the CDM: its tables, and whether its rows and euros balance with the cleaned sources. */
export function sayBuilt({ say }: Voice, { tables, balance, absent, version }: OmopReport): void {
  say(columns([['table', 'rows'], ...Object.entries(tables).map(([name, { rows }]) => [name, count(rows)])]))
  say('')
  say(
    columns([
      ['from', 'to', 'rows', 'euros'],
      ...balance.lines.map(({ table, to, rows, euros: amount }) => [
        table,
        to.replaceAll('-', ' '),
        count(rows),
        euros(amount),
      ]),
    ]),
  )
  if (absent.length > 0) say(`  not delivered, so empty where they are read: ${absent.join(', ')}`)
  if (!balance.balances)
    throw new ChainonError(
      'omop/unbalanced',
      `the euros of ${version} are not those of the cleaned sources`,
      {
        advice: `lake/omop/${version}/balance.json says which table differs. Do not use this version.`,
        exitCode: 5,
      },
    )
  say('  in = out, to the cent')
}
