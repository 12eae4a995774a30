import { ChainonError } from '../base/index.ts'
import { asSql, type Interpolates, name, type Part, type Sql } from './sql.ts'

/** Column types that every engine of ours knows. */
export type SqlType =
  | 'varchar'
  | 'integer'
  | 'bigint'
  | 'boolean'
  | 'date'
  | 'double'
  | `decimal(${number},${number})`
  | 'varchar[]'

export type Columns = Readonly<Record<string, SqlType>>

/** A table that comes from outside the plan: files that are bound to it when the plan runs. */
export interface Table<C extends Columns = Columns> {
  readonly is: 'table'
  readonly name: string
  readonly columns: C
}

/** A named query over other relations. Frozen: it is data, and its graph is its dependencies. */
export interface Step<C extends Columns = Columns> {
  readonly is: 'step'
  readonly name: string
  readonly columns: C
  readonly reads: Readonly<Record<string, Relation>>
  readonly body: Sql
  /** A total order of the rows, for steps that are written: the same bytes from run to run. */
  readonly order: readonly string[] | undefined
  /** For a step that is written, and whose joins an engine that guesses their sizes would turn round. */
  readonly joins: 'as written' | undefined
}

export type Relation = Table | Step

/** What `sql` receives for each relation that it reads: `${b}` in FROM, `${b.ETA_NUM}` in an expression. */
export type Read<C extends Columns> = Interpolates & { readonly [K in keyof C & string]: Interpolates }

/** A table of the outside world: its name and the columns that a plan may use. */
export function table<const C extends Columns>(tableName: string, columns: C): Table<C> {
  name(tableName)
  return Object.freeze({ is: 'table', name: tableName, columns: Object.freeze({ ...columns }) })
}

type ColumnsOf<R> = R extends { readonly columns: infer C extends Columns } ? C : never

/**
 * A step: what it reads (objects, by alias), what it gives (columns, checked against the query when it runs)
 * and its SQL. `${alias}` stands in FROM as `relation as alias`; `${alias.COLUMN}` is a column that the
 * relation must have, else the program does not compile.
 */
export function step<const R extends Readonly<Record<string, Relation>>, const C extends Columns>(
  stepName: string,
  definition: {
    reads: R
    gives: C
    sql: (reads: { readonly [K in keyof R]: Read<ColumnsOf<R[K]>> }) => Sql
    order?: readonly (keyof C & string)[]
    joins?: 'as written'
  },
): Step<C> {
  name(stepName)
  const handles = Object.fromEntries(
    Object.entries(definition.reads).map(([alias, relation]) => [alias, handle(relation, alias)]),
  )
  const body = definition.sql(handles as { readonly [K in keyof R]: Read<ColumnsOf<R[K]>> })
  return Object.freeze({
    is: 'step',
    name: stepName,
    columns: Object.freeze({ ...definition.gives }),
    reads: Object.freeze({ ...definition.reads }),
    body,
    order: definition.order,
    joins: definition.joins,
  })
}

/** The handle that a step's SQL writes: itself in FROM, its columns elsewhere; an unknown column is an error at once. */
function handle(relation: Relation, alias: string): Read<Columns> {
  name(alias)
  const inFrom: Part = { is: 'relation', relation, alias }
  return new Proxy({} as Read<Columns>, {
    get(_target, key) {
      if (key === asSql) return () => ({ parts: [inFrom] })
      if (typeof key !== 'string') return undefined
      if (!(key in relation.columns))
        throw new ChainonError('engine/unknown-column', `${relation.name} has no column ${key}`)
      const parts: Part[] = [{ is: 'name', name: alias }, { is: 'text', text: '.' }, ...name(key).parts]
      return { [asSql]: () => ({ parts }) }
    },
  })
}
