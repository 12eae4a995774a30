import { allEnded } from '../../base/index.ts'
import type { DuckDb, Numbers } from '../../engine/index.ts'
import { lettersInTwo } from '../comparisons/letters.ts'
import { type Comparison, levelsOf } from '../comparisons/model.ts'
import { quoted } from '../comparisons/words.ts'
import { RECORDS } from '../records/prepare.ts'
import { rarityOf } from '../score/frequency.ts'
import { sharedIntegers } from '../threads/shared.ts'
import type { Threads } from '../threads/threads.ts'
import { keyOf } from './blocking.ts'
import { type Groups, groupsOf, type Keys } from './groups.ts'

/** What most pairs can be told apart by, as numbers: here, and not in the database. Records are numbered 0, 1, …. */
export interface RecordNumbers {
  readonly records: number
  /** Of each table its first record; they stand one table after the other. */
  readonly begins: readonly number[]
  /** What is known of one record after the other, so that it stands together in the memory. */
  readonly rows: Rows
  /** Its columns by name: numbers of values, of which a few have that of another value, letters in two, rarities. */
  readonly columns: ReadonlyMap<string, number>
  /** For each rule that is a list of columns. */
  readonly keys: readonly (Keys | undefined)[]
  /** For each rule: the records that have the same key. */
  readonly groups: readonly (Groups | undefined)[]
}

/** Rows of so many columns: whole numbers, 0 where a value is missing, or fractions, in the same memory. */
export interface Rows {
  readonly count: number
  readonly width: number
  readonly whole: Int32Array
  readonly fractions: Float32Array
}

export function rowsOf(count: number, width: number): Rows {
  const whole = sharedIntegers(count * width)
  return { count, width, whole, fractions: new Float32Array(whole.buffer) }
}

/**
 * Reads them from the prepared records, over a connection of its own.
 * @param conditions of the blocking rules
 * @param bySource how many records each table has
 * @param threads that tell the groups of many records
 */
export async function readNumbers(
  engine: DuckDb,
  comparisons: readonly Comparison[],
  conditions: readonly string[],
  bySource: readonly number[],
  threads?: Threads,
): Promise<RecordNumbers> {
  const records = bySource.reduce((a, b) => a + b, 0)
  const codes = comparisons.flatMap(({ by, surelyNone }) => [
    ...(by === undefined ? [] : [by]),
    ...(surelyNone?.differ ?? []).flat(),
    ...(surelyNone?.known ?? []),
  ])
  const letters = comparisons.flatMap(({ surelyNone: one }) => (one ? lettersInTwo(one.letters) : []))
  const rarities = comparisons.flatMap((one) => levelsOf(one)[0]?.frequency?.feature ?? []).map(rarityOf)
  const whole = new Map([
    ...codes.map((code) => [code, firstOf(code)] as const),
    ...letters.map((sql) => [sql, `coalesce(${sql}, 0)`] as const),
  ])
  const fractions = new Map(
    rarities.map((name) => [name, `coalesce(cast(${quoted(name)} as double), -1e0)`] as const),
  )
  const keys = conditions.map((condition) => {
    const name = keyOf(condition)
    return name && { name, first: sharedIntegers(records), rest: sharedIntegers(records) }
  })
  const rows = rowsOf(records, whole.size + fractions.size)
  const read = [
    ...[...whole.values()].map((sql, at) => ({ sql, to: rows.whole, width: rows.width, at })),
    ...[...fractions.values()].map((sql, at) => ({
      sql,
      to: rows.fractions,
      width: rows.width,
      at: whole.size + at,
    })),
    ...keys.flatMap((key) =>
      key
        ? [
            { sql: firstOf(key.name), to: key.first, width: 1, at: 0 },
            { sql: lastOf(key.name), to: key.rest, width: 1, at: 0 },
          ]
        : [],
    ),
  ]
  const beside = await engine.connect()
  try {
    for await (const [rids, ...columns] of beside.streamNumbers(
      `select ${['rid - 1', ...read.map(({ sql }) => sql)].join(', ')} from ${RECORDS}`,
    ))
      read.forEach(({ to, width, at }, column) => scatter(columns[column], rids, to, width, at))
  } finally {
    await beside.close()
  }
  const inThreads = threads?.areWorth(records * keys.length) ? threads : undefined
  const groups = await allEnded(
    keys.map((key) => (key ? (inThreads?.groupsOf(key) ?? groupsOf(key)) : undefined)),
  )
  let begin = 0
  return {
    records,
    begins: bySource.map((n) => (begin += n) - n),
    rows,
    columns: new Map([...whole.keys(), ...fractions.keys()].map((name, at) => [name, at])),
    keys: keys.map((key) => key || undefined),
    groups,
  }
}

/** Of a hash the first 30 bits, as a number from 1; 0 where it is missing. */
const firstOf = (hash: string): string => `coalesce(cast((${quoted(hash)} >> 34) + 1 as integer), 0)`

const lastOf = (hash: string): string =>
  `coalesce(cast(cast(${quoted(hash)} & 4294967295 as bigint) - 2147483648 as integer), 0)`

/** Puts a column of some records where it belongs. */
function scatter(
  from: Numbers | undefined,
  records: Numbers | undefined,
  to: Int32Array | Float32Array,
  width: number,
  column: number,
): void {
  if (from && records)
    for (let at = 0; at < from.length; at++) to[(records[at] as number) * width + column] = from[at] as number
}
