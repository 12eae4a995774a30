import { ChainonError } from '../base/index.ts'
import {
  openEngine,
  Plan,
  type Relation,
  type Row,
  type Sql,
  type Step,
  type Table,
} from '../engine/index.ts'
import { checkUse, requestFor } from '../permits/index.ts'
import type { Hub } from '../store/index.ts'
import { type Manifest, readManifest } from './manifest.ts'
import type { ProjectSpace } from './model.ts'

/**
 * The space of a permit, for studies: a database of its own that can read the files of the space and nothing
 * else, write nothing, load nothing and change no setting.
 * @throws space/not-open, a denial of `canUse`: a permit that has ended or was revoked is not used any more
 */
export async function openProjectSpace(hub: Hub, permitId: string): Promise<ProjectSpace> {
  const manifest = await readManifest(hub, permitId)
  if (!manifest)
    throw new ChainonError('space/not-open', `the space of ${permitId} is not open`, {
      advice: 'Open it with: chainon space open',
      exitCode: 3,
    })
  const request = await requestFor(hub, permitId)
  checkUse(request)
  if (request.reading.state !== 'signed') throw new Error('a permit that was checked is signed')
  const permit = request.reading.signed.body
  const fileOf = (table: string) => hub.path('spaces', permitId, 'tables', `${table}.parquet`)
  const engine = await openEngine(
    hub.engine,
    { as: 'space', folder: hub.path('spaces') },
    { onlyFiles: Object.keys(manifest.tables).map(fileOf) },
  )
  const columnsOf = heldColumns(manifest)
  return {
    permit: {
      id: permit.id,
      title: permit.title,
      period: { from: permit.period.from, until: permit.period.until },
      dataVersion: permit.dataVersion,
      synthetic: hub.config.synthetic,
      today: hub.today(),
    },
    has: (table, column) => {
      const columns = columnsOf.get(table)
      return columns !== undefined && (column === undefined || columns.has(column))
    },
    async rows<T = Row>(step: Step): Promise<T[]> {
      const tables = tablesRead(step, columnsOf)
      const plan = new Plan(engine)
      for (const one of tables) {
        const held = manifest.tables[one.name]
        await plan.bind(one, [fileOf(one.name)], held?.sha256 ?? one.name)
      }
      try {
        return await plan.rows<T>(step)
      } catch (error) {
        throw asRefusal(error, step)
      }
    },
    close: () => engine.close(),
  }
}

const heldColumns = (manifest: Manifest): ReadonlyMap<string, ReadonlySet<string>> =>
  new Map(
    Object.entries(manifest.tables).map(([table, { columns }]) => [
      table,
      new Set(columns.map((column) => column.name)),
    ]),
  )

/**
 * The tables that a step reads, directly or through others.
 * @throws space/not-in-permit for a table that the permit does not hold, or a column that a step names
 */
function tablesRead(step: Step, columnsOf: ReadonlyMap<string, ReadonlySet<string>>): Table[] {
  const tables = new Set<Table>()
  const seen = new Set<Relation>()
  const visit = (relation: Relation): void => {
    if (seen.has(relation)) return
    seen.add(relation)
    if (relation.is === 'table') {
      if (!columnsOf.has(relation.name)) throw notInPermit(relation.name)
      tables.add(relation)
      return
    }
    for (const [alias, read] of Object.entries(relation.reads)) {
      visit(read)
      const held = read.is === 'table' ? columnsOf.get(read.name) : undefined
      const missing = held && columnsNamed(relation.body, alias).find((column) => !held.has(column))
      if (missing) throw notInPermit(`${read.name}.${missing}`, relation.name)
    }
  }
  visit(step)
  return [...tables]
}

/** Columns that a step's SQL names as `alias.column` through its handle. */
function columnsNamed(body: Sql, alias: string): string[] {
  return body.parts.flatMap((part, index) => {
    if (part.is === 'operation') return part.args.flatMap((arg) => columnsNamed(arg, alias))
    const [dot, column] = [body.parts[index + 1], body.parts[index + 2]]
    const named = part.is === 'name' && part.name === alias && dot?.is === 'text' && dot.text === '.'
    return named && column?.is === 'name' ? [column.name] : []
  })
}

/** How DuckDB and Trino say that a column is not there. */
const UNKNOWN_COLUMN = /(?:column named|Referenced column) "([^"]+)"|Column '([^']+)' cannot be resolved/

/** What the database said, as a refusal that names the step. */
function asRefusal(error: unknown, step: Step): unknown {
  if (error instanceof ChainonError && error.code !== 'engine/not-a-query') return error
  const said = error instanceof Error ? (error.message.split('\n')[0] as string) : String(error)
  const [, inDuckDb, inTrino] = UNKNOWN_COLUMN.exec(said) ?? []
  const column = inDuckDb ?? inTrino
  if (column) return notInPermit(column, step.name)
  return new ChainonError('space/refused', `the step ${step.name} cannot run in this space: ${said}`, {
    cause: error,
    exitCode: 3,
  })
}

const notInPermit = (what: string, step?: string) =>
  new ChainonError(
    'space/not-in-permit',
    `the permit does not hold ${what}${step ? `, which the step ${step} reads` : ''}`,
    { advice: 'A new permit that names it is needed.', exitCode: 3, details: { what } },
  )
