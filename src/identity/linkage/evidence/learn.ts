import { logBeta } from '../quality/log-beta.ts'
import { MOST_DAYS } from './choose.ts'
import type { Pattern } from './patterns.ts'

/** What the SNDS tells of chance where no value of one patient tells it. */
export interface Population {
  readonly persons: number
  readonly patients: number
  /** Shares of the SNDS. */
  readonly men: number
  readonly dead: number
  /** Share of the SNDS that died on one day of those covered. */
  readonly deadOnADay: number
  /** Share of hospital events that are of one kind with a registry day by chance. */
  readonly sameKind: number
  /** Bits by which chance is likelier to meet a person again at a hospital than to meet them once. */
  readonly again: number
}

/** What was learnt of true pairs. Shares of levels, each list sums to 1. */
export interface Learnt {
  /** log2 of the odds that two of the registry and the SNDS, drawn by chance, are one. */
  readonly prior: number
  readonly sex: readonly number[]
  readonly birth: readonly number[]
  readonly home: readonly number[]
  /** Of patients whom the registry knows to be dead: the same day, another, not in the SNDS; of the others: dead there, not. */
  readonly death: readonly number[]
  /** Of persons in hospital, beside patients whose disease it knows: a stay has it, or none. */
  readonly disease: readonly number[]
  /** Of registry days that were found: exact, elsewhere, beside, near. */
  readonly found: readonly number[]
  /** Of those whose kind is known: alike, unlike. */
  readonly kind: readonly number[]
  /**
   * How the SNDS sees days of a patient: beta-binomial, mean and correlation between two days of one patient. What is
   * missing for one reason (a centre that does not chain its stays) is missing often: correlated days count less.
   */
  readonly seen: { readonly share: number; readonly correlation: number }
  /** Pairs that match, as the weights expect; and by registry days, from none to `MOST_DAYS` and more. */
  readonly matches: number
  readonly matchesByDays: readonly number[]
  readonly rounds: number
}

/** No level is impossible. */
const SMOOTH = 0.5
/** EM stops when no share moves more, and after so many rounds at the latest. */
const STILL = 1e-7
const MOST = 200

const START: Omit<Learnt, 'prior' | 'matches' | 'matchesByDays' | 'rounds'> = {
  sex: [0.99, 0.01],
  birth: [0.98, 0.015, 0.005],
  home: [0.85, 0.1, 0.05],
  death: [0.8, 0.05, 0.15, 0.02, 0.98],
  disease: [0.6, 0.4],
  found: [0.85, 0.05, 0.08, 0.02],
  kind: [0.9, 0.1],
  seen: { share: 0.8, correlation: 0.1 },
}

/** log2 of the probability that of `days` seen by one patient exactly certain `found` ones are seen, among true pairs. */
export function seenBits({ share, correlation }: Learnt['seen'], days: number, found: number): number {
  if (days <= 0) return 0
  const size = 1 / correlation - 1
  const [a, b] = [share * size, (1 - share) * size]
  return (logBeta(a + found, b + Math.max(0, days - found)) - logBeta(a, b)) / Math.LN2
}

const bits = (m: number | undefined, u: number): number => Math.log2((m as number) / u)

/** Weight of a level of the comparisons whose chance is not told pair by pair; sex, birth, home, death, kind. */
export function levelBits(learnt: Learnt, population: Population) {
  const { men, dead, deadOnADay, sameKind } = population
  const sameSex = men * men + (1 - men) * (1 - men)
  const deaths = [deadOnADay, Math.max(1e-9, dead - deadOnADay), 1 - dead, Math.max(dead, 1e-9), 1 - dead]
  return {
    sex: [bits(learnt.sex[0], sameSex), bits(learnt.sex[1], 1 - sameSex)],
    // What chance does here is in the pair's own `chance`; another year or département says nothing by chance.
    birth: learnt.birth.map((m) => bits(m, 1)),
    home: learnt.home.map((m) => bits(m, 1)),
    death: learnt.death.map((m, at) => bits(m, deaths[at] as number)),
    disease: learnt.disease.map((m) => bits(m, 1)),
    found: learnt.found.map((m) => bits(m, 1)),
    kind: [bits(learnt.kind[0], sameKind), bits(learnt.kind[1], 1 - sameKind)],
  }
}

const at = (of: readonly number[], level: number): number => (level < 0 ? 0 : (of[level] as number))
const sum = (of: readonly number[]): number => of.reduce((total, one) => total + one, 0)

function weightOf(
  pattern: Pattern,
  learnt: Learnt,
  population: Population,
  levels: ReturnType<typeof levelBits>,
): number {
  const found = sum(pattern.found)
  return (
    learnt.prior +
    at(levels.sex, pattern.sex) +
    at(levels.birth, pattern.birth) +
    at(levels.home, pattern.home) +
    at(levels.death, pattern.death) +
    at(levels.disease, pattern.disease) +
    sum(pattern.found.map((count, level) => count * (levels.found[level] as number))) +
    pattern.alike * (levels.kind[0] as number) +
    pattern.unlike * (levels.kind[1] as number) +
    pattern.chance -
    population.again * Math.max(0, found - 1) +
    seenBits(learnt.seen, pattern.days, found)
  )
}

/**
 * Learns what true pairs look like, by expectation maximisation (Fellegi and Sunter's model, patterns counted as Winkler
 * does). What chance does is not learnt: the SNDS tells it. The prior follows the matches that are expected among all pairs
 * of both sources, looked at or not, and so the population.
 */
export function learn(patterns: readonly Pattern[], population: Population): Learnt {
  const [persons, patients] = [Math.max(1, population.persons), Math.max(1, population.patients)]
  const priorOf = (matches: number): number => Math.log2(matches / (patients * persons - matches))
  let learnt: Learnt = {
    ...START,
    prior: priorOf(Math.min(persons, patients) * 0.8),
    matches: 0,
    matchesByDays: [],
    rounds: 0,
  }
  for (let round = 1; round <= MOST; round += 1) {
    const levels = levelBits(learnt, population)
    const chances = patterns.map(
      (pattern) => pattern.pairs / (1 + 2 ** -weightOf(pattern, learnt, population, levels)),
    )
    const next = maximise(patterns, chances, learnt)
    const matches = Math.min(sum(chances), 0.999 * Math.min(persons, patients))
    const moved = Math.max(
      ...(['sex', 'birth', 'home', 'death', 'disease', 'found', 'kind'] as const).flatMap((of) =>
        next[of].map((m, level) => Math.abs(m - (learnt[of][level] as number))),
      ),
    )
    const matchesByDays = Array.from({ length: MOST_DAYS + 1 }, (_, days) =>
      sum(
        chances.filter(
          (_chance, index) => Math.min(MOST_DAYS, Math.floor(patterns[index]?.days ?? 0)) === days,
        ),
      ),
    )
    learnt = { ...next, prior: priorOf(Math.max(matches, 1e-6)), matches, matchesByDays, rounds: round }
    if (moved < STILL) break
  }
  return learnt
}

/** Shares of levels among true pairs, each pair counted by how probably it is one. */
function maximise(
  patterns: readonly Pattern[],
  chances: readonly number[],
  before: Learnt,
): Omit<Learnt, 'prior' | 'matches' | 'matchesByDays' | 'rounds'> {
  const total = (of: (pattern: Pattern) => number): number =>
    patterns.reduce((all, pattern, index) => all + (chances[index] as number) * of(pattern), 0)
  const shares = (counts: readonly number[], old: readonly number[]): readonly number[] =>
    sum(counts) === 0 ? old : counts.map((count) => (count + SMOOTH) / (sum(counts) + SMOOTH * counts.length))
  const of = (name: 'sex' | 'birth' | 'home' | 'death' | 'disease', levels: readonly number[]) =>
    levels.map((level) => total((pattern) => (pattern[name] === level ? 1 : 0)))
  const dead = of('death', [0, 1, 2])
  const alive = of('death', [3, 4])
  return {
    sex: shares(of('sex', [0, 1]), before.sex),
    birth: shares(of('birth', [0, 1, 2]), before.birth),
    home: shares(of('home', [0, 1, 2]), before.home),
    death: [...shares(dead, before.death.slice(0, 3)), ...shares(alive, before.death.slice(3))],
    disease: shares(of('disease', [0, 1]), before.disease),
    found: shares(
      [0, 1, 2, 3].map((level) => total((pattern) => pattern.found[level] as number)),
      before.found,
    ),
    kind: shares([total((pattern) => pattern.alike), total((pattern) => pattern.unlike)], before.kind),
    seen: spread(total, before.seen),
  }
}

/** Mean and correlation of a beta-binomial by its moments. */
function spread(total: (of: (pattern: Pattern) => number) => number, before: Learnt['seen']): Learnt['seen'] {
  const days = total((pattern) => pattern.days)
  const found = total((pattern) => sum(pattern.found))
  if (days < 1) return before
  const share = (found + SMOOTH) / (days + 2 * SMOOTH)
  const excess = total(
    (pattern) => pattern.foundSquared - 2 * share * pattern.foundDays + share * share * pattern.daysSquared,
  )
  const couples = total((pattern) => pattern.daysSquared - pattern.days)
  if (couples < 1) return { share, correlation: before.correlation }
  const correlation = (excess / (share * (1 - share)) - days) / couples
  return { share, correlation: Math.min(0.9, Math.max(0.001, correlation)) }
}
