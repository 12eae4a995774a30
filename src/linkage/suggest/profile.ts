import type { DuckDb } from '../../engine/index.ts'
import { plainText, quoted } from '../comparisons/words.ts'

/** What a column of a table holds, as far as numbers tell. */
export interface ColumnProfile {
  readonly column: string
  readonly rows: number
  readonly filled: number
  readonly distinct: number
  /** Of the filled values. */
  readonly share: {
    readonly date: number
    readonly email: number
    readonly number: number
    /** Numbers with a part after the point. */
    readonly fraction: number
    readonly letters: number
  }
  /** Of dates that begin with the year: from the first to the last year. */
  readonly years: number
  /** Of dates: does the year come first? */
  readonly yearFirst: boolean
  readonly words: number
  readonly length: number
  /** Pairs of records that have the same value, by chance or not. */
  readonly samePairs: number
}

const DATE = '^(\\d{4}[-/. ]?\\d{2}[-/. ]?\\d{2}|\\d{2}[-/.]\\d{2}[-/.]\\d{4})( .*|T.*)?$'

const YEAR = "try_cast(regexp_extract(x, '^\\d{4}') as integer)"

/** @param from a table with the columns as text */
export async function profile(
  engine: DuckDb,
  from: string,
  columns: readonly string[],
): Promise<readonly ColumnProfile[]> {
  const all: ColumnProfile[] = []
  for (const column of columns) {
    const x = `nullif(trim(cast(${quoted(column)} as varchar)), '')`
    /** Share of the filled values: an average knows no nulls. */
    const share = (condition: string): string => `coalesce(avg(cast(${condition} as integer)), 0)`
    const matches = (pattern: string): string => share(`regexp_full_match(x, '${pattern}')`)
    const [row] = await engine.rows<Record<string, number | bigint>>(`
      select count(*) as n, count(x) as filled, count(distinct p) as different,
        ${matches(DATE)} as date, ${matches('[^@ ]+@[^@ ]+\\.[^@ ]+')} as email,
        ${matches('[-+]?\\d+([.,]\\d+)?')} as number, ${matches('[-+]?\\d+[.,]\\d+')} as fraction,
        coalesce(max(${YEAR}) - min(${YEAR}), 0) as years, ${share("regexp_matches(p, '^[a-z ]+$')")} as letters,
        ${matches('\\d{4}.*')} as "year first", coalesce(avg(len(string_split(p, ' '))), 0) as words, coalesce(avg(length(x)), 0) as length
      from (select ${x} as x, ${plainText(column)} as p from ${from}) as v`)
    const [same] = await engine.rows<{ n: number | null }>(
      `select sum(cast(n as double) * (n - 1) / 2) as n from (select count(*) as n from ${from} where ${plainText(column)} is not null group by ${plainText(column)}) as g`,
    )
    const at = (name: string): number => Number(row?.[name] ?? 0)
    all.push({
      column,
      rows: at('n'),
      filled: at('filled'),
      distinct: at('different'),
      share: {
        date: at('date'),
        email: at('email'),
        number: at('number'),
        fraction: at('fraction'),
        letters: at('letters'),
      },
      years: at('years'),
      yearFirst: at('year first') >= 0.5,
      words: at('words'),
      length: at('length'),
      samePairs: Number(same?.n ?? 0),
    })
  }
  return all
}
