import { type CdmTable, readable } from './spec/model.ts'
import { cdmTables } from './spec/tables.ts'

export { type OrphaDisorder, orphaDisorders, orphaGroups } from '../sources/index.ts'
export { concepts } from './concepts.ts'
export type { Field, Identifier, IdOf } from './spec/model.ts'
export { cdmTables } from './spec/tables.ts'

const made = Object.fromEntries(
  Object.entries(cdmTables).map(([name, table]) => [name, readable(table as unknown as CdmTable)]),
)

type Readable = {
  readonly [K in keyof typeof cdmTables]: ReturnType<typeof readable<(typeof cdmTables)[K]['fields']>>
}

/** The tables of the CDM as steps read them: `cdm.person`, `cdm.cost`. */
export const cdm = made as unknown as Readable

export type { Balance, BalanceLine } from './balance.ts'
export { type BuildRequest, buildOmop, type OmopReport, releaseVersions } from './build.ts'
export { DUCKDB_FILE, writeDuckDb } from './duckdb-file.ts'
export { buildSteps } from './build-steps.ts'
export { type Lineage, lineage } from './inputs.ts'
