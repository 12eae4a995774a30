import { duckdb, renderSql } from '../src/engine/index.ts'
import { chapters } from '../test/spec/dialect.ts'
import { cleaningRulesPage } from './cleaning-rules-page.ts'
import { commandsPage } from './commands-page.ts'

/** The pages of docs/reference that are made from specifications: path → text. */
export function referencePages(): Record<string, string> {
  return {
    'docs/reference/dialect.md': dialectPage(),
    'docs/reference/cleaning-rules.md': cleaningRulesPage(),
    'docs/reference/commands.md': commandsPage(),
  }
}

function dialectPage(): string {
  const lines = [
    '# Named operations of SQL',
    '',
    'Steps are written in the SQL that DuckDB and Trino read alike. What they write differently stands behind the',
    'operations below. Each example is run on every engine by `test/spec/dialect.test.ts`; this page is made from them.',
    '',
  ]
  for (const { operation, says, examples } of chapters) {
    lines.push(`## \`${operation}\``, '', says, '', '| shows | DuckDB | gives |', '|---|---|---|')
    for (const { shows, query, gives } of examples)
      lines.push(
        `| ${shows} | \`${renderSql(query, duckdb).replaceAll('|', '\\|')}\` | \`${String(gives)}\` |`,
      )
    lines.push('')
  }
  return lines.join('\n')
}
