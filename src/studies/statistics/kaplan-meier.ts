import { normalQuantile } from './quantile.ts'

/** One person's time to event or censoring. */
export interface Observed {
  readonly time: number
  readonly event: boolean
}

/** The estimate just after one time at which something happened. */
export interface KaplanMeierPoint {
  readonly time: number
  readonly atRisk: number
  readonly events: number
  readonly censored: number
  readonly survival: number
  /** Greenwood's standard error of the survival. */
  readonly error: number
  readonly low: number
  readonly high: number
}

export type CurveScale = 'log-log' | 'log'

/**
 * Kaplan-Meier curve with Greenwood's variance and a pointwise 95 % interval on the log-log scale (Kalbfleisch
 * and Prentice), or on the log scale as R's default. Censored persons leave after the events of the same time.
 * Times in any unit, zero allowed.
 */
export function kaplanMeier(
  observed: readonly Observed[],
  scale: CurveScale = 'log-log',
  level = 0.95,
): KaplanMeierPoint[] {
  const z = normalQuantile((1 + level) / 2)
  const sorted = [...observed].sort((a, b) => a.time - b.time)
  const points: KaplanMeierPoint[] = []
  let atRisk = sorted.length
  let survival = 1
  let greenwood = 0
  for (let i = 0; i < sorted.length; ) {
    const time = (sorted[i] as Observed).time
    let events = 0
    let censored = 0
    for (; i < sorted.length && (sorted[i] as Observed).time === time; i++)
      if ((sorted[i] as Observed).event) events++
      else censored++
    survival *= 1 - events / atRisk
    // The last person's event makes the curve zero and its variance undefined.
    greenwood += events === atRisk ? Number.NaN : events / (atRisk * (atRisk - events))
    const [low, high] = interval(survival, greenwood, z, scale)
    points.push({
      time,
      atRisk,
      events,
      censored,
      survival,
      error: survival * Math.sqrt(greenwood),
      low,
      high,
    })
    atRisk -= events + censored
  }
  return points
}

function interval(survival: number, greenwood: number, z: number, scale: CurveScale): [number, number] {
  if (survival === 1) return [1, 1]
  if (survival <= 0 || Number.isNaN(greenwood)) return [Number.NaN, Number.NaN]
  const error = Math.sqrt(greenwood)
  if (scale === 'log') return [survival * Math.exp(-z * error), Math.min(1, survival * Math.exp(z * error))]
  const width = (z * error) / Math.abs(Math.log(survival))
  return [survival ** Math.exp(width), survival ** Math.exp(-width)]
}

export interface CurveQuantile {
  /** Null where the curve does not come down so far. */
  readonly at: number | null
  readonly low: number | null
  readonly high: number | null
}

/**
 * Time by which a share `p` has had the event (0.5: the median), with the interval that inverts the pointwise
 * one (Brookmeyer and Crowley 1982). Where the curve lies flat on 1-p the middle of the flat is taken, as R does.
 */
export function curveQuantile(points: readonly KaplanMeierPoint[], p: number): CurveQuantile {
  return {
    at: firstBelow(points, 1 - p, (point) => point.survival),
    low: firstBelow(points, 1 - p, (point) => point.low),
    high: firstBelow(points, 1 - p, (point) => point.high),
  }
}

function firstBelow(
  points: readonly KaplanMeierPoint[],
  target: number,
  of: (point: KaplanMeierPoint) => number,
): number | null {
  const near = 1e-9
  const index = points.findIndex((point) => point.events > 0 && of(point) <= target + near)
  const found = points[index]
  if (!found) return null
  if (Math.abs(of(found) - target) > near) return found.time
  const next = points.slice(index + 1).find((point) => point.events > 0)
  return next ? (found.time + next.time) / 2 : found.time
}

/** Mean time without the event up to `until`: the area under the curve. */
export function restrictedMean(points: readonly KaplanMeierPoint[], until: number): number {
  let area = 0
  let from = 0
  let survival = 1
  for (const point of points) {
    if (point.time >= until) break
    area += survival * (point.time - from)
    from = point.time
    survival = point.survival
  }
  return area + survival * Math.max(0, until - from)
}
