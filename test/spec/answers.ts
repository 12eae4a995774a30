import { expect, test } from 'vitest'
import type { Engine } from '../../src/engine/index.ts'
import { constructs } from './constructs.ts'
import { chapters } from './dialect.ts'

/** Whole numbers come back in one engine as wide as they are stored, in another as wide as they can be. */
const comparable = (value: unknown): string => String(value)

/** Every example of the named operations and of the plain constructs gives on this engine what is written beside it. */
export function answersAsWritten(engine: () => Engine): void {
  for (const { operation, examples } of chapters)
    for (const { shows, query, gives } of examples)
      test(`${operation}: ${shows}`, async () => {
        const [row] = await engine().rows<{ x: unknown }>(query)
        expect(comparable(row?.x)).toBe(comparable(gives))
      })
  for (const { construct, shows, query, gives } of constructs)
    test(`${construct}: ${shows}`, async () => {
      const [row] = await engine().rows<{ x: unknown }>(query)
      expect(comparable(row?.x)).toBe(comparable(gives))
    })
}
