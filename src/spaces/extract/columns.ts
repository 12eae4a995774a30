import { ChainonError } from '../../base/index.ts'
import type { SqlType } from '../../engine/index.ts'
import type { Permit, Release, ReleaseColumn, Transform } from '../../permits/index.ts'
import { SHAPES } from './cdm-shape.ts'
import { ALL, type Guards } from './guards.ts'

/** One column of an extract. */
export interface Exported {
  readonly name: string
  readonly type: SqlType
  readonly transform: Transform
}

/** What an extract holds of one table, in the order of the data version. */
export interface ExportedTable {
  readonly name: string
  readonly columns: readonly Exported[]
}

/** Columns that may stand in a list of départements: they are the same for all its communes. */
const OF_DEPARTEMENT = new Set([
  'location_id',
  'county',
  'state',
  'country_concept_id',
  'country_source_value',
])

/** Does the space hold communes, or départements only? */
export const showsCommunes = (permit: Permit): boolean =>
  permit.identifiers['residence-commune'] !== undefined

/**
 * The allow-list of a permit against a data version. Nothing that it does not name is exported.
 * @throws space/unknown-table, space/unknown-column, space/identifier-not-granted, space/bad-transform,
 *   space/source-value, space/unmapped-id, space/key-needed
 */
export function exportedTables(permit: Permit, release: Release, guards: Guards = ALL): ExportedTable[] {
  for (const table of Object.keys(permit.tables))
    if (!(table in SHAPES) || !(table in release.tables))
      throw refused(
        'space/unknown-table',
        `${table}: data version ${release.version} has no such table`,
        table,
      )
  return Object.entries(release.tables).flatMap(([table, { columns }]) => {
    const asked = permit.tables[table]?.columns
    if (!asked) return []
    const known = new Map(columns.map((column) => [column.name, column]))
    for (const column of Object.keys(asked))
      if (!known.has(column))
        throw refused(
          'space/unknown-column',
          `${table}.${column}: data version ${release.version} has no such column`,
          table,
          column,
        )
    const exported = columns.flatMap((column): Exported[] => {
      const transform = asked[column.name]
      if (transform !== undefined) check(permit, table, column, transform)
      else if (guards.allowList) return []
      // Ids are numbers of the space, large enough for a bigint whatever the data version used.
      const type = isId(column) ? 'bigint' : (column.type.toLowerCase() as SqlType)
      return [{ name: column.name, type, transform: transform ?? 'as-is' }]
    })
    for (const needed of [SHAPES[table]?.key, isOfPerson(table) ? 'person_id' : undefined])
      if (needed && !(needed in asked))
        throw refused(
          'space/key-needed',
          `${table}: the permit must name ${table}.${needed} too`,
          table,
          needed,
        )
    return [{ name: table, columns: exported }]
  })
}

const isOfPerson = (table: string): boolean => SHAPES[table]?.refers?.['person_id'] === 'person'

/** May this column be shown in this way? */
function check(permit: Permit, table: string, column: ReleaseColumn, transform: Transform): void {
  const at = `${table}.${column.name}`
  if (column.source)
    throw refused(
      'space/source-value',
      `${at} carries ids of the source and is in no space`,
      table,
      column.name,
    )
  if (isId(column) && !isMapped(table, column.name))
    throw refused('space/unmapped-id', `${at} is an id that a space cannot number anew`, table, column.name)
  if (!fits(table, column, transform))
    throw refused('space/bad-transform', `${at} cannot be shown as ${transform}`, table, column.name)
  const granted = column.identifier === undefined || permit.identifiers[column.identifier] !== undefined
  if (!granted && transform === 'as-is')
    throw refused(
      'space/identifier-not-granted',
      `${at} is the potential identifier ${column.identifier}, which the permit does not grant`,
      table,
      column.name,
    )
  if (
    table === 'location' &&
    !showsCommunes(permit) &&
    transform !== 'département' &&
    !OF_DEPARTEMENT.has(column.name)
  )
    throw refused(
      'space/identifier-not-granted',
      `${at} is finer than a département, and the permit does not grant residence-commune`,
      table,
      column.name,
    )
}

/** Which transforms a column's type and meaning bear. */
function fits(table: string, column: ReleaseColumn, transform: Transform): boolean {
  const type = column.type.toLowerCase()
  switch (transform) {
    case 'as-is':
      return true
    case 'year':
      return type === 'date' || column.name === 'year_of_birth'
    case 'age-band':
      return column.name === 'year_of_birth'
    case 'département':
      return table === 'location' && column.name === 'location_source_value'
  }
}

/** Numbers whose name ends in `_id` and that are no concept are ids, whether the data version says so or not. */
function isId(column: ReleaseColumn): boolean {
  const number = /^(integer|bigint)$/i.test(column.type)
  return (
    column.id !== undefined ||
    (number && /_id(_[12])?$/.test(column.name) && !/concept_id(_[12])?$/.test(column.name))
  )
}

function isMapped(table: string, column: string): boolean {
  const shape = SHAPES[table]
  return (
    shape?.key === column ||
    shape?.refers?.[column] !== undefined ||
    shape?.refersBy?.column === column ||
    (shape?.is === 'facts' && /^fact_id_[12]$/.test(column))
  )
}

const refused = (code: `space/${string}`, message: string, table: string, column?: string) =>
  new ChainonError(code, message, { exitCode: 3, details: { table, ...(column ? { column } : {}) } })
