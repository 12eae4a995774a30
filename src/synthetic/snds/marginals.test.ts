import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bytesFor } from '../../base/index.ts'
import { openDuckDb } from '../../engine/index.ts'
import { inventCountry } from '../invent.ts'
import { makingOf, synthesise } from '../synthesise.ts'
import { writeDelivery } from '../write-delivery.ts'
import { writeBeneficiaries } from './beneficiaries.ts'
import { type Marginal, measureMarginals, measureNumbers } from './marginals.ts'
import { layPlaces } from './places.ts'
import { layTime } from './segments.ts'
import { laySites } from './stays.ts'

/*
 * A plain country of 200,000 persons: no département chosen, no patient added. One year shows what is counted by
 * the year; who had which number takes the three years of which only the register is written.
 */
const PERSONS = 200_000
const WITHIN = 0.1

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chainon-plain-'))
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

/** Each quantity, obtained beside published, and whether it is out. */
function judge(measured: readonly Marginal[]): { text: string; out: boolean }[] {
  return measured.map(({ quantity, published, obtained }) => {
    const off = obtained / published - 1
    return {
      out: !(Math.abs(off) <= WITHIN),
      text: `${quantity}: published ${published.toPrecision(3)}, obtained ${obtained.toPrecision(3)} (${(100 * off).toFixed(1)} %)`,
    }
  })
}

/** Prints what was measured, and expects that nothing is out. */
function hold(measured: readonly Marginal[]): void {
  const judged = judge(measured)
  process.stdout.write(`${judged.map(({ text }) => text).join('\n')}\n`)
  expect(judged.filter(({ out }) => out)).toEqual([])
}

describe('a plain country', () => {
  test('of one year has the published quantities of care, stays and cover, within a tenth', async () => {
    const out = join(folder, 'year')
    await synthesise({ persons: PERSONS, years: 1, seed: 'plain', out })
    const measured = await measureMarginals(out)
    await rm(out, { recursive: true })
    expect(measured.length).toBeGreaterThanOrEqual(20)
    hold(measured)
  }, 600_000)

  test('of three years has the published shares of numbers, and of what the registry knows, within a tenth', async () => {
    const out = join(folder, 'register')
    await mkdir(join(out, 'snds'), { recursive: true })
    const country = {
      persons: PERSONS,
      years: 3,
      rare: Math.round(PERSONS * 0.022),
      seed: 'plain',
      window: { from: '2017-01-01', until: '2019-12-31' },
      today: '2021-01-04',
    }
    const engine = await openDuckDb()
    try {
      const key = bytesFor(country.seed, 'source')
      await inventCountry(makingOf(engine, country, {}), key, country.today)
      await writeDelivery(engine, country, out)
      const options = { persons: PERSONS, defects: true }
      const context = { engine, options, window: country.window, out, seed: country.seed, key }
      await layTime(context)
      await laySites(context)
      await layPlaces(context)
      await writeBeneficiaries(context)
    } finally {
      await engine.close()
    }
    hold(await measureNumbers(out))
  }, 300_000)

  test('would be caught, had it a quantity beyond a tenth', () => {
    const planted = [1.11, 0.89, Number.NaN, 1.09].map((obtained) => ({
      quantity: 'planted',
      published: 1,
      obtained,
    }))
    expect(judge(planted).map(({ out }) => out)).toEqual([true, true, true, false])
  })
})
