import type { DuckDb } from '../../engine/index.ts'
import { ChainonError } from '../../base/index.ts'
import {
  type AcceptedFile,
  acceptedRows,
  dummyPseudonym,
  type SourceTable,
  sndsTables,
} from '../../sources/index.ts'
import { hubId } from '../pseudonyms.ts'

/*
 * Who is who in the SNDS (documentation of the SNDS, beneficiary sheet). BEN_NIR_PSA changes with the insured
 * person and is shared by same-sex twins, whom BEN_RNG_GEM tells apart; BEN_NIR_ANO is a person's own, but is
 * filled for two thirds only and worthless when BEN_CDI_NIR says that the NIR is provisional or fictive. PMSI
 * tables carry the PSA without rank. So: the person is BEN_NIR_ANO where it counts, else PSA and rank, and a
 * PSA without rank names somebody only when it is one person's. Runs in the matcher's own DuckDB.
 */

/** Rank of a PSA that is seen without one. */
const NO_RANK = -1

function definitionOf(file: AcceptedFile): SourceTable {
  const found = (sndsTables as Readonly<Record<string, SourceTable>>)[file.table]
  if (!found)
    throw new ChainonError('identity/unknown-table', `${file.table} is no table of the SNDS that we know`)
  return found
}

const hasColumn = (definition: SourceTable, column: string): boolean => column in definition.columns

/** The column of a table that holds a PSA, with or without its rank; undefined for tables that name nobody. */
function psaColumn(definition: SourceTable): 'BEN_NIR_PSA' | 'NIR_ANO_17' | undefined {
  if (hasColumn(definition, 'BEN_NIR_PSA')) return 'BEN_NIR_PSA'
  return hasColumn(definition, 'NIR_ANO_17') ? 'NIR_ANO_17' : undefined
}

/** SQL: the rank of a row as the map knows it. */
const rankOf = (definition: SourceTable, alias: string): string =>
  hasColumn(definition, 'BEN_RNG_GEM') ? `coalesce(${alias}.BEN_RNG_GEM, ${NO_RANK})` : `${NO_RANK}`

/**
 * Makes, in the matcher's DuckDB, the tables `identity` (psa, rng or null, own, level1), `hub` (level1, person)
 * and `person_of` (psa, rng, person; rank -1 for a PSA without one, absent when it is several persons').
 *
 * @param scan runs one query per file, in whatever order: it only collects distinct keys
 */
export async function makePersons(
  engine: DuckDb,
  files: readonly AcceptedFile[],
  matcherKey: Buffer,
  scan: (queries: readonly string[]) => Promise<void>,
): Promise<void> {
  await engine.run(`create or replace table beneficiary_rows (psa varchar, rng integer, own varchar)`)
  await engine.run(`create or replace table seen_rows (psa varchar, rng integer)`)
  await scan(
    files.flatMap((file) => {
      const definition = definitionOf(file)
      const psa = psaColumn(definition)
      if (!psa) return []
      if (file.table === 'IR_BEN_R') return [beneficiaries(file)]
      return [
        `insert into seen_rows select distinct r.${psa}, ${rankOf(definition, 'r')} from (${acceptedRows(file)}) r`,
      ]
    }),
  )
  // Dummies go now and not as lines are scanned: the question is dear, and there are far fewer keys than lines.
  await engine.run(`delete from seen_rows where ${dummyPseudonym('psa')}`)
  await engine.run(IDENTITY)
  await loadHubIds(engine, 'select distinct level1 from identity order by level1', matcherKey)
  await engine.run(PERSON_OF)
}

/** A NIR counts as the person's own when the registry of NIRs says that it is certain (00) or says nothing. */
const beneficiaries = (file: AcceptedFile): string => `
  insert into beneficiary_rows
  select r.BEN_NIR_PSA, r.BEN_RNG_GEM,
    case when not ${dummyPseudonym('r.BEN_NIR_ANO')} and coalesce(r.BEN_CDI_NIR, '00') = '00' then r.BEN_NIR_ANO end
  from (${acceptedRows(file)}) r where not ${dummyPseudonym('r.BEN_NIR_PSA')}`

// One PSA and rank under two own NIRs is a contradiction of the source: neither is believed.
const IDENTITY = `
  create or replace table identity as
  with beneficiary as (
    select psa, rng, case when count(distinct own) = 1 then min(own) end as own
    from beneficiary_rows group by psa, rng
  ), elsewhere as (
    select distinct s.psa, s.rng from seen_rows s
    where s.rng <> ${NO_RANK} and not exists (select 1 from beneficiary b where b.psa = s.psa and b.rng = s.rng)
  ), ranked as (
    select psa, rng, own from beneficiary union all select psa, rng, null from elsewhere
  ), unranked as (
    select distinct s.psa from seen_rows s
    where s.rng = ${NO_RANK} and not exists (select 1 from ranked r where r.psa = s.psa)
  )
  select psa, rng, own, coalesce(own, psa || '|' || rng) as level1 from ranked
  union all select psa, null, null, psa || '|' from unranked`

const PERSON_OF = `
  create or replace table person_of as
  select i.psa, i.rng, h.person from identity i join hub h on h.level1 = i.level1 where i.rng is not null
  union all
  select i.psa, ${NO_RANK}, min(h.person) from identity i join hub h on h.level1 = i.level1
  group by i.psa having count(distinct h.person) = 1`

/** Hub ids of level-1 pseudonyms, computed here and not in SQL, as the table `hub` (level1, person). */
export async function loadHubIds(engine: DuckDb, level1Query: string, matcherKey: Buffer): Promise<void> {
  const keys: string[] = []
  for await (const batch of engine.stream<{ level1: string }>(level1Query))
    for (const row of batch) keys.push(row.level1)
  await engine.load(
    'hub',
    { level1: 'varchar', person: 'varchar' },
    keys.map((level1) => [level1, hubId(matcherKey, level1)]),
  )
}

/** SQL: the accepted rows of a file as the lake keeps them: row_id, person, then what names nobody. In file order. */
export function lakeRows(file: AcceptedFile): string {
  const definition = definitionOf(file)
  const kept = Object.entries(definition.columns)
    .filter(([, column]) => !column.pseudonym && !column.identity)
    .map(([name]) => `r."${name}"`)
  const psa = psaColumn(definition)
  const rows = `(${acceptedRows(file)}) r`
  if (!psa) return `select r.row_id, cast(null as varchar) as person, ${kept.join(', ')} from ${rows}`
  return `select r.row_id, p.person, ${kept.join(', ')} from ${rows} left join person_of p on p.psa = r.${psa} and p.rng = ${rankOf(definition, 'r')}`
}
