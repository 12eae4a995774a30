import { ChainonError } from '../../base/index.ts'
import type { LinkageModel } from '../model.ts'
import type { Source } from '../records/receive.ts'

/** Which pairs of records may be looked at: all of two tables, and within one table where it may hold doubles. */
export interface Across {
  /** Tables (0, 1, …) whose own records are compared with each other, too. */
  readonly within: 'all' | 'none' | readonly number[]
}

type Kind = Pick<LinkageModel, 'type' | 'unique'>

/** @throws linkage/bad-model where the type does not fit the tables, or `unique` names none of them */
export function acrossOf(model: Kind, sources: readonly Source[]): Across {
  const unique = uniqueOf(model, sources)
  if (model.type === 'link') return { within: 'none' }
  if (unique.length === 0) return { within: 'all' }
  const within = sources.flatMap((_, at) => (unique.includes(at) ? [] : [at]))
  return { within: within.length === 0 ? 'none' : within }
}

/** The tables without doubles. */
export function uniqueOf({ type, unique = [] }: Kind, sources: readonly Source[]): readonly number[] {
  if (type === 'dedupe' && unique.length > 0)
    throw new ChainonError('linkage/bad-model', 'a model that finds doubles cannot call its table unique')
  return unique.map((named) => {
    const at = sources.findIndex(({ name }) => name === named)
    if (at === -1)
      throw new ChainonError('linkage/bad-model', `unique names ${named}, which is no table`, {
        advice: `They are: ${sources.map(({ name }) => name).join(', ')}.`,
      })
    return at
  })
}

/** Is this a pair to be looked at, and only once? */
export function ordered({ within }: Across): string {
  if (within === 'all') return 'l.rid < r.rid'
  if (within === 'none') return 'l.source < r.source'
  return `l.rid < r.rid and (l.source < r.source or l.source in (${within.join(', ')}))`
}

/** Are two records of this table ever a pair? */
export const isWithin = ({ within }: Across, source: number): boolean =>
  within === 'all' || (within !== 'none' && within.includes(source))

/** How many pairs there are in all. */
export function possiblePairs(across: Across, bySource: readonly number[]): number {
  const among = (n: number): number => (n * (n - 1)) / 2
  const all = among(bySource.reduce((a, b) => a + b, 0))
  return bySource.reduce((sum, n, source) => (isWithin(across, source) ? sum : sum - among(n)), all)
}

/** Of groups of records by value and `source`, `n` each: the pairs of one value that are of one table and never a pair. */
export const leftOutSql = ({ within }: Across): string =>
  within === 'all'
    ? '0'
    : `sum(case when source in (${within === 'none' ? -1 : within.join(', ')}) then 0 else n * (n - 1) / 2 end)`
