/** Quantile of sorted values with linear interpolation (type 7 of Hyndman and Fan 1996, R's default). */
export function quantileOf(sorted: ArrayLike<number>, p: number): number {
  const at = (sorted.length - 1) * p
  const below = Math.floor(at)
  const low = sorted[below] as number
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number
  return low === high ? low : low + (high - low) * (at - below)
}

/** Quantile of the standard normal distribution (Acklam's rational approximation, one Halley step; |error| < 1e-14). */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) return p === 0 ? -Infinity : p === 1 ? Infinity : Number.NaN
  let x: number
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p))
    x = poly(C, q) / (poly(D, q) * q + 1)
  } else if (p > 1 - 0.02425) {
    const q = Math.sqrt(-2 * Math.log(1 - p))
    x = -poly(C, q) / (poly(D, q) * q + 1)
  } else {
    const q = p - 0.5
    const r = q * q
    x = (poly(A, r) * q) / (poly(B, r) * r + 1)
  }
  const e = normalCumulative(x) - p
  const u = e * Math.sqrt(2 * Math.PI) * Math.exp((x * x) / 2)
  return x - u / (1 + (x * u) / 2)
}

/** Cumulative standard normal: series near zero, continued fraction in the tail (Abramowitz and Stegun 26.2.11, 26.2.14). */
export function normalCumulative(x: number): number {
  const z = Math.abs(x)
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  if (z < 5) {
    let term = z
    let sum = z
    for (let k = 3; term > 1e-18 * sum && k < 400; k += 2) {
      term *= (z * z) / k
      sum += term
    }
    const upper = density * sum
    return x < 0 ? 0.5 - upper : 0.5 + upper
  }
  let fraction = 0
  for (let k = 60; k >= 1; k--) fraction = k / (z + fraction)
  const tail = density / (z + fraction)
  return x < 0 ? tail : 1 - tail
}

const poly = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, c) => sum * x + c, 0)

const A = [
  -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
  2.506628277459239,
]
const B = [
  -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1,
]
const C = [
  -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
]
const D = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137003996, 3.754408661907416]
