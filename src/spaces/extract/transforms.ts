import { day, makeDate, name, type Sql, sql } from '../../engine/index.ts'
import type { Shape } from './cdm-shape.ts'
import { REGISTRY_TYPE } from './cdm-shape.ts'
import type { Exported } from './columns.ts'

export interface Period {
  readonly from: string
  readonly until: string
  readonly registryFrom?: string | undefined
}

/** `alias.column`. */
export const at = (alias: string, column: string): Sql => sql`${name(alias)}.${name(column)}`

/** A column as the permit shows it; a date stays a date: `year` is its 1 January. */
export function shown(alias: string, { name: column, type, transform }: Exported, value?: Sql): Sql {
  const x = value ?? at(alias, column)
  switch (transform) {
    case 'as-is':
      return x
    case 'year':
      return type === 'date' ? makeDate(sql`year(${x})`, sql`1`, sql`1`) : x
    case 'age-band':
      return sql`${x} - ${x} % 5`
    case 'département':
      return sql`case when substr(${x}, 1, 2) in ('97', '98') then substr(${x}, 1, 3) else substr(${x}, 1, 2) end`
  }
}

/** Does the row touch the period? What the registry tells may be older. */
export function touches(alias: string, shape: Shape, columns: ReadonlySet<string>, period: Period): Sql {
  if (!shape.starts || !columns.has(shape.starts)) return sql`true`
  const starts = at(alias, shape.starts)
  const ends =
    shape.ends && columns.has(shape.ends) ? sql`coalesce(${at(alias, shape.ends)}, ${starts})` : starts
  const from =
    period.registryFrom && shape.type && columns.has(shape.type)
      ? sql`case when ${at(alias, shape.type)} = ${REGISTRY_TYPE} then ${day(period.registryFrom)} else ${day(period.from)} end`
      : day(period.from)
  return sql`${starts} <= ${day(period.until)} and ${ends} >= ${from}`
}

/** The first and last day of a period are cut to those of the permit. */
export function clipped(alias: string, shape: Shape, column: string, period: Period): Sql | undefined {
  if (!shape.clip) return undefined
  const x = at(alias, column)
  if (column === shape.starts)
    return sql`case when ${x} < ${day(period.from)} then ${day(period.from)} else ${x} end`
  if (column === shape.ends)
    return sql`case when ${x} > ${day(period.until)} then ${day(period.until)} else ${x} end`
  return undefined
}
