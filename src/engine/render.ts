import { createHash } from 'node:crypto'
import type { Dialect } from './dialect.ts'
import type { Relation, Step } from './relation.ts'
import type { Sql } from './sql.ts'

/** How a relation is called in the text that is being made. */
export type NameOf = (relation: Relation) => string

/** SQL text for one engine. Relations are called by what `nameOf` says of them. */
export function render(query: Sql, dialect: Dialect, nameOf: NameOf): string {
  return query.parts
    .map((part) => {
      switch (part.is) {
        case 'text':
          return part.text
        case 'value':
          return dialect.quoteValue(part.value)
        case 'name':
          return dialect.quoteName(part.name)
        case 'operation':
          return dialect.operation(
            part.operation,
            part.args.map((arg) => render(arg, dialect, nameOf)),
          )
        case 'relation':
          return `${nameOf(part.relation)} as ${dialect.quoteName(part.alias)}`
      }
    })
    .join('')
}

/**
 * What a step says, on whatever engine: its text, its columns and all that it reads, by value. Two steps with
 * the same fingerprint give the same rows from the same tables.
 */
export function fingerprint(
  relation: Relation,
  dialect: Dialect,
  seen = new Map<Relation, string>(),
): string {
  const known = seen.get(relation)
  if (known) return known
  const hash = createHash('sha256')
  hash.update(JSON.stringify([relation.is, relation.name, relation.columns]))
  if (relation.is === 'step') {
    hash.update(JSON.stringify(relation.order ?? null))
    hash.update(render(relation.body, dialect, (read) => fingerprint(read, dialect, seen)))
  }
  const digest = hash.digest('hex')
  seen.set(relation, digest)
  return digest
}

/** The steps that `of` stands on, each once, dependencies first; `stop` says which relations are already there. */
export function dependencies(of: Step, stop: (relation: Relation) => boolean): Step[] {
  const ordered: Step[] = []
  const visited = new Set<Relation>()
  const visit = (relation: Relation): void => {
    if (visited.has(relation) || relation.is === 'table' || stop(relation)) return
    visited.add(relation)
    for (const read of Object.values(relation.reads)) visit(read)
    ordered.push(relation)
  }
  for (const read of Object.values(of.reads)) visit(read)
  return ordered
}

/** The steps below `of` that are read more than once on the way to it, dependencies first. */
export function sharedSteps(of: Step, stop: (relation: Relation) => boolean): Step[] {
  const below = dependencies(of, stop)
  const times = new Map<Relation, number>()
  for (const reader of [...below, of])
    for (const read of Object.values(reader.reads)) times.set(read, (times.get(read) ?? 0) + 1)
  return below.filter((one) => (times.get(one) ?? 0) > 1)
}

/** The tables that `of` reads, directly or through steps that are not yet there. */
export function tablesOf(of: Step, stop: (relation: Relation) => boolean): Relation[] {
  const leaves = new Set<Relation>()
  const visit = (relation: Relation): void => {
    if (relation.is === 'table' || stop(relation)) leaves.add(relation)
    else for (const read of Object.values(relation.reads)) visit(read)
  }
  for (const read of Object.values(of.reads)) visit(read)
  return [...leaves]
}

/** One statement: the steps below as common table expressions, then the step itself, in its total order when `ordered`. */
export function statement(
  of: Step,
  dialect: Dialect,
  located: NameOf,
  stop: (relation: Relation) => boolean,
  ordered: boolean,
): string {
  const below = dependencies(of, stop)
  const called = nameEach(below)
  const nameOf: NameOf = (relation) => called.get(relation) ?? located(relation)
  const ctes = below.map((one) => `${called.get(one)} as (\n${indent(render(one.body, dialect, nameOf))}\n)`)
  const body = render(of.body, dialect, nameOf).trim()
  const columns = Object.keys(of.columns).map((column) => dialect.quoteName(column))
  const last =
    of.order === undefined || !ordered
      ? body
      : `select ${columns.join(', ')} from (\n${indent(body)}\n) as ordered\norder by ${of.order.map((column) => dialect.quoteName(column)).join(', ')}`
  return ctes.length === 0 ? last : `with ${ctes.join(',\n')}\n${last}`
}

/** Steps keep their names; two that share one get a number. */
function nameEach(steps: readonly Step[]): Map<Relation, string> {
  const called = new Map<Relation, string>()
  const used = new Map<string, number>()
  for (const one of steps) {
    const times = (used.get(one.name) ?? 0) + 1
    used.set(one.name, times)
    called.set(one, times === 1 ? one.name : `${one.name}_${times}`)
  }
  return called
}

const indent = (text: string): string =>
  text
    .trim()
    .split('\n')
    .map((line) => `  ${line.trimEnd()}`)
    .join('\n')

/** SQL that reads no relation, as text: for documentation and for statements over what is already named. */
export function renderSql(query: Sql, dialect: Dialect): string {
  return render(query, dialect, (relation) => relation.name)
}
