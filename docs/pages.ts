import { cleaningRulesPage } from './cleaning-rules-page.ts'
import { commandsPage } from './commands-page.ts'
import { dialectPage } from './dialect-page.ts'

/** The pages of docs/reference that are made from specifications: path → text. */
export function referencePages(): Record<string, string> {
  return {
    'docs/reference/dialect.md': dialectPage(),
    'docs/reference/cleaning-rules.md': cleaningRulesPage(),
    'docs/reference/commands.md': commandsPage(),
  }
}
