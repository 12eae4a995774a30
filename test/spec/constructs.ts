import { day, type Sql, sql } from '../../src/engine/index.ts'
import { type Chapter, chapter, example, value } from './example.ts'

const money = (x: string): Sql => sql`cast(${{ parts: [{ is: 'text' as const, text: x }] }} as decimal(12,2))`
const noText = sql`cast(null as varchar)`
const noNumber = sql`cast(null as integer)`
const noTruth = sql`cast(null as boolean)`
const numbers = sql`(values (1), (null), (3), (-2), (3)) as t(n)`
const words = sql`(values ('b'), (null), ('É'), (''), ('a'), ('Z')) as t(w)`
/** Groups with a null key, and a group without any value. */
const grouped = sql`(values ('a', 1), ('a', null), (null, 2), (null, 2), ('b', null)) as t(g, n)`

const comparisons: readonly Chapter[] = [
  chapter(
    '=',
    'Equality; null where a side is null. Texts are equal when every character is, accents, case and spaces at the end included.',
    value('numbers of two types', sql`cast(2 as bigint) = 2`, true),
    value('null equals nothing, itself included', sql`${noNumber} = ${noNumber}`, null),
    value('an empty text is no null', sql`'' = ''`, true),
    value('no filling with spaces', sql`'a' = 'a '`, false),
    value('case', sql`'a' = 'A'`, false),
    value('accents', sql`'e' = 'é'`, false),
    value('decimals of two scales', sql`${money('1.5')} = cast(1.500 as decimal(12,3))`, true),
    value('dates', sql`${day('2020-02-29')} = ${day('2020-02-29')}`, true),
    value('truth', sql`(1 = 1) = true`, true),
  ),
  chapter(
    '<>',
    'Inequality; null where a side is null.',
    value('null', sql`1 <> ${noNumber}`, null),
    value('an empty text', sql`'' <> 'a'`, true),
  ),
  chapter(
    '<',
    'Before. Texts by code point: capitals before small letters, accents after z.',
    value('capitals', sql`'Z' < 'a'`, true),
    value('accents', sql`'é' < 'z'`, false),
    value('the shorter first', sql`'a' < 'a '`, true),
    value('digits are text', sql`'10' < '9'`, true),
    value('null', sql`${noText} < 'a'`, null),
    value('dates', sql`${day('2019-12-31')} < ${day('2020-01-01')}`, true),
    value('negative decimals', sql`${money('-1.50')} < ${money('-1.49')}`, true),
  ),
  chapter(
    '<=',
    'Before or equal.',
    value('equal', sql`2 <= 2`, true),
    value('null', sql`2 <= ${noNumber}`, null),
  ),
  chapter(
    '>',
    'After.',
    value('a double and a whole number', sql`cast(3 as double) > 2`, true),
    value('null', sql`${noNumber} > 2`, null),
  ),
  chapter(
    '>=',
    'After or equal.',
    value('equal', sql`'é' >= 'é'`, true),
    value('null', sql`2 >= ${noNumber}`, null),
  ),
  chapter(
    'between',
    'Both ends included.',
    value('the ends', sql`2 between 2 and 2`, true),
    value('ends the wrong way round', sql`2 between 3 and 1`, false),
    value('an unknown end that does not matter', sql`1 between 2 and ${noNumber}`, false),
    value('an unknown end that matters', sql`3 between 2 and ${noNumber}`, null),
    value('texts', sql`'97' between '971' and '978'`, false),
  ),
  chapter(
    'is distinct from',
    'Inequality that takes null for a value.',
    value('two nulls', sql`${noNumber} is distinct from ${noNumber}`, false),
    value('one null', sql`1 is distinct from ${noNumber}`, true),
  ),
  chapter(
    'in (list)',
    'One of a list; null where it is not found and the list holds a null.',
    value('found beside a null', sql`1 in (1, null)`, true),
    value('not found beside a null', sql`1 in (2, null)`, null),
    value('null', sql`${noNumber} in (1, 2)`, null),
    value('texts', sql`'é' in ('e', 'É')`, false),
  ),
  chapter(
    'not in (list)',
    'None of a list; a null in the list makes it null.',
    value('absent', sql`1 not in (2, 3)`, true),
    value('absent beside a null', sql`1 not in (2, null)`, null),
    value('null', sql`${noText} not in ('a')`, null),
  ),
  chapter(
    'like',
    'A pattern of `%` and `_`; case and accents count.',
    value('one character, accented', sql`'été' like '_t_'`, true),
    value('case', sql`'AB' like 'a%'`, false),
    value('nothing is enough for %', sql`'a' like 'a%'`, true),
    value('null', sql`${noText} like '%'`, null),
  ),
  chapter(
    'not like',
    'Not such a pattern.',
    value('case', sql`'AB' not like 'a%'`, true),
    value('null', sql`${noText} not like 'a%'`, null),
  ),
  chapter(
    'is null',
    'An empty text is no null.',
    value('an empty text', sql`'' is null`, false),
    value('null', sql`${noText} is null`, true),
  ),
  chapter('is not null', 'The contrary.', value('null', sql`${noText} is not null`, false)),
  chapter(
    'and',
    'Three-valued.',
    value('false and null', sql`1 = 2 and ${noTruth}`, false),
    value('true and null', sql`1 = 1 and ${noTruth}`, null),
  ),
  chapter(
    'or',
    'Three-valued.',
    value('true or null', sql`1 = 1 or ${noTruth}`, true),
    value('false or null', sql`1 = 2 or ${noTruth}`, null),
  ),
  chapter(
    'not',
    'Three-valued.',
    value('null', sql`not ${noTruth}`, null),
    value('an unknown truth, taken for false', sql`not coalesce(${noTruth}, false)`, true),
  ),
]

const values: readonly Chapter[] = [
  chapter(
    'case',
    'The first branch whose condition is true; null without one. Its type is the widest of the branches’.',
    value('null is not true', sql`case when ${noTruth} then 1 else 2 end`, 2),
    value('no branch', sql`case when 1 = 2 then 1 end`, null),
    value('of a value', sql`case 'b' when 'a' then 1 when 'b' then 2 end`, 2),
    value('of null: no branch holds it', sql`case ${noNumber} when null then 1 else 2 end`, 2),
    value(
      'two scales',
      sql`case when 1 = 1 then ${money('1.5')} else cast(1.125 as decimal(12,3)) end`,
      '1.500',
    ),
    value('a truth', sql`case when 1 = 1 then 2 = 3 end`, false),
  ),
  chapter(
    'coalesce',
    'The first that is not null.',
    value('an empty text is a value', sql`coalesce(${noText}, '', 'a')`, ''),
    value('nothing', sql`coalesce(${noText}, ${noText})`, null),
    value('a decimal, else a whole number', sql`coalesce(cast(null as decimal(8,2)), 0)`, '0.00'),
    value('an unknown truth, else false', sql`coalesce(${noNumber} = 1, false)`, false),
  ),
  chapter(
    'date literal',
    'A day that there is, as YYYY-MM-DD.',
    value('a leap day', day('2020-02-29'), '2020-02-29'),
    value('long ago', day('1600-01-01'), '1600-01-01'),
    value('far ahead', day('2999-12-31'), '2999-12-31'),
  ),
  chapter(
    'cast',
    'To `integer`, `bigint`, `decimal(p,s)`, `double`, `varchar`, `date`, `boolean`: of a null to any, and of a whole number to another that holds it.',
    value('a null of a type', sql`cast(null as decimal(12,2))`, null),
    value('a wider whole number', sql`cast(7 as bigint)`, 7n),
    value('a narrower one', sql`cast(cast(-7 as bigint) as integer)`, -7),
    value('a wider decimal', sql`cast(${money('1.50')} as decimal(38,2))`, '1.50'),
  ),
  chapter(
    'cast decimal to a smaller scale',
    'Halves go away from zero. A value that has too many digits is an error on every engine.',
    value('a half', sql`cast(cast(2.345 as decimal(12,3)) as decimal(12,2))`, '2.35'),
    value('a negative half', sql`cast(cast(-2.345 as decimal(12,3)) as decimal(12,2))`, '-2.35'),
    value('less than a half', sql`cast(cast(-2.3449 as decimal(12,4)) as decimal(12,2))`, '-2.34'),
  ),
  chapter(
    'cast decimal to whole number',
    'Halves go away from zero.',
    value('a half', sql`cast(${money('2.50')} as integer)`, 3),
    value('a negative half', sql`cast(${money('-2.50')} as bigint)`, -3n),
    value('euros as cents', sql`cast(${money('-12.34')} * 100 as bigint)`, -1234n),
  ),
  chapter(
    'cast whole number to decimal',
    'Also where a whole number meets a decimal: in `coalesce`, `case`, a comparison or a sum.',
    value('negative', sql`cast(-3 as decimal(12,2))`, '-3.00'),
    value('a bigint', sql`cast(cast(9007199254740993 as bigint) as decimal(38,2))`, '9007199254740993.00'),
  ),
  chapter('cast whole number to double', 'Exact up to 2^53.', value('a quintile', sql`cast(5 as double)`, 5)),
  chapter(
    'cast whole number to text',
    'Its digits, with a minus and without a plus.',
    value('negative', sql`cast(-7 as varchar)`, '-7'),
    value('a bigint', sql`cast(cast(9007199254740993 as bigint) as varchar)`, '9007199254740993'),
  ),
  chapter(
    'cast date to text',
    'As YYYY-MM-DD.',
    value('a leap day', sql`cast(${day('2020-02-29')} as varchar)`, '2020-02-29'),
    value('null', sql`cast(cast(null as date) as varchar)`, null),
  ),
]

const operators: readonly Chapter[] = [
  chapter(
    '+',
    'A sum of decimals has one digit more and the larger scale. What a whole number cannot hold is an error.',
    value('two scales', sql`${money('1.10')} + cast(2.205 as decimal(12,3))`, '3.305'),
    value('a whole number and a decimal', sql`${money('1.10')} + 1`, '2.10'),
    value('negative', sql`${money('1.10')} + ${money('-1.11')}`, '-0.01'),
    value('null', sql`1 + ${noNumber}`, null),
    value('beyond 2^31 in a bigint', sql`cast(2147483647 as bigint) + 1`, 2147483648n),
  ),
  chapter(
    '-',
    'A difference.',
    value('two scales', sql`${money('1.5')} - cast(0.125 as decimal(12,3))`, '1.375'),
    value('below zero', sql`3 - 5`, -2),
  ),
  chapter('- x', 'The opposite.', value('of a decimal', sql`- ${money('1.50')}`, '-1.50')),
  chapter(
    '*',
    'A product of whole numbers, or of a decimal and a whole number. That of two decimals has other digits in each engine and is refused.',
    value('a decimal by a whole number', sql`${money('1.25')} * 100`, '125.00'),
    value('an id', sql`4294967296000 * 8 + 5`, 34359738368005n),
  ),
  chapter(
    '%',
    'The remainder of whole numbers, with the sign of the first. The second is a number of the step, not zero.',
    value('negative', sql`cast(-7 as bigint) % 5`, -2n),
    value('null', sql`${noNumber} % 5`, null),
  ),
  chapter(
    '||',
    'Texts one after the other; null where one is null.',
    value('null', sql`'a' || ${noText}`, null),
    value('an empty text', sql`'a' || ''`, 'a'),
    value('accents', sql`'é' || 'É'`, 'éÉ'),
  ),
]

const functions: readonly Chapter[] = [
  chapter(
    'substr()',
    'From a place, counted from 1 in code points; a place that is no number above 0 is refused.',
    value('accents are one character', sql`substr('été', 2, 1)`, 't'),
    value('longer than the text', sql`substr('abc', 2, 9)`, 'bc'),
    value('beyond its end', sql`substr('abc', 5, 2)`, ''),
    value('null', sql`substr(${noText}, 1, 2)`, null),
  ),
  chapter(
    'length()',
    'How many code points, as a bigint.',
    value('accents', sql`length('été')`, 3n),
    value('a space at the end counts', sql`length('a ')`, 2n),
    value('an empty text', sql`length('')`, 0n),
    value('null', sql`length(${noText})`, null),
  ),
  chapter(
    'year()',
    'Of a date, as a bigint.',
    value('the last day', sql`year(${day('2019-12-31')})`, 2019n),
    value('null', sql`year(cast(null as date))`, null),
  ),
  chapter(
    'month()',
    'Of a date, 1 to 12, as a bigint.',
    value('the last day', sql`month(${day('2019-12-31')})`, 12n),
  ),
  chapter(
    'abs()',
    'Without its sign, in the same type.',
    value('a decimal', sql`abs(${money('-1.50')})`, '1.50'),
    value('a whole number', sql`abs(-3)`, 3),
    value('null', sql`abs(${noNumber})`, null),
  ),
]

const aggregates: readonly Chapter[] = [
  chapter(
    'count(*)',
    'Rows; 0 where there is none.',
    example('nulls count', sql`select count(*) as x from ${numbers}`, 5n),
    example('no row', sql`select count(*) as x from ${numbers} where n > 9`, 0n),
  ),
  chapter(
    'count()',
    'Values that are not null.',
    example('with a null', sql`select count(n) as x from ${numbers}`, 4n),
    example('rows of a kind', sql`select count(case when n > 0 then 1 end) as x from ${numbers}`, 3n),
  ),
  chapter(
    'count(distinct)',
    'Different values that are not null.',
    example('once each', sql`select count(distinct n) as x from ${numbers}`, 3n),
    example('case and accents count', sql`select count(distinct w) as x from ${words}`, 5n),
  ),
  chapter(
    'sum()',
    'Null where there is no value. A sum of decimals is a `decimal(38,s)`; one of whole numbers is cast to `bigint`; one of doubles, which depends on the order of rows, is refused.',
    example('nulls are left out', sql`select cast(sum(n) as bigint) as x from ${numbers}`, 5n),
    example('no value', sql`select sum(n) as x from ${numbers} where n is null`, null),
    example(
      'decimals, to the cent',
      sql`select sum(n) as x from (values (${money('0.10')}), (${money('0.20')}), (${money('-0.30')})) as t(n)`,
      '0.00',
    ),
    example(
      'beyond the digits of the column',
      sql`select sum(n) as x from (values (${money('9999999999.99')}), (${money('9999999999.99')})) as t(n)`,
      '19999999999.98',
    ),
  ),
  chapter(
    'min()',
    'Nulls left out.',
    example('numbers', sql`select min(n) as x from ${numbers}`, -2),
    example('an empty text is the first', sql`select min(w) as x from ${words}`, ''),
    example('nothing', sql`select min(w) as x from ${words} where w is null`, null),
  ),
  chapter(
    'max()',
    'Nulls left out.',
    example('texts, by code point', sql`select max(w) as x from ${words}`, 'É'),
    example('truth', sql`select max(n > 0) as x from ${numbers}`, true),
  ),
]

const windows: readonly Chapter[] = [
  chapter(
    'row_number() over (order by)',
    'Numbers the rows of each part. The order is total, else engines number as they like.',
    example(
      'null is a part, and stands last in an order',
      sql`select row_number() over (partition by g order by n) as x from (values (1, 'a', null), (2, 'a', 5), (3, null, 1), (4, null, 0)) as t(k, g, n) order by k`,
      2n,
      1n,
      2n,
      1n,
    ),
  ),
  chapter(
    'lag() over (order by)',
    'The value of the row before, nulls included; null for the first.',
    example(
      'a null before',
      sql`select lag(w) over (order by k) as x from (values (1, 'a'), (2, null), (3, 'c')) as t(k, w) order by k`,
      null,
      'a',
      null,
    ),
  ),
  chapter(
    'lead() over (order by)',
    'The value of the row after, nulls included; null for the last.',
    example(
      'a null after',
      sql`select lead(w) over (order by k) as x from (values (1, 'a'), (2, null), (3, 'c')) as t(k, w) order by k`,
      null,
      'c',
      null,
    ),
  ),
  chapter(
    'count() over ()',
    'Values of the part.',
    example(
      'nulls are left out',
      sql`select count(n) over (partition by g) as x from ${grouped} order by g, n`,
      1n,
      1n,
      0n,
      2n,
      2n,
    ),
  ),
  chapter(
    'count(*) over ()',
    'Rows of the part.',
    example(
      'null is a part',
      sql`select count(*) over (partition by g) as x from ${grouped} order by g`,
      2n,
      2n,
      1n,
      2n,
      2n,
    ),
  ),
  chapter(
    'sum() over ()',
    'Sum of the part.',
    example(
      'nulls are left out',
      sql`select cast(sum(n) over (partition by g) as bigint) as x from ${grouped} order by g`,
      1n,
      1n,
      null,
      4n,
      4n,
    ),
  ),
  chapter(
    'max() over ()',
    'Largest of the part; also over groups.',
    example(
      'a part without a value',
      sql`select max(n) over (partition by g) as x from ${grouped} order by g`,
      1,
      1,
      null,
      2,
      2,
    ),
    example(
      'over groups',
      sql`select max(max(n)) over (partition by g) as x from ${grouped} group by g, n order by g, n`,
      1,
      1,
      null,
      2,
    ),
  ),
]

const one = sql`(values (1), (null)) as a(n)`
const other = sql`(values (1), (null), (2)) as b(m)`

const queries: readonly Chapter[] = [
  chapter(
    'select without from',
    'One row.',
    value('one row', sql`1`, 1),
    example('or none', sql`select 1 as x where 1 = 2`),
  ),
  chapter(
    'where',
    'Keeps the rows for which the condition is true: null is not.',
    example('null', sql`select n as x from ${numbers} where n <> 3 order by n`, -2, 1),
  ),
  chapter(
    'distinct',
    'Each row once; two nulls are one.',
    example('nulls', sql`select distinct n as x from ${numbers} order by n`, -2, 1, 3, null),
  ),
  chapter(
    'group by',
    'By expressions or by place in the list; null is a group.',
    example('null', sql`select count(*) as x from ${grouped} group by g order by g`, 2n, 1n, 2n),
    example('by place', sql`select g as x from ${grouped} group by 1 order by 1`, 'a', 'b', null),
  ),
  chapter(
    'having',
    'Keeps groups.',
    example(
      'of two rows',
      sql`select g as x from ${grouped} group by g having count(*) > 1 order by g`,
      'a',
      null,
    ),
  ),
  chapter(
    'inner join',
    'Null joins nothing.',
    example('null', sql`select b.m as x from ${one} join ${other} on b.m = a.n`, 1),
    example('by an inequality', sql`select b.m as x from ${one} join ${other} on b.m > a.n`, 2),
  ),
  chapter(
    'left join',
    'Every row of the left side.',
    example(
      'null finds none',
      sql`select b.m as x from ${one} left join ${other} on b.m = a.n order by a.n`,
      1,
      null,
    ),
    example(
      'a condition on one side',
      sql`select b.m as x from ${one} left join ${other} on b.m = a.n and a.n > 1 order by a.n`,
      null,
      null,
    ),
  ),
  chapter(
    'cross join',
    'Every pair.',
    example('of two and three rows', sql`select count(*) as x from ${one} cross join ${other}`, 6n),
  ),
  chapter(
    'union',
    'Each row once; two nulls are one.',
    example('nulls', sql`select n as x from ${one} union select m from ${other} order by 1`, 1, 2, null),
  ),
  chapter(
    'union all',
    'All rows. Decimals take the larger scale, and room for the digits of both.',
    example(
      'nulls',
      sql`select n as x from ${one} union all select m from ${other} order by 1`,
      1,
      1,
      2,
      null,
      null,
    ),
    example(
      'two scales',
      sql`select ${money('1.5')} as x union all select cast(1.125 as decimal(10,4)) order by 1`,
      '1.1250',
      '1.5000',
    ),
    example(
      'an integer and a bigint',
      sql`select 1 as x union all select cast(2 as bigint) order by 1`,
      1n,
      2n,
    ),
  ),
  chapter(
    'in (query)',
    'As in a list: null where it is not found and the query gives a null.',
    example('found', sql`select m as x from ${other} where m in (select n from ${one})`, 1),
    example(
      'not in a query with a null',
      sql`select m as x from ${other} where m not in (select n from ${one})`,
    ),
    example(
      'not in a query without one',
      sql`select m as x from ${other} where m not in (select n from ${one} where n is not null)`,
      2,
    ),
  ),
  chapter(
    'exists',
    'Is there a row? Also for a row of the query around it.',
    example(
      'null finds none',
      sql`select m as x from ${other} where not exists (select 1 from ${one} where a.n = b.m) order by m`,
      2,
      null,
    ),
    example(
      'by an inequality',
      sql`select m as x from ${other} where exists (select 1 from ${one} where a.n < b.m)`,
      2,
    ),
  ),
  chapter(
    'subquery in from',
    'A query as a table.',
    example('with a name', sql`select q.n as x from (select n from ${one}) as q where q.n = 1`, 1),
  ),
  chapter(
    'values',
    'A table of the step’s own values.',
    example('with names', sql`select n as x from ${one} order by n`, 1, null),
  ),
  chapter(
    'order by',
    'Nulls last. Texts by code point.',
    example('numbers', sql`select n as x from ${numbers} order by n`, -2, 1, 3, 3, null),
    example('texts', sql`select w as x from ${words} order by w`, '', 'Z', 'a', 'b', 'É', null),
  ),
  chapter(
    'order by desc',
    'Nulls last here too.',
    example('numbers', sql`select n as x from ${numbers} order by n desc`, 3, 3, 1, -2, null),
  ),
  chapter(
    'order by nulls last',
    'What is so already, said.',
    example('downwards', sql`select n as x from ${numbers} order by n desc nulls last`, 3, 3, 1, -2, null),
  ),
  chapter(
    'order by … limit',
    'The first rows of a total order; without an order it is refused.',
    example('two of five', sql`select n as x from ${numbers} order by n limit 2`, -2, 1),
  ),
]

/** What a step may write as it is, because both engines read it alike. */
export const constructs: Readonly<Record<string, readonly Chapter[]>> = {
  Queries: queries,
  'Comparisons and conditions': comparisons,
  'Values and types': values,
  Operators: operators,
  Functions: functions,
  Aggregates: aggregates,
  Windows: windows,
}

/** What is refused, each in a query that the guard must catch, and why. */
export const refused: readonly { readonly construct: string; readonly query: Sql; readonly why: string }[] = [
  {
    construct: 'greatest()',
    query: sql`select greatest(1, ${noNumber}) as x`,
    why: 'skips nulls in DuckDB, is null in Trino: `largest`, `smallest`',
  },
  {
    construct: '/',
    query: sql`select 7 / 2 as x`,
    why: '3.5 in DuckDB, 3 in Trino; decimals give a double in one and a decimal in the other: `integerDivide`',
  },
  { construct: '//', query: sql`select 7 // 2 as x`, why: 'DuckDB’s alone: `integerDivide`' },
  {
    construct: '% by what may be 0',
    query: sql`select 7 % n as x from ${numbers}`,
    why: 'by zero it is null in DuckDB and an error in Trino',
  },
  {
    construct: 'cast double to whole number',
    query: sql`select cast(cast(n as double) as integer) as x from ${numbers}`,
    why: '2.5 gives 2 in DuckDB, 3 in Trino: `rounded`',
  },
  {
    construct: 'cast double to decimal',
    query: sql`select cast(cast(n as double) as decimal(12,2)) as x from ${numbers}`,
    why: '1.005 gives 1.00 in DuckDB and 1.01 in Trino: money is never a double',
  },
  {
    construct: 'cast double to text',
    query: sql`select cast(cast(n as double) as varchar) as x from ${numbers}`,
    why: '1.0 in DuckDB, 1.0E0 in Trino',
  },
  {
    construct: 'cast text to whole number',
    query: sql`select cast(w as integer) as x from ${words}`,
    why: 'DuckDB reads 1.5, 1e3 and 4_2: `wholeNumber`',
  },
  {
    construct: 'try_cast',
    query: sql`select try_cast(w as integer) as x from ${words}`,
    why: 'as above',
  },
  {
    construct: 'cast text to date',
    query: sql`select cast(w as date) as x from ${words}`,
    why: 'a delivery’s dates are read where it is received; a day is made by `makeDate`',
  },
  {
    construct: 'product of decimals',
    query: sql`select ${money('1.1')} * ${money('1.1')} as x`,
    why: 'has 18 digits in DuckDB and 24 in Trino',
  },
  {
    construct: 'sum of doubles',
    query: sql`select sum(cast(n as double)) as x from ${numbers}`,
    why: 'depends on the order in which rows come',
  },
  {
    construct: 'avg()',
    query: sql`select avg(n) as x from ${numbers}`,
    why: 'of decimals: a double in DuckDB, a decimal in Trino',
  },
  {
    construct: 'date_trunc()',
    query: sql`select date_trunc('month', ${day('2020-02-29')}) as x`,
    why: 'a function without a chapter',
  },
  {
    construct: 'regexp_matches()',
    query: sql`select regexp_matches(w, 'a') as x from ${words}`,
    why: '`regexp_like` in Trino, on a regular expression of another dialect',
  },
  {
    construct: 'upper()',
    query: sql`select upper(w) as x from ${words}`,
    why: 'ß has a capital in DuckDB and none in Trino',
  },
  {
    construct: 'concat()',
    query: sql`select concat(w, 'a') as x from ${words}`,
    why: 'skips nulls in DuckDB: `||`',
  },
  {
    construct: 'substr() from a place that is no number above 0',
    query: sql`select substr('abc', 0, 2) as x`,
    why: 'one character in DuckDB, none in Trino',
  },
  {
    construct: 'no_such_function()',
    query: sql`select no_such_function(n) as x from ${numbers}`,
    why: 'unknown',
  },
  {
    construct: '+ of a date',
    query: sql`select ${day('2020-01-31')} + n as x from ${numbers}`,
    why: 'DuckDB’s alone: `addDays`',
  },
  {
    construct: '- of a date',
    query: sql`select ${day('2020-01-31')} - ${day('2020-01-01')} as x`,
    why: 'days in DuckDB, an interval in Trino: `daysBetween`',
  },
  {
    construct: 'list_value()',
    query: sql`select [n] as x from ${numbers}`,
    why: 'lists are written and read otherwise',
  },
  {
    construct: 'list_sort()',
    query: sql`select list_sort(array_agg(n)) as x from ${numbers}`,
    why: 'DuckDB’s alone',
  },
  {
    construct: 'struct_pack()',
    query: sql`select {'a': n} as x from ${numbers}`,
    why: 'structures are written otherwise',
  },
  {
    construct: 'LAMBDA',
    query: sql`select list_filter([n], lambda y: y > 1) as x from ${numbers}`,
    why: 'lambdas are written otherwise',
  },
  {
    construct: 'select *',
    query: sql`select * from ${numbers}`,
    why: 'a table has on a cluster the columns that a step declares, in small letters',
  },
  {
    construct: 'STAR with exclude_list',
    query: sql`select * exclude (n) from ${grouped}`,
    why: 'DuckDB’s alone',
  },
  {
    construct: 'SELECT_NODE with qualify',
    query: sql`select n as x from ${numbers} qualify row_number() over (order by n) = 1`,
    why: 'DuckDB’s alone',
  },
  {
    construct: 'SELECT_NODE with sample',
    query: sql`select n as x from ${numbers} using sample 2`,
    why: 'never the same rows',
  },
  {
    construct: 'group by all',
    query: sql`select g as x, count(*) as n from ${grouped} group by all`,
    why: 'DuckDB’s alone',
  },
  {
    construct: 'grouping sets',
    query: sql`select g as x, count(*) as n from ${grouped} group by rollup (g, n)`,
    why: 'without a chapter',
  },
  {
    construct: 'FUNCTION with filter',
    query: sql`select count(*) filter (where n > 1) as x from ${numbers}`,
    why: 'refused in windows by Trino: `count(case when … then 1 end)`',
  },
  {
    construct: 'FUNCTION with order_bys',
    query: sql`select string_agg(w, '+' order by w) as x from ${words}`,
    why: '`listDistinct`',
  },
  {
    construct: 'WINDOW_AGGREGATE with filter_expr',
    query: sql`select sum(n) filter (where n > 1) over (partition by g) as x from ${grouped}`,
    why: 'DuckDB’s alone',
  },
  {
    construct: 'a window frame',
    query: sql`select sum(n) over (order by n rows between 1 preceding and current row) as x from ${numbers}`,
    why: 'without a chapter',
  },
  {
    construct: 'WINDOW_LAG with default_expr',
    query: sql`select lag(n, 1, 0) over (order by n) as x from ${numbers}`,
    why: 'without a chapter: `coalesce`',
  },
  {
    construct: 'WINDOW_LAG with ignore_nulls',
    query: sql`select lag(n ignore nulls) over (order by n) as x from ${numbers}`,
    why: 'written elsewhere in Trino',
  },
  {
    construct: 'row_number() over ()',
    query: sql`select row_number() over () as x from ${numbers}`,
    why: 'numbers as the engine likes',
  },
  {
    construct: 'limit without an order',
    query: sql`select n as x from ${numbers} limit 2`,
    why: 'which rows is the engine’s to say',
  },
  {
    construct: 'asof join',
    query: sql`select b.m as x from ${one} asof join ${other} on a.n >= b.m`,
    why: 'DuckDB’s alone',
  },
  {
    construct: 'right join',
    query: sql`select b.m as x from ${one} right join ${other} on a.n = b.m`,
    why: 'without a chapter',
  },
  {
    construct: 'natural join',
    query: sql`select a.n as x from ${one} natural join (values (1)) as c(n)`,
    why: 'columns by their names alone',
  },
  {
    construct: 'JOIN with using_columns',
    query: sql`select a.n as x from ${one} join (values (1)) as c(n) using (n)`,
    why: 'gives other columns',
  },
  {
    construct: 'except',
    query: sql`select n as x from ${one} except select m from ${other}`,
    why: 'without a chapter',
  },
  {
    construct: 'union_by_name',
    query: sql`select n as x from ${one} union by name select m as x from ${other}`,
    why: 'DuckDB’s alone',
  },
  {
    construct: 'TABLE_FUNCTION',
    query: sql`select n as x from range(3) as r(n)`,
    why: '`sequence` in Trino',
  },
  {
    construct: ':: in the text',
    query: sql`select n::bigint as x from ${numbers}`,
    why: 'DuckDB’s alone: `cast`',
  },
  { construct: '== in the text', query: sql`select n == 1 as x from ${numbers}`, why: 'DuckDB’s alone' },
  {
    construct: 'date_part()',
    query: sql`select extract(week from ${day('2020-02-29')}) as x`,
    why: 'weeks and days of the week are counted otherwise: `year`, `month`',
  },
]
