/*
 * How often does the 95 % interval of a cost per person-year hold the true value? Three intervals on the same
 * draws: the study's own, the percentile bootstrap and the bootstrap-t on the log scale. Costs are lognormal
 * over persons (coefficient of variation 1 and 1.5), a mixture of diseases, stays of heavy price, or mostly zero.
 *
 *   npx tsx bench/coverage-cost.ts [runs]
 */
import { costPerYear, type Spent } from '../src/studies/statistics/cost-per-year.ts'
import { quantileOf } from '../src/studies/statistics/quantile.ts'
import { normal, type Random, randomFrom } from '../src/studies/statistics/random.ts'

const runs = Number(process.argv[2] ?? 2000)
const draws = 399

const lognormal = (random: Random, cv: number): number => {
  const spread = Math.sqrt(Math.log(1 + cv * cv))
  return Math.exp(spread * normal(random) - (spread * spread) / 2)
}

function poisson(random: Random, mean: number): number {
  let k = 0
  for (let product = random(); product > Math.exp(-mean); product *= random()) k++
  return k
}

const diseases = [
  [0.03, 47000],
  [0.05, 42000],
  [0.17, 18000],
  [0.25, 8000],
  [0.3, 4500],
  [0.2, 2600],
] as const

/** Cost of one person observed for `years`, and the true cost per year. */
const laws: Record<string, { truth: number; cost: (random: Random, years: number) => number }> = {
  'lognormal, CV 1': { truth: 5000, cost: (random, years) => years * 5000 * lognormal(random, 1) },
  'lognormal, CV 1.5': { truth: 5000, cost: (random, years) => years * 5000 * lognormal(random, 1.5) },
  'diseases mixed, CV 1.9': {
    truth: diseases.reduce((sum, [share, mean]) => sum + share * mean, 0),
    cost: (random, years) => {
      let at = random()
      const disease = diseases.find(([share]) => (at -= share) < 0) ?? diseases[0]
      return years * disease[1] * lognormal(random, 0.95)
    },
  },
  'stays, severity CV 1': {
    truth: 3000,
    cost: (random, years) => {
      const severity = lognormal(random, 1)
      let cost = 1000 * years * severity
      for (let stays = poisson(random, 0.5 * years * severity); stays > 0; stays--)
        cost += 4000 * lognormal(random, 1.5)
      return cost
    },
  },
  'seven in ten without cost': {
    truth: 1500,
    cost: (random, years) => (random() < 0.3 ? years * 5000 * lognormal(random, 1) : 0),
  },
}

/** Percentile bootstrap, and bootstrap-t on the log scale, from the same draws. */
function bootstraps(people: readonly Spent[], random: Random): Record<string, [number, number]> {
  const n = people.length
  const summary = (pick: (i: number) => Spent): { ratio: number; error: number } => {
    let [c, t, cc, ct, tt] = [0, 0, 0, 0, 0]
    for (let i = 0; i < n; i++) {
      const { cost, years } = pick(i)
      c += cost
      t += years
      cc += cost * cost
      ct += cost * years
      tt += years * years
    }
    const ratio = c / t
    const square = Math.max(0, cc - 2 * ratio * ct + ratio * ratio * tt)
    return { ratio, error: Math.sqrt((n * square) / (n - 1)) / t }
  }
  const whole = summary((i) => people[i] as Spent)
  const ratios: number[] = []
  const studentised: number[] = []
  for (let b = 0; b < draws; b++) {
    const { ratio, error } = summary(() => people[Math.floor(random() * n)] as Spent)
    ratios.push(ratio)
    if (ratio > 0 && error > 0) studentised.push((Math.log(ratio / whole.ratio) * ratio) / error)
  }
  ratios.sort((a, b) => a - b)
  studentised.sort((a, b) => a - b)
  const scale = whole.error / whole.ratio
  return {
    'percentile bootstrap': [quantileOf(ratios, 0.025), quantileOf(ratios, 0.975)],
    'bootstrap-t on logs': [
      whole.ratio * Math.exp(-scale * quantileOf(studentised, 0.975)),
      whole.ratio * Math.exp(-scale * quantileOf(studentised, 0.025)),
    ],
  }
}

const results: object[] = []
for (const [law, { truth, cost }] of Object.entries(laws))
  for (const n of [75, 150, 400]) {
    const random = randomFrom(`coverage|${law}|${n}`)
    const tally = new Map<string, { covered: number; width: number; milliseconds: number }>()
    const add = (name: string, low: number, high: number, milliseconds: number): void => {
      const own = tally.get(name) ?? { covered: 0, width: 0, milliseconds: 0 }
      own.covered += low <= truth && truth <= high ? 1 : 0
      own.width += (high - low) / truth
      own.milliseconds += milliseconds
      tally.set(name, own)
    }
    for (let run = 0; run < runs; run++) {
      const people = Array.from({ length: n }, () => {
        const years = random() < 0.85 ? 3 : 3 * random()
        return { years, cost: cost(random, years) }
      })
      let from = performance.now()
      const own = costPerYear(people)
      add('chainon', own?.low ?? Number.NaN, own?.high ?? Number.NaN, performance.now() - from)
      from = performance.now()
      const others = bootstraps(people, random)
      const each = (performance.now() - from) / 2
      for (const [name, [low, high]] of Object.entries(others)) add(name, low, high, each)
    }
    for (const [interval, { covered, width, milliseconds }] of tally)
      results.push({
        law,
        persons: n,
        interval,
        coverage: Number((covered / runs).toFixed(4)),
        relativeWidth: Number((width / runs).toFixed(3)),
        microseconds: Math.round((1000 * milliseconds) / runs),
      })
  }
console.log(JSON.stringify({ bench: 'coverage-cost', runs, draws, results }, null, 1))
