import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DuckDb, openDuckDb } from '../../engine/index.ts'
import { comparisonsOf } from '../comparisons/compile.ts'
import type { Across } from '../pairs/across.ts'
import { blockingOf, type Only, pairsOfRule, rulesOf } from '../pairs/blocking.ts'
import { readNumbers } from '../pairs/record-numbers.ts'
import { csvOf, PEOPLE_MODEL, people } from '../people.fixture.ts'
import { prepare } from '../records/prepare.ts'
import { earlierConditions, nearOfRule, sidesOf, sieveFor } from './candidates.ts'

let engine: DuckDb
beforeAll(async () => {
  engine = await openDuckDb()
})
afterAll(() => engine.close())

test('the pairs of every rule are those that the database finds: in one table, across, in some; of some records', async () => {
  const rules = [['surname'], { sql: 'l."town" = r."town"' }, ['born'], ['substr(surname, 1, 2)', 'town']]
  const { keys, raw, conditions } = blockingOf(rules)
  const comparisons = comparisonsOf(PEOPLE_MODEL)
  const sources = await Promise.all(
    [3, 4, 5].map(async (seed) => ({ name: `of ${seed}`, path: await csvOf(people(30, seed)) })),
  )
  const { bySource } = await prepare(engine, sources, { id: 'number', comparisons, keys, raw })
  const numbers = await readNumbers(engine, comparisons, conditions, bySource)
  // Whatever levels they have, all pairs weigh enough.
  const even = comparisons.map((one) => [...one.levels, one.otherwise].map(() => 0.5))
  const trained = { prior: 0.5, m: even, u: even }
  for (const within of ['all', 'none', [1]] as const)
    for (const only of [{}, { l: 'rid % 3 = 0', r: 'rid > 20' }] satisfies Only[]) {
      const across: Across = { within }
      for (const rule of rulesOf(conditions)) {
        const found: string[] = []
        for await (const { left, right } of nearOfRule(
          engine,
          sieveFor(trained, { comparisons, numbers, conditions, across }),
          { numbers, conditions, across },
          rule,
          { only, sides: await sidesOf(engine, numbers.records, only) },
        ))
          left.forEach((l, at) => found.push(`${l} ${right[at]}`))
        // What an earlier condition in SQL has is left out when they are weighed.
        const ofKeys = conditions.filter(
          (one) => !earlierConditions(conditions, conditions.length).includes(one),
        )
        const asked =
          rule === 1
            ? conditions.slice(0, 2)
            : ofKeys.slice(0, ofKeys.indexOf(conditions[rule as number] as string) + 1)
        const rows = await engine.rows<{ pair: string }>(
          `select concat(l.rid, ' ', r.rid) as pair ${pairsOfRule(asked, asked.length - 1, across, only)}`,
        )
        expect(found.sort(), `${within} ${rule}`).toEqual(rows.map(({ pair }) => pair).sort())
        if (within === 'all') expect(found.length).toBeGreaterThan(0)
      }
    }
}, 60_000)
