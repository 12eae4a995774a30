import { ChainonError } from '../../base/index.ts'
import {
  type Columns,
  name,
  type Relation,
  type Sql,
  sql,
  type Step,
  type Table,
  table,
} from '../../engine/index.ts'
import type { Permit } from '../../permits/index.ts'
import { KIND_OF, type Kind, SHAPES, type Shape } from './cdm-shape.ts'
import type { Exported, ExportedTable } from './columns.ts'
import type { Guards } from './guards.ts'
import { at, clipped, shown } from './transforms.ts'

/** CDM id → id of the space; `salt` is a secret number per person that orders rows which look alike. */
export const MAPS = {
  person: table('person_ids', { cdm_id: 'bigint', space_id: 'bigint', salt: 'bigint' }),
  provider: table('provider_ids', { cdm_id: 'bigint', space_id: 'bigint' }),
  place: table('place_ids', { cdm_id: 'bigint', space_id: 'bigint' }),
  centre: table('centre_ids', { cdm_id: 'bigint', space_id: 'bigint' }),
} as const satisfies Record<Kind, Table>

/** A permit that is being compiled: what its tables stand on, and those that are ready. */
export interface Compilation {
  readonly permit: Permit
  readonly guards: Guards
  /** Tables of the data version, by name. */
  readonly lake: ReadonlyMap<string, Table>
  /** The cohort with its ids of the space. */
  readonly members: Step
  /** Events with both their numbers, by table. */
  readonly numbered: Map<string, Step>
  /** Those of them that another table refers to. */
  readonly referred: Set<string>
  /** Tables of the space, by name, in the order in which they can be written. */
  readonly tables: Map<string, Step>
}

/** A relation that a row's values are looked up in. */
export interface Lookup {
  readonly alias: string
  readonly on: Sql
  /** The row stands or falls with it. */
  readonly inner?: true
}

/** What a statement reads and joins; grows as its values are compiled. */
export interface Reading {
  readonly reads: Record<string, Relation>
  readonly lookups: Lookup[]
}

/** @throws space/no-table */
export function lakeTable({ lake }: Pick<Compilation, 'lake'>, tableName: string): Table {
  const found = lake.get(tableName)
  if (!found)
    throw new ChainonError('space/no-table', `the data version has no table ${tableName}`, {
      exitCode: 3,
      details: { table: tableName },
    })
  return found
}

/** The numbered events of a table, if the space has it; from now on they are kept for whoever refers to them. */
export function eventsOf(compilation: Compilation, tableName: string): Step | undefined {
  const events = compilation.numbered.get(tableName)
  if (events) compilation.referred.add(tableName)
  return events
}

export const keyOf = (tableName: string): string => (SHAPES[tableName] as Shape).key as string

export const columnTypes = (columns: readonly Exported[]): Columns =>
  Object.fromEntries(columns.map((column) => [column.name, column.type]))

/** `value as column`, for each column of a table. */
export const selected = (exported: ExportedTable, value: (column: Exported) => Sql): Sql[] =>
  exported.columns.map((column) => sql`${value(column)} as ${name(column.name)}`)

/**
 * One value of a row `t`: an id of the space, or the column as the permit shows it. `owner` is the alias under
 * which the person of the row stands. A reference to events that the space does not have is null.
 */
export function valueOf(
  compilation: Compilation,
  shape: Shape,
  column: Exported,
  owner: string,
  reading: Reading,
): Sql {
  const target = shape.refers?.[column.name]
  if (target === 'person') return at(owner, 'space_id')
  if (target === undefined)
    return shown('t', column, clipped('t', shape, column.name, compilation.permit.period))
  const kind = KIND_OF[target]
  const relation = kind ? MAPS[kind] : eventsOf(compilation, target)
  if (!relation) return sql`cast(null as bigint)`
  const alias = `of_${column.name}`
  reading.reads[alias] = relation
  reading.lookups.push({
    alias,
    on: sql`${at(alias, kind ? 'cdm_id' : 'cdm_key')} = ${at('t', column.name)}`,
  })
  return at(alias, kind ? 'space_id' : keyOf(target))
}
