import type { Column, SourceTable } from '../model.ts'
import type { AcceptedColumn, Reading, Warning } from './model.ts'
import { tidy } from './scan-csv.ts'

/** A delivered column: its name, and its type (VARCHAR throughout in a CSV file). */
export interface DeliveredColumn {
  readonly name: string
  readonly type: string
}

export interface Matched {
  readonly columns: readonly AcceptedColumn[]
  readonly warnings: readonly Warning[]
  /** Required columns that are not there. */
  readonly lacking: readonly string[]
}

/** Which delivered column is which column of the definition, and how it is read. */
export function matchColumns(definition: SourceTable, delivered: readonly DeliveredColumn[]): Matched {
  const byName = new Map(delivered.map((one) => [tidy(one.name), one]))
  const used = new Set<string>()
  const warnings: Warning[] = []
  const lacking: string[] = []
  const columns: AcceptedColumn[] = []
  for (const [column, spec] of Object.entries(definition.columns)) {
    if (spec.dummyOf !== undefined) {
      columns.push({ column, reading: 'derived' })
      used.add(column)
      continue
    }
    const found = [column, ...(spec.also ?? [])]
      .map((one) => byName.get(one))
      .find((one) => one !== undefined)
    if (!found) {
      if (spec.required) lacking.push(column)
      else warnings.push({ kind: 'absent-column', column, count: 1 })
      columns.push({ column, reading: 'absent' })
      continue
    }
    used.add(tidy(found.name))
    if (tidy(found.name) !== column)
      warnings.push({ kind: 'other-name', column, count: 1, example: found.name })
    columns.push({ column, reading: readingOf(spec, found.type), found: found.name })
  }
  for (const one of delivered)
    if (!used.has(tidy(one.name))) warnings.push({ kind: 'unknown-column', column: one.name, count: 1 })
  return { columns, warnings, lacking }
}

/** Every column name by which the table is known, in capitals. */
export const knownNames = (definition: SourceTable): ReadonlySet<string> =>
  new Set(Object.entries(definition.columns).flatMap(([column, spec]) => [column, ...(spec.also ?? [])]))

function readingOf(spec: Column, type: string): Reading {
  const found = type.toUpperCase()
  if (spec.type === 'varchar') return found === 'BOOLEAN' ? 'flag' : 'text'
  if (found === spec.type.toUpperCase() && !spec.part) return 'as is'
  if (spec.type === 'date') return 'date'
  if (spec.type.startsWith('decimal') || spec.type === 'double')
    return found === 'BOOLEAN' ? 'flag' : 'decimal'
  if (spec.part && found !== 'INTEGER') return spec.part
  if (found === spec.type.toUpperCase()) return 'as is'
  return found === 'BOOLEAN' ? 'flag' : 'integer'
}
