import { styleText } from 'node:util'
import { ChainonError } from '../../base/index.ts'
import type { Tell } from '../chain/model.ts'
import { Pace } from './pace.ts'
import { sentenceOf } from './sentences.ts'

/** How a command speaks: a person at a terminal, a log file, or a machine that reads JSON. */
export interface Voice {
  readonly json: boolean
  /** Lines for a person; silent when a machine reads. */
  say(line: string): void
  /** A stage of the journey: its name at once, its result on the same line when it ends. */
  stage<T>(label: string, work: (tell: Tell) => Promise<T>, result?: (value: T) => string): Promise<T>
  /** What the command found: the only thing that a machine gets, on standard output. */
  end(value: unknown): void
}

type Style = Parameters<typeof styleText>[0]
const styled = (style: Style, text: string): string =>
  process.stdout.isTTY && !process.env.NO_COLOR ? styleText(style, text) : text
export const dim = (text: string): string => styled('dim', text)
export const strong = (text: string): string => styled('bold', text)

const LABEL_WIDTH = 12
/** What a longer line left behind it goes. */
const CLEAR = '\u001b[K'
const RESULT_WIDTH = 58

export function voice(options: { json?: boolean }): Voice {
  const json = options.json ?? false
  const out = (text: string): void => {
    if (!json) process.stdout.write(text)
  }
  const live = process.stdout.isTTY && !json
  return {
    json,
    say: (line) => out(`${line}\n`),
    async stage(label, work, result = () => '') {
      const started = performance.now()
      const seconds = (): string => `${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s`
      const line = (text: string): string =>
        `  ${strong(label.padEnd(LABEL_WIDTH))} ${fit(text)} ${dim(seconds())}`
      let shown = 0
      const pace = new Pace()
      const tell: Tell = (...progress) => {
        const told = pace.say(...progress)
        // Ten times a second is as much as an eye can read.
        if (!live || performance.now() - shown < 100) return
        shown = performance.now()
        process.stdout.write(`\r${line(dim(told))}${CLEAR}`)
      }
      tell('…')
      try {
        const value = await work(tell)
        out(`${live ? '\r' : ''}${line(result(value))}${live ? CLEAR : ''}\n`)
        return value
      } catch (error) {
        if (live) process.stdout.write('\n')
        throw error
      }
    },
    end(value) {
      if (json)
        process.stdout.write(
          `${JSON.stringify(value, (_key, held) => (typeof held === 'bigint' ? String(held) : held), 2)}\n`,
        )
    },
  }
}

const ANSI = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g')

/** A text brought to the width of the column of results; a longer one is shown whole. */
function fit(text: string): string {
  const visible = text.replace(ANSI, '').length
  return text + ' '.repeat(Math.max(0, RESULT_WIDTH - visible))
}

/** Rows of text as columns: the first is left-aligned, the others right. */
export function columns(rows: readonly (readonly string[])[], indent = '  '): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)))
  return rows
    .map((row) =>
      `${indent}${row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ')}`.trimEnd(),
    )
    .join('\n')
}

/** Shows an error as a person can use it, and returns the exit code. A bug keeps its trace. */
export function showError(error: unknown, json: boolean): number {
  if (!(error instanceof ChainonError)) {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    return 70
  }
  if (json)
    process.stderr.write(
      `${JSON.stringify({ code: error.code, message: sentenceOf(error), advice: error.advice, details: error.details })}\n`,
    )
  else {
    process.stderr.write(`chainon: ${sentenceOf(error)}\n`)
    if (error.advice) process.stderr.write(`  ${error.advice}\n`)
    process.stderr.write(dim(`  (${error.code})\n`))
  }
  return error.exitCode
}
