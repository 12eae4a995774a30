import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DuckDb, openDuckDb } from '../../engine/index.ts'
import { askedOfLetters, lettersInTwo, lettersOf, surelyUnlike, unlikeLetters } from './letters.ts'
import { plainOf } from './text.ts'
import { quoted, VALUE } from './words.ts'

let engine: DuckDb
beforeAll(async () => {
  engine = await openDuckDb()
})
afterAll(() => engine.close())

const WORDS = fc
  .tuple(
    fc.constantFrom('martin', 'marie', 'jean paul', 'anne', 'o', '1990 01 02', 'bartholomew'),
    fc.nat(11),
  )
  .chain(([word, at]) =>
    fc.constantFrom(
      word,
      word.slice(0, at) + word.slice(at + 1),
      word.slice(at) + word.slice(0, at),
      `${word.slice(0, at)}e${word.slice(at)}`,
      [...word].reverse().join(''),
      `${word}${word}`,
    ),
  )
  .filter((word) => word.trim() !== '')

/** Pairs with the likeness that DuckDB tells, and what is said of them without it. */
async function told(pairs: readonly (readonly [string, string])[], least: number) {
  const values = pairs.map(([a, b]) => `('${a}', '${b}')`).join(', ')
  const letters = lettersOf(plainOf('x'))
  const side = (column: 'a' | 'b', as: 'l' | 'r'): string =>
    `lateral (select ${letters.sql} as ${quoted(`${letters.name}_${as}`)} from (select pairs.${column} as ${VALUE}) as s) as of_${column}`
  const unlike = { letters: letters.name, least }
  const numbers = (['l', 'r'] as const).flatMap((as) =>
    lettersInTwo(`${letters.name}_${as}`).map((sql, at) => `${sql} as ${as}${at}`),
  )
  const rows = await engine.rows<{
    a: string
    b: string
    likeness: number
    less: boolean
    l0: number
    l1: number
    r0: number
    r1: number
  }>(`
    select a, b, jaro_winkler_similarity(a, b) as likeness, ${surelyUnlike(unlike)} as less, ${numbers.join(', ')}
    from (values ${values}) as pairs(a, b), ${side('a', 'l')}, ${side('b', 'r')}`)
  for (const { l0, l1, r0, r1, less, a, b } of rows)
    expect(unlikeLetters(askedOfLetters(unlike), l0, l1, r0, r1), `${a} ${b}`).toBe(less)
  return rows
}

test('what is said to be surely less alike is so, for any two texts', async () => {
  const some = fc.oneof(
    WORDS,
    fc.stringMatching(/^[a-z]{1,9}( [a-z0-9]{1,6})?$/),
    fc.stringMatching(/^[abc]{1,12}$/),
  )
  const pairs = fc.sample(fc.tuple(some, some), { numRuns: 3000, seed: 5 })
  for (const least of [0.7, 0.8, 0.85, 0.92, 1]) {
    const rows = await told(pairs, least)
    expect(rows).toHaveLength(pairs.length)
    expect(rows.filter(({ likeness, less }) => less && likeness >= least)).toEqual([])
    // And it is said of most of those that are.
    const unlike = rows.filter(({ likeness }) => likeness < least)
    expect(unlike.filter(({ less }) => less).length / unlike.length).toBeGreaterThan(0.4)
  }
}, 60_000)
