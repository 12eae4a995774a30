import { ChainonError, hashFile } from '../../base/index.ts'
import type { DuckDb } from '../../engine/index.ts'
import { literal, quoted } from '../comparisons/words.ts'
import { tableOf } from '../records/receive.ts'
import type { Sample } from './sample.ts'

/** Values of a record by the names of its columns. */
export type Values = Readonly<Record<string, string>>
/** Records of a sample by source and id. */
export type Originals = ReadonlyMap<string, Values>

export const originalKey = ({ source, id }: { source: string; id: string }): string => `${source}\n${id}`

/**
 * The records of a sample, from the files that were linked: they stand nowhere in the results.
 * @throws linkage/originals-moved, linkage/originals-changed
 */
export async function readOriginals(engine: DuckDb, sample: Sample): Promise<Originals> {
  const found = new Map<string, Values>()
  const sides = sample.pairs.flatMap(({ left, right }) => [left, right])
  for (const { name, path, sha256 } of sample.sources) {
    const now = await hashFile(path).catch((error: unknown) => {
      throw new ChainonError(
        'linkage/originals-moved',
        `${path} was linked, and cannot be read there any more`,
        {
          advice: 'Put it back, link again where it stands now, or read the pairs without --show-records.',
          cause: error,
        },
      )
    })
    if (now !== sha256)
      throw new ChainonError('linkage/originals-changed', `${path} has changed since it was linked`, {
        advice:
          'Its records need not be those of the pairs: link again, or read the pairs without --show-records.',
      })
    const from = tableOf(path)
    const columns = await engine.describe(`select * from ${from}`)
    const id = columns.find((column) => column.name.trim() === sample.id)?.name
    const wanted = [...new Set(sides.filter(({ source }) => source === name).map((one) => one.id))]
    if (id === undefined || wanted.length === 0) continue
    const rows = await engine.rows<Record<string, string | null>>(
      `select ${columns.map((column) => `cast(${quoted(column.name)} as varchar) as ${quoted(column.name.trim())}`).join(', ')}
       from ${from} where cast(${quoted(id)} as varchar) in (${wanted.map(literal).join(', ')})`,
    )
    for (const row of rows)
      found.set(
        originalKey({ source: name, id: row[sample.id] as string }),
        Object.fromEntries(Object.entries(row).map(([column, value]) => [column, value ?? ''])),
      )
  }
  return found
}
