import { createHmac } from 'node:crypto'
import { ChainonError } from '../../base/index.ts'
import { openDuckDb } from '../../engine/index.ts'
import { projectPseudonym } from '../../identity/index.ts'
import type { Kind } from './cdm-shape.ts'

type Row = readonly [bigint, bigint]

/**
 * Pseudonyms of the space for ids of one kind, in the process that holds the secret.
 * @param texts CDM id → what is hashed: the id itself, or what several ids become together
 * @throws space/collision when two things would become one; another secret is then needed
 */
export function pseudonyms(
  secret: Uint8Array,
  kind: Kind,
  texts: Iterable<readonly [bigint, string]>,
): Row[] {
  const owner = new Map<bigint, string>()
  const rows: Row[] = []
  for (const [id, text] of texts) {
    const pseudonym = projectPseudonym(secret, kind, text)
    const other = owner.get(pseudonym)
    if (other !== undefined && other !== text)
      throw new ChainonError('space/collision', `two ids of kind ${kind} have the same pseudonym`, {
        advice: 'Close the space and open it again: it gets another secret.',
      })
    owner.set(pseudonym, text)
    rows.push([id, pseudonym])
  }
  return rows
}

/** A secret number of a person, 1 to 2^30: how rows that look alike are put in order. */
export const saltOf = (secret: Uint8Array, id: bigint): bigint =>
  BigInt((createHmac('sha256', secret).update(`salt|${id}`).digest().readUInt32BE(0) >>> 2) + 1)

/** Writes a map to Parquet in this process: its values never stand in a statement, and no cluster is sent them. */
export async function writeMap(
  path: string,
  columns: Readonly<Record<string, 'bigint'>>,
  rows: Iterable<readonly bigint[]>,
): Promise<void> {
  const engine = await openDuckDb({ threads: 1 })
  try {
    await engine.load('map_of_ids', columns, rows)
    await engine.writeParquet('select * from map_of_ids', path)
  } finally {
    await engine.close()
  }
}
