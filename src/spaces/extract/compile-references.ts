import { join, name, type Relation, sql, step, type Step } from '../../engine/index.ts'
import { SHAPES, type Shape } from './cdm-shape.ts'
import type { ExportedTable } from './columns.ts'
import { columnTypes, type Compilation, lakeTable, selected } from './compilation.ts'
import { at, shown } from './transforms.ts'

/** The column of a vocabulary table that a concept names. */
const NAMED_BY: Readonly<Record<string, string>> = {
  concept: 'concept_id',
  vocabulary: 'vocabulary_id',
  domain: 'domain_id',
  concept_class: 'concept_class_id',
}

/** Rows of the vocabulary that the space uses, and what says what the data are. */
export function compileReferences(compilation: Compilation, table: ExportedTable, shape: Shape): Step {
  const concepts = compilation.lake.get('concept')
  const by = NAMED_BY[table.name]
  const reads: Record<string, Relation> = { t: lakeTable(compilation, table.name) }
  const restricted = shape.is === 'reference' && by !== undefined && concepts !== undefined
  if (restricted) Object.assign(reads, { c: concepts, u: usedConcepts(compilation) })
  return step(table.name, {
    reads,
    gives: columnTypes(table.columns),
    order: table.columns.map((column) => column.name),
    sql: (read) => sql`
      select ${join(selected(table, (column) => shown('t', column)))}
      from ${read['t']!}${
        restricted
          ? sql`
      where ${at('t', by)} in (
        select ${at('c', by)} from ${read['c']!} where c.concept_id in (select id from ${read['u']!}))`
          : sql``
      }`,
  })
}

/** Every concept that a row of the space names, and the concept of no concept. */
function usedConcepts({ tables }: Compilation): Step {
  const naming = [...tables].flatMap(([table, made]) =>
    SHAPES[table]?.is === 'reference'
      ? []
      : Object.keys(made.columns)
          .filter((column) => /concept_id(_[12])?$/.test(column))
          .map((column) => ({ made, column })),
  )
  return step('used_concepts', {
    reads: Object.fromEntries(naming.map(({ made }, index) => [`t${index}`, made])),
    gives: { id: 'bigint' },
    sql: (read) =>
      join(
        [
          sql`
      select cast(0 as bigint) as id`,
          ...naming.map(
            ({ column }, index) => sql`
      select cast(${name(column)} as bigint) from ${read[`t${index}`]!}`,
          ),
        ],
        sql`\n      union`,
      ),
  })
}
