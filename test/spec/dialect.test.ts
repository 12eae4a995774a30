import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Engine, openDuckDb } from '../../src/engine/index.ts'
import { chapters } from './dialect.ts'

/** Sums of whole numbers come back as 128 bits in one engine and 64 in another: the value counts, not its width. */
const comparable = (value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value)

const engines: Record<string, () => Promise<Engine>> = { duckdb: () => openDuckDb() }

for (const [engineName, open] of Object.entries(engines))
  describe(`on ${engineName}`, () => {
    let engine: Engine
    beforeAll(async () => {
      engine = await open()
    })
    afterAll(() => engine.close())

    for (const { operation, examples } of chapters)
      for (const { shows, query, gives } of examples)
        test(`${operation}: ${shows}`, async () => {
          const [row] = await engine.rows<{ x: unknown }>(query)
          expect(String(comparable(row?.x))).toEqual(String(comparable(gives)))
        })
  })
