import { type Interpolates, join, type Sql, type SqlType, sql } from '../../../engine/index.ts'
import type { nineKeys } from '../tables.ts'

/** The nine keys that join a line of DCIR with its refinements, and their types; the most telling stand first. */
export const nineKeyTypes = {
  DCT_ORD_NUM: 'integer',
  PRS_ORD_NUM: 'integer',
  FLX_DIS_DTD: 'date',
  FLX_TRT_DTD: 'date',
  FLX_EMT_TYP: 'integer',
  FLX_EMT_NUM: 'integer',
  FLX_EMT_ORD: 'integer',
  ORG_CLE_NUM: 'varchar',
  REM_TYP_AFF: 'integer',
} as const satisfies Record<keyof typeof nineKeys, SqlType>

type Key = keyof typeof nineKeyTypes
type Keyed = { readonly [K in Key]: Interpolates }
const names = Object.keys(nineKeyTypes) as Key[]

/** SQL: two rows belong to the same line of DCIR. */
export const sameLine = (a: Keyed, b: Keyed): Sql =>
  join(
    names.map((key) => sql`${a[key]} = ${b[key]}`),
    sql` and `,
  )

/** SQL: the nine keys of a row, under their names. */
export const lineKeys = (a: Keyed): Sql => join(names.map((key) => sql`${a[key]}`))
