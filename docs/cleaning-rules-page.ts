import { printRule, type Rule, sndsRules } from '../src/sources/index.ts'

/** docs/reference/cleaning-rules.md, from the rules themselves: nobody writes a predicate twice. */
export function cleaningRulesPage(): string {
  return [
    '# Cleaning rules of the SNDS',
    '',
    'The lake keeps every accepted row. A rule *drops* rows, *sets* values, or *marks* rows whose value is made anew elsewhere,',
    'for the purposes that it names: counting care, adding up costs, attributing stays to persons (chaining). This page is',
    'made from the rules; `src/sources/snds/rules` holds them, one file each.',
    '',
    '| rule | | tables | purposes | since |',
    '|---|---|---|---|---|',
    ...sndsRules.map(
      (rule) =>
        `| [${rule.id}](#${anchor(rule)}) | ${rule.title} | ${rule.on.map((clause) => clause.table.name).join(', ')} | ${rule.purposes.join(', ')} | ${years(rule)} |`,
    ),
    '',
    ...sndsRules.flatMap(section),
  ].join('\n')
}

const years = (rule: Rule): string =>
  rule.until === undefined ? `${rule.since}` : `${rule.since} to ${rule.until}`
const heading = (rule: Rule): string => `${rule.id}: ${rule.title}`
const anchor = (rule: Rule): string =>
  heading(rule)
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-')

function section(rule: Rule): string[] {
  const other = rule.otherReading
  return [
    `## ${heading(rule)}`,
    '',
    rule.says,
    '',
    `Version ${rule.version}, since ${years(rule)}; for ${rule.purposes.join(', ')}. Source: ${rule.source}.`,
    '',
    ...(other ? [`Read otherwise by ${other.who}: ${other.says}`, ''] : []),
    ...printRule(rule).flatMap(({ table, does, sql }) => [
      `\`${table}\`, ${does}:`,
      '',
      '```sql',
      sql,
      '```',
      '',
    ]),
  ]
}
