import type { Command } from 'commander'
import { chainon } from '../src/app/cli/program.ts'

/** docs/reference/commands.md: what `--help` says of every command. */
export function commandsPage(): string {
  const lines = [
    '# Commands',
    '',
    'What `--help` says of each command. This page is made from the program (`npm run docs`).',
    '',
  ]
  const visit = (command: Command, path: readonly string[]): void => {
    lines.push(`## \`${path.join(' ')}\``, '', '```', helpOf(command), '```', '')
    for (const below of command.commands) if (below.name() !== 'help') visit(below, [...path, below.name()])
  }
  visit(chainon(), ['chainon'])
  return lines.join('\n')
}

function helpOf(command: Command): string {
  let text = ''
  command.configureHelp({ helpWidth: 100 })
  command.configureOutput({ writeOut: (more) => (text += more) })
  command.outputHelp()
  return text.trimEnd()
}
