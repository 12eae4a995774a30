import {
  addDays,
  addMonths,
  anyValue,
  daysBetween,
  day,
  integerDivide,
  largest,
  listAgg,
  listDistinct,
  makeDate,
  matches,
  monthsBetween,
  padLeft,
  quantile,
  sequence,
  smallest,
  type Sql,
  sql,
  toText,
  tryCast,
} from '../../src/engine/index.ts'

/** One sentence of the reference: a query, the value that every engine must give, and what it shows. */
export interface Example {
  readonly shows: string
  readonly query: Sql
  readonly gives: unknown
}

export interface Chapter {
  readonly operation: string
  readonly says: string
  readonly examples: readonly Example[]
}

const one = (expression: Sql): Sql => sql`select ${expression} as x`
const example = (shows: string, query: Sql, gives: unknown): Example => ({ shows, query, gives })
const words = sql`(values ('b'), ('a'), ('b'), (null)) as t(w)`
const numbers = sql`(values (1), (2), (3), (10)) as t(n)`

/** The named operations: what a step may use that engines write differently. This list becomes docs/reference/dialect.md. */
export const chapters: readonly Chapter[] = [
  {
    operation: 'addDays(date, n)',
    says: 'A date some days later, or earlier when n is negative.',
    examples: [
      example('crosses the end of a month', one(addDays(day('2019-12-30'), 3)), '2020-01-02'),
      example('a negative number goes back', one(addDays(day('2020-03-01'), -1)), '2020-02-29'),
    ],
  },
  {
    operation: 'addMonths(date, n)',
    says: 'A date some months later, kept inside a shorter month.',
    examples: [
      example('31 January and one month', one(addMonths(day('2019-01-31'), 1)), '2019-02-28'),
      example('29 February and a year', one(addMonths(day('2020-02-29'), 12)), '2021-02-28'),
    ],
  },
  {
    operation: 'daysBetween(from, to)',
    says: 'Days from one date to another.',
    examples: [
      example('over a leap day', one(daysBetween(day('2020-02-28'), day('2020-03-01'))), 2n),
      example(
        'negative when the second is earlier',
        one(daysBetween(day('2020-01-02'), day('2020-01-01'))),
        -1n,
      ),
    ],
  },
  {
    operation: 'monthsBetween(from, to)',
    says: 'Month boundaries crossed, whatever the day of the month.',
    examples: [
      example(
        '31 January to 1 February is one',
        one(monthsBetween(day('2019-01-31'), day('2019-02-01'))),
        1n,
      ),
    ],
  },
  {
    operation: 'makeDate(year, month, day)',
    says: 'A date from three whole numbers; null where there is no such day.',
    examples: [
      example('a day that exists', one(makeDate(sql`2019`, sql`7`, sql`4`)), '2019-07-04'),
      example('31 April does not', one(makeDate(sql`2019`, sql`4`, sql`31`)), null),
    ],
  },
  {
    operation: 'toText(x)',
    says: 'Any value as text.',
    examples: [
      example('a decimal keeps its scale', one(toText(sql`cast(1.5 as decimal(12,2))`)), '1.50'),
      example('a date is written ISO', one(toText(day('2019-07-04'))), '2019-07-04'),
    ],
  },
  {
    operation: 'tryCast(x, type)',
    says: 'A value as another type, null where it cannot be read so.',
    examples: [
      example('a number in text', one(tryCast(sql`${'042'}`, 'integer')), 42),
      example('not a number', one(tryCast(sql`${'4a'}`, 'integer')), null),
    ],
  },
  {
    operation: 'padLeft(text, length, fill)',
    says: 'A text filled on its left; a longer one is never cut.',
    examples: [
      example('a FINESS that lost its zero', one(padLeft(sql`${'10000123'}`, 9, '0')), '010000123'),
      example('too long stays whole', one(padLeft(sql`${'12345'}`, 3, '0')), '12345'),
    ],
  },
  {
    operation: 'matches(text, pattern)',
    says: 'Does the text hold a match of an RE2 regular expression?',
    examples: [
      example('a CIM-10 code', one(matches(sql`${'E840'}`, '^[A-Z][0-9]{2}')), true),
      example('null asks nothing', one(matches(sql`cast(null as varchar)`, '^A')), null),
    ],
  },
  {
    operation: 'listAgg(text, separator, order)',
    says: 'The texts of a group in a row, in a given order; null is left out.',
    examples: [
      example(
        'in order, twice where twice',
        sql`select ${listAgg(sql`w`, '+', sql`w`)} as x from ${words}`,
        'a+b+b',
      ),
    ],
  },
  {
    operation: 'listDistinct(text, separator)',
    says: 'The distinct texts of a group, in their own order.',
    examples: [example('each once', sql`select ${listDistinct(sql`w`, '+')} as x from ${words}`, 'a+b')],
  },
  {
    operation: 'quantile(x, p)',
    says: 'The exact quantile of a group, interpolated between two values.',
    examples: [example('the median of four', sql`select ${quantile(sql`n`, 0.5)} as x from ${numbers}`, 2.5)],
  },
  {
    operation: 'integerDivide(a, b)',
    says: 'The whole part of a division of whole numbers, towards zero.',
    examples: [
      example('seven by two', one(integerDivide(sql`7`, 2)), 3),
      example('a negative goes towards zero', one(integerDivide(sql`-7`, 2)), -3),
    ],
  },
  {
    operation: 'sequence(from, to, alias)',
    says: 'The whole numbers from one to another, both included, as a table with a column n.',
    examples: [
      example('three rows', sql`select cast(sum(s.n) as bigint) as x from ${sequence(2, 4, 's')}`, 9n),
    ],
  },
  {
    operation: 'largest(x, y, …)',
    says: 'The largest of some values of one row. Null is passed over.',
    examples: [
      example('the later of two dates', one(largest(day('2019-01-01'), day('2020-01-01'))), '2020-01-01'),
      example('beside null', one(largest(sql`cast(null as integer)`, sql`2`, sql`1`)), 2),
      example('nothing but null', one(largest(sql`cast(null as integer)`, sql`cast(null as integer)`)), null),
    ],
  },
  {
    operation: 'smallest(x, y, …)',
    says: 'The smallest of some values of one row. Null is passed over.',
    examples: [
      example('the earlier of two dates', one(smallest(day('2019-01-01'), day('2020-01-01'))), '2019-01-01'),
      example('beside null', one(smallest(sql`3`, sql`cast(null as integer)`)), 3),
    ],
  },
  {
    operation: 'anyValue(x)',
    says: 'The value of a group that holds one value; the smallest if it holds several.',
    examples: [example('deterministic', sql`select ${anyValue(sql`w`)} as x from ${words}`, 'a')],
  },
]
