import { type Columns, sql, step, type Step, type Table, table } from '../../engine/index.ts'
import type { Permit, Release } from '../../permits/index.ts'
import { SHAPES, type Shape } from './cdm-shape.ts'
import { cohort as cohortOf } from './cohort.ts'
import { type ExportedTable, exportedTables } from './columns.ts'
import { type Compilation, lakeTable, MAPS } from './compilation.ts'
import { compileEvents } from './compile-events.ts'
import { compileReferences } from './compile-references.ts'
import { compileFacts, compileThings } from './compile-things.ts'
import { ALL, type Guards } from './guards.ts'

/** A permit compiled against a data version: steps and the tables that they read, nothing run yet. */
export interface Extract {
  /** Tables of the data version, by name. */
  readonly lake: ReadonlyMap<string, Table>
  /** Bound to what the hub's role makes of the ids with the secret of the space. */
  readonly maps: typeof MAPS
  readonly cohort: Step
  /** Events with both their numbers, for those that refer to them: written in trusted/ and removed. */
  readonly numbered: readonly Step[]
  /** One step per table of the space, in an order in which they can be written. */
  readonly tables: readonly { readonly name: string; readonly step: Step }[]
  readonly exported: readonly ExportedTable[]
}

/** Events before those that refer to them, things after those that name them; vocabulary last. */
const ORDER = [
  ...Object.keys(SHAPES).filter((one) => SHAPES[one]?.is === 'event'),
  'cost',
  'person',
  'provider',
  'care_site',
  'location',
  'fact_relationship',
]

/**
 * Compiles a permit: who (cohort, oppositions), when (period) and what (columns) stand in the same statement of
 * each table.
 * @throws what `exportedTables` refuses, space/no-table
 */
export function compileExtract(
  { permit, release, today }: { permit: Permit; release: Release; today: string },
  guards: Guards = ALL,
): Extract {
  const exported = exportedTables(permit, release, guards)
  const lake = new Map(
    Object.entries(release.tables).map(([one, { columns }]) => [one, asTable(one, columns)]),
  )
  const cohort = cohortOf(permit, lakeTable({ lake }, 'condition_occurrence'), today, guards)
  const compilation: Compilation = {
    permit,
    guards,
    lake,
    members: membersOf(cohort),
    numbered: new Map(),
    referred: new Set(),
    tables: new Map(),
  }

  const place = (one: ExportedTable) => ORDER.indexOf(one.name) + 1 || ORDER.length + 1
  for (const one of [...exported].sort((a, b) => place(a) - place(b)))
    compilation.tables.set(one.name, compileTable(compilation, one))
  return {
    lake,
    maps: MAPS,
    cohort,
    numbered: [...compilation.numbered]
      .filter(([one]) => compilation.referred.has(one))
      .map(([, made]) => made),
    tables: [...compilation.tables].map(([one, made]) => ({ name: one, step: made })),
    exported,
  }
}

function compileTable(compilation: Compilation, one: ExportedTable): Step {
  const shape = SHAPES[one.name] as Shape
  switch (shape.is) {
    case 'event':
    case 'cost':
      return compileEvents(compilation, one, shape)
    case 'thing':
      return compileThings(compilation, one, shape)
    case 'facts':
      return compileFacts(compilation, one)
    case 'reference':
    case 'whole':
      return compileReferences(compilation, one, shape)
  }
}

const membersOf = (cohort: Step): Step =>
  step('members', {
    reads: { c: cohort, m: MAPS.person },
    gives: { cdm_id: 'bigint', space_id: 'bigint', salt: 'bigint' },
    sql: ({ c, m }) => sql`
      select ${m.cdm_id} as cdm_id, ${m.space_id} as space_id, ${m.salt} as salt
      from ${c} join ${m} on ${m.cdm_id} = c.person_id`,
  })

const asTable = (tableName: string, columns: Release['tables'][string]['columns']): Table =>
  table(
    tableName,
    Object.fromEntries(columns.map((column) => [column.name, column.type.toLowerCase()])) as Columns,
  )
