import * as fc from 'fast-check'
import {
  addDays,
  daysBetween,
  integerDivide,
  join as list,
  largest,
  listDistinct,
  makeDate,
  name,
  smallest,
  type Relation,
  type Sql,
  sql,
  step,
  type Step,
  table,
} from '../../src/engine/index.ts'

/*
 * Random plans over small random tables. Every relation has the same five columns, so that any step can stand on any
 * other; what steps say is written with the named operations and the plain constructs of the specification.
 */

export const COLUMNS = {
  k: 'integer',
  w: 'varchar',
  m: 'decimal(12,2)',
  d: 'date',
  b: 'boolean',
} as const
type Column = keyof typeof COLUMNS

export const LEFT = table('left_rows', COLUMNS)
export const RIGHT = table('right_rows', COLUMNS)

/** Rows as SQL values: nulls, repeats, accents, empty texts, signs, ends of months. */
export const rowsOf = fc.array(
  fc.tuple(
    fc.constantFrom('null', '-3', '0', '1', '2', '7', '365'),
    fc.constantFrom('null', "''", "'a'", "'A'", "'é'", "'a b'", "'10'", "'l''été'"),
    fc.constantFrom('null', '-0.01', '0.00', '0.005', '1.10', '-2.25', '999.99'),
    fc.constantFrom(
      'null',
      "date '2020-02-29'",
      "date '2019-12-31'",
      "date '1900-01-01'",
      "date '2021-03-31'",
    ),
    fc.constantFrom('null', 'true', 'false'),
  ),
  { minLength: 0, maxLength: 9 },
)
export type Rows = readonly (readonly string[])[]

/** A query that gives these rows, for a file. */
export const asQuery = (rows: Rows): string => {
  const types = Object.values(COLUMNS)
  const cells = (row: readonly string[]): string =>
    row.map((cell, i) => `cast(${cell} as ${types[i]})`).join(', ')
  const named = Object.keys(COLUMNS).join(', ')
  return rows.length === 0
    ? `select * from (values (${cells(['null', 'null', 'null', 'null', 'null'])})) as t(${named}) where false`
    : `select * from (values ${rows.map((row) => `(${cells(row)})`).join(', ')}) as t(${named})`
}

/** How a plan is built, as data that can be printed and made smaller. */
export type Recipe =
  | { readonly is: 'left' | 'right' }
  | { readonly is: 'filter'; readonly of: Recipe; readonly by: number }
  | { readonly is: 'project'; readonly of: Recipe; readonly to: readonly number[] }
  | { readonly is: 'group'; readonly of: Recipe; readonly by: Column }
  | { readonly is: 'window'; readonly of: Recipe; readonly by: Column }
  | { readonly is: 'distinct'; readonly of: Recipe }
  | { readonly is: 'join' | 'left join'; readonly of: Recipe; readonly and: Recipe; readonly on: Column }
  | { readonly is: 'union' | 'union all'; readonly of: Recipe; readonly and: Recipe }
  | { readonly is: 'twice'; readonly of: Recipe }
  | { readonly is: 'without'; readonly of: Recipe; readonly and: Recipe; readonly on: Column }

const column = fc.constantFrom<Column>('k', 'w', 'd')
const small = fc.nat({ max: 9 })

export const recipes: fc.Arbitrary<Recipe> = fc.letrec<{ recipe: Recipe }>((tie) => ({
  recipe: fc.oneof(
    { maxDepth: 4, depthSize: 'medium' },
    fc.constantFrom<Recipe>({ is: 'left' }, { is: 'right' }),
    fc.record({ is: fc.constant('filter' as const), of: tie('recipe'), by: small }),
    fc.record({
      is: fc.constant('project' as const),
      of: tie('recipe'),
      to: fc.array(small, { minLength: 5, maxLength: 5 }),
    }),
    fc.record({ is: fc.constantFrom('group' as const, 'window' as const), of: tie('recipe'), by: column }),
    fc.record({ is: fc.constantFrom('distinct' as const, 'twice' as const), of: tie('recipe') }),
    fc.record({
      is: fc.constantFrom('join' as const, 'left join' as const, 'without' as const),
      of: tie('recipe'),
      and: tie('recipe'),
      on: column,
    }),
    fc.record({
      is: fc.constantFrom('union' as const, 'union all' as const),
      of: tie('recipe'),
      and: tie('recipe'),
    }),
  ),
})).recipe

type Read = Readonly<Record<Column, Sql>> & { readonly itself: Sql }

const conditions: readonly ((r: Read) => Sql)[] = [
  (r) => sql`${r.k} > 0`,
  (r) => sql`${r.w} <> 'a'`,
  (r) => sql`${r.w} like '%a%' or ${r.b}`,
  (r) => sql`not (${r.m} < 0 or ${r.k} is null)`,
  (r) => sql`${r.d} between date '1900-01-01' and date '2020-02-29'`,
  (r) => sql`${r.w} in ('a', 'é', '')`,
  (r) => sql`${r.k} not in (1, 2)`,
  (r) => sql`coalesce(${r.b}, ${r.k} = 7)`,
  (r) => sql`${r.m} is distinct from cast(1.10 as decimal(12,2))`,
  (r) => sql`year(${r.d}) >= 2020 and month(${r.d}) < 12`,
]

const expressions: Readonly<Record<Column, readonly ((r: Read) => Sql)[]>> = {
  k: [
    (r) => r.k,
    (r) => sql`${r.k} % 3`,
    (r) => integerDivide(r.k, 2),
    (r) => sql`cast(length(${r.w}) as integer)`,
    (r) => sql`cast(${daysBetween(r.d, sql`date '2020-03-01'`)} as integer)`,
    (r) => largest(r.k, sql`1`, sql`cast(month(${r.d}) as integer)`),
    (r) => sql`cast(${r.m} as integer)`,
    (r) => sql`try_cast(${r.w} as integer)`,
    (r) => sql`case when ${r.b} then 1 when ${r.k} = 2 then null else 3 end`,
    (r) => smallest(r.k, sql`2`),
  ],
  w: [
    (r) => r.w,
    (r) => sql`substr(${r.w}, 2, 2)`,
    (r) => sql`${r.w} || 'x'`,
    (r) => sql`cast(${r.k} as varchar)`,
    (r) => sql`cast(${r.m} as varchar)`,
    (r) => sql`cast(${r.d} as varchar)`,
    (r) => sql`coalesce(${r.w}, '?')`,
    (r) => sql`case when ${r.w} = '' then null else ${r.w} end`,
    (r) => sql`coalesce(substr(${r.w}, 1, 1), '') || 'é'`,
    (r) => largest(r.w, sql`'b'`),
  ],
  m: [
    (r) => r.m,
    (r) => sql`cast(abs(${r.m}) as decimal(12,2))`,
    (r) => sql`cast(${r.m} + cast(0.105 as decimal(12,3)) as decimal(12,2))`,
    (r) => sql`cast(${r.m} * cast(0.5 as decimal(3,1)) as decimal(12,2))`,
    (r) => sql`cast(coalesce(${r.k}, 0) as decimal(12,2))`,
    (r) => smallest(r.m, sql`cast(1.5 as decimal(12,2))`),
    (r) => sql`cast(coalesce(${r.m}, 0) - 1 as decimal(12,2))`,
    (r) => r.m,
    (r) => sql`case when ${r.b} then ${r.m} end`,
    (r) => r.m,
  ],
  d: [
    (r) => r.d,
    (r) => addDays(r.d, 1),
    (r) => addDays(r.d, -60),
    (r) => makeDate(sql`2021`, sql`2`, sql`coalesce(${r.k}, 29)`),
    (r) => largest(r.d, sql`date '2020-01-01'`),
    (r) => smallest(r.d, sql`date '2019-12-31'`),
    (r) => sql`coalesce(${r.d}, date '2000-01-01')`,
    (r) => r.d,
    (r) => sql`case when ${r.k} > 1 then ${r.d} end`,
    (r) => r.d,
  ],
  b: [
    (r) => r.b,
    (r) => sql`not ${r.b}`,
    (r) => sql`${r.k} = 2`,
    (r) => sql`${r.w} > 'a'`,
    (r) => sql`${r.b} and ${r.m} > 0`,
    (r) => sql`${r.b} or ${r.m} > 0`,
    (r) => sql`${r.w} is null`,
    (r) => sql`${r.d} <= date '2020-02-29'`,
    (r) => sql`${r.k} in (1, null)`,
    (r) => r.b,
  ],
}

const names = Object.keys(COLUMNS) as Column[]
let made = 0

/** The plan of a recipe: steps, each with all that stands below it. */
export function planOf(recipe: Recipe): Relation {
  switch (recipe.is) {
    case 'left':
      return LEFT
    case 'right':
      return RIGHT
    case 'filter':
      return over(recipe.of, (r) => sql`select ${all(r)} from ${r.itself} where ${conditions[recipe.by]!(r)}`)
    case 'project':
      return over(recipe.of, (r) => {
        const each = names.map(
          (one, i) => sql`${expressions[one][recipe.to[i] as number]!(r)} as ${name(one)}`,
        )
        return sql`select ${list(each)} from ${r.itself}`
      })
    case 'distinct':
      return over(recipe.of, (r) => sql`select distinct ${all(r)} from ${r.itself}`)
    case 'group':
      return over(recipe.of, (r) => grouped(r, recipe.by))
    case 'window':
      return over(recipe.of, (r) => windowed(r, recipe.by))
    case 'twice': {
      const below = planOf(recipe.of)
      return both(
        below,
        below,
        (a, b) => sql`select ${all(a)} from ${a.itself} union all select ${all(b)} from ${b.itself}`,
      )
    }
    case 'union':
    case 'union all': {
      const word = recipe.is === 'union' ? sql`union` : sql`union all`
      return both(
        planOf(recipe.of),
        planOf(recipe.and),
        (a, b) => sql`select ${all(a)} from ${a.itself} ${word} select ${all(b)} from ${b.itself}`,
      )
    }
    case 'join':
    case 'left join': {
      const word = recipe.is === 'join' ? sql`join` : sql`left join`
      return both(
        planOf(recipe.of),
        planOf(recipe.and),
        (a, b) => sql`
        select ${b.k} as k, ${a.w} as w, ${b.m} as m, ${a.d} as d, ${b.b} as b
        from (select distinct ${all(a)} from ${a.itself}) as a ${word} (select distinct ${all(b)} from ${b.itself}) as b
          on ${b[recipe.on]} = ${a[recipe.on]}`,
      )
    }
    case 'without':
      return both(
        planOf(recipe.of),
        planOf(recipe.and),
        (a, b) => sql`
        select ${all(a)} from ${a.itself} where not exists (select 1 from ${b.itself} where ${b[recipe.on]} = ${a[recipe.on]})`,
      )
  }
}

const all = (r: Read): Sql => list(names.map((one) => sql`${r[one]} as ${name(one)}`))

const grouped = (r: Read, by: Column): Sql => {
  const value: Record<Column, Sql> = {
    k: sql`cast(count(${r.k}) as integer)`,
    w: listDistinct(r.w, '+'),
    m: sql`cast(sum(${r.m}) as decimal(12,2))`,
    d: sql`max(${r.d})`,
    b: sql`min(case when ${r.b} then 1 else 0 end) = 1`,
  }
  const each = names.map((one) => sql`${one === by ? r[one] : value[one]} as ${name(one)}`)
  return sql`select ${list(each)} from ${r.itself} group by ${r[by]}`
}

const windowed = (r: Read, by: Column): Sql => {
  const partition = sql`over (partition by ${r[by]})`
  return sql`
    select cast(count(*) ${partition} as integer) as k, ${r.w} as w, cast(sum(${r.m}) ${partition} as decimal(12,2)) as m,
      max(${r.d}) ${partition} as d, ${r.b} as b from ${r.itself}`
}

type Reads = Readonly<Record<string, Readonly<Record<Column, unknown>>>>

function over(below: Recipe, body: (r: Read) => Sql): Step {
  return step(`s${++made}`, {
    reads: { r: planOf(below) },
    gives: COLUMNS,
    sql: (reads) => body(readOf(reads as unknown as Reads, 'r')),
  }) as unknown as Step
}

function both(left: Relation, right: Relation, body: (a: Read, b: Read) => Sql): Step {
  return step(`s${++made}`, {
    reads: { a: left, b: right },
    gives: COLUMNS,
    sql: (reads) => body(readOf(reads as unknown as Reads, 'a'), readOf(reads as unknown as Reads, 'b')),
  }) as unknown as Step
}

const readOf = (reads: Reads, alias: string): Read => {
  const handle = reads[alias] as Readonly<Record<Column, Parameters<typeof largest>[0]>>
  return {
    ...(Object.fromEntries(names.map((one) => [one, sql`${handle[one]}`])) as Record<Column, Sql>),
    itself: sql`${handle as unknown as Sql}`,
  }
}
