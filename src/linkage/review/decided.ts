import type { Decisions } from '../cluster/decisions.ts'
import type { DuckDb } from '../../engine/index.ts'
import { quoted } from '../comparisons/words.ts'
import type { LinkageModel } from '../model.ts'
import { RECORDS } from '../records/prepare.ts'
import type { Source } from '../records/receive.ts'
import { badLabel, type Label, type RecordId } from './labels.ts'
import { settle, type Settled } from './settle.ts'

/** The table of pairs that readers decided: `rid_l`, `rid_r`, smaller first, and whether they match. */
export const DECIDED = 'decided'

/** A pair of records by their numbers, smaller first, and what readers say of it. */
export interface DecidedPair extends Settled {
  readonly left: number
  readonly right: number
}

/**
 * Finds the records of labels, and settles what is said of each pair. The decided ones stand in the engine afterwards.
 * @throws linkage/bad-label naming file, row and field
 */
export async function decide(
  engine: DuckDb,
  sources: readonly Source[],
  type: LinkageModel['type'],
  labels: readonly Label[],
): Promise<readonly DecidedPair[]> {
  const numbers = await numbersOf(engine, [
    ...new Set(labels.flatMap(({ left, right }) => [left.id, right.id])),
  ])
  const rid = (record: RecordId, side: 'left' | 'right', at: string): { source: number; rid: number } => {
    const source = sourceOf(record, side, sources)
    if (source === -1) throw badLabel(at, `${side}_source: no table is called ${record.source}`)
    const found = numbers.get(record.id)?.get(source)
    if (found === undefined)
      throw badLabel(at, `${side}: ${sources[source]?.path} has no record ${record.id}`)
    return { source, rid: found }
  }
  const known = labels.map((label) => {
    const [a, b] = [rid(label.left, 'left', label.at), rid(label.right, 'right', label.at)]
    if (a.rid === b.rid) throw badLabel(label.at, `right: record ${label.right.id} is both sides of the pair`)
    if (type === 'link' && a.source === b.source)
      throw badLabel(label.at, 'right: both records are of one table, and the model links across two only')
    return { label, left: Math.min(a.rid, b.rid), right: Math.max(a.rid, b.rid) }
  })
  const byLabel = new Map(known.map((one) => [one.label, one]))
  const keyOf = (label: Label): string => {
    const { left, right } = byLabel.get(label) as (typeof known)[number]
    return `${left} ${right}`
  }
  const pairs = [...settle(labels, keyOf)].map(([key, settled]) => {
    const [left, right] = key.split(' ').map(Number) as [number, number]
    return { left, right, ...settled }
  })
  const decided = pairs.filter(({ decision }) => decision !== undefined)
  await engine.loadIntegers(DECIDED, {
    rid_l: Int32Array.from(decided, ({ left }) => left),
    rid_r: Int32Array.from(decided, ({ right }) => right),
    matches: Int32Array.from(decided, ({ decision }) => (decision === 'match' ? 1 : 0)),
  })
  return pairs
}

/** Decided pairs as clusters take them, where records are numbered from 0. */
export function decisionsOf(read: readonly DecidedPair[]): Decisions {
  const those = (wanted: DecidedPair['decision']) =>
    read
      .filter(({ decision }) => decision === wanted)
      .map(({ left, right }) => [left - 1, right - 1] as const)
  return { together: those('match'), apart: those('no match') }
}

/** Which source a side of a label is of; -1 where it names none that there is. */
function sourceOf({ source }: RecordId, side: 'left' | 'right', sources: readonly Source[]): number {
  if (source === undefined) return side === 'left' ? 0 : sources.length - 1
  // Two files of one name in two folders: the left is the first of them.
  return side === 'left'
    ? sources.findIndex(({ name }) => name === source)
    : sources.findLastIndex(({ name }) => name === source)
}

/** Number of the record of each id, by source. */
async function numbersOf(engine: DuckDb, ids: readonly string[]): Promise<Map<string, Map<number, number>>> {
  await engine.load(
    'labelled_ids',
    { id: 'varchar' },
    ids.map((id) => [id]),
  )
  const rows = await engine.rows<{ id: string; source: number; rid: number }>(
    `select r.${quoted('id')} as id, r.source, r.rid from ${RECORDS} as r join labelled_ids as i on i.id = r.id`,
  )
  await engine.run('drop table labelled_ids')
  const numbers = new Map<string, Map<number, number>>()
  for (const { id, source, rid } of rows) {
    const of = numbers.get(id) ?? new Map<number, number>()
    numbers.set(id, of.set(source, rid))
  }
  return numbers
}
