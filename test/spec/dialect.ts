import {
  addDays,
  daysBetween,
  day,
  integerDivide,
  largest,
  listDistinct,
  makeDate,
  type Operation,
  rounded,
  smallest,
  type Sql,
  sql,
  wholeNumber,
} from '../../src/engine/index.ts'
import { type Chapter, example, value } from './example.ts'

const words = sql`(values ('b'), ('a'), ('b'), (null), ('É'), ('')) as t(w)`
const nobody = sql`(values ('a')) as t(w) where w = 'b'`
const noDate = sql`cast(null as date)`
const none = sql`cast(null as integer)`
const text = (x: string): Sql => sql`${x}`
const double = (x: number): Sql => sql`cast(${x} as double)`

/** How each operation is called in a step: a new one does not compile until it has its examples. */
const OPERATIONS: Record<Operation, Omit<Chapter, 'construct'> & { readonly called: string }> = {
  addDays: {
    called: 'addDays(date, n)',
    says: 'A date some days later, or earlier when n is negative.',
    examples: [
      value('crosses the end of a year', addDays(day('2019-12-30'), 3), '2020-01-02'),
      value('reaches a leap day', addDays(day('2020-02-28'), 1), '2020-02-29'),
      value('passes over it in another year', addDays(day('2019-02-28'), 1), '2019-03-01'),
      value('a negative number goes back', addDays(day('2020-03-01'), -1), '2020-02-29'),
      value('no date stays none', addDays(noDate, 1), null),
      value('a number that a query gives', addDays(day('2020-01-31'), sql`1 + 1`), '2020-02-02'),
    ],
  },
  daysBetween: {
    called: 'daysBetween(from, to)',
    says: 'Days from one date to another, as a bigint.',
    examples: [
      value('over a leap day', daysBetween(day('2020-02-28'), day('2020-03-01')), 2n),
      value('over the same days of another year', daysBetween(day('2019-02-28'), day('2019-03-01')), 1n),
      value('negative when the second is earlier', daysBetween(day('2020-01-02'), day('2020-01-01')), -1n),
      value('a day and itself', daysBetween(day('2020-01-02'), day('2020-01-02')), 0n),
      value('a hundred years that are not leap', daysBetween(day('1900-02-28'), day('1900-03-01')), 1n),
      value('from no date', daysBetween(noDate, day('2020-01-01')), null),
    ],
  },
  makeDate: {
    called: 'makeDate(year, month, day)',
    says: 'A date from three whole numbers; null where there is no such day, and for years outside 1 to 9999.',
    examples: [
      value('a day that exists', makeDate(sql`2019`, sql`7`, sql`4`), '2019-07-04'),
      value('31 April does not', makeDate(sql`2019`, sql`4`, sql`31`), null),
      value('29 February of a leap year', makeDate(sql`2020`, sql`2`, sql`29`), '2020-02-29'),
      value('29 February of another', makeDate(sql`2019`, sql`2`, sql`29`), null),
      value('a month of three digits is not cut', makeDate(sql`2019`, sql`123`, sql`1`), null),
      value('month 0', makeDate(sql`2019`, sql`0`, sql`1`), null),
      value('a negative day', makeDate(sql`2019`, sql`1`, sql`-1`), null),
      value('the year 0', makeDate(sql`0`, sql`1`, sql`1`), null),
      value('a year of five digits is not cut', makeDate(sql`20190`, sql`1`, sql`1`), null),
      value('a year of three digits', makeDate(sql`987`, sql`1`, sql`1`), '0987-01-01'),
      value('no month', makeDate(sql`2019`, none, sql`1`), null),
      value('of a bigint', makeDate(sql`year(${day('2019-05-06')})`, sql`1`, sql`1`), '2019-01-01'),
    ],
  },
  wholeNumber: {
    called: 'wholeNumber(text)',
    says: 'The integer that a text of at most nine digits spells, with a sign and spaces around it or not; else null.',
    examples: [
      value('zeros before it', wholeNumber(text('0042')), 42),
      value('negative', wholeNumber(text('-5')), -5),
      value('a plus', wholeNumber(text('+5')), 5),
      value('spaces around', wholeNumber(text(' 42 ')), 42),
      value('a letter', wholeNumber(text('4a')), null),
      value('a fraction, which DuckDB’s own cast rounds', wholeNumber(text('1.5')), null),
      value('an exponent, which DuckDB’s own cast reads', wholeNumber(text('1e3')), null),
      value('an underscore, which DuckDB’s own cast skips', wholeNumber(text('4_2')), null),
      value('ten digits', wholeNumber(text('1000000000')), null),
      value('no digit', wholeNumber(text('')), null),
      value('no text', wholeNumber(sql`cast(null as varchar)`), null),
    ],
  },
  rounded: {
    called: 'rounded(x)',
    says: 'A double as the nearest integer, halves away from zero. A plain cast takes halves to the even one in DuckDB.',
    examples: [
      value('a half', rounded(double(2.5)), 3),
      value('a negative half', rounded(double(-2.5)), -3),
      value('below a half', rounded(double(2.4999)), 2),
      value('a whole number', rounded(double(5)), 5),
      value('null', rounded(sql`cast(null as double)`), null),
    ],
  },
  integerDivide: {
    called: 'integerDivide(a, b)',
    says: 'The whole part of a division of whole numbers, towards zero. The divisor is a number of the step, never zero.',
    examples: [
      value('seven by two', integerDivide(sql`7`, 2), 3),
      value('a negative goes towards zero', integerDivide(sql`-7`, 2), -3),
      value('by a negative', integerDivide(sql`7`, -2), -3),
      value('of a bigint', integerDivide(sql`8670001000000001`, 4294967296000), 2018n),
      value('null', integerDivide(none, 2), null),
    ],
  },
  largest: {
    called: 'largest(a, b, …)',
    says: 'The largest of values of one type, nulls left out; null where all are.',
    examples: [
      value('of two numbers', largest(sql`1`, sql`2`), 2),
      value('null is left out', largest(none, sql`-2`), -2),
      value('of nothing but nulls', largest(none, none), null),
      value('of three dates', largest(day('2020-02-29'), noDate, day('2020-03-01')), '2020-03-01'),
      value('of texts, by code point', largest(text('z'), text('É'), text('')), 'É'),
      value(
        'decimals of two scales take the finer',
        largest(sql`cast(1.5 as decimal(12,2))`, sql`cast(1.499 as decimal(12,3))`),
        '1.500',
      ),
    ],
  },
  smallest: {
    called: 'smallest(a, b, …)',
    says: 'The smallest of values of one type, nulls left out; null where all are.',
    examples: [
      value('of two numbers', smallest(sql`1`, sql`2`), 1),
      value('null is left out', smallest(sql`1`, none), 1),
      value('of nothing but nulls', smallest(noDate, noDate), null),
      value('of three dates', smallest(day('2020-02-29'), noDate, day('2020-03-01')), '2020-02-29'),
      value('an empty text is a text', smallest(text('a'), text('')), ''),
      example(
        'over a group',
        sql`select ${smallest(sql`max(n)`, sql`3`)} as x from (values (1), (null), (5)) as t(n)`,
        3,
      ),
    ],
  },
  listDistinct: {
    called: 'listDistinct(text, separator)',
    says: 'The distinct texts of a group, in their own order; null where there is none.',
    examples: [
      example(
        'each once, by code point',
        sql`select ${listDistinct(sql`w`, '+')} as x from ${words}`,
        '+a+b+É',
      ),
      example('of no row', sql`select ${listDistinct(sql`w`, '+')} as x from ${nobody}`, null),
      example(
        'of nulls alone',
        sql`select ${listDistinct(sql`w`, '+')} as x from (values (cast(null as varchar))) as t(w)`,
        null,
      ),
      example('of a constant', sql`select ${listDistinct(text('a'), '+')} as x from ${words}`, 'a'),
      example(
        'an empty text is one',
        sql`select ${listDistinct(sql`w`, '+')} as x from (values (''), ('')) as t(w)`,
        '',
      ),
    ],
  },
}

/** The named operations: what a step may use that engines write differently. */
export const operations: readonly (Chapter & { readonly called: string })[] = Object.entries(OPERATIONS).map(
  ([operation, rest]) => ({ construct: `operation ${operation}`, ...rest }),
)
