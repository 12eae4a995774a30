import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ChainonError, exists, hashFile, writeText } from '../base/index.ts'
import { type Engine, type Ledger, Plan, type PlanOptions, type Table } from '../engine/index.ts'
import {
  ACTIVITY,
  CENTRE,
  COMMUNE,
  DEPRIVATION,
  DIAGNOSIS,
  FINESS,
  lakeTable,
  ruleHitsTable,
  sndsRules,
  sndsTables,
  type SourceTable,
} from '../sources/index.ts'
import { type Balance, balance } from './balance.ts'
import { counts, idsOf, yearsOfCare } from './build-steps.ts'
import { links, oppositions, registryPatients, residence } from './inputs.ts'
import type { CdmTable } from './spec/model.ts'
import { cdmTables } from './spec/tables.ts'
import { releaseSteps } from './release-steps.ts'
import { partsOfShared } from './slices.ts'

export interface BuildRequest {
  readonly engine: Engine
  readonly ledger?: Ledger
  readonly lake: string
  /** Folder for what is written on the way and removed at the end. */
  readonly work: string
  /** v1, v2… */
  readonly version: string
  readonly synthetic: boolean
  /** Version of lake/links; null when nothing was linked. */
  readonly links: string | null
  /** Version of lake/oppositions; null when no list was received. */
  readonly oppositions: string | null
  readonly today: string
  /** Names all that this version is built from: whether a newer one is needed is known by it. */
  readonly inputs?: string
  readonly onStep?: NonNullable<PlanOptions['onStep']>
}

export interface OmopReport {
  readonly version: string
  readonly window: { readonly from: string; readonly until: string }
  readonly tables: Readonly<Record<string, { readonly rows: number }>>
  readonly persons: { readonly all: number; readonly linked: number }
  readonly balance: Balance
  /** Tables of the sources that the lake does not hold: what depends on them is empty. */
  readonly absent: readonly string[]
}

/**
 * Builds the OMOP CDM 5.4 from the lake under lake/omop/<version>. `release.json` is written last: a version
 * without it is not one. Done again, it writes only what its inputs changed.
 * @throws omop/no-claims when the lake holds neither beneficiaries nor a registry
 */
export async function buildOmop(request: BuildRequest): Promise<OmopReport> {
  const { engine, lake, version, today, synthetic } = request
  const out = join(lake, 'omop', version)
  const plan = new Plan(engine, {
    ...(request.ledger ? { ledger: request.ledger } : {}),
    ...(request.onStep ? { onStep: request.onStep } : {}),
  })
  await mkdir(join(out, 'ids'), { recursive: true })
  const absent = await bindInputs(plan, request)
  if (absent.includes('IR_BEN_R') && absent.includes('PATIENT'))
    throw new ChainonError(
      'omop/no-persons',
      'the lake holds neither beneficiaries (IR_BEN_R) nor a registry (PATIENT)',
      {
        advice: 'Receive one of them first: chainon receive snds DIR, chainon receive bndmr DIR',
      },
    )
  const window = await windowOf(plan)
  const release = releaseSteps({ synthetic, today, window })
  // Several tables read them and nobody keeps them: a version that stands already needs only what its balance reads.
  const { identities, ...others } = release.shared
  plan.later(identities, join(request.work, 'identities.parquet'))
  await plan.write(idsOf(release.who), join(out, 'ids', 'person.parquet'))
  const [counted] = await plan.rows<{ everybody: bigint; linked: bigint }>(counts(release.who))
  const parts = await partsOfShared(plan, release, Number(counted?.everybody ?? 0))
  for (const [name, shared] of Object.entries(others))
    plan.later(shared, join(request.work, `${name}.parquet`), parts[name])
  const tables: Record<string, { rows: number; sha256: string; columns: object[] }> = {}
  for (const [name, table] of Object.entries(release.tables)) {
    const path = join(out, `${name}.parquet`)
    const { rows } = await plan.write(table, path)
    tables[name] = { rows, sha256: await hashFile(path), columns: columnsOf(name) }
  }
  const balanced = await balance(plan, release)
  await writeText(join(out, 'balance.json'), `${JSON.stringify(balanced, null, 1)}\n`)
  await writeText(
    join(out, 'release.json'),
    `${JSON.stringify({ version, synthetic, cdm: '5.4', inputs: request.inputs ?? null, links: request.links, oppositions: request.oppositions, window, tables }, null, 1)}\n`,
  )
  await rm(request.work, { recursive: true, force: true })
  return {
    version,
    window,
    tables: Object.fromEntries(Object.entries(tables).map(([name, { rows }]) => [name, { rows }])),
    persons: { all: Number(counted?.everybody ?? 0), linked: Number(counted?.linked ?? 0) },
    balance: balanced,
    absent,
  }
}

/** What release.json says of a table's columns: type, potential identifier, whose ids, whether a source value. */
function columnsOf(tableName: string): object[] {
  const { fields } = (cdmTables as unknown as Record<string, CdmTable>)[tableName] as CdmTable
  return Object.entries(fields).map(([name, { type, identifier, id, source }]) => ({
    name,
    type,
    ...(identifier ? { identifier } : {}),
    ...(id ? { id } : {}),
    ...(source ? { source } : {}),
  }))
}

/** The years of the hospital tables, whose stays are filed by year; without them those of the care in the city. */
async function windowOf(plan: Plan): Promise<{ from: string; until: string }> {
  const [row] = await plan.rows<{
    stays_from: bigint | null
    stays_until: bigint | null
    city_from: string | null
    city_until: string | null
  }>(yearsOfCare)
  const from = row?.stays_from ?? row?.city_from?.slice(0, 4) ?? '1900'
  const until = row?.stays_until ?? row?.city_until?.slice(0, 4) ?? '2999'
  return { from: `${from}-01-01`, until: `${until}-12-31` }
}

/** Binds all that the build may read; what the lake lacks is an empty table, and named. */
async function bindInputs(plan: Plan, request: BuildRequest): Promise<string[]> {
  const { lake } = request
  const absent: string[] = []
  const bind = async (relation: Table, files: readonly string[]): Promise<void> => {
    if (files.length > 0) return plan.bind(relation, files)
    absent.push(relation.name)
    plan.bindEmpty(relation)
  }
  for (const definition of Object.values(sndsTables) as unknown as SourceTable[]) {
    await bind(lakeTable(definition) as unknown as Table, await filesIn(join(lake, 'snds', definition.name)))
    if (
      sndsRules.some((rule) => rule.on.some((clause) => clause.is === 'drops' && clause.table === definition))
    )
      await bind(
        ruleHitsTable(definition) as unknown as Table,
        await oneFile(join(lake, 'snds', 'rule_hits', `${definition.name}.parquet`)),
      )
  }
  await bind(residence as unknown as Table, await oneFile(join(lake, 'snds', 'RESIDENCE.parquet')))
  await bind(registryPatients as unknown as Table, await oneFile(join(lake, 'bndmr', 'PATIENT.parquet')))
  for (const definition of [
    DIAGNOSIS,
    ACTIVITY,
    CENTRE,
    COMMUNE,
    DEPRIVATION,
    FINESS,
  ] as unknown as SourceTable[])
    await bind(
      lakeTable(definition) as unknown as Table,
      await oneFile(join(lake, definition.source, `${definition.name}.parquet`)),
    )
  await bind(
    links as unknown as Table,
    request.links === null ? [] : await oneFile(join(lake, 'links', request.links, 'links.parquet')),
  )
  await bind(
    oppositions as unknown as Table,
    request.oppositions === null
      ? []
      : await oneFile(join(lake, 'oppositions', `${request.oppositions}.parquet`)),
  )
  return absent
}

async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [] as string[])
  return names
    .filter((name) => name.endsWith('.parquet'))
    .sort()
    .map((name) => join(folder, name))
}

const oneFile = async (path: string): Promise<string[]> => ((await exists(path)) ? [path] : [])

/** The newest version that is whole, and the next free one. */
export async function releaseVersions(lake: string): Promise<{ newest: string | null; next: string }> {
  const names = await readdir(join(lake, 'omop')).catch(() => [] as string[])
  const whole: number[] = []
  for (const name of names) {
    const number = Number(/^v([1-9][0-9]*)$/.exec(name)?.[1] ?? 0)
    if (number > 0 && (await readFile(join(lake, 'omop', name, 'release.json')).catch(() => undefined)))
      whole.push(number)
  }
  const newest = whole.length === 0 ? 0 : Math.max(...whole)
  return { newest: newest === 0 ? null : `v${newest}`, next: `v${newest + 1}` }
}
