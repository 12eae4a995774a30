import { allEnded } from '../../base/index.ts'
import type { DuckDb } from '../../engine/index.ts'
import { type Comparison, levelsOf } from '../comparisons/model.ts'
import { codeOf, literal, quoted } from '../comparisons/words.ts'
import { type Across, possiblePairs } from '../pairs/across.ts'
import { pairsOfRule } from '../pairs/blocking.ts'
import { countOf } from '../pairs/count.ts'
import { bothSides, codedIn, patternsOf } from '../pairs/patterns.ts'
import { RECORDS } from '../records/prepare.ts'
import { DECIDED } from '../review/decided.ts'
import type { Trained } from '../score/weights.ts'
import {
  type EmResult,
  expectationMaximisation,
  oddsToProbability,
  type Pattern,
  probabilityToOdds,
  startOfM,
  weightOf,
} from './em.ts'
import { isGiven, withGiven } from './given.ts'

export interface Training {
  readonly trained: Trained
  /** Patterns among pairs drawn by chance. */
  readonly chance: readonly Pattern[]
  readonly sessions: readonly Session[]
}

/** One run of EM on the pairs of one rule. */
export interface Session extends EmResult {
  readonly rule: string
  readonly pairs: number
  /** Comparisons that it could learn from: those that the rule does not fix. */
  readonly learns: readonly boolean[]
}

export interface TrainingPairs {
  readonly across: Across
  readonly conditions: readonly string[]
  /** Which conditions give a session, and which columns each fixes. */
  readonly sessions: readonly {
    readonly at: number
    readonly rule: string
    readonly columns: readonly string[]
  }[]
  readonly prior: number
  readonly seed: string
  readonly most: number
  /** Have readers decided some pairs? */
  readonly decided: boolean
}

/** Counted patterns of the pairs of a FROM. The order is that of the levels, so that equal data gives equal bits. */
export async function countPatterns(
  engine: DuckDb,
  comparisons: readonly Comparison[],
  from: string,
): Promise<readonly Pattern[]> {
  const levels = comparisons.map((_, at) => `g${at}`)
  const rows = await engine.rows<Record<string, number | bigint>>(
    `select ${levels.join(', ')}, count(*) as pairs
     from (${patternsOf(comparisons, `select ${bothSides(comparisons)} ${from}`, '')}) as patterns
     group by ${levels.join(', ')} order by ${levels.join(', ')}`,
  )
  return rows.map((row) => ({
    levels: levels.map((level) => Number(row[level])),
    pairs: Number(row['pairs']),
  }))
}

/**
 * A part of the records that depends on what they hold and on the seed, never on their order or ids.
 * @param share between 0 and 1
 */
export function sampled(comparisons: readonly Comparison[], seed: string, share: number): string | undefined {
  if (share >= 1) return undefined
  // What is told of another feature says nothing more of a record.
  const own = comparisons.flatMap((one) => one.features.filter(({ of }) => of === undefined))
  const features = [...new Set(own.map(({ name }) => name))].sort()
  const isCoded = codedIn(comparisons)
  // A value is told by its code where it has one: numbers are sooner read.
  const values = features.map((name) => quoted(isCoded(name) ? codeOf(name) : name))
  return `hash(${[...values, literal(seed)].join(', ')}) < ${BigInt(Math.floor(share * 2 ** 53)) * 2048n}::ubigint`
}

const DRAWN = 'drawn'

/** Patterns among pairs drawn by chance. Few records make many pairs: one thread alone would tell them, so two halves do. */
export async function chancePatterns(
  engine: DuckDb,
  comparisons: readonly Comparison[],
  { across, seed, most }: Pick<TrainingPairs, 'across' | 'seed' | 'most'>,
  possible: number,
): Promise<readonly Pattern[]> {
  const part = sampled(comparisons, seed, Math.sqrt(most / Math.max(1, possible))) ?? 'true'
  await engine.run(`create or replace table ${DRAWN} as select * from ${RECORDS} where ${part}`)
  const halves = await allEnded(
    [0, 1].map(async (half) => {
      const beside = await engine.connect()
      try {
        return await countPatterns(
          beside,
          comparisons,
          pairsOfRule([], null, across, { l: `rid % 2 = ${half}` }, DRAWN),
        )
      } finally {
        await beside.close()
      }
    }),
  )
  await engine.run(`drop table ${DRAWN}`)
  return added(halves.flat())
}

/** Counts of equal patterns together, in the order of their levels. */
function added(patterns: readonly Pattern[]): readonly Pattern[] {
  const counts = new Map<string, Pattern>()
  for (const { levels, pairs } of patterns) {
    const key = levels.join()
    counts.set(key, { levels, pairs: pairs + (counts.get(key)?.pairs ?? 0) })
  }
  const byLevels = (a: Pattern, b: Pattern): number => {
    const at = a.levels.findIndex((level, i) => level !== b.levels[i])
    return at === -1 ? 0 : (a.levels[at] as number) - (b.levels[at] as number)
  }
  return [...counts.values()].sort(byLevels)
}

/** Learns u from pairs drawn by chance, and m from sessions of EM. */
export async function train(
  engine: DuckDb,
  comparisons: readonly Comparison[],
  wanted: TrainingPairs,
  bySource: readonly number[],
): Promise<Training> {
  const all = possiblePairs(wanted.across, bySource)
  const counts = comparisons.map((one) => levelsOf(one).length)
  const chance = await chancePatterns(engine, comparisons, wanted, all)
  let u = withGiven(comparisons, sharesOf(chance, counts), 'u')
  let m = withGiven(comparisons, startOfM(counts), 'm')
  let sessions: Session[] = []
  const counted = await countSessions(engine, comparisons, wanted, bySource.length)
  // Pairs drawn by chance hold some matches, many of them where records are few: their part is taken out and m learnt anew.
  for (let pass = 0; pass < 2; pass++) {
    sessions = counted.map(({ patterns, ...session }) => ({
      ...expectationMaximisation(patterns, {
        prior: 0.3,
        start: { m, u },
        learnU: false,
        fixedM: isGiven(comparisons, 'm'),
      }),
      ...session,
    }))
    m = withGiven(comparisons, averaged(m, sessions), 'm')
    u = withGiven(comparisons, withoutMatches(chance, { m, u, prior: wanted.prior }, counts), 'u')
  }
  const matches = comparisons.map((_, at) =>
    counted.reduce(
      (sum, { patterns, learns }, session) =>
        sum + (learns[at] ? knownPairs(patterns, at) * (sessions[session] as Session).prior : 0),
      0,
    ),
  )
  const pairs = { m: matches, u: comparisons.map((_, at) => knownPairs(chance, at)) }
  return { trained: { m, u, prior: wanted.prior, pairs }, chance, sessions }
}

/** The patterns of each session's pairs; what its rule fixes is unknown in them. Rules without pairs are left out. */
async function countSessions(
  engine: DuckDb,
  comparisons: readonly Comparison[],
  wanted: TrainingPairs,
  tables: number,
): Promise<
  readonly (Pick<Session, 'rule' | 'learns' | 'pairs'> & { readonly patterns: readonly Pattern[] })[]
> {
  const sessions = []
  for (const { at, rule, columns } of wanted.sessions) {
    const learns = comparisons.map((one) => !one.columns.some((column) => columns.includes(column)))
    const patterns = (await sessionPatterns(engine, comparisons, wanted, { at, tables })).map((one) => ({
      ...one,
      levels: one.levels.map((level, i) => (learns[i] ? level : -1)),
    }))
    const pairs = patterns.reduce((sum, one) => sum + one.pairs, 0)
    if (pairs > 0) sessions.push({ rule, learns, pairs, patterns })
  }
  return sessions
}

/** So many times fewer pairs than by chance: among those of a session no level is as rare as among others. */
const SESSION = 2

async function sessionPatterns(
  engine: DuckDb,
  comparisons: readonly Comparison[],
  { conditions, across, seed, most, decided }: TrainingPairs,
  { at, tables }: { readonly at: number; readonly tables: number },
): Promise<readonly Pattern[]> {
  const only = [conditions[at] as string]
  const { pairs } = await countOf(engine, conditions[at] as string, across, tables)
  const part = sampled(comparisons, seed, most / SESSION / Math.max(1, pairs))
  const all = await countPatterns(engine, comparisons, pairsOfRule(only, 0, across, { l: part }))
  if (!decided) return all
  const known = await Promise.all(
    [true, false].map(async (matches) => {
      const patterns = await countPatterns(
        engine,
        comparisons,
        `from (select * from ${DECIDED} where matches = ${Number(matches)}) as d
         join ${part === undefined ? RECORDS : `(select * from ${RECORDS} where ${part})`} as l on l.rid = d.rid_l
         join ${RECORDS} as r on r.rid = d.rid_r and ${only[0]}`,
      )
      return patterns.map((one) => ({ ...one, matches }))
    }),
  )
  return told(all, known.flat())
}

/** Patterns in which the pairs that readers decided stand for themselves. */
function told(all: readonly Pattern[], decided: readonly Pattern[]): readonly Pattern[] {
  const known = new Map<string, number>()
  for (const { levels, pairs } of decided) known.set(levels.join(), (known.get(levels.join()) ?? 0) + pairs)
  const left = all.map((one) => ({ ...one, pairs: one.pairs - (known.get(one.levels.join()) ?? 0) }))
  return [...left.filter(({ pairs }) => pairs > 0), ...decided]
}

/** Pairs of which a comparison says something. */
export const knownPairs = (patterns: readonly Pattern[], at: number): number =>
  patterns.reduce((sum, { levels, pairs }) => sum + ((levels[at] as number) >= 0 ? pairs : 0), 0)

/** Shares of levels among counted pairs, those that are unknown left out. */
export function sharesOf(
  patterns: readonly Pattern[],
  counts: readonly number[],
): readonly (readonly number[])[] {
  return counts.map((count, at) => {
    const seen = Array.from({ length: count }, () => 0.5)
    for (const { levels, pairs } of patterns) {
      const level = levels[at] as number
      if (level >= 0) seen[level] = (seen[level] as number) + pairs
    }
    const sum = seen.reduce((a, b) => a + b, 0)
    return seen.map((one) => one / sum)
  })
}

/** The same, each pattern counted by its probability not to be of matches. */
export function withoutMatches(
  patterns: readonly Pattern[],
  trained: Trained,
  counts: readonly number[],
): readonly (readonly number[])[] {
  const odds = probabilityToOdds(trained.prior)
  return sharesOf(
    patterns.map(({ levels, pairs }) => ({
      levels,
      pairs: pairs * (1 - oddsToProbability(odds + weightOf(levels, trained))),
    })),
    counts,
  )
}

/** Mean over the sessions that could learn each comparison, weighed alike; what none could learn stays. */
function averaged(old: Trained['m'], sessions: readonly Session[]): Trained['m'] {
  return old.map((levels, at) => {
    const from = sessions.filter((one) => one.learns[at] && !one.bounded)
    const usable = from.length > 0 ? from : sessions.filter((one) => one.learns[at])
    if (usable.length === 0) return levels
    return levels.map(
      (_, level) => usable.reduce((sum, one) => sum + (one.m[at]?.[level] as number), 0) / usable.length,
    )
  })
}
