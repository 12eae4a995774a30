import type { Dialect, DuckDb, Operation, Sql } from '../../src/engine/index.ts'
import { duckdb, renderSql } from '../../src/engine/index.ts'
import { render } from '../../src/engine/render.ts'

/*
 * Which constructs a piece of SQL is made of, each under the name that its chapter of the specification has. DuckDB
 * parses and binds; whatever this file does not know gets a name that no chapter has, and is so refused.
 *
 * A few spellings that only DuckDB reads (`::`, `==`, `a.substr(1, 2)`) parse to nodes that are allowed: the first two
 * are found in the text, the others by the cluster, on which every step is compiled too.
 */

type Node = Readonly<Record<string, unknown>>
type Say = (construct: string) => void

/** Operations as calls of names that no function has: their own text is not the step's. */
const neutral: Dialect = {
  ...duckdb,
  operation: (operation, args) => `op_${operation}(${args.join(', ')})`,
}

/** Operations as something of the type that they give, so that DuckDB can bind what stands around them. */
const typed: Dialect = {
  ...duckdb,
  operation: (operation, args) => TYPED[operation](args),
}
const sameType = (values: readonly string[]): string => `coalesce(${values.join(', ')})`
const TYPED: Record<Operation, (args: readonly string[]) => string> = {
  addDays: () => 'cast(null as date)',
  daysBetween: () => 'cast(null as bigint)',
  makeDate: () => 'cast(null as date)',
  wholeNumber: () => 'cast(null as integer)',
  rounded: () => 'cast(null as integer)',
  integerDivide: ([a, b]) => `(${a} % ${b})`,
  largest: sameType,
  smallest: sameType,
  listDistinct: ([text]) => `min(${text})`,
}

/** The parser writes names in small letters. */
const CALLED: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(TYPED).map((operation) => [`op_${operation}`.toLowerCase(), operation]),
)

/** Every construct of a query, by name. */
export async function constructsOf(engine: DuckDb, query: Sql): Promise<Set<string>> {
  const found = new Set<string>()
  const say: Say = (construct) => found.add(construct)
  const text = renderSql(query, neutral)
  spellings(text, say)
  const { statements } = await serialized(engine, 'json_serialize_sql', text)
  for (const statement of statements ?? []) queryNode(statement['node'] as Node, say)
  const bound = await serialized(engine, 'json_serialize_plan', overNothing(query, typed)).catch(
    (error: Error) => say(`what cannot be bound: ${error.message}`),
  )
  boundNodes(bound?.plans, say)
  return found
}

/** A query as one engine reads it, over relations without a row. */
export function overNothing(query: Sql, dialect: Dialect): string {
  return render(query, dialect, ({ columns }) => {
    const each = Object.entries(columns).map(
      ([column, type]) => `cast(null as ${dialect.typeName(type)}) as ${dialect.quoteName(column)}`,
    )
    return `(select ${each.join(', ')} where false)`
  })
}

interface Failed {
  readonly error: boolean
  readonly error_message?: string
}

async function serialized(
  engine: DuckDb,
  how: 'json_serialize_sql' | 'json_serialize_plan',
  text: string,
): Promise<{ statements?: readonly Node[]; plans?: unknown }> {
  const [row] = await engine.rows<{ j: string }>(`select ${how}(${duckdb.quoteValue(text)}) as j`)
  const parsed = JSON.parse(row?.j ?? '{}') as Awaited<ReturnType<typeof serialized>> & Failed
  if (parsed.error) throw new Error(`${parsed.error_message}\n${text}`)
  return parsed
}

function spellings(text: string, say: Say): void {
  const bare = text.replace(/'(?:[^']|'')*'/g, "''")
  for (const spelling of ['::', '==', '$$']) if (bare.includes(spelling)) say(`${spelling} in the text`)
}

/* --- as it is parsed ---------------------------------------------------------------------------------------- */

const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === '' ||
  value === false ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === 'object' && Object.entries(value).every(([key, one]) => key === 'type' || isEmpty(one)))

/** Fields that say where a node stands or what it is called, and nothing of what it does. */
const NAMES = ['type', 'class', 'alias', 'query_location', 'is_operator']

/** What stands in a node beside the fields that are read: an unknown clause is a construct of its own. */
function rest(node: Node, read: readonly string[], say: Say): void {
  for (const [field, value] of Object.entries(node))
    if (!NAMES.includes(field) && !read.includes(field) && !isEmpty(value))
      say(`${String(node['type'])} with ${field}`)
}

const nodes = (value: unknown): readonly Node[] => value as readonly Node[]
const node = (value: unknown): Node => value as Node

function queryNode(query: Node, say: Say): void {
  for (const modifier of nodes(query['modifiers'])) modifierOf(query, modifier, say)
  if (query['type'] === 'SET_OPERATION_NODE') {
    rest(query, ['modifiers', 'setop_type', 'setop_all', 'left', 'right'], say)
    say(`${String(query['setop_type']).toLowerCase()}${query['setop_all'] ? ' all' : ''}`)
    queryNode(node(query['left']), say)
    queryNode(node(query['right']), say)
    return
  }
  if (query['type'] !== 'SELECT_NODE') return say(String(query['type']))
  const from = node(query['from_table'])
  rest(
    query,
    [
      'modifiers',
      'select_list',
      'from_table',
      'where_clause',
      'group_expressions',
      'group_sets',
      'aggregate_handling',
      'having',
    ],
    say,
  )
  if (query['aggregate_handling'] !== 'STANDARD_HANDLING') say('group by all')
  if (nodes(query['group_sets']).length > 1) say('grouping sets')
  if (nodes(query['group_expressions']).length > 0) say('group by')
  if (query['having']) say('having')
  if (query['where_clause']) say('where')
  if (from['type'] === 'EXPRESSION_LIST') {
    say('values')
    for (const row of from['values'] as readonly (readonly Node[])[])
      row.forEach((one) => expression(one, say))
    return
  }
  relation(from, say)
  for (const one of [
    ...nodes(query['select_list']),
    ...nodes(query['group_expressions']),
    query['where_clause'],
    query['having'],
  ])
    if (one) expression(node(one), say)
}

function modifierOf(query: Node, modifier: Node, say: Say): void {
  switch (modifier['type']) {
    case 'DISTINCT_MODIFIER':
      rest(modifier, [], say)
      return say('distinct')
    case 'ORDER_MODIFIER':
      rest(modifier, ['orders'], say)
      return orders(modifier['orders'], say)
    case 'LIMIT_MODIFIER':
      rest(modifier, ['limit'], say)
      return say(
        nodes(query['modifiers']).some((one) => one['type'] === 'ORDER_MODIFIER')
          ? 'order by … limit'
          : 'limit without an order',
      )
    default:
      say(String(modifier['type']))
  }
}

function orders(list: unknown, say: Say): void {
  for (const { type, null_order, expression: by } of nodes(list)) {
    say(`order by${type === 'DESCENDING' ? ' desc' : ''}`)
    if (null_order !== 'ORDER_DEFAULT') say(`order by ${String(null_order).toLowerCase()}`)
    expression(node(by), say)
  }
}

function relation(from: Node, say: Say): void {
  switch (from['type']) {
    case 'BASE_TABLE':
      return rest(from, ['table_name'], say)
    case 'EMPTY':
      return say('select without from')
    case 'SUBQUERY':
      rest(from, ['subquery', 'column_name_alias'], say)
      if (isValues(from)) return queryNode(node(node(from['subquery'])['node']), say)
      say('subquery in from')
      return subquery(from['subquery'], say)
    case 'JOIN':
      rest(from, ['left', 'right', 'condition', 'join_type', 'ref_type'], say)
      say(from['ref_type'] === 'REGULAR' ? `${String(from['join_type']).toLowerCase()} join` : refJoin(from))
      relation(node(from['left']), say)
      relation(node(from['right']), say)
      if (from['condition']) expression(node(from['condition']), say)
      return
    default:
      say(String(from['type']))
  }
}

const refJoin = ({ ref_type }: Node): string => `${String(ref_type).toLowerCase()} join`
const isValues = (from: Node): boolean =>
  node(node(node(from['subquery'])['node'])['from_table'] ?? {})['type'] === 'EXPRESSION_LIST'

function subquery(statement: unknown, say: Say): void {
  queryNode(node(node(statement)['node']), say)
}

const COMPARISONS: Readonly<Record<string, string>> = {
  COMPARE_EQUAL: '=',
  COMPARE_NOTEQUAL: '<>',
  COMPARE_LESSTHAN: '<',
  COMPARE_LESSTHANOREQUALTO: '<=',
  COMPARE_GREATERTHAN: '>',
  COMPARE_GREATERTHANOREQUALTO: '>=',
  COMPARE_DISTINCT_FROM: 'is distinct from',
  COMPARE_BETWEEN: 'between',
  COMPARE_IN: 'in (list)',
  COMPARE_NOT_IN: 'not in (list)',
  CONJUNCTION_AND: 'and',
  CONJUNCTION_OR: 'or',
  OPERATOR_NOT: 'not',
  OPERATOR_IS_NULL: 'is null',
  OPERATOR_IS_NOT_NULL: 'is not null',
  OPERATOR_COALESCE: 'coalesce',
}
/** Operators that are functions underneath. */
const OPERATORS: Readonly<Record<string, string>> = { '~~': 'like', '!~~': 'not like' }

function expression(one: Node, say: Say): void {
  switch (one['class']) {
    case 'COLUMN_REF':
      return rest(one, ['column_names'], say)
    case 'CONSTANT':
      return rest(one, ['value'], say)
    case 'COMPARISON':
    case 'CONJUNCTION':
    case 'OPERATOR':
    case 'BETWEEN':
      rest(one, ['left', 'right', 'children', 'input', 'lower', 'upper'], say)
      say(COMPARISONS[String(one['type'])] ?? String(one['type']))
      for (const field of ['left', 'right', 'input', 'lower', 'upper'])
        if (one[field]) expression(node(one[field]), say)
      for (const child of nodes(one['children'] ?? [])) expression(child, say)
      return
    case 'CASE':
      rest(one, ['case_checks', 'else_expr'], say)
      say('case')
      for (const { when_expr, then_expr } of nodes(one['case_checks'])) {
        expression(node(when_expr), say)
        expression(node(then_expr), say)
      }
      return expression(node(one['else_expr']), say)
    case 'CAST':
      rest(one, ['child', 'cast_type', 'try_cast'], say)
      say(one['try_cast'] ? 'try_cast' : isDateLiteral(one) ? 'date literal' : 'cast')
      if (!isDateLiteral(one) && isDateOfText(one)) say('a date that there is not')
      return expression(node(one['child']), say)
    case 'SUBQUERY':
      return inQuery(one, say)
    case 'FUNCTION':
      return functionOf(one, say)
    case 'WINDOW':
      return windowOf(one, say)
    case 'STAR':
      rest(one, [], say)
      return say('select *')
    default:
      say(String(one['class']))
  }
}

const isDateOfText = ({ child, cast_type }: Node): boolean =>
  node(cast_type)['id'] === 'DATE' && typeof node(node(child)['value'] ?? {})['value'] === 'string'

/** Its day is one that there is, and in the one form that every engine reads. */
function isDateLiteral({ child, cast_type }: Node): boolean {
  const { class: kind, value } = node(child)
  const text = kind === 'CONSTANT' ? node(value)['value'] : undefined
  return (
    node(cast_type)['id'] === 'DATE' &&
    typeof text === 'string' &&
    /^\d{4}-\d{2}-\d{2}$/.test(text) &&
    !Number.isNaN(Date.parse(text))
  )
}

function inQuery(one: Node, say: Say): void {
  rest(one, ['subquery_type', 'subquery', 'child', 'comparison_type'], say)
  const kind = String(one['subquery_type'])
  if (kind === 'EXISTS') say('exists')
  else if (kind === 'SCALAR') say('scalar subquery')
  else if (kind === 'ANY' && one['comparison_type'] === 'COMPARE_EQUAL') say('in (query)')
  else say(`${kind} ${String(one['comparison_type'])}`)
  if (one['child']) expression(node(one['child']), say)
  subquery(one['subquery'], say)
}

function functionOf(one: Node, say: Say): void {
  const name = String(one['function_name'])
  const children = nodes(one['children'])
  rest(one, ['function_name', 'children', 'distinct'], say)
  if (one['is_operator']) say(`${OPERATORS[name] ?? name}${children.length === 1 ? ' x' : ''}`)
  else if (name in CALLED) say(`operation ${CALLED[name]}`)
  else if (name === 'count_star') say('count(*)')
  else say(`${name}(${one['distinct'] ? 'distinct' : ''})`)
  if (name === 'substr' && !(constant(children[1]) > 0))
    say('substr() from a place that is no number above 0')
  if (name === '%' && constant(children[1]) === 0) say('% by 0')
  if (name === '%' && Number.isNaN(constant(children[1]))) say('% by what may be 0')
  for (const child of children) expression(child, say)
}

const constant = (one: Node | undefined): number =>
  one?.['class'] === 'CONSTANT' ? Number(node(one['value'])['value']) : Number.NaN

function windowOf(one: Node, say: Say): void {
  rest(one, ['function_name', 'children', 'partitions', 'orders', 'start', 'end', 'exclude_clause'], say)
  if (
    one['start'] !== 'UNBOUNDED_PRECEDING' ||
    one['end'] !== 'CURRENT_ROW_RANGE' ||
    one['exclude_clause'] !== 'NO_OTHER'
  )
    say('a window frame')
  const ordered = nodes(one['orders']).length > 0
  const name = String(one['function_name'])
  const called = name === 'count' && nodes(one['children']).length === 0 ? 'count(*)' : `${name}()`
  say(`${called} over (${ordered ? 'order by' : ''})`)
  for (const child of [...nodes(one['children']), ...nodes(one['partitions'])]) expression(child, say)
  orders(one['orders'], say)
}

/* --- as it is bound ----------------------------------------------------------------------------------------- */

const FAMILY: Readonly<Record<string, string>> = {
  INTEGER: 'whole number',
  BIGINT: 'whole number',
  HUGEINT: 'whole number',
  DECIMAL: 'decimal',
  DOUBLE: 'double',
  VARCHAR: 'text',
  DATE: 'date',
  BOOLEAN: 'boolean',
}

function typeOf(one: Node): { family: string; scale: number } {
  const type = node(one['return_type'] ?? node(one['value'] ?? {})['type'] ?? {})
  const id = String(type['id'])
  return { family: FAMILY[id] ?? id, scale: Number(node(type['type_info'] ?? {})['scale'] ?? 0) }
}

function boundNodes(value: unknown, say: Say): void {
  if (Array.isArray(value)) return value.forEach((one) => boundNodes(one, say))
  if (typeof value !== 'object' || value === null) return
  const one = value as Node
  switch (one['expression_class']) {
    case 'BOUND_CAST':
      boundCast(one, say)
      break
    case 'BOUND_FUNCTION':
      if (one['name'] === '*' && nodes(one['children']).every((each) => typeOf(each).scale > 0))
        say('product of decimals')
      if (one['is_operator'] && nodes(one['children']).some((each) => typeOf(each).family === 'date'))
        say(`${String(one['name'])} of a date`)
      break
    case 'BOUND_AGGREGATE':
    case 'BOUND_WINDOW':
      if (nodes(one['children']).some((each) => typeOf(each).family === 'double') && one['name'] === 'sum')
        say('sum of doubles')
      break
  }
  for (const below of Object.values(one)) boundNodes(below, say)
}

function boundCast(one: Node, say: Say): void {
  const child = node(one['child'])
  const [from, to] = [typeOf(child), typeOf(one)]
  if (from.family === 'NULL') return
  if (from.family === to.family) {
    if (to.family === 'decimal' && to.scale < from.scale) say('cast decimal to a smaller scale')
    return
  }
  // The literal is text until it is bound; a constant condition is bound as text too.
  if (child['expression_class'] === 'BOUND_CONSTANT' && (to.family === 'date' || to.family === 'boolean'))
    return
  say(`cast ${from.family} to ${to.family}`)
}
