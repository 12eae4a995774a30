import { join } from 'node:path'
import { bytesIn, exists, requireSpace } from '../../base/index.ts'
import { demoCountry, unfinishedOf } from '../../synthetic/index.ts'

/**
 * Bytes of country, hub and spill that a person-year asks for when they are most: 9.8 kB at 20,000 persons, where nothing
 * spills, and 18.8 kB at a million (bench/chain.ts).
 */
const PERSON_YEAR = 20_000

/**
 * Refuses a demo that the disk has no room for, before anything is written. What stands of its country is not asked
 * for again; of a hub that was begun only its next deliveries know what they lack, and ask themselves.
 * @throws storage/no-space
 */
export async function requireDemoSpace(dir: string, persons: number): Promise<void> {
  if (await exists(join(dir, 'hub', 'chainon.yaml'))) return
  const country = join(dir, 'country')
  const standing = (await bytesIn(country)) + (await bytesIn(unfinishedOf(country)))
  await requireSpace(
    dir,
    persons * demoCountry.years * PERSON_YEAR - standing,
    `a demo of ${persons} persons and ${demoCountry.years} years`,
  )
}
