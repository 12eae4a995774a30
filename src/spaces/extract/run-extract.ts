import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hashFile } from '../../base/index.ts'
import { type EngineChoice, name, openEngine, Plan, sql, step, type Step } from '../../engine/index.ts'
import type { Permit, Release } from '../../permits/index.ts'
import { oppositions, personIds } from './cohort.ts'
import { showsCommunes } from './columns.ts'
import { compileExtract, type Extract } from './compile-extract.ts'
import { ALL, type Guards } from './guards.ts'
import { pseudonyms, saltOf, writeMap } from './pseudonymise.ts'
import { spaceSecret, trustedFolder } from './secret.ts'

export interface ExtractInput {
  readonly permit: Permit
  readonly release: Release
  /** lake/omop/<version> */
  readonly releaseFolder: string
  /** lake/oppositions/<version>.parquet */
  readonly oppositions: string
  /** spaces/<permit>/tables */
  readonly into: string
  readonly today: string
  readonly seed?: string
  readonly engine: EngineChoice
}

export interface ExtractResult {
  readonly persons: number
  readonly tables: Record<string, { rows: number; sha256: string }>
}

/**
 * Makes the tables of a space, in the process of the hub role: pseudonyms by streams with the secret, everything
 * else by the compiled steps. What holds both CDM ids and ids of the space stands in trusted/ and is removed.
 */
export async function runExtract(
  roleFolder: string,
  input: ExtractInput,
  guards: Guards = ALL,
  onStep?: (table: string) => void,
): Promise<ExtractResult> {
  const extract = compileExtract(input, guards)
  const folder = trustedFolder(roleFolder, input.permit.id)
  const work = join(folder, 'work')
  await rm(work, { recursive: true, force: true })
  const secret = await spaceSecret(folder, input.permit.id, input.seed)
  await mkdir(work, { recursive: true, mode: 0o700 })
  await mkdir(input.into, { recursive: true })
  const engine = await openEngine(
    input.engine,
    { as: 'hub', folder: roleFolder },
    { spill: join(work, 'spill') },
  )
  try {
    const plan = new Plan(engine, { onStep: ({ step: table, written }) => written || onStep?.(table) })
    await bindLake(plan, extract, input)
    const persons = await writeMaps(plan, extract, secret, work, input.permit, guards)
    for (const one of extract.numbered) await plan.write(one, join(work, `${one.name}.parquet`))
    const tables: ExtractResult['tables'] = {}
    for (const { name: table, step: made } of extract.tables) {
      const path = join(input.into, `${table}.parquet`)
      const { rows } = await plan.write(made, path)
      tables[table] = { rows, sha256: await hashFile(path) }
    }
    // What an earlier extract left behind, when the permit's data version has fewer tables.
    for (const file of await readdir(input.into))
      if (!tables[file.replace(/\.parquet$/, '')])
        await rm(join(input.into, file), { recursive: true, force: true })
    return { persons, tables }
  } finally {
    await engine.close()
    await rm(work, { recursive: true, force: true })
  }
}

async function bindLake(plan: Plan, extract: Extract, input: ExtractInput): Promise<void> {
  for (const [table, relation] of extract.lake)
    await plan.bind(relation, [join(input.releaseFolder, `${table}.parquet`)])
  await plan.bind(personIds, [join(input.releaseFolder, 'ids', 'person.parquet')])
  await plan.bind(oppositions, [input.oppositions])
}

/** The four maps from ids of the data version to ids of the space. Returns how many persons the space has. */
async function writeMaps(
  plan: Plan,
  { cohort, lake, maps }: Extract,
  secret: Uint8Array,
  work: string,
  permit: Permit,
  guards: Guards,
): Promise<number> {
  const bind = async (kind: keyof typeof maps, rows: Iterable<readonly bigint[]>) => {
    const path = join(work, `${kind}.parquet`)
    const columns = Object.fromEntries(Object.keys(maps[kind].columns).map((one) => [one, 'bigint' as const]))
    await writeMap(path, columns, rows)
    await plan.bind(maps[kind], [path])
  }
  const all = async (kind: keyof typeof maps, ids: Step, text: (row: IdRow) => string) => {
    const rows = await plan.rows<IdRow>(ids)
    const made = pseudonyms(
      secret,
      kind,
      rows.map((row) => [row.id, text(row)] as const),
    )
    return guards.pseudonyms ? made : made.map(([id]) => [id, id] as const)
  }
  const itself = ({ id }: IdRow) => String(id)

  const members = await all('person', idsOf(cohort, 'person_id'), itself)
  await bind(
    'person',
    members.map(([id, pseudonym]) => [id, pseudonym, saltOf(secret, id)]),
  )
  for (const [kind, table, key] of [
    ['provider', 'provider', 'provider_id'],
    ['centre', 'care_site', 'care_site_id'],
  ] as const) {
    const source = lake.get(table)
    await bind(kind, source ? await all(kind, idsOf(source, key), itself) : [])
  }
  // Without the commune, the communes of a département are one place under one id.
  const locations = lake.get('location')
  const coarse = !showsCommunes(permit)
  const county = coarse && locations && 'county' in locations.columns ? 'county' : undefined
  await bind(
    'place',
    locations
      ? await all('place', idsOf(locations, 'location_id', county), (row) =>
          coarse ? `departement|${row.county ?? ''}` : itself(row),
        )
      : [],
  )
  return members.length
}

interface IdRow {
  readonly id: bigint
  readonly county?: string | null
}

/** The ids of one kind of thing that a data version has. */
export const idsOf = (relation: Parameters<Plan['bind']>[0] | Step, key: string, beside?: string): Step =>
  step(`ids_of_${relation.name}`, {
    reads: { t: relation },
    gives: { id: 'bigint', ...(beside ? { county: 'varchar' as const } : {}) },
    order: ['id'],
    sql: ({ t }) => sql`
      select cast(t.${name(key)} as bigint) as id${beside ? sql`, t.${name(beside)} as county` : sql``} from ${t}`,
  })
