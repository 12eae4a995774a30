import { ChainonError } from '../../base/index.ts'
import type { Apart, Constraints } from './model.ts'

/**
 * Of each record a bit for its table where that holds no doubles, else 0: records whose bits meet are never in one
 * cluster. Undefined where every table may hold doubles.
 */
export type UniqueTables = Int32Array

/** Bits of one number. */
const MOST_TABLES = 31

/** @param unique tables without doubles, by number */
export function uniqueTables(
  bySource: readonly number[],
  unique: readonly number[],
): UniqueTables | undefined {
  if (unique.length === 0) return undefined
  if (unique.length > MOST_TABLES)
    throw new ChainonError('linkage/bad-model', `at most ${MOST_TABLES} tables can be called unique`)
  const tables = new Int32Array(bySource.reduce((a, b) => a + b, 0))
  let at = 0
  for (const [source, n] of bySource.entries()) {
    const bit = unique.indexOf(source)
    if (bit >= 0) tables.fill(1 << bit, at, at + n)
    at += n
  }
  return tables
}

/** Who stays apart by the tables that hold no doubles, and by what readers decided. */
export function apartOf(tables?: UniqueTables, decided?: Constraints): Apart | undefined {
  const both = [...(tables ? [byTables(tables, decided)] : []), ...(decided ? [byDecisions(decided)] : [])]
  if (both.length < 2) return both[0]
  return {
    has: (a, b) => both.some((one) => one.has(a, b)),
    join: (a, b) => both.forEach((one) => one.join(a, b)),
  }
}

function byTables(tables: UniqueTables, decided?: Constraints): Apart {
  const bits = tables.slice()
  const join = (a: number, b: number): void => {
    bits[a] = (bits[a] as number) | (bits[b] as number)
  }
  decided?.roots.forEach((root, record) => join(root, record))
  return { has: (a, b) => ((bits[a] as number) & (bits[b] as number)) !== 0, join }
}

function byDecisions({ apart }: Constraints): Apart {
  const from = new Map<number, Set<number>>()
  const of = (a: number): Set<number> => {
    let own = from.get(a)
    if (!own) from.set(a, (own = new Set()))
    return own
  }
  const add = (a: number, b: number): void => {
    of(a).add(b)
    of(b).add(a)
  }
  for (const [a, b] of apart) add(a, b)
  return {
    has: (a, b) => from.get(a)?.has(b) ?? false,
    join: (a, b) => {
      for (const other of from.get(b) ?? []) add(a, other)
    },
  }
}
