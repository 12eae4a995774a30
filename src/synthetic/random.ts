import { bytesFor } from '../base/index.ts'

/*
 * Draws as SQL text, one stream per purpose. DuckDB's `hash` of one number mixes its 64 bits well; its `hash` of
 * several arguments does not: draws of different streams come out correlated, and planted effects are confounded
 * without a sign. So a number is hashed, crossed with the random constant of its stream, and hashed again. A draw
 * hangs on seed, purpose, id and k alone: the same for any number of threads and any order of rows.
 */

export interface Draws {
  /** Uniform in (0, 1), never 0 nor 1. `id` is an SQL integer; k (below 1,024) tells draws of one id apart. */
  u(purpose: string, id: string, k?: number): string
  /** Standard normal, from two uniforms (Box and Muller 1958). */
  normal(purpose: string, id: string): string
  /** Lognormal with mean 1; `sigma` is the standard deviation of the logarithm. */
  lognormal(purpose: string, id: string, sigma: number): string
  /** A whole number from 0 on with that mean (an SQL expression) and the spread of a geometric law. */
  geometric(purpose: string, id: string, mean: string): string
  /** 64 random bits as an unsigned integer. */
  bits(purpose: string, id: string, k?: number): string
}

/** The draws of a seed. */
export function drawsOf(seed: string): Draws {
  const constants = new Map<string, string>()
  const constantOf = (purpose: string): string => {
    const known = constants.get(purpose)
    if (known) return known
    const constant = `${bytesFor(seed, `synthetic/${purpose}`, 8).readBigUInt64BE(0)}::ubigint`
    constants.set(purpose, constant)
    return constant
  }
  const bits = (purpose: string, id: string, k = 0): string =>
    `hash(xor(hash((${id})::bigint * 1024 + ${k}), ${constantOf(purpose)}))`
  const u = (purpose: string, id: string, k = 0): string =>
    `(((${bits(purpose, id, k)} >> 11::ubigint)::double + 0.5) / 9007199254740992)`
  const normal = (purpose: string, id: string): string =>
    `(sqrt(-2 * ln(${u(purpose, id, 0)})) * cos(2 * pi() * ${u(purpose, id, 1)}))`
  return {
    bits,
    u,
    normal,
    lognormal: (purpose, id, sigma) => `exp(${sigma} * ${normal(purpose, id)} - ${sigma ** 2 / 2})`,
    geometric: (purpose, id, mean) =>
      `floor(ln(${u(purpose, id)}) / ln((${mean}) / (1.0 + (${mean}))))::integer`,
  }
}
