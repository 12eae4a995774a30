import { day, type Sql, sql } from '../../src/engine/index.ts'

/** A construct that DuckDB and Trino read alike, as `constructsIn` names it, with what shows that they do. */
export interface Construct {
  readonly construct: string
  readonly shows: string
  readonly query: Sql
  readonly gives: unknown
}

const one = (construct: string, shows: string, expression: Sql, gives: unknown): Construct => ({
  construct,
  shows,
  query: sql`select ${expression} as x`,
  gives,
})
const from = (construct: string, shows: string, query: Sql, gives: unknown): Construct => ({
  construct,
  shows,
  query,
  gives,
})

const nothing = sql`cast(null as integer)`
const rows = sql`(values (1, 'b', cast(1.10 as decimal(12,2))), (2, 'a', cast(-2.25 as decimal(12,2))), (3, 'a', null), (4, null, cast(0 as decimal(12,2)))) as t(n, w, m)`
const others = sql`(values ('a', 10), ('a', 20), ('c', 30), (null, 40)) as u(w, k)`
const text = (x: Sql): Sql => sql`cast(${x} as varchar)`
const joined = (kind: string): Sql =>
  sql`select cast(sum(n * 100 + coalesce(k, 7)) as bigint) as x from ${rows} ${{ parts: [{ is: 'text', text: kind }] }} ${others} on t.w = u.w`

/**
 * What a step may use beside the named operations: nothing else passes the guard. Each is here for a difference that the
 * engines could have: nulls, signs, scales, the ends of months.
 */
export const constructs: readonly Construct[] = [
  one(
    'equal',
    'null equals nothing, itself neither',
    sql`case when ${nothing} = ${nothing} then 1 else 2 end`,
    2,
  ),
  one(
    'notequal',
    'text is compared by its characters, case and accents told apart',
    sql`'é' <> 'e' and 'A' <> 'a'`,
    true,
  ),
  one('greaterthan', 'an empty text is not null and comes first', sql`'a' > ''`, true),
  one('greaterthanorequalto', 'dates', sql`${day('2020-02-29')} >= ${day('2020-02-28')}`, true),
  one('lessthan', 'capitals come before small letters', sql`'Z' < 'a'`, true),
  one(
    'lessthanorequalto',
    'decimals of different scale',
    sql`cast(1.5 as decimal(12,2)) <= cast(1.50 as decimal(20,4))`,
    true,
  ),
  one('between', 'both ends are inside', sql`2 between 1 and 2`, true),
  one('and', 'null and false is false', sql`(${nothing} = 1) and false`, false),
  one('or', 'null or true is true', sql`(${nothing} = 1) or true`, true),
  one('not', 'not null is null', sql`case when not (${nothing} = 1 or false) then 1 else 2 end`, 2),
  one('in', 'null among the values hides nothing that is there', sql`2 in (1, 2, null)`, true),
  one(
    'not_in',
    'null among the values leaves nothing certain',
    sql`case when 3 not in (1, 2, null) then 1 else 2 end`,
    2,
  ),
  one('is_null', 'of an unknown comparison', sql`(${nothing} = 1) is null`, true),
  one('is_not_null', 'an empty text is something', sql`'' is not null`, true),
  one('coalesce', 'the first that is not null', sql`coalesce(${nothing}, 3, 4)`, 3),
  one('case_expr', 'without a branch that fits: null', sql`case when 1 = 2 then 'a' end`, null),
  one('cast to BIGINT', 'of an integer', sql`cast(3 as bigint)`, 3n),
  one('cast to BOOLEAN', 'of null', sql`cast(null as boolean)`, null),
  one('cast to DATE', 'of a text', sql`cast('2020-02-29' as date)`, '2020-02-29'),
  one(
    'cast to DECIMAL',
    'half is rounded away from zero',
    text(sql`cast(cast(-2.345 as decimal(12,3)) as decimal(12,2))`),
    '-2.35',
  ),
  one('cast to DOUBLE', 'of an integer', sql`cast(1 as double)`, 1),
  one(
    'cast to INTEGER',
    'of a decimal: half is rounded away from zero',
    sql`cast(cast(2.5 as decimal(12,2)) as integer)`,
    3,
  ),
  one(
    'cast to VARCHAR',
    'a decimal keeps its scale, a date is written ISO',
    sql`cast(cast(1.5 as decimal(12,2)) as varchar) || cast(${day('2019-07-04')} as varchar)`,
    '1.502019-07-04',
  ),
  one('try_cast to INTEGER', 'what is no number is null', sql`try_cast('12a' as integer)`, null),
  one(
    'function +',
    'the scale of decimals is kept',
    text(sql`cast(1.10 as decimal(12,2)) + cast(2.205 as decimal(12,3))`),
    '3.305',
  ),
  one('function -', 'below zero', sql`2 - 5`, -3),
  one(
    'function *',
    'scales are added',
    text(sql`cast(1.5 as decimal(12,2)) * cast(2 as decimal(12,0))`),
    '3.00',
  ),
  one('function %', 'the sign is that of what is divided', sql`(-7 % 3) * 10 + 7 % -3`, -9),
  one('function abs', 'of a decimal below zero', text(sql`abs(cast(-2.25 as decimal(12,2)))`), '2.25'),
  one('distinct_from', 'two nulls are not distinct', sql`${nothing} is distinct from ${nothing}`, false),
  one('function ||', 'null makes all null', sql`'a' || cast(null as varchar)`, null),
  one('function ~~', 'like: one character, any characters', sql`'E840' like 'E_4%'`, true),
  one(
    'function substr',
    'from 1; beyond the end is empty',
    sql`substr('abc', 2, 5) || substr('abc', 9, 1)`,
    'bc',
  ),
  one('function length', 'in characters, not bytes', sql`length('été')`, 3n),
  one('function year', 'of a date', sql`year(${day('2020-12-31')})`, 2020n),
  one('function month', 'of a date', sql`month(${day('2020-12-31')})`, 12n),
  from('function count', 'null is not counted', sql`select count(m) as x from ${rows}`, 3n),
  from('function count_star', 'rows are', sql`select count(*) as x from ${rows}`, 4n),
  from(
    'function count distinct',
    'each value once, null not at all',
    sql`select count(distinct w) as x from ${rows}`,
    2n,
  ),
  from(
    'function sum',
    'of decimals, exact, null passed over',
    sql`select cast(sum(m) as varchar) as x from ${rows}`,
    '-1.15',
  ),
  from('function sum', 'of nothing is null', sql`select sum(m) as x from ${rows} where n > 9`, null),
  from('function min', 'of texts, null passed over', sql`select min(w) as x from ${rows}`, 'a'),
  from(
    'function max',
    'of decimals below and above zero',
    sql`select cast(max(m) as varchar) as x from ${rows}`,
    '1.10',
  ),
  from(
    'distinct',
    'null is one value',
    sql`select count(*) as x from (select distinct w from ${rows}) as d`,
    3n,
  ),
  from(
    'having',
    'of groups',
    sql`select count(*) as x from (select w from ${rows} group by w having count(*) > 1) as g`,
    1n,
  ),
  from('join INNER', 'null meets nothing', joined('join'), 1060n),
  from('join LEFT', 'what meets nothing stays', joined('left join'), 1574n),
  from(
    'union',
    'each row once, null among them',
    sql`select count(*) as x from (select w from ${rows} union select w from ${others}) as d`,
    4n,
  ),
  from(
    'union all',
    'every row',
    sql`select count(*) as x from (select w from ${rows} union all select w from ${others}) as d`,
    8n,
  ),
  from(
    'subquery EXISTS',
    'rows of the outer query that have one in the inner',
    sql`select count(*) as x from ${rows} where not exists (select 1 from ${others} where u.w = t.w)`,
    2n,
  ),
  from(
    'subquery ANY',
    'in a query without null',
    sql`select count(*) as x from ${rows} where t.w in (select u.w from ${others} where u.w is not null)`,
    2n,
  ),
  from('join INNER CROSS', 'every pair', sql`select count(*) as x from ${rows} cross join ${others}`, 16n),
  from(
    'star',
    'all columns of a step',
    sql`select n as x from (select * from ${rows}) as a where a.n = 2`,
    2,
  ),
  from(
    'limit',
    'so many rows; which, only an order says',
    sql`select count(*) as x from (select n from ${rows} limit 3) as l`,
    3n,
  ),
  from(
    'values',
    'rows from nowhere',
    sql`select cast(sum(n) as bigint) as x from (values (1), (2)) as v(n)`,
    3n,
  ),
  from(
    'window row_number',
    'in an order without ties',
    sql`select cast(sum(n * r) as bigint) as x from (select n, row_number() over (partition by w order by n desc) as r from ${rows}) as d`,
    12n,
  ),
  from(
    'window count',
    'of a partition; null is one',
    sql`select cast(sum(c) as bigint) as x from (select count(*) over (partition by w) as c from ${rows}) as d`,
    6n,
  ),
  from(
    'window sum',
    'of a partition',
    sql`select cast(max(s) as varchar) as x from (select sum(m) over (partition by w) as s from ${rows}) as d`,
    '1.10',
  ),
  from(
    'window max',
    'of a partition, null passed over',
    sql`select cast(min(s) as varchar) as x from (select max(m) over (partition by w) as s from ${rows} where w = 'a') as d`,
    '-2.25',
  ),
  from(
    'window min',
    'of a partition',
    sql`select cast(max(s) as bigint) as x from (select min(n) over (partition by w) as s from ${rows}) as d`,
    4n,
  ),
  from(
    'window lead',
    'the row after; null at the last',
    sql`select count(b) as x from (select lead(n) over (partition by w order by n) as b from ${rows}) as d`,
    1n,
  ),
  from(
    'window lag',
    'the row before; null at the first',
    sql`select count(b) as x from (select lag(n) over (partition by w order by n) as b from ${rows}) as d`,
    1n,
  ),
]
