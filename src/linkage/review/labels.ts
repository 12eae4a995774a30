import { z } from 'zod'
import { ChainonError } from '../../base/index.ts'

/** What a reader says of a pair. */
export const ANSWERS = ['match', 'no match', 'unsure'] as const
export type Answer = (typeof ANSWERS)[number]

/** A record by the name of its file and its own id. */
export interface RecordId {
  /** None where the file of labels does not say: the only table, or the first on the left and the last on the right. */
  readonly source?: string
  readonly id: string
}

/** From which sample a pair was read, and of how many pairs its stratum was: what it stands for. */
export interface Drawn {
  readonly sample: string
  readonly stratum: number
  readonly pairs: number
}

/** One answer of one reader. */
export interface Label {
  readonly left: RecordId
  readonly right: RecordId
  /** `undone` takes back the reader's answer before. */
  readonly label: Answer | 'undone'
  readonly reader: string
  /** ISO 8601. */
  readonly time?: string
  /** Decides between two readers who disagree. */
  readonly third?: true
  readonly drawn?: Drawn
  /** Where it stands, for a complaint: `labels.jsonl, row 3`. */
  readonly at: string
}

const text = z.string().min(1)
const line = z.object({
  left_source: text.optional(),
  left: text,
  right_source: text.optional(),
  right: text,
  label: z.enum([...ANSWERS, 'undone']),
  reader: text,
  time: z.iso.datetime().optional(),
  third: z.literal(true).optional(),
  sample: text.optional(),
  stratum: z.int().nonnegative().optional(),
  stratum_pairs: z.int().positive().optional(),
})

/** A label as a line of labels.jsonl, with its end. It holds no value of a record but ids. */
export function lineOf(label: Omit<Label, 'at'>): string {
  const { left, right, drawn } = label
  const written: z.infer<typeof line> = {
    time: label.time,
    reader: label.reader,
    left_source: left.source,
    left: left.id,
    right_source: right.source,
    right: right.id,
    label: label.label,
    third: label.third,
    sample: drawn?.sample,
    stratum: drawn?.stratum,
    stratum_pairs: drawn?.pairs,
  }
  return `${JSON.stringify(written)}\n`
}

/**
 * The labels of a file of lines. A line that a crash cut off was never said to be kept, and is left out.
 * @param file its name in complaints
 * @throws linkage/bad-label naming file, row and field
 */
export function readLines(whole: string, file: string): readonly Label[] {
  return whole.split('\n').flatMap((row, index) => {
    const at = `${file}, row ${index + 1}`
    if (row.trim() === '' || isCutOff(row)) return []
    let value: unknown
    try {
      value = JSON.parse(row)
    } catch (error) {
      throw badLabel(at, 'it is no JSON', error)
    }
    const read = line.safeParse(value)
    if (!read.success) {
      const [wrong] = read.error.issues
      throw badLabel(at, `${wrong?.path.join('.') || 'the row'}: ${wrong?.message ?? ''}`)
    }
    const { left, left_source, right, right_source, sample, stratum, stratum_pairs: pairs } = read.data
    const isDrawn = sample !== undefined && stratum !== undefined && pairs !== undefined
    return {
      left: record(left, left_source),
      right: record(right, right_source),
      label: read.data.label,
      reader: read.data.reader,
      ...(read.data.time === undefined ? {} : { time: read.data.time }),
      ...(read.data.third ? { third: true as const } : {}),
      ...(isDrawn ? { drawn: { sample, stratum, pairs } } : {}),
      at,
    }
  })
}

/** Lines are flat objects, so that one which begins and does not end was not written to its end. */
const isCutOff = (row: string): boolean => row.startsWith('{') && !row.trimEnd().endsWith('}')

const record = (id: string, source: string | null | undefined): RecordId =>
  source === undefined || source === null || source === '' ? { id } : { source, id }

/** What a CSV may say for each answer. */
const WORDS: Readonly<Record<string, Answer>> = {
  match: 'match',
  '1': 'match',
  'no match': 'no match',
  '0': 'no match',
  unsure: 'unsure',
}

/**
 * The labels of a table with the columns `left`, `right` and `label`. Each row is of a reader of its own unless a column
 * `reader` says whose it is.
 * @throws linkage/bad-label naming file, row and field
 */
export function labelsOfRows(
  rows: readonly Readonly<Record<string, string | null>>[],
  columns: readonly string[],
  file: string,
): readonly Label[] {
  for (const column of ['left', 'right', 'label'])
    if (!columns.includes(column))
      throw new ChainonError('linkage/bad-label', `${file} has no column ${column}`, {
        advice: `It has: ${columns.join(', ')}. Labels have left, right and label.`,
      })
  return rows.map((row, index) => {
    // The first row of the file is its header.
    const at = `${file}, row ${index + 2}`
    for (const side of ['left', 'right'])
      if (!row[side]) throw badLabel(at, `${side}: the id of a record is missing`)
    const label = WORDS[row['label']?.trim().toLowerCase() ?? '']
    if (label === undefined)
      throw badLabel(at, `label: ${row['label'] ?? 'nothing'} is none of match, no match, unsure, 1 and 0`)
    return {
      left: record(row['left'] as string, row['left_source']),
      right: record(row['right'] as string, row['right_source']),
      label,
      reader: row['reader'] || `row ${index + 2}`,
      at,
    }
  })
}

export const badLabel = (at: string, what: string, cause?: unknown): ChainonError =>
  new ChainonError('linkage/bad-label', `${at}: ${what}`, {
    advice: 'docs/how-to/review-pairs.md says what a file of labels holds.',
    ...(cause === undefined ? {} : { cause }),
  })
