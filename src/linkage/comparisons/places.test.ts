import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DuckDb, openDuckDb } from '../../engine/index.ts'
import { placesOf, surelyFurther } from './places.ts'
import { plainOf } from './text.ts'
import { quoted, VALUE } from './words.ts'

let engine: DuckDb
beforeAll(async () => {
  engine = await openDuckDb()
})
afterAll(() => engine.close())

const DATES = fc
  .tuple(
    fc.integer({ min: 1930, max: 1999 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 28 }),
  )
  .map(([y, m, d]) => `${y} ${String(m).padStart(2, '0')} ${String(d).padStart(2, '0')}`)
const TEXTS = fc.oneof(
  DATES,
  fc.stringMatching(/^[ab]{6}$/),
  fc.stringMatching(/^[a-z0-9]{1,3}( [a-z0-9]{1,12})?$/),
  fc.stringMatching(/^[abc]{10,16}$/),
)

/** Edits of every kind, those that move what is between them among them. */
const EDIT = fc.record({
  kind: fc.constantFrom('put', 'take', 'change', 'swap', 'move'),
  at: fc.nat(16),
  to: fc.nat(16),
})
type Edit = { readonly kind: string; readonly at: number; readonly to: number }
function edited(text: string, { kind, at: place, to }: Edit): string {
  const c = [...text]
  const at = place % c.length
  if (kind === 'put') c.splice(at, 0, 'a')
  else if (kind === 'take' && c.length > 1) c.splice(at, 1)
  else if (kind === 'change') c[at] = 'b'
  else if (kind === 'swap') c.splice(at, 2, ...c.slice(at, at + 2).reverse())
  else if (kind === 'move') c.splice(to % c.length, 0, ...c.splice(at, 1))
  return c.join('').trim() || 'a'
}
const PAIRS = fc.oneof(
  fc.tuple(DATES, DATES),
  fc.tuple(TEXTS, TEXTS),
  fc
    .tuple(TEXTS, fc.array(EDIT, { minLength: 1, maxLength: 3 }))
    .map(([text, edits]): [string, string] => [text, edits.reduce(edited, text)]),
)

test('what is said to be surely further apart is so, for any two texts, and it is said of most dates', async () => {
  const pairs = fc.sample(PAIRS, { numRuns: 20_000, seed: 7 })
  const plain = plainOf('x')
  const places = placesOf(plain)
  const side = (column: 'a' | 'b', as: 'l' | 'r'): string =>
    `lateral (select ${places.sql} as ${quoted(`${places.name}_${as}`)}, ${VALUE} as ${quoted(`${plain.name}_${as}`)}
      from (select pairs.${column} as ${VALUE}) as s) as of_${column}`
  for (const transpositions of [true, false]) {
    const distance = transpositions ? 'damerau_levenshtein' : 'levenshtein'
    for (const most of [0, 1, 2, 3]) {
      const rows = await engine.rows<{ a: string; b: string; edits: bigint; further: boolean }>(`
        select a, b, ${distance}(a, b) as edits, ${surelyFurther(plain.name, places.name, most, transpositions)} as further
        from (values ${pairs.map(([a, b]) => `('${a}', '${b}')`).join(', ')}) as pairs(a, b), ${side('a', 'l')}, ${side('b', 'r')}`)
      expect(rows.filter(({ edits, further }) => further && Number(edits) <= most)).toEqual([])
      const dates = rows.filter(
        ({ a, b, edits }) => /^19.{8}$/.test(a) && /^19.{8}$/.test(b) && Number(edits) > most,
      )
      expect(dates.length).toBeGreaterThan(4000)
      expect(dates.filter(({ further }) => further).length / dates.length).toBeGreaterThan(
        most < 3 ? 0.8 : 0.1,
      )
    }
  }
}, 120_000)
