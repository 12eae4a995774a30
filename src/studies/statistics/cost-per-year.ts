import { normalQuantile } from './quantile.ts'

/** One person's cost (any unit) and observed time. */
export interface Spent {
  readonly cost: number
  readonly years: number
}

export interface Estimate {
  readonly value: number
  readonly low: number
  readonly high: number
}

/**
 * Cost per person-year, the ratio ΣC/ΣT, with a 95 % interval fit for skewed costs: Hall's monotone cubic
 * transformation of the studentised statistic (Hall, JRSS B 1992;54:221; for costs Zhou and Dinh, Biostatistics
 * 2005;6:187) on the linearised residuals C − R·T, with Student's quantile and the unbiased skewness, which is
 * bounded by √n/3: beyond, the transformation leaves the region where it was made, and one dear patient would
 * stretch the interval without covering more. No random numbers. `bench/coverage-cost.ts` compares it with the
 * percentile bootstrap and the bootstrap-t on the log scale.
 *
 * Null when nobody was observed; an interval needs three persons and some variation.
 */
export function costPerYear(spent: readonly Spent[], level = 0.95): Estimate | null {
  const n = spent.length
  let cost = 0
  let years = 0
  for (const one of spent) {
    cost += one.cost
    years += one.years
  }
  if (n === 0 || years <= 0) return null
  const value = cost / years
  if (n < 3) return { value, low: Number.NaN, high: Number.NaN }
  let square = 0
  let cube = 0
  for (const one of spent) {
    const residual = one.cost - value * one.years
    square += residual * residual
    cube += residual * residual * residual
  }
  if (square === 0) return { value, low: value, high: value }
  const sample = ((cube / n / (square / n) ** 1.5) * Math.sqrt(n * (n - 1))) / (n - 2)
  const skewness = Math.max(-Math.sqrt(n) / 3, Math.min(Math.sqrt(n) / 3, sample))
  const spread = Math.sqrt(square / (n - 1)) / (years / n)
  const at = studentQuantile((1 + level) / 2, n - 1) / Math.sqrt(n)
  return {
    value,
    low: Math.max(0, value - spread * untransform(at, skewness, n)),
    high: value - spread * untransform(-at, skewness, n),
  }
}

/** Inverse of g(w) = w + γw²/3 + γ²w³/27 + γ/6n. */
function untransform(y: number, skewness: number, n: number): number {
  if (Math.abs(skewness) < 1e-6) return y
  return (3 / skewness) * (Math.cbrt(1 + skewness * (y - skewness / (6 * n))) - 1)
}

/** Quantile of Student's distribution by its expansion around the normal one (Abramowitz and Stegun 26.7.5); 3 digits at 10 degrees of freedom. */
export function studentQuantile(p: number, freedom: number): number {
  const z = normalQuantile(p)
  const z2 = z * z
  const g1 = (z * (z2 + 1)) / 4
  const g2 = (z * ((5 * z2 + 16) * z2 + 3)) / 96
  const g3 = (z * (((3 * z2 + 19) * z2 + 17) * z2 - 15)) / 384
  return z + g1 / freedom + g2 / freedom ** 2 + g3 / freedom ** 3
}

/** One person of a comparison: a stratum (the disease) and which of the two groups. */
export interface Compared extends Spent {
  readonly stratum: string
  readonly exposed: boolean
}

/**
 * Ratio of the costs per person-year of two groups within strata (Mantel and Haenszel's weights, so that small
 * strata count for little and none is lost), with the interval of its estimating function on the log scale,
 * which does not assume that costs follow any law. Null where a side has no time or no cost.
 */
export function stratifiedCostRatio(people: readonly Compared[], level = 0.95): Estimate | null {
  const strata = new Map<string, { c1: number; c0: number; t1: number; t0: number }>()
  for (const one of people) {
    let sums = strata.get(one.stratum)
    if (!sums) strata.set(one.stratum, (sums = { c1: 0, c0: 0, t1: 0, t0: 0 }))
    if (one.exposed) {
      sums.c1 += one.cost
      sums.t1 += one.years
    } else {
      sums.c0 += one.cost
      sums.t0 += one.years
    }
  }
  let exposed = 0
  let reference = 0
  for (const s of strata.values()) {
    const total = s.t1 + s.t0
    if (total <= 0) continue
    exposed += (s.c1 * s.t0) / total
    reference += (s.c0 * s.t1) / total
  }
  if (exposed <= 0 || reference <= 0) return null
  const value = exposed / reference
  let square = 0
  for (const one of people) {
    const s = strata.get(one.stratum) as { c1: number; c0: number; t1: number; t0: number }
    const total = s.t1 + s.t0
    if (total <= 0 || s.t1 === 0 || s.t0 === 0) continue
    const rate = (s.c1 + s.c0) / (s.t0 + value * s.t1)
    const part = one.exposed
      ? ((one.cost - value * rate * one.years) * s.t0) / total
      : (value * (one.cost - rate * one.years) * s.t1) / total
    square += part * part
  }
  const error = Math.sqrt(square) / exposed
  const z = normalQuantile((1 + level) / 2)
  return { value, low: value * Math.exp(-z * error), high: value * Math.exp(z * error) }
}
