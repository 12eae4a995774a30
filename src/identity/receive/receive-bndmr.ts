import { createHmac, randomBytes } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { base32, bytesFor, ChainonError, writeAtomically } from '../../base/index.ts'
import { type DuckDb, openDuckDb } from '../../engine/index.ts'
import {
  type AcceptedFile,
  acceptedRows,
  bndmrTables,
  checkDelivery,
  type DeliveryReport,
  keepDelivery,
  type SourceTable,
} from '../../sources/index.ts'
import { sendFiles } from '../handover/file-stream.ts'
import { readNir } from '../nir.ts'
import { idmrText, nirText, producerPseudonym, psaText } from '../pseudonyms.ts'
import type { RoleContext } from '../roles/model.ts'
import { withoutValues } from './without-values.ts'

/** `import.meta.url` of this task, for the role's process. */
export const receiveBndmrTask = import.meta.url

export interface ReceiveBndmrInput {
  /** The folder that the registry sent. */
  readonly dir: string
  /** deliveries/bndmr of the hub. */
  readonly deliveries: string
  /** Of a synthetic hub: transit ids then follow from it. */
  readonly seed?: string
}

/**
 * Task of the source: opens the registry's delivery, sets bad rows aside in its own folder, writes health
 * columns under level-1 pseudonyms to deliveries/ and hands linkage variables under transit ids to the matcher.
 * Nobody gets both.
 */
export default async function receiveBndmr(
  context: RoleContext,
  { dir, deliveries, seed }: ReceiveBndmrInput,
): Promise<DeliveryReport> {
  const key = await context.key()
  const engine = await openDuckDb({ spill: join(context.folder, 'spill') })
  const outgoing = join(context.folder, 'outgoing')
  try {
    const report = await checkDelivery({
      source: 'bndmr',
      dir,
      quarantine: join(context.folder, 'quarantine', 'bndmr'),
      engine,
      onFile: ({ index, of }) => context.progress({ stage: 'check', done: index, total: of }),
    })
    const kept = await keepDelivery(join(context.folder, 'deliveries', 'bndmr'), report.accepted)
    await makeViews(engine, kept)
    await pseudonymise(engine, key)
    for (const table of Object.keys(bndmrTables))
      if (kept.some((file) => file.table === table)) await writeHealth(engine, table, deliveries)
    await loadTransitIds(engine, seed)
    await rm(outgoing, { recursive: true, force: true })
    await mkdir(outgoing, { mode: 0o700 })
    const patients = join(outgoing, 'patients.parquet')
    const activities = join(outgoing, 'activities.parquet')
    await engine.writeParquet(TRANSFER_PATIENTS, patients)
    await engine.writeParquet(TRANSFER_ACTIVITIES, activities)
    context.progress({ stage: 'hand over' })
    await sendFiles(context.given(), [
      { name: 'patients.parquet', path: patients },
      { name: 'activities.parquet', path: activities },
    ])
    return withoutValues(report)
  } finally {
    await engine.close()
    await rm(outgoing, { recursive: true, force: true })
    await rm(join(context.folder, 'spill'), { recursive: true, force: true })
  }
}

/** A view per table over its accepted rows; a table that was not sent is empty, save the one that says who there is. */
async function makeViews(engine: DuckDb, files: readonly AcceptedFile[]): Promise<void> {
  for (const [table, definition] of Object.entries(bndmrTables)) {
    const parts = files.filter((file) => file.table === table).map(acceptedRows)
    if (parts.length === 0 && table === 'PATIENT')
      throw new ChainonError('identity/no-patients', 'the delivery of the registry has no readable PATIENT', {
        advice: 'PATIENT says who the persons of the other tables are: nothing can be received without it.',
      })
    const none = Object.entries(definition.columns).map(
      ([column, { type }]) => `cast(null as ${type}) as ${column}`,
    )
    const rows =
      parts.length > 0
        ? parts.join(' union all ')
        : `select cast(null as bigint) as row_id, ${none.join(', ')} where false`
    await engine.run(`create table ${table} as ${rows}`)
  }
}

/** Level 1 of every identifier, computed here: tables `idmrs` (idmr, level1) and `nirs` (row_id, nir, psa). */
async function pseudonymise(engine: DuckDb, key: Buffer): Promise<void> {
  const idmrs = await engine.rows<{ idmr: string }>(
    'select IDMR as idmr from PATIENT union select IDMR from DIAGNOSIS union select IDMR from ACTIVITY order by 1',
  )
  await engine.load(
    'idmrs',
    { idmr: 'varchar', level1: 'varchar' },
    idmrs.map(({ idmr }) => [idmr, producerPseudonym(key, idmrText(idmr))]),
  )
  const known = await engine.rows<{ row_id: bigint; nir: string; birth: string | null; sex: string }>(
    `select row_id, NIR as nir, strftime(BIRTH_DATE, '%Y%m%d') as birth, SEX as sex from PATIENT where NIR is not null`,
  )
  await engine.load(
    'nirs',
    { row_id: 'bigint', nir: 'varchar', psa: 'varchar' },
    known.flatMap(({ row_id, nir, birth, sex }) => {
      const read = readNir(nir)
      if (read === null) return []
      const psa = birth === null ? null : producerPseudonym(key, psaText(read, birth, sex))
      return [[row_id, producerPseudonym(key, nirText(read)), psa] as const]
    }),
  )
}

/** Random, one per patient of this transfer; in random order they say nothing of the order of the delivery. */
async function loadTransitIds(engine: DuckDb, seed: string | undefined): Promise<void> {
  const patients = await engine.rows<{ level1: string }>(
    'select distinct i.level1 from PATIENT p join idmrs i on i.idmr = p.IDMR order by 1',
  )
  const stream = bytesFor(seed, 'transit bndmr')
  const random = (index: number): Buffer =>
    seed === undefined
      ? randomBytes(16)
      : createHmac('sha256', stream).update(String(index)).digest().subarray(0, 16)
  await engine.load(
    'transits',
    { level1: 'varchar', transit: 'varchar' },
    patients.map(({ level1 }, index) => [level1, base32(random(index))]),
  )
}

/** Health columns under level-1 pseudonyms. Of the birth date the year stays; nothing else that is direct. */
async function writeHealth(engine: DuckDb, table: string, deliveries: string): Promise<void> {
  const definition = (bndmrTables as Readonly<Record<string, SourceTable>>)[table] as SourceTable
  const kept = Object.entries(definition.columns)
    .filter(([, column]) => !column.identity)
    .map(([column]) => `t.${column}`)
  const ofPerson = 'IDMR' in definition.columns
  const columns = [
    't.row_id',
    ofPerson ? 'i.level1' : 'cast(null as varchar) as level1',
    ...kept,
    ...(table === 'PATIENT' ? ['cast(year(t.BIRTH_DATE) as integer) as BIRTH_YEAR'] : []),
  ]
  const joined = ofPerson ? ' join idmrs i on i.idmr = t.IDMR' : ''
  await writeAtomically(join(deliveries, `${table}.parquet`), async (temporary) => {
    await engine.writeParquet(
      `select ${columns.join(', ')} from ${table} t${joined} order by t.row_id`,
      temporary,
    )
  })
}

// A patient who is written twice is one person: the first row speaks.
const TRANSFER_PATIENTS = `
  select tr.transit, i.level1, n.nir, n.psa, p.SEX as sex,
    cast(year(p.BIRTH_DATE) as integer) as birth_year, cast(month(p.BIRTH_DATE) as integer) as birth_month,
    p.RESIDENCE_COMMUNE as commune, p.DEATH_DATE as death_date
  from (select *, row_number() over (partition by IDMR order by row_id) as nth from PATIENT) p
  join idmrs i on i.idmr = p.IDMR join transits tr on tr.level1 = i.level1
  left join nirs n on n.row_id = p.row_id
  where p.nth = 1 order by tr.transit`

const TRANSFER_ACTIVITIES = `
  select distinct tr.transit, a.ACTIVITY_DATE as activity_date, a.FINESS as finess, a.ACTIVITY_KIND as kind
  from ACTIVITY a join idmrs i on i.idmr = a.IDMR join transits tr on tr.level1 = i.level1
  order by 1, 2, 3, 4`
