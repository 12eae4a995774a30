import { bytesFor } from '../../base/index.ts'

/**
 * Draws by hash, in bits. DuckDB's `hash` of one number mixes all 64 bits well, its `hash` of several arguments
 * does not (draws of different streams come out correlated): so a number is hashed, crossed with the random
 * constant of its stream and hashed again.
 */
export function drawer(seed: string): (stream: string, id: string) => string {
  return (stream, id) => `hash(xor(hash((${id})::bigint), ${constantOf(seed, stream)}))`
}

/** A random 64-bit constant as an SQL literal. */
export function constantOf(seed: string, stream: string): string {
  return `${bytesFor(seed, `snds/${stream}`, 8).readBigUInt64BE(0)}::ubigint`
}

/** `width` bits of a draw from bit `from` on, as an integer. */
export const bits = (draw: string, from: number, width: number): string =>
  `((${draw} >> ${from}::ubigint) & ${2 ** width - 1}::ubigint)`

/** A uniform in (0, 1) of `width` bits, never 0 nor 1. */
export const uniform = (draw: string, from = 0, width = 30): string =>
  `((${bits(draw, from, width)}::double + 0.5) / ${2 ** width})`

/** A whole number whose mean is `mean`: the floor, or one more with the probability of the rest. */
export const rounded = (mean: string, u: string): string => `floor((${mean}) + ${u})::integer`

/** A lognormal factor of mean 1 from two uniforms (Box and Muller 1958). */
export const skewed = (sigma: number, u1: string, u2: string): string =>
  `exp(${sigma} * sqrt(-2 * ln(${u1})) * cos(2 * pi() * ${u2}) - ${(sigma * sigma) / 2})`

/** Rows of a constant table, as `values`. */
export function values(rows: readonly (readonly (string | number | boolean | null)[])[]): string {
  const cell = (value: string | number | boolean | null): string =>
    typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value)
  return `values ${rows.map((row) => `(${row.map(cell).join(', ')})`).join(', ')}`
}

/**
 * The item of a list at a place counted from 0, as a ladder of its runs. (Indexing a constant list costs DuckDB
 * a copy of the list for every row.)
 */
export function choose(list: readonly (string | number)[], place: string): string {
  const steps: string[] = []
  list.forEach((item, index) => {
    const value = typeof item === 'string' ? `'${item}'` : String(item)
    if (index === list.length - 1) steps.push(`else ${value}`)
    else if (list[index + 1] !== item) steps.push(`when ${place} < ${index + 1} then ${value}`)
  })
  return steps.length === 1 ? `(${(steps[0] as string).slice(5)})` : `case ${steps.join(' ')} end`
}
