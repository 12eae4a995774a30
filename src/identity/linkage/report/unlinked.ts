import { solve } from './solve.ts'

/*
 * Who is linked is not a random part of the registry. Inverse-probability weights make the linked count for those who are
 * not: each by one over the probability of a link, told by a logistic regression on what the registry knows of a patient.
 */

/** What is known of a patient, by characteristic. */
type Known = Readonly<Record<string, string | boolean>>
type Eligible = Known & { readonly linked: boolean }

export interface LinkageWeights {
  /** Coefficient of the odds of a link: of everybody, and of each value of a characteristic (`characteristic|value`); none is 0. */
  readonly base: number
  readonly slopes: ReadonlyMap<string, number>
  /** Probability of a link. */
  probability(of: Known): number
}

/** Strength with which coefficients are held to 0: what one patient in ten would say. */
const RIDGE = 0.1
const ROUNDS = 30

/**
 * Logistic regression of the link on main effects, by Newton's method over counted strata. A value with fewer than `least`
 * linked or unlinked patients has no coefficient of its own: it is taken with the most frequent, so that nothing is told of it.
 */
export function linkageWeights(
  patients: readonly Eligible[],
  characteristics: readonly string[],
  least: number,
): LinkageWeights {
  const columns = columnsOf(patients, characteristics, least)
  const at = (of: Known): number[] => [
    0,
    ...characteristics.flatMap((one) => {
      const column = columns.get(`${one}|${of[one]}`)
      return column === undefined ? [] : [column]
    }),
  ]
  const strata = new Map<string, { at: number[]; n: number; linked: number }>()
  for (const patient of patients) {
    const where = at(patient)
    const key = where.join()
    const stratum = strata.get(key) ?? { at: where, n: 0, linked: 0 }
    strata.set(key, stratum)
    stratum.n += 1
    if (patient.linked) stratum.linked += 1
  }
  const beta = newton([...strata.values()], columns.size + 1)
  const probability = (of: Known): number =>
    1 / (1 + Math.exp(-at(of).reduce((sum, column) => sum + (beta[column] as number), 0)))
  return {
    base: beta[0] as number,
    slopes: new Map([...columns].map(([value, column]) => [value, beta[column] as number])),
    probability,
  }
}

/** Column of each value that has one; 0 is the intercept. */
function columnsOf(
  patients: readonly Eligible[],
  characteristics: readonly string[],
  least: number,
): Map<string, number> {
  const columns = new Map<string, number>()
  for (const characteristic of characteristics) {
    const counts = new Map<string, [unlinked: number, linked: number]>()
    for (const patient of patients) {
      const value = patient[characteristic] as string
      const pair = counts.get(value) ?? [0, 0]
      counts.set(value, pair)
      pair[patient.linked ? 1 : 0] += 1
    }
    const values = [...counts].sort(([a, n], [b, m]) => m[0] + m[1] - n[0] - n[1] || (a < b ? -1 : 1))
    for (const [value, pair] of values.slice(1))
      if (Math.min(...pair) >= least) columns.set(`${characteristic}|${value}`, columns.size + 1)
  }
  return columns
}

function newton(strata: readonly { at: number[]; n: number; linked: number }[], size: number): number[] {
  const beta = Array.from({ length: size }, () => 0)
  for (let round = 0; round < ROUNDS; round += 1) {
    const gradient = beta.map((value, column) => (column === 0 ? 0 : -RIDGE * value))
    const information = beta.map((_, row) =>
      beta.map((__, column) => (row === column && row > 0 ? RIDGE : 0)),
    )
    for (const { at, n, linked } of strata) {
      const p = 1 / (1 + Math.exp(-at.reduce((sum, column) => sum + (beta[column] as number), 0)))
      for (const row of at) {
        gradient[row] = (gradient[row] as number) + linked - n * p
        const line = information[row] as number[]
        for (const column of at) line[column] = (line[column] as number) + n * p * (1 - p)
      }
    }
    const step = solve(information, gradient)
    for (const [column, move] of step.entries())
      beta[column] = Math.max(-12, Math.min(12, (beta[column] as number) + Math.max(-2, Math.min(2, move))))
    if (Math.max(...step.map(Math.abs)) < 1e-8) break
  }
  return beta
}
