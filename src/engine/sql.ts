import { ChainonError } from '../base/index.ts'
import type { Operation } from './operations.ts'
import type { Relation } from './relation.ts'

/**
 * SQL as data: literal text, quoted values, checked identifiers, dialect operations and references to
 * relations. It becomes text only when a dialect renders it, so that a step can be printed, hashed and run on
 * any engine, and nothing is ever found or replaced by text.
 */
export interface Sql {
  readonly parts: readonly Part[]
}

export type Part =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'value'; readonly value: Value }
  | { readonly is: 'name'; readonly name: string }
  | { readonly is: 'operation'; readonly operation: Operation; readonly args: readonly Sql[] }
  /** A relation as it stands in FROM: `name as alias`. */
  | { readonly is: 'relation'; readonly relation: Relation; readonly alias: string }

/** A value that the tag quotes. Text is never taken for SQL; money is a decimal text made by `money`. */
export type Value = string | number | bigint | boolean | null

type Hole = Sql | Value | Interpolates

/** Anything that knows its own SQL form (a read relation, a column of it). */
export interface Interpolates {
  readonly [asSql]: () => Sql
}
export const asSql: unique symbol = Symbol('as SQL')

/** The tag: fragments nest, values are quoted, nothing else goes in. */
export function sql(texts: TemplateStringsArray, ...holes: readonly Hole[]): Sql {
  const parts: Part[] = []
  texts.forEach((text, index) => {
    if (text !== '') parts.push({ is: 'text', text })
    if (index < holes.length) parts.push(...toSql(holes[index] as Hole).parts)
  })
  return { parts }
}

function toSql(hole: Hole): Sql {
  if (isSql(hole)) return hole
  // Handles of relations are functions underneath (a Proxy), hence the two kinds.
  if ((typeof hole === 'object' || typeof hole === 'function') && hole !== null)
    return (hole as Interpolates)[asSql]()
  return { parts: [{ is: 'value', value: hole }] }
}

function isSql(hole: unknown): hole is Sql {
  return typeof hole === 'object' && hole !== null && 'parts' in hole
}

/** An identifier: letters, digits and underscores only, quoted by the dialect where it must be. */
export function name(identifier: string): Sql {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(identifier))
    throw new ChainonError('engine/bad-name', `"${identifier}" cannot be the name of a column or table`)
  return { parts: [{ is: 'name', name: identifier }] }
}

/** Fragments in a row, by default separated by commas. */
export function join(fragments: readonly (Sql | Value)[], separator: Sql = sql`, `): Sql {
  const parts: Part[] = []
  fragments.forEach((fragment, index) => {
    if (index > 0) parts.push(...separator.parts)
    parts.push(...toSql(fragment).parts)
  })
  return { parts }
}

export const empty: Sql = { parts: [] }

/** A date literal, from `YYYY-MM-DD`. */
export function day(iso: string): Sql {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(iso))
    throw new ChainonError('engine/bad-date', `"${iso}" is not a date (YYYY-MM-DD)`)
  return sql`date ${iso}`
}
