import { ChainonError } from '../base/index.ts'
import {
  type Columns,
  type Interpolates,
  join,
  name,
  type Read,
  type Relation,
  type Sql,
  sql,
  type Step,
  step,
} from '../engine/index.ts'
import type { CdmTable, Field, Fields } from './spec/model.ts'

/** A text with the longest length that its source allows, so that what cannot fit is found before a row is read. */
export interface Text {
  readonly longest: number
  readonly of: Sql | Interpolates
}

/** A source's text for a CDM field: `text(13, l.PHA_PRS_C13)`. */
export const text = (longest: number, of: Sql | Interpolates): Text => ({ longest, of })

type ValueOf<F extends Field> = F['type'] extends 'varchar'
  ? Text | string
  : F['type'] extends 'integer' | 'bigint' | 'double'
    ? Sql | Interpolates | number
    : Sql | Interpolates

/** What a mapping sets: every required field, any other of the table, nothing else. */
export type Assignment<F extends Fields> = {
  readonly [K in keyof F as F[K]['required'] extends true ? K : never]: ValueOf<F[K]>
} & { readonly [K in keyof F as F[K]['required'] extends true ? never : K]?: ValueOf<F[K]> }

type ColumnsOf<F extends Fields> = { readonly [K in keyof F & string]: F[K]['type'] }

/**
 * Rows of one source for one table of the CDM: specification on the left, source on the right. Fields that are
 * not set are null. An unknown field or a missing required one does not compile; a text that cannot fit, or a
 * field that slipped past the compiler, is an error when the mapping is declared.
 */
export function mapping<F extends Fields, C extends Columns>(
  mappingName: string,
  target: CdmTable<F>,
  from: Step<C>,
  set: (row: Read<C>) => Assignment<F>,
): Step<ColumnsOf<F>> {
  return step(mappingName, {
    reads: { s: from as Relation },
    gives: columnsOf(target),
    sql: ({ s }) => {
      const assigned = set(s as unknown as Read<C>) as Readonly<Record<string, Value>>
      check(mappingName, target as unknown as CdmTable, assigned)
      const fields = Object.entries(target.fields).map(
        ([field, { type }]) =>
          sql`cast(${expression(assigned[field])} as ${typeText(type)}) as ${name(field)}`,
      )
      return sql`select ${join(fields)} from ${s}`
    },
  }) as unknown as Step<ColumnsOf<F>>
}

/** All mappings of one table, in its total order: what is written. */
export function tableOf<F extends Fields>(
  target: CdmTable<F>,
  parts: readonly Step<ColumnsOf<F>>[],
): Step<ColumnsOf<F>> {
  const columns = Object.keys(target.fields)
  return step(target.name, {
    reads: Object.fromEntries(parts.map((part, index) => [`m${index}`, part as Relation])),
    gives: columnsOf(target),
    order: target.order as readonly never[],
    sql: (reads) =>
      join(
        Object.values(reads as Record<string, Interpolates>).map(
          (part) => sql`select ${join(columns.map(name))} from ${part}`,
        ),
        sql` union all `,
      ),
  }) as unknown as Step<ColumnsOf<F>>
}

type Value = Text | Sql | Interpolates | string | number | undefined

function columnsOf<F extends Fields>(target: CdmTable<F>): ColumnsOf<F> {
  return Object.fromEntries(
    Object.entries(target.fields).map(([field, { type }]) => [field, type]),
  ) as ColumnsOf<F>
}

function check(
  mappingName: string,
  target: CdmTable<Fields>,
  assigned: Readonly<Record<string, Value>>,
): void {
  const wrong = (field: string, says: string) =>
    new ChainonError('omop/bad-mapping', `${mappingName}: ${target.name}.${field} ${says}`)
  for (const field of Object.keys(assigned))
    if (!(field in target.fields)) throw wrong(field, 'is no field of the CDM')
  for (const [field, { required, length }] of Object.entries(target.fields)) {
    const value = assigned[field]
    if (value === undefined) {
      if (required) throw wrong(field, 'is required and not set')
      continue
    }
    const longest = typeof value === 'string' ? value.length : isText(value) ? value.longest : 0
    if (length !== undefined && longest > length)
      throw wrong(field, `holds ${length} characters; the source may have ${longest}`)
  }
}

function expression(value: Value): Sql {
  if (value === undefined) return sql`null`
  if (typeof value === 'string' || typeof value === 'number') return sql`${value}`
  return isText(value) ? sql`${value.of}` : sql`${value}`
}

const isText = (value: Exclude<Value, undefined>): value is Text =>
  typeof value === 'object' && 'longest' in value

/** A type of the specification as SQL: one of a closed list, never a text of a source. */
const typeText = (type: string): Sql => ({ parts: [{ is: 'text', text: type }] })
