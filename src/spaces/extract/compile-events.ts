import { ChainonError } from '../../base/index.ts'
import {
  type Columns,
  integerDivide,
  join,
  name,
  type Sql,
  sql,
  step,
  type Step,
} from '../../engine/index.ts'
import { SHAPES, type Shape } from './cdm-shape.ts'
import type { ExportedTable } from './columns.ts'
import {
  columnTypes,
  type Compilation,
  eventsOf,
  keyOf,
  lakeTable,
  type Lookup,
  type Reading,
  valueOf,
} from './compilation.ts'
import { at, touches } from './transforms.ts'

/** A prime: multiplying by a salt below it moves every remainder to another, so that no order of ids survives. */
const PRIME = 2_147_483_647

/**
 * Events of the cohort in the period, numbered anew: by the space's own id of the person, then by what the
 * permit shows of them, then by chance. So a number says nothing about another space, and nothing about the CDM.
 */
export function compileEvents(compilation: Compilation, table: ExportedTable, shape: Shape): Step {
  const numbered = numberEvents(compilation, table, shape)
  compilation.numbered.set(table.name, numbered)
  const names = table.columns.map((column) => column.name)
  return step(table.name, {
    reads: { n: numbered },
    gives: columnTypes(table.columns),
    order: shape.key ? [shape.key] : names,
    sql: ({ n }) => sql`select ${join(names.map((column) => at('n', column)))} from ${n}`,
  })
}

function numberEvents(compilation: Compilation, table: ExportedTable, shape: Shape): Step {
  const source = lakeTable(compilation, table.name)
  const reading: Reading = { reads: { t: source }, lookups: [] }
  const owner =
    shape.is === 'cost' ? ownByEvent(compilation, table, reading) : ownByPerson(compilation, reading)
  const { key } = shape
  const columns = table.columns.filter((column) => column.name !== key)
  const names = columns.map((column) => column.name)
  const values = columns.map((column) => {
    if (column.name !== shape.refersBy?.column) return valueOf(compilation, shape, column, owner, reading)
    return shape.is === 'cost' ? at(owner, 'number') : eitherOf(compilation, shape, reading)
  })
  const inner = join([
    ...values.map((value, index) => sql`${value} as ${name(names[index] as string)}`),
    sql`${at(owner, 'space_id')} as space_person`,
    sql`${at(owner, 'salt')} as salt`,
    ...(key
      ? [
          sql`${at('t', key)} as cdm_key`,
          sql`(${at('t', key)} % ${PRIME} * ${at(owner, 'salt')}) % ${PRIME} as chance`,
          sql`${integerDivide(at('t', key), PRIME)} as rest`,
        ]
      : []),
  ])
  const order = [
    'space_person',
    ...(shape.order ?? []).filter((column) => names.includes(column)),
    'chance',
    'rest',
  ]
  const number = compilation.guards.numbering
    ? sql`row_number() over (order by ${join(order.map((column) => at('r', column)))})`
    : sql`r.cdm_key`
  const has = new Set(Object.keys(source.columns))
  return step(`${table.name}_numbered`, {
    reads: reading.reads,
    gives: {
      ...(key ? { [key]: 'bigint', cdm_key: 'bigint' } : {}),
      space_person: 'bigint',
      salt: 'bigint',
      ...columnTypes(columns),
    } as Columns,
    ...(key ? { order: [key] } : {}),
    sql: (read) => sql`
      select ${join([
        ...(key ? [sql`${number} as ${name(key)}`, sql`r.cdm_key as cdm_key`] : []),
        sql`r.space_person as space_person`,
        sql`r.salt as salt`,
        ...names.map((column) => sql`${at('r', column)} as ${name(column)}`),
      ])}
      from (
        select ${inner}
        from ${read['t']!}${join(
          reading.lookups.map(
            ({ alias, on, inner: stands }) =>
              sql`\n        ${stands ? sql`join` : sql`left join`} ${read[alias]!} on ${on}`,
          ),
          sql``,
        )}
        where ${touches('t', shape, has, compilation.permit.period)}
      ) as r`,
  })
}

function ownByPerson(compilation: Compilation, { reads, lookups }: Reading): string {
  reads['m'] = compilation.members
  lookups.push({ alias: 'm', on: sql`m.cdm_id = t.person_id`, inner: true })
  return 'm'
}

/**
 * A cost belongs to the person of its event; a cost whose event is not in the space is not either.
 * @throws space/no-table
 */
function ownByEvent(compilation: Compilation, table: ExportedTable, { reads, lookups }: Reading): string {
  const { by, column, targets } = (SHAPES[table.name] as Shape).refersBy as NonNullable<Shape['refersBy']>
  const events = Object.entries(targets).flatMap(([domain, target]) => {
    const numbered = eventsOf(compilation, target)
    return numbered ? [{ domain, target, numbered }] : []
  })
  if (events.length === 0)
    throw new ChainonError(
      'space/no-table',
      `${table.name}: the permit holds no table of events that a cost could belong to`,
      { exitCode: 3, details: { table: table.name } },
    )
  reads['e'] = step('cost_events', {
    reads: Object.fromEntries(events.map(({ target, numbered }) => [target, numbered])),
    gives: { domain: 'varchar', cdm_key: 'bigint', number: 'bigint', space_id: 'bigint', salt: 'bigint' },
    sql: (read) =>
      join(
        events.map(
          ({ domain, target }) => sql`
      select ${domain} as domain, cdm_key, ${name(keyOf(target))} as number, space_person as space_id, salt
      from ${read[target]!}`,
        ),
        sql`\n      union all`,
      ),
  })
  lookups.push({
    alias: 'e',
    on: sql`e.cdm_key = ${at('t', column)} and e.domain = ${at('t', by)}`,
    inner: true,
  })
  return 'e'
}

/** The number of whichever event the row refers to, null when the space does not have it. */
function eitherOf(compilation: Compilation, shape: Shape, { reads, lookups }: Reading): Sql {
  const { by, column, targets } = shape.refersBy as NonNullable<Shape['refersBy']>
  const values = Object.entries(targets).flatMap(([value, target]) => {
    const events = eventsOf(compilation, target)
    if (!events) return []
    const alias = `of_${target}`
    reads[alias] = events
    // One equality, so that the engine can hash it: a second condition on `t` alone made it loop.
    const on = sql`${at(alias, 'cdm_key')} = case when ${at('t', by)} = ${Number(value)} then ${at('t', column)} end`
    lookups.push({ alias, on } satisfies Lookup)
    return [at(alias, keyOf(target))]
  })
  return values.length === 0 ? sql`cast(null as bigint)` : sql`coalesce(${join(values)})`
}
