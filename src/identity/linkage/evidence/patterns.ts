import { integerDivide, smallest, sql, step } from '../../../engine/index.ts'
import { BIT } from './chance.ts'
import type { Evidence } from './evidence.ts'

/** Beyond so many, days and found days are one group of the patterns; and so are bits of chance. */
const GROUPED = { days: 12, found: 6, bits: 60 }

/**
 * Candidates counted by what they agree on, for learning: a few thousand rows, whatever the country's size. Days beyond a
 * dozen are grouped, with the sums from which their means and spread are known.
 */
export const patternsOf = (evidence: Evidence) =>
  step('patterns', {
    reads: { e: evidence },
    gives: {
      sex: 'integer',
      birth: 'integer',
      home: 'integer',
      death: 'integer',
      disease: 'integer',
      some_days: 'integer',
      some_found: 'integer',
      some_bits: 'integer',
      pairs: 'bigint',
      days: 'bigint',
      exact: 'bigint',
      elsewhere: 'bigint',
      beside: 'bigint',
      near: 'bigint',
      alike: 'bigint',
      unlike: 'bigint',
      chance: 'bigint',
      found_squared: 'bigint',
      found_days: 'bigint',
      days_squared: 'bigint',
    },
    sql: ({ e }) => {
      const found = sql`(${e.exact} + ${e.elsewhere} + ${e.beside} + ${e.near})`
      const sum = (of: Parameters<typeof sql>[1]) => sql`cast(sum(${of}) as bigint)`
      return sql`
      select ${e.sex} as sex, ${e.birth} as birth, ${e.home} as home, ${e.death} as death, ${e.disease} as disease,
        ${smallest(e.days, sql`${GROUPED.days}`)} as some_days, ${smallest(found, sql`${GROUPED.found}`)} as some_found,
        ${smallest(integerDivide(sql`${e.chance}`, 2 * BIT), sql`${GROUPED.bits / 2}`)} as some_bits,
        count(*) as pairs, ${sum(e.days)} as days, ${sum(e.exact)} as exact, ${sum(e.elsewhere)} as elsewhere,
        ${sum(e.beside)} as beside, ${sum(e.near)} as near, ${sum(e.alike)} as alike, ${sum(e.unlike)} as unlike, ${sum(e.chance)} as chance,
        ${sum(sql`${found} * ${found}`)} as found_squared, ${sum(sql`${found} * ${e.days}`)} as found_days, ${sum(sql`${e.days} * ${e.days}`)} as days_squared
      from ${e} group by 1, 2, 3, 4, 5, 6, 7, 8`
    },
    order: ['sex', 'birth', 'home', 'death', 'disease', 'some_days', 'some_found', 'some_bits'],
  })

/** (days, found) of pairs, for which the weights of what was not found are made. */
export const daysAndFoundOf = (evidence: Evidence, ofDecoys: Evidence) =>
  step('days_and_found', {
    reads: { e: evidence, d: ofDecoys },
    gives: { days: 'integer', found: 'integer' },
    sql: ({ e, d }) => sql`
      select ${e.days} as days, ${e.exact} + ${e.elsewhere} + ${e.beside} + ${e.near} as found from ${e}
      union
      select ${d.days}, ${d.exact} + ${d.elsewhere} + ${d.beside} + ${d.near} from ${d}`,
    order: ['days', 'found'],
  })

/** A row of `patterns` as it is learnt from: means over its pairs. */
export interface Pattern {
  readonly pairs: number
  readonly sex: number
  readonly birth: number
  readonly home: number
  readonly death: number
  readonly disease: number
  readonly days: number
  /** exact, elsewhere, beside, near */
  readonly found: readonly number[]
  readonly alike: number
  readonly unlike: number
  /** Bits. */
  readonly chance: number
  readonly foundSquared: number
  readonly foundDays: number
  readonly daysSquared: number
}

export function readPattern(row: Readonly<Record<string, number | bigint>>): Pattern {
  const pairs = Number(row['pairs'])
  const mean = (of: string): number => Number(row[of]) / pairs
  return {
    pairs,
    sex: Number(row['sex']),
    birth: Number(row['birth']),
    home: Number(row['home']),
    death: Number(row['death']),
    disease: Number(row['disease']),
    days: mean('days'),
    found: ['exact', 'elsewhere', 'beside', 'near'].map(mean),
    alike: mean('alike'),
    unlike: mean('unlike'),
    chance: mean('chance') / BIT,
    foundSquared: mean('found_squared'),
    foundDays: mean('found_days'),
    daysSquared: mean('days_squared'),
  }
}
