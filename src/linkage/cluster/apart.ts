import { ChainonError } from '../../base/index.ts'

/**
 * Of each record a bit for its table where that holds no doubles, else 0: records whose bits meet are never in one
 * cluster. Undefined where every table may hold doubles.
 */
export type Apart = Int32Array

/** Bits of one number. */
const MOST_TABLES = 31

/** @param unique tables without doubles, by number */
export function apartOf(bySource: readonly number[], unique: readonly number[]): Apart | undefined {
  if (unique.length === 0) return undefined
  if (unique.length > MOST_TABLES)
    throw new ChainonError('linkage/bad-model', `at most ${MOST_TABLES} tables can be called unique`)
  const apart = new Int32Array(bySource.reduce((a, b) => a + b, 0))
  let at = 0
  for (const [source, n] of bySource.entries()) {
    const bit = unique.indexOf(source)
    if (bit >= 0) apart.fill(1 << bit, at, at + n)
    at += n
  }
  return apart
}
