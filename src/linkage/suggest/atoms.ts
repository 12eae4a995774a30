import type { DuckDb } from '../../engine/index.ts'
import { plainText, quoted } from '../comparisons/words.ts'
import { RECORDS } from '../records/prepare.ts'
import { SOURCE } from '../records/receive.ts'
import type { ColumnProfile } from './profile.ts'

/** What a rule may ask to be equal: a column, or a simple part of it, as an expression over plain text. */
export interface Atom {
  readonly column: string
  readonly sql: string
}

/** Masks of what a pair agrees on are integers of 53 bits. */
const MOST_ATOMS = 52

/** One column by what it holds: whole, and parts that outlive an error in the rest of it. */
export function atomsOf(columns: readonly ColumnProfile[]): readonly Atom[] {
  const all = columns.map((one): Atom[] => {
    const name = /^[a-z_][a-z0-9_]*$/.test(one.column) ? one.column : quoted(one.column)
    return ['', ...partsOf(one)].map((part) => ({
      column: one.column,
      sql: part === '' ? name : part.replace('$', name),
    }))
  })
  // Whole columns first, should there be too many.
  const byPart = Array.from({ length: Math.max(0, ...all.map((of) => of.length)) }, (_, at) =>
    all.flatMap((of) => of.slice(at, at + 1)),
  )
  return byPart.flat().slice(0, MOST_ATOMS)
}

function partsOf({ share, yearFirst, words, length, distinct }: ColumnProfile): readonly string[] {
  if (distinct <= 12) return []
  if (share.date >= 0.8)
    // In plain text 1950-02-01 is `1950 02 01`, and 19500201 stays as it is.
    return yearFirst
      ? length >= 10
        ? ['substr($, 1, 4)', 'substr($, 1, 7)', 'substr($, 6)']
        : ['substr($, 1, 4)', 'substr($, 1, 6)', 'substr($, 5)']
      : ['right($, 4)', 'substr($, 4)', 'substr($, 1, 5)']
  const first = words >= 1.3 ? ["split_part($, ' ', 1)"] : []
  if (share.letters >= 0.5) return [...first, 'substr($, 1, 4)', 'substr($, 1, 2)', 'right($, 4)']
  return length >= 4 ? [...first, `substr($, 1, ${Math.ceil(length / 2)})`] : first
}

/** The table of what each record has: `rid`, `source`, and a number for each atom, null where it is empty. */
export const ATOMS = 'atoms'

/** @param received all records, as `receive` left them; the table of prepared records says which number each has */
export async function numberAtoms(
  engine: DuckDb,
  received: string,
  id: string,
  atoms: readonly Atom[],
): Promise<void> {
  const columns = [...new Set(atoms.map(({ column }) => column))]
  const plain = columns.map((column) => `${plainText(column)} as ${quoted(column)}`)
  const made = atoms.map(
    ({ sql }, at) =>
      `case when nullif(cast(${sql} as varchar), '') is not null then hash(${sql}) end as a${at}`,
  )
  await engine.run(`create or replace table ${ATOMS} as
    select r.rid, r.source, ${made.map((_, at) => `p.a${at}`).join(', ')} from ${RECORDS} as r join (
      select source, id, ${made.join(', ')} from (
        select ${quoted(SOURCE)} as source, cast(${quoted(id)} as varchar) as id, ${plain.join(', ')} from ${received}
      ) as v) as p on p.source = r.source and p.id = r.id`)
}
