import { type Columns, type SqlType, type Table, table } from '../../engine/index.ts'

/** The five potential identifiers of the SNDS: what a permit grants by name. */
export type Identifier =
  | 'birth-year-month'
  | 'residence-commune'
  | 'care-dates'
  | 'death-date'
  | 'death-commune'

/** Whose ids a column carries: a project space numbers them anew. */
export type IdOf = 'person' | 'provider' | 'place' | 'centre' | 'event'

/** What the specification (OMOP CDM 5.4) says of a field, and what a hub must know of it. */
export interface Field<T extends SqlType = SqlType, R extends boolean = boolean> {
  readonly type: T
  readonly required: R
  readonly key?: true
  /** Longest text. */
  readonly length?: number
  /** The table whose key it holds. */
  readonly references?: string
  /** Domain that a concept must belong to. */
  readonly domain?: string
  readonly identifier?: Identifier
  readonly id?: IdOf
  /** A value as the source wrote it that carries an id: never in a space. */
  readonly source?: true
}

export type Fields = Readonly<Record<string, Field>>

export interface CdmTable<F extends Fields = Fields> {
  readonly name: string
  readonly fields: F
  /** Key first: the total order in which the table is written. */
  readonly order: readonly (keyof F & string)[]
}

type Extra = Omit<Field, 'type' | 'required'>
const optional =
  <T extends SqlType>(type: T) =>
  (extra: Extra = {}): Field<T, false> => ({ type, required: false, ...extra })

export const number = optional('double')
export const whole = optional('integer')
export const date = optional('date')
/** Money is a decimal whatever the specification's float: sums must balance to the cent. */
export const money = optional('decimal(12,2)')
export const text = (length: number, extra: Extra = {}): Field<'varchar', false> => ({
  type: 'varchar',
  required: false,
  length,
  ...extra,
})
export const concept = (domain?: string, extra: Extra = {}): Field<'integer', false> => ({
  type: 'integer',
  required: false,
  references: 'concept',
  ...(domain === undefined ? {} : { domain }),
  ...extra,
})
/** A key of another table. */
export const to = (references: string, id: IdOf, extra: Extra = {}): Field<'bigint', false> => ({
  type: 'bigint',
  required: false,
  references,
  id,
  ...extra,
})
/** The table's own key. */
export const key = (id: IdOf): Field<'bigint', true> => ({ type: 'bigint', required: true, key: true, id })
export const required = <T extends SqlType>(field: Field<T>): Field<T, true> => ({ ...field, required: true })

export function cdmTable<const F extends Fields>(
  name: string,
  fields: F,
  order: readonly (keyof F & string)[],
): CdmTable<F> {
  return Object.freeze({ name, fields, order })
}

type ColumnsOf<F extends Fields> = { readonly [K in keyof F]: F[K]['type'] }

/** The table as steps read it. */
export function readable<F extends Fields>({ name, fields }: CdmTable<F>): Table<ColumnsOf<F>> {
  const columns: Record<string, SqlType> = {}
  for (const [field, { type }] of Object.entries(fields)) columns[field] = type
  return table(name, columns as Columns) as unknown as Table<ColumnsOf<F>>
}
