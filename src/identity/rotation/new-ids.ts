import { createHmac } from 'node:crypto'
import { base32, ChainonError } from '../../base/index.ts'
import { type DuckDb, duckdb } from '../../engine/index.ts'
import { hubId } from '../pseudonyms.ts'

/*
 * What each hub id becomes. An HMAC cannot be inverted, but the matcher keeps the level-1 pseudonym of everybody whom
 * it knows, so the new id is what the new key makes of that: the same as a later delivery will get, and the old key
 * need not be kept for it. Ids of older versions whose level 1 is known no more (a delivery was replaced) become the
 * HMAC of the old id, so that their tables still join.
 */

/** Rows that are hashed and loaded at once: memory stays the same for any number of persons. */
const BATCH = 100_000

export interface Keys {
  readonly old: Buffer
  readonly next: Buffer
}

/** Makes the table `renamed` (old, new) of everybody whom the matcher knows. @returns how many */
export async function nameAnew(
  engine: DuckDb,
  identities: readonly string[],
  { old, next }: Keys,
): Promise<number> {
  await engine.run('create or replace table renamed (old varchar, new varchar)')
  if (identities.length === 0) return 0
  const known = identities.map((path) => `select level1, person from ${fileOf(path)}`).join(' union ')
  await inBatches<{ level1: string; person: string }>(
    engine,
    `select distinct level1, person from (${known})`,
    ({ level1, person }) => {
      if (hubId(old, level1) !== person)
        throw new ChainonError(
          'identity/stale-identity',
          'what the matcher knows of persons is not under the key that it has',
          { advice: 'Receive the deliveries again, then rotate. Nothing was changed.' },
        )
      return [person, hubId(next, level1)]
    },
  )
  return count(engine, 'select count(*) as n from renamed')
}

/** Adds ids that stand in tables and are nobody's whom the matcher knows. @returns how many there were */
export async function nameOrphans(
  engine: DuckDb,
  columns: readonly { readonly path: string; readonly column: string }[],
  { next }: Keys,
): Promise<number> {
  const before = await count(engine, 'select count(*) as n from renamed')
  for (const { path, column } of columns)
    await inBatches<{ person: string }>(
      engine,
      `select distinct t."${column}" as person from ${fileOf(path)} t
       where t."${column}" is not null and not exists (select 1 from renamed r where r.old = t."${column}")`,
      ({ person }) => [
        person,
        base32(createHmac('sha256', next).update(`id|${person}`).digest().subarray(0, 16)),
      ],
    )
  const [one] = await engine.rows<{ n: bigint; olds: bigint; news: bigint }>(
    'select count(*) as n, count(distinct old) as olds, count(distinct new) as news from renamed',
  )
  if (one?.n !== one?.olds || one?.n !== one?.news)
    throw new ChainonError('identity/not-one-to-one', 'two persons would become one, or one two', {
      advice: 'Nothing was changed. Rotate again with another key: remove trusted/matcher/key.next.',
    })
  return Number(one?.n ?? 0) - before
}

async function inBatches<R>(
  engine: DuckDb,
  query: string,
  rename: (row: R) => readonly [string, string],
): Promise<void> {
  // Ids that are being read are not those that are being written: one connection reads, the other loads.
  const reader = await engine.connect()
  let held: (readonly [string, string])[] = []
  const load = async (): Promise<void> => {
    await engine.load('renamed_part', { old: 'varchar', new: 'varchar' }, held)
    await engine.run('insert into renamed select old, new from renamed_part')
    held = []
  }
  try {
    for await (const batch of reader.stream<R>(query)) {
      held.push(...batch.map(rename))
      if (held.length >= BATCH) await load()
    }
    await load()
    await engine.run('drop table renamed_part')
  } finally {
    await reader.close()
  }
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** SQL: a Parquet file, or one part of a table. */
export const fileOf = (path: string): string => `read_parquet(${duckdb.quoteValue(path)})`

export async function count(engine: DuckDb, query: string): Promise<number> {
  const [row] = await engine.rows<{ n: bigint }>(query)
  return Number(row?.n ?? 0)
}
