import { duckdb, renderSql, trino } from '../src/engine/index.ts'
import { constructs, refused } from '../test/spec/constructs.ts'
import { operations } from '../test/spec/dialect.ts'
import { type Chapter, type Example, shown } from '../test/spec/example.ts'

const cell = (text: string): string => text.replaceAll('|', '\\|')
const code = (text: string): string => `\`${cell(text)}\``
const gives = (example: Example): string =>
  example.gives.length === 0 ? 'no row' : example.gives.map((one) => code(shown(one))).join(', ')

/** docs/reference/dialect.md: the SQL that steps are written in, from its specification. */
export function dialectPage(): string {
  return [
    '# The SQL of steps',
    '',
    'Steps are written in the SQL that DuckDB and Trino read alike. What the two write differently stands behind named',
    'operations; the rest is plain SQL, and only what this page lists. Each example is run on both engines',
    '(`test/spec/dialect.test.ts`, `test/spec/dialect.trino.test.ts`), and `test/spec/guard.test.ts` walks the parsed form',
    'of every step and refuses what is not here. This page is made from the specification (`npm run docs`).',
    '',
    'Texts are compared and ordered by code point, everywhere. Doubles are finite.',
    '',
    '## Named operations',
    '',
    ...operations.flatMap(operation),
    ...Object.entries(constructs).flatMap(([title, chapters]) => [
      `## ${title}`,
      '',
      ...chapters.flatMap(construct),
    ]),
    '## What is refused',
    '',
    'Whatever has no chapter above. Each of these is planted in a test and caught.',
    '',
    ...table(
      ['construct', 'for instance', 'why'],
      refused.map(({ construct: name, query, why }) => [
        code(name),
        code(renderSql(query, duckdb)),
        cell(why),
      ]),
    ),
  ].join('\n')
}

function operation({ called, says, examples }: (typeof operations)[number]): string[] {
  const rows = examples.map((one) => [
    cell(one.shows),
    code(renderSql(one.query, duckdb)),
    code(renderSql(one.query, trino)),
    gives(one),
  ])
  return section(called, says, table(['shows', 'DuckDB', 'Trino', 'gives'], rows))
}

function construct({ construct: name, says, examples }: Chapter): string[] {
  const rows = examples.map((one) => [cell(one.shows), code(renderSql(one.query, trino)), gives(one)])
  return section(name, says, table(['shows', 'query', 'gives'], rows))
}

const section = (title: string, says: string, below: readonly string[]): string[] => [
  `### \`${title}\``,
  '',
  says,
  '',
  ...below,
]

/** Cells as they stand; an empty line ends it. */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(heads), `|${'---|'.repeat(heads.length)}`, ...rows.map(line), '']
}
