import { access, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ChainonError } from '../../base/index.ts'
import { type Plan, sql, step, type Table } from '../../engine/index.ts'
import { ruleHitsTable, T_MCO_C } from '../../sources/index.ts'
import { BEN, DIAGNOSED, GROUPED, IN_HOSPITAL, STAY, VISIT } from './sides.ts'
import {
  bndmrIdentity,
  finess,
  oppositions,
  residence,
  sndsIdentity,
  transferActivities,
  transferPatients,
} from './tables.ts'

/** Which stays failed the chaining. */
const HITS = 'snds/rule_hits/T_MCO_C.parquet'
const FINESS = 'referentials/FINESS.parquet'
const CODES = 'referentials/ORPHA_CIM10.parquet'
const DIAGNOSES = 'bndmr/DIAGNOSIS.parquet'
const RESIDENCE = 'snds/RESIDENCE.parquet'

export interface Places {
  /** trusted/matcher */
  readonly folder: string
  readonly lake: string
  readonly work: string
}

const files = async (folder: string): Promise<string[]> =>
  (await readdir(folder).catch(() => []))
    .filter((name) => name.endsWith('.parquet'))
    .sort()
    .map((name) => join(folder, name))

const existing = async (path: string): Promise<string[]> =>
  access(path).then(
    () => [path],
    () => [],
  )

/** The files of the lake that links depend on. */
export async function linkageFiles(lake: string): Promise<string[]> {
  const tables = ['IR_BEN_R', 'T_MCO_B', 'T_MCO_C', 'T_MCO_CSTC']
  const found = await Promise.all(tables.map((table) => files(join(lake, 'snds', table))))
  const single = [FINESS, CODES, DIAGNOSES, RESIDENCE, HITS].map((path) => join(lake, path))
  return [...found, ...(await Promise.all(single.map(existing)))].flat()
}

/** Binds what the linkage reads; a table that the hub has not is empty, save those without which nobody can be linked. */
export async function bindLinkage(
  plan: Plan,
  { folder, lake, work }: Places,
  oppositionVersion: string,
): Promise<void> {
  const bind = async (relation: Table, found: readonly string[]): Promise<void> =>
    found.length > 0 ? plan.bind(relation, found) : plan.bindEmpty(relation)
  const ben = await files(join(lake, 'snds', 'IR_BEN_R'))
  if (ben.length === 0)
    throw new ChainonError('identity/no-beneficiaries', 'the lake has no IR_BEN_R: nobody can be linked', {
      advice: 'Receive a delivery of the SNDS that holds IR_BEN_R.',
    })
  const stays = await files(join(lake, 'snds', 'T_MCO_C'))
  const visits = await files(join(lake, 'snds', 'T_MCO_CSTC'))
  await bind(BEN, ben)
  await bind(STAY, stays)
  await bind(GROUPED, await files(join(lake, 'snds', 'T_MCO_B')))
  await bind(VISIT, visits)
  await bind(ruleHitsTable(T_MCO_C), await existing(join(lake, HITS)))
  await bind(finess, await existing(join(lake, FINESS)))
  await bind(IN_HOSPITAL, await existing(join(lake, CODES)))
  await bind(DIAGNOSED, await existing(join(lake, DIAGNOSES)))
  await bind(oppositions, await existing(join(lake, 'oppositions', `${oppositionVersion}.parquet`)))
  await bind(bndmrIdentity, [join(folder, 'identity', 'bndmr.parquet')])
  await bind(sndsIdentity, [join(folder, 'identity', 'snds.parquet')])
  await bind(transferPatients, [join(folder, 'transfers', 'bndmr', 'patients.parquet')])
  await bind(transferActivities, [join(folder, 'transfers', 'bndmr', 'activities.parquet')])
  const resolved = await existing(join(lake, RESIDENCE))
  if (resolved.length > 0) return bind(residence, resolved)
  const path = join(work, 'residence_in_pieces.parquet')
  await plan.write(residenceInPieces, path)
  return bind(residence, [path])
}

/** Where rule R15 has not spoken: département (three characters) and commune (three) of IR_BEN_R put together. */
export const residenceInPieces = step('residence_in_pieces', {
  reads: { b: BEN },
  gives: { person: 'varchar', commune: 'varchar' },
  sql: ({ b }) => sql`
    select distinct ${b.person} as person,
      case
        when ${b.BEN_RES_DPT} in ('209', '20A') then '2A' || ${b.BEN_RES_COM}
        when ${b.BEN_RES_DPT} = '20B' then '2B' || ${b.BEN_RES_COM}
        when substr(${b.BEN_RES_DPT}, 1, 1) = '0' then substr(${b.BEN_RES_DPT}, 2, 2) || ${b.BEN_RES_COM}
        when substr(${b.BEN_RES_DPT}, 1, 1) = '9' then ${b.BEN_RES_DPT} || substr(${b.BEN_RES_COM}, 2, 2)
      end as commune
    from ${b} where ${b.person} is not null and length(${b.BEN_RES_DPT}) = 3 and length(${b.BEN_RES_COM}) = 3`,
  order: ['person', 'commune'],
})
