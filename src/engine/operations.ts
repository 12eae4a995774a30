import { ChainonError } from '../base/index.ts'
import { type Interpolates, type Sql, sql } from './sql.ts'

/**
 * What DuckDB and Trino write differently, as named operations. A step that needs one of these calls it here;
 * everything else in a step is text that both engines read alike.
 */
export type Operation =
  | 'addDays'
  | 'daysBetween'
  | 'makeDate'
  | 'wholeNumber'
  | 'rounded'
  | 'integerDivide'
  | 'largest'
  | 'smallest'
  | 'listDistinct'

const call = (operation: Operation, ...args: Sql[]): Sql => ({
  parts: [{ is: 'operation', operation, args }],
})

/** `date + n` days. */
export const addDays = (date: Sql, n: Sql | number): Sql =>
  call('addDays', date, typeof n === 'number' ? sql`${n}` : n)
/** Days from `from` to `to`, negative when `to` is earlier. */
export const daysBetween = (from: Sql, to: Sql): Sql => call('daysBetween', from, to)
/** A date from its year (1 to 9999), month and day as whole numbers; null where there is no such day. */
export const makeDate = (year: Sql, month: Sql, dayOfMonth: Sql): Sql =>
  call('makeDate', year, month, dayOfMonth)
/** The integer that a text of at most nine digits spells; null where it spells none. */
export const wholeNumber = (text: Sql): Sql => call('wholeNumber', text)
/** A double as the nearest integer, halves away from zero. */
export const rounded = (x: Sql): Sql => call('rounded', x)
/**
 * Whole part of `a / b` for whole numbers, truncated towards zero.
 * @throws engine/bad-value when b is zero or no whole number: engines differ on what that gives
 */
export function integerDivide(a: Sql, b: number): Sql {
  if (!Number.isSafeInteger(b) || b === 0)
    throw new ChainonError('engine/bad-value', `${b} divides no whole number`)
  return call('integerDivide', a, sql`${b}`)
}
/** The largest of some values of one row, nulls left out; null where all are. */
export const largest = (...values: readonly (Sql | Interpolates)[]): Sql =>
  call('largest', ...values.map((value) => sql`${value}`))
/** The smallest of some values of one row, nulls left out; null where all are. */
export const smallest = (...values: readonly (Sql | Interpolates)[]): Sql =>
  call('smallest', ...values.map((value) => sql`${value}`))
/** Distinct texts of a group in their own order, separated; null where there is none. */
export const listDistinct = (text: Sql, separator: string): Sql =>
  call('listDistinct', text, sql`${separator}`)
