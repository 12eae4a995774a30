import { ChainonError } from '../base/index.ts'
import { bndmrTables } from './bndmr/tables.ts'
import type { Delivered } from './delivery/model.ts'
import type { SourceTable } from './model.ts'
import { OPPOSITION, referentialTables } from './referentials/tables.ts'
import { sndsTables } from './snds/tables.ts'

/** The tables that a delivery of each kind may hold. */
export const tablesOfSource: Readonly<Record<Delivered, Readonly<Record<string, SourceTable>>>> = {
  snds: sndsTables,
  bndmr: bndmrTables,
  referentials: referentialTables,
  oppositions: { OPPOSITION },
}

export function tableNamed(source: Delivered, name: string): SourceTable {
  const found = tablesOfSource[source][name]
  if (!found) throw new ChainonError('sources/unknown-table', `${source} has no table ${name}`)
  return found
}
