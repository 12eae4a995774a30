import type { Estimate } from './cost-per-year.ts'
import { kaplanMeier, curveQuantile, type Observed } from './kaplan-meier.ts'
import { quantileOf } from './quantile.ts'
import { randomFrom } from './random.ts'

/**
 * Ratio of two Kaplan-Meier medians (`exposed` over `reference`) with a percentile interval of the bootstrap on
 * the log scale; persons are drawn within each group. Null when a median is not reached; a draw whose median is
 * not reached counts as infinitely long on its side.
 *
 * @param seed the same seed gives the same interval
 */
export function medianRatio(
  exposed: readonly Observed[],
  reference: readonly Observed[],
  seed: string,
  draws = 1000,
  level = 0.95,
): Estimate | null {
  const above = medianOf(exposed)
  const below = medianOf(reference)
  if (above === null || below === null || above <= 0 || below <= 0) return null
  const random = randomFrom(seed)
  const drawExposed = resampler(exposed, random)
  const drawReference = resampler(reference, random)
  const logs: number[] = []
  for (let i = 0; i < draws; i++) {
    const one = drawExposed()
    const other = drawReference()
    if (one === Infinity && other === Infinity) continue
    logs.push(Math.log(one / other))
  }
  logs.sort((a, b) => a - b)
  const tail = (1 - level) / 2
  return {
    value: above / below,
    low: Math.exp(quantileOf(logs, tail)),
    high: Math.exp(quantileOf(logs, 1 - tail)),
  }
}

const medianOf = (group: readonly Observed[]): number | null => curveQuantile(kaplanMeier(group), 0.5).at

/** Each call draws the group anew (counts per person on the sorted times) and gives its median. */
function resampler(group: readonly Observed[], random: () => number): () => number {
  // Events before censorings at the same time: one pass gives the product-limit estimate without ties apart.
  const sorted = [...group].sort((a, b) => a.time - b.time || Number(b.event) - Number(a.event))
  const counts = new Uint16Array(sorted.length)
  return () => {
    counts.fill(0)
    for (let i = 0; i < sorted.length; i++) {
      const drawn = Math.floor(random() * sorted.length)
      counts[drawn] = (counts[drawn] as number) + 1
    }
    let atRisk = sorted.length
    let survival = 1
    for (let i = 0; i < sorted.length; i++) {
      const times = counts[i] as number
      if (times === 0) continue
      const person = sorted[i] as Observed
      if (person.event) survival *= 1 - times / atRisk
      if (survival <= 0.5 + 1e-9) return person.time
      atRisk -= times
    }
    return Infinity
  }
}
