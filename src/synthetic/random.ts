import { bytesFor } from '../base/index.ts'
import type { Engine } from '../engine/index.ts'

/**
 * Uniform draws as SQL macros, one stream per purpose. DuckDB's `hash` of one number mixes its 64 bits well;
 * its `hash` of several arguments does not (draws of different streams come out correlated), so a number is
 * hashed, crossed with the random constant of its stream, and hashed again.
 *
 * `u(constant, id, k)` is uniform in (0, 1); `normal(constant, id, k)` standard normal (Box and Muller 1958).
 * Draw k of a stream is independent of every other k below 1,024.
 */
export async function createDraws(engine: Engine): Promise<void> {
  await engine.run(
    `create or replace macro u(stream, id, k) as ((hash(xor(hash(id::bigint * 1024 + k), stream)) >> 11::ubigint)::double + 0.5) / 9007199254740992`,
  )
  await engine.run(
    `create or replace macro normal(stream, id, k) as sqrt(-2 * ln(u(stream, id, 2 * k))) * cos(2 * pi() * u(stream, id, 2 * k + 1))`,
  )
}

/** The streams of a seed: `stream('sex')` is the constant that `u` and `normal` take. */
export function streamsOf(seed: string): (purpose: string) => string {
  return (purpose) => `${bytesFor(seed, `synthetic/${purpose}`, 8).readBigUInt64BE(0)}::ubigint`
}
