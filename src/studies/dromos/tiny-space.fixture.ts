import {
  openDuckDb,
  renderSql,
  sql,
  type Step,
  type Table,
  explain,
  type Engine,
} from '../../engine/index.ts'
import { cdm } from '../../omop/index.ts'
import type { ProjectSpace } from '../../spaces/index.ts'

type Value = string | number | null

/** Rows by CDM table; a column that is not named is null. */
export type TinyRows = { [T in keyof typeof cdm]?: readonly Record<string, Value>[] }

/** A project space made by hand: the rows of a test as tables of a database in memory, under their CDM names. */
export async function tinySpace(
  rows: TinyRows,
  period = { from: '2017-01-01', until: '2019-12-31' },
): Promise<ProjectSpace> {
  const engine = await openDuckDb({ threads: 1 })
  for (const [name, relation] of Object.entries(cdm) as [keyof typeof cdm, Table][])
    await fill(engine, relation, rows[name] ?? [])
  return {
    permit: {
      id: 'P-TEST',
      title: { fr: 'Essai', en: 'Test' },
      period,
      dataVersion: 'test',
      synthetic: true,
      today: '2020-07-01',
    },
    has: () => true,
    rows: <T>(step: Step) => engine.rows<T>(explain(step, engine)),
    close: () => engine.close(),
  }
}

async function fill(engine: Engine, relation: Table, rows: readonly Record<string, Value>[]): Promise<void> {
  const columns = Object.entries(relation.columns)
  await engine.run(
    `create table ${relation.name} (${columns.map(([column, type]) => `"${column}" ${type}`).join(', ')})`,
  )
  if (rows.length === 0) return
  const unknown = rows.flatMap((row) => Object.keys(row)).find((column) => !(column in relation.columns))
  if (unknown) throw new Error(`${relation.name} has no column ${unknown}`)
  const quoted = (value: Value): string => renderSql(sql`${value}`, engine.dialect)
  await engine.run(
    `insert into ${relation.name} values ${rows.map((row) => `(${columns.map(([column]) => quoted(row[column] ?? null)).join(', ')})`).join(', ')}`,
  )
}
