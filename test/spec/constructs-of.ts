import { type DuckDb, type Dialect, duckdb, type Step } from '../../src/engine/index.ts'
import { render } from '../../src/engine/render.ts'

/*
 * Which constructs of SQL a step uses, read from the parsed form that DuckDB gives of its text. Named operations stand in
 * it as calls of functions that no engine has, so that what a dialect makes of them is not taken for the step's own.
 */

const unspoken: Dialect = {
  ...duckdb,
  operation: (operation, args) =>
    operation === 'sequence'
      ? `op_sequence(${args.slice(0, 2).join(', ')}) as ${args[2]}(n)`
      : `op_${operation}(${args.join(', ')})`,
}

type Json = Readonly<Record<string, unknown>>
const isNode = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The constructs of a text, by name: `function substr`, `join LEFT`, `cast to DATE`. @throws when it does not parse */
export async function constructsIn(engine: DuckDb, text: string): Promise<Set<string>> {
  const [row] = await engine.rows<{ j: string }>(`select json_serialize_sql(${duckdb.quoteValue(text)}) as j`)
  const parsed = JSON.parse(row?.j ?? '{}') as Json
  if (parsed['error']) throw new Error(`${String(parsed['error_message'])}: ${text}`)
  const found = new Set<string>()
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit)
    if (!isNode(value)) return
    for (const one of named(value)) found.add(one)
    Object.values(value).forEach(visit)
  }
  visit(parsed['statements'])
  return found
}

/** What one node of the tree is called; nothing for those that only hold others. */
function named(node: Json): string[] {
  const type = String(node['type'] ?? '')
  switch (node['class']) {
    case 'FUNCTION':
      return functionsOf(node)
    case 'WINDOW':
      return windowsOf(node, type)
    case 'CAST':
      return [`${node['try_cast'] ? 'try_cast' : 'cast'} to ${typeOf(node['cast_type'])}`]
    case 'SUBQUERY':
      return [`subquery ${String(node['subquery_type'])}`]
    case 'CONSTANT':
    case 'COLUMN_REF':
      return []
    case 'STAR':
      return [
        `star${hasEntries(node['exclude_list']) ? ' exclude' : ''}${hasEntries(node['replace_list']) ? ' replace' : ''}${node['columns'] ? ' columns' : ''}`,
      ]
    case undefined:
      return clausesOf(node, type)
    default:
      return [type.replace(/^(COMPARE|OPERATOR|CONJUNCTION)_/, '').toLowerCase()]
  }
}

const hasEntries = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : isNode(value) && Object.keys(value).length > 0

function functionsOf(node: Json): string[] {
  const name = String(node['function_name'])
  const orders = (node['order_bys'] as Json | null)?.['orders']
  return [
    `function ${name}`,
    ...(node['distinct'] ? [`function ${name} distinct`] : []),
    ...(node['filter'] ? ['aggregate filter'] : []),
    ...(hasEntries(orders) ? ['aggregate order by'] : []),
  ]
}

function windowsOf(node: Json, type: string): string[] {
  const usual =
    node['start'] === 'UNBOUNDED_PRECEDING' &&
    ['CURRENT_ROW_RANGE', 'CURRENT_ROW_ROWS'].includes(String(node['end']))
  return [
    `window ${type === 'WINDOW_AGGREGATE' ? String(node['function_name']) : type.replace(/^WINDOW_/, '').toLowerCase()}`,
    ...(usual ? [] : ['window frame']),
    ...(node['filter_expr'] ? ['window filter'] : []),
    ...(node['ignore_nulls'] ? ['window ignore nulls'] : []),
    ...(node['distinct'] ? ['window distinct'] : []),
  ]
}

function clausesOf(node: Json, type: string): string[] {
  switch (type) {
    case 'JOIN':
      return [
        `join ${String(node['join_type'])}${node['ref_type'] === 'REGULAR' ? '' : ` ${String(node['ref_type'])}`}`,
        ...(hasEntries(node['using_columns']) ? ['join using'] : []),
      ]
    case 'SELECT_NODE':
      return [
        ...(node['qualify'] ? ['qualify'] : []),
        ...(node['having'] ? ['having'] : []),
        ...(node['sample'] ? ['sample'] : []),
        ...(node['aggregate_handling'] === 'STANDARD_HANDLING' ? [] : ['group by all']),
        ...(((node['group_sets'] as unknown[] | undefined)?.length ?? 0) > 1 ? ['grouping sets'] : []),
      ]
    case 'SET_OPERATION_NODE':
      return [`${String(node['setop_type']).toLowerCase()}${node['setop_all'] ? ' all' : ''}`]
    case 'RECURSIVE_CTE_NODE':
      return ['recursive']
    case 'LIMIT_MODIFIER':
    case 'LIMIT_PERCENT_MODIFIER':
      return ['limit']
    case 'DISTINCT_MODIFIER':
      return [hasEntries(node['distinct_on_targets']) ? 'distinct on' : 'distinct']
    case 'EXPRESSION_LIST':
      return ['values']
    case 'TABLE_FUNCTION':
      return ['table function']
    case 'PIVOT':
    case 'SHOW_REF':
      return [type.toLowerCase()]
    default:
      return []
  }
}

function typeOf(castType: unknown): string {
  const { id, type_info: info } = castType as { id: string; type_info: Json | null }
  return id === 'LIST' ? `${typeOf(info?.['child_type'])}[]` : id
}

/** A step's own text, the relations that it reads under their names. */
export const textOf = (step: Step): string => render(step.body, unspoken, (relation) => relation.name)
