import { join, type Sql, sql } from '../../../engine/index.ts'

/** Halvings at most: of a thousand times as many rows as are wanted one in a thousand is kept. */
const HALVINGS = 10

/**
 * Whether the row of a number is kept, so that of `n` rows no more than about `most` are: all, every second, every fourth
 * and so on. A week has seven days, so that of days each weekday is kept.
 * @param n how many rows there are
 * @param nth whole number of a row, not negative
 */
export const thinned = (n: Sql, most: number, nth: Sql): Sql =>
  join(
    Array.from(
      { length: HALVINGS },
      (_, at) => sql`(${n} <= ${most * 2 ** at} or ${nth} % ${2 ** (at + 1)} = 0)`,
    ),
    sql` and `,
  )
