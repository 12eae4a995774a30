import { expect, test } from 'vitest'
import { openDuckDb } from '../index.ts'

test('values of this process become a table, nulls and quotes included, and another connection sees it', async () => {
  const engine = await openDuckDb()
  const rows = Array.from(
    { length: 5000 },
    (_, i) => [`it's ${i}`, i % 7 === 0 ? null : i, BigInt(i) ** 3n] as const,
  )
  await engine.load('loaded', { name: 'varchar', n: 'integer', cube: 'bigint' }, rows)
  const other = await engine.connect()
  const got = await other.rows<{ name: string; n: number | null; cube: bigint }>(
    'select * from loaded order by cube',
  )
  expect(got.map((row) => [row.name, row.n, row.cube])).toEqual(rows)
  await other.close()
  expect(await engine.rows('select count(*) as n from loaded')).toEqual([{ n: 5000n }])
  await engine.close()
})

test('millions of integers go in and come out column by column, in their order', async () => {
  const engine = await openDuckDb()
  const n = Int32Array.from({ length: 10_000 }, (_, i) => i - 5000)
  const square = n.map((i) => i * i)
  await engine.loadIntegers('loaded', { n, square })
  const got: [number[], number[]] = [[], []]
  for await (const columns of engine.streamNumbers('select n, square from loaded'))
    columns.forEach((values, at) => (got[at] as number[]).push(...values))
  expect(got).toEqual([[...n], [...square]])
  await engine.loadIntegers('nothing', { n: new Int32Array(0) })
  expect(await engine.rows('select count(*) as n from nothing')).toEqual([{ n: 0n }])
  await engine.close()
})
