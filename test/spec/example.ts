import { type Sql, sql } from '../../src/engine/index.ts'

/** One sentence of the reference: a query, the `x` of each of its rows on every engine, and what that shows. */
export interface Example {
  readonly shows: string
  readonly query: Sql
  readonly gives: readonly unknown[]
}

/** What a step may write, and what it means on every engine. */
export interface Chapter {
  /** As the guard calls it. */
  readonly construct: string
  readonly says: string
  readonly examples: readonly Example[]
}

export const example = (shows: string, query: Sql, ...gives: unknown[]): Example => ({ shows, query, gives })
/** An example of an expression. */
export const value = (shows: string, expression: Sql, gives: unknown): Example =>
  example(shows, sql`select ${expression} as x`, gives)
export const chapter = (construct: string, says: string, ...examples: Example[]): Chapter => ({
  construct,
  says,
  examples,
})

/** A sum of whole numbers has 128 bits in one engine and 64 in another: the value counts, not its width. */
export const comparable = (x: unknown): unknown =>
  typeof x === 'number' && Number.isInteger(x) ? BigInt(x) : x

/** A value as the reference page shows it. */
export const shown = (x: unknown): string => (typeof x === 'string' ? `'${x}'` : String(x))
