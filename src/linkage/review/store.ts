import { open, readFile } from 'node:fs/promises'
import { ChainonError } from '../../base/index.ts'
import type { DuckDb } from '../../engine/index.ts'
import { literal } from '../comparisons/words.ts'
import { type Label, labelsOfRows, lineOf, readLines } from './labels.ts'

/**
 * Labels of a file: `.csv`, or lines of JSON as review writes them.
 * @throws linkage/bad-label, linkage/no-labels
 */
export async function readLabels(engine: DuckDb, path: string): Promise<readonly Label[]> {
  const whole = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new ChainonError('linkage/no-labels', `${path} cannot be read`, {
      advice: 'It is a CSV with left, right and label, or the labels.jsonl of `chainon link review`.',
      cause: error,
    })
  })
  if (!/\.csv$/i.test(path)) return readLines(whole, path)
  const from = `read_csv(${literal(path)}, all_varchar = true, header = true, null_padding = true)`
  const columns = await engine.describe(`select * from ${from}`).catch((error: Error) => {
    throw new ChainonError('linkage/no-labels', `${path} cannot be read: ${error.message.split('\n')[0]}`, {
      cause: error,
    })
  })
  const rows = await engine.rows<Record<string, string | null>>(`select * from ${from}`)
  return labelsOfRows(
    rows,
    columns.map(({ name }) => name),
    path,
  )
}

/** The lines of a file that need not be there yet. */
export async function labelsSoFar(path: string): Promise<readonly Label[]> {
  const whole = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  return readLines(whole, path)
}

/**
 * Adds a label, in one write that is on the disk when this returns: a process that is killed leaves whole lines, and two may
 * write at once. Where a crash of the machine cut a line off, the new one begins its own.
 */
export async function appendLabel(path: string, label: Omit<Label, 'at'>): Promise<void> {
  const file = await open(path, 'a+', 0o600)
  try {
    const { size } = await file.stat()
    const last = Buffer.alloc(1)
    if (size > 0) await file.read(last, 0, 1, size - 1)
    const line = Buffer.from(`${size > 0 && last[0] !== 10 ? '\n' : ''}${lineOf(label)}`)
    const { bytesWritten } = await file.write(line)
    if (bytesWritten !== line.length)
      throw new ChainonError('linkage/not-kept', `${path} took only a part of an answer`, {
        advice: 'Is the disk full? Answer this pair once more.',
      })
    await file.datasync()
  } finally {
    await file.close()
  }
}
