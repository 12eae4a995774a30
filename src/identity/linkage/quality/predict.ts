import { logBeta, logGamma } from './log-beta.ts'

/*
 * How many false links there will be, told by how many were seen elsewhere: intervals for a number that itself falls by
 * chance, wider than those of a rate. Both begin from Jeffreys' prior, so that none seen does not mean none.
 */

const TAIL = 0.025

/** The 2.5 % and 97.5 % points of a distribution over 0, 1, 2 … */
function quantiles(logMass: (k: number) => number, most: number): [low: number, high: number] {
  let sum = 0
  let low: number | undefined
  for (let k = 0; k <= most; k += 1) {
    sum += Math.exp(logMass(k))
    if (low === undefined && sum >= TAIL) low = k
    if (sum >= 1 - TAIL) return [low ?? k, k]
  }
  return [low ?? most, most]
}

/** Events to come over `ahead` of exposure, when `seen` fell over `exposure` (Poisson; the rate by its gamma distribution). */
export function predictCount(
  seen: number,
  exposure: number,
  ahead: number,
  most: number,
): [low: number, high: number] {
  if (exposure <= 0) return [0, most]
  if (ahead <= 0) return [0, 0]
  const shape = seen + 0.5
  const p = exposure / (exposure + ahead)
  return quantiles(
    (k) =>
      logGamma(shape + k) - logGamma(shape) - logGamma(k + 1) + shape * Math.log(p) + k * Math.log(1 - p),
    most,
  )
}

/** Of `others`, how many are false when `wrong` of `known` were (binomial; the share by its beta distribution). */
export function predictShare(wrong: number, known: number, others: number): [low: number, high: number] {
  const [a, b] = [wrong + 0.5, known - wrong + 0.5]
  return quantiles(
    (k) =>
      logGamma(others + 1) -
      logGamma(k + 1) -
      logGamma(others - k + 1) +
      logBeta(a + k, b + others - k) -
      logBeta(a, b),
    others,
  )
}

/** Beyond so many, sums over a thousand steps for each are not needed: the gamma's points by Wilson and Hilferty (1931). */
const MANY = 300

/** 95 % interval of a Poisson mean of which `seen` fell (Jeffreys), by the same sums. */
export function poissonInterval(seen: number): [low: number, high: number] {
  if (seen > MANY) {
    const shape = seen + 0.5
    const point = (z: number): number => shape * (1 - 1 / (9 * shape) + z / (3 * Math.sqrt(shape))) ** 3
    return [point(-1.96), point(1.96)]
  }
  const fine = 1000
  const [low, high] = predictCount(seen, 1, fine, fine * (10 * seen + 50))
  return [seen === 0 ? 0 : low / fine, high / fine]
}
