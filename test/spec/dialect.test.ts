import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DuckDb, openDuckDb, renderSql, duckdb } from '../../src/engine/index.ts'
import { constructs } from './constructs.ts'
import { constructsIn } from './constructs-of.ts'
import { answersAsWritten } from './answers.ts'

describe('on duckdb', () => {
  let engine: DuckDb
  beforeAll(async () => {
    engine = await openDuckDb()
  })
  afterAll(() => engine.close())

  answersAsWritten(() => engine)

  test.each(constructs)('the example of $construct ($shows) uses it', async ({ construct, query }) => {
    expect(await constructsIn(engine, renderSql(query, duckdb))).toContain(construct)
  })
})
