import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Engine } from '../../src/engine/index.ts'
import { constructs } from './constructs.ts'
import { operations } from './dialect.ts'
import { comparable } from './example.ts'

/** Every example of the specification as a test on one engine. */
export function runExamples(on: string, open: () => Promise<Engine>): void {
  // A cluster takes a third of a second for each, whatever it is.
  describe(`on ${on}`, { concurrent: on === 'trino' }, () => {
    let engine: Engine
    beforeAll(async () => {
      engine = await open()
    }, 900_000)
    afterAll(() => engine?.close())

    for (const { construct, examples } of [...operations, ...Object.values(constructs).flat()])
      for (const { shows, query, gives } of examples)
        test(`${construct}: ${shows}`, async () => {
          const rows = await engine.rows<{ x: unknown }>(query)
          expect(rows.map(({ x }) => comparable(x))).toEqual(gives.map(comparable))
        })
  })
}
