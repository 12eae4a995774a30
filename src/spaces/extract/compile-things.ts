import { join, name, sql, step, type Step } from '../../engine/index.ts'
import { FACT_DOMAINS, KIND_OF, type Kind, SHAPES, type Shape } from './cdm-shape.ts'
import type { ExportedTable } from './columns.ts'
import {
  columnTypes,
  type Compilation,
  lakeTable,
  MAPS,
  type Reading,
  selected,
  valueOf,
} from './compilation.ts'
import { at, shown } from './transforms.ts'

/** Persons of the cohort; providers, centres and places that something in the space names. */
export function compileThings(compilation: Compilation, table: ExportedTable, shape: Shape): Step {
  const kind = KIND_OF[table.name] as Kind
  const reading: Reading = {
    reads: {
      t: lakeTable(compilation, table.name),
      m: kind === 'person' ? compilation.members : MAPS[kind],
    },
    lookups: [],
  }
  const values = selected(table, (column) =>
    column.name === shape.key ? at('m', 'space_id') : valueOf(compilation, shape, column, 'm', reading),
  )
  if (kind !== 'person') reading.reads['u'] = used(compilation, kind)
  return step(table.name, {
    reads: reading.reads,
    gives: columnTypes(table.columns),
    order: table.columns.map((column) => column.name),
    // Several communes of one département are one place of the space.
    sql: (read) => sql`
      select ${kind === 'place' ? sql`distinct ` : sql``}${join(values)}
      from ${read['t']!}
      join ${read['m']!} on m.cdm_id = ${at('t', shape.key as string)}${join(
        reading.lookups.map(({ alias, on }) => sql`\n      left join ${read[alias]!} on ${on}`),
        sql``,
      )}${kind === 'person' ? sql`` : sql`\n      where m.space_id in (select id from ${read['u']!})`}`,
  })
}

/** Ids of the space of one kind that its tables name; a centre brings its network. */
function used(compilation: Compilation, kind: Exclude<Kind, 'person'>): Step {
  const naming = [...compilation.tables].flatMap(([table, made]) =>
    Object.entries(SHAPES[table]?.refers ?? {})
      .filter(([column, target]) => KIND_OF[target] === kind && column in made.columns)
      .map(([column]) => ({ made, column })),
  )
  const direct = step(`used_${kind}s`, {
    reads: Object.fromEntries(naming.map(({ made }, index) => [`t${index}`, made])),
    gives: { id: 'bigint' },
    sql: (read) =>
      naming.length === 0
        ? sql`select cast(null as bigint) as id where false`
        : join(
            naming.map(
              ({ column }, index) => sql`
      select ${name(column)} as id from ${read[`t${index}`]!} where ${name(column)} is not null`,
            ),
            sql`\n      union`,
          ),
  })
  const facts = compilation.lake.get('fact_relationship')
  if (kind !== 'centre' || !facts) return direct
  return step('used_centres_and_networks', {
    reads: { d: direct, e: direct, f: facts, a: MAPS.centre, b: MAPS.centre },
    gives: { id: 'bigint' },
    sql: ({ d, e, f, a, b }) => sql`
      select id from ${d}
      union
      select ${b.space_id} from ${f}
      join ${a} on ${a.cdm_id} = f.fact_id_1
      join ${b} on ${b.cdm_id} = f.fact_id_2
      join ${e} on ${e.id} = ${a.space_id}
      where f.domain_concept_id_1 = ${FACT_DOMAINS.centre} and f.domain_concept_id_2 = ${FACT_DOMAINS.centre}`,
  })
}

/** Pairs of persons and centres that are both in the space. */
export function compileFacts(compilation: Compilation, table: ExportedTable): Step {
  const things = step('facts_of_space', {
    reads: { m: compilation.members, c: MAPS.centre, u: used(compilation, 'centre') },
    gives: { domain: 'integer', cdm_id: 'bigint', space_id: 'bigint' },
    sql: ({ m, c, u }) => sql`
      select ${FACT_DOMAINS.person} as domain, m.cdm_id as cdm_id, m.space_id as space_id from ${m}
      union all
      select ${FACT_DOMAINS.centre}, ${c.cdm_id}, ${c.space_id} from ${c}
      where ${c.space_id} in (select id from ${u})`,
  })
  const values = selected(table, (column) => {
    const side = /^fact_id_([12])$/.exec(column.name)?.[1]
    return side ? at(side === '1' ? 'a' : 'b', 'space_id') : shown('t', column)
  })
  return step(table.name, {
    reads: { t: lakeTable(compilation, table.name), a: things, b: things },
    gives: columnTypes(table.columns),
    order: table.columns.map((column) => column.name),
    sql: ({ t, a, b }) => sql`
      select ${join(values)}
      from ${t}
      join ${a} on ${a.cdm_id} = t.fact_id_1 and ${a.domain} = t.domain_concept_id_1
      join ${b} on ${b.cdm_id} = t.fact_id_2 and ${b.domain} = t.domain_concept_id_2`,
  })
}
