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

const WHOLE = /^U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)$/
const FRACTION = /^(FLOAT|DOUBLE|DECIMAL\(\d+,\d+\))$/

/** How a column of one type is read as another; to a finer number type, and from a time to its day, a cast is exact. */
function readingOf(spec: Column, type: string): Reading {
  const found = type.toUpperCase()
  const wanted = spec.type.toUpperCase()
  if (wanted === 'VARCHAR') return found === 'BOOLEAN' ? 'flag' : 'text'
  if (spec.part && found !== wanted) return spec.part
  if (found === wanted) return 'as is'
  if (wanted === 'DATE') return found.startsWith('TIMESTAMP') ? 'cast' : 'date'
  if (WHOLE.test(found) || digitsAfterPoint(found) <= digitsAfterPoint(wanted)) return 'cast'
  if (FRACTION.test(found)) return 'number'
  if (found === 'BOOLEAN') return 'flag'
  return wanted.startsWith('DECIMAL') || wanted === 'DOUBLE' ? 'decimal' : 'integer'
}

/** Of a decimal type; NaN of any other, which is no more and no less than anything. */
const digitsAfterPoint = (type: string): number => Number(/^DECIMAL\(\d+,(\d+)\)$/.exec(type)?.[1])
